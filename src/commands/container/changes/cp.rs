//! `lamel cp`: copies files between a container and this host.

use crate::commands::context::Context;
use crate::commands::output::archive_file::Output;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::changes::copy;
use crate::container::changes::copy::root::Enter as CopyEnter;
use crate::container::changes::copy::{End, Options as CopyOptions};
use crate::store::Store;
use crate::text::{safe, size};
use crate::ui::print;
use anyhow::{Result, bail};
use std::io;

/// The options of `cp`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "A path in a container is written CONTAINER:PATH, and is taken from the container's root. A local path with a \
colon is written with ./ in front. A directory is copied with all that is in it: under its own name into a directory that is there, or \
else under the new name; DIRECTORY/. means what is in it. The container may be running or not."
)]
pub struct Options {
    /// Keep the owners; else files are the destination's user's (root's in a container)
    #[arg(short, long)]
    archive: bool,
    /// Copy what a symlink leads to, if SOURCE is one
    #[arg(short = 'L', long)]
    follow_link: bool,
    /// Do not say what was copied
    #[arg(short, long)]
    quiet: bool,
    /// What to copy; - reads a tar from standard input
    #[arg(value_name = "[CONTAINER:]SOURCE")]
    from: String,
    /// Where to; - writes a tar to standard output
    #[arg(value_name = "[CONTAINER:]DESTINATION")]
    to: String,
}

/// Copies, and says on stderr how much.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let enter = CopyEnter {
        join: &|peer| context.join_userns(peer),
        make: &|| {
            let mapping = context.enter_userns_for_ids()?;
            Ok((context.store()?, mapping))
        },
    };
    let how = CopyOptions {
        archive: options.archive,
        follow: options.follow_link,
    };
    let (from, to) = (Named::find(&store, &options.from)?, Named::find(&store, &options.to)?);
    let copied = match (&from, &to) {
        (Named::Container(container, path), Named::Host("-")) => {
            Output::open(None)?.write(|out| copy::copy_to_stream(container, path, how, &enter, out))?;
            return Ok(DONE);
        }
        (Named::Host("-"), Named::Container(container, path)) => {
            copy::copy_from_stream(container, path, &enter, Box::new(io::stdin()))?
        }
        (Named::Host(_), Named::Host(_)) => bail!("must specify at least one container source"),
        _ => copy::copy(from.end(), to.end(), how, &enter)?,
    };
    for what in &copied.left_out {
        print::warning(format_args!("left out: {what}"));
    }
    if !options.quiet && options.from != "-" {
        let size = size::short(copied.size);
        print::note(format_args!(
            "Successfully copied {size} to {}",
            safe::text(&options.to)
        ));
    }
    Ok(DONE)
}

/// `[CONTAINER:]PATH`
enum Named<'a> {
    Container(Box<Container>, &'a str),
    Host(&'a str),
}

impl<'a> Named<'a> {
    /// What begins with a slash or a dot is no container's name (docker: splitCpArg).
    fn find(store: &Store, text: &'a str) -> Result<Named<'a>> {
        match text.split_once(':') {
            Some((name, path)) if !text.starts_with(['/', '.']) => {
                Ok(Named::Container(Box::new(Container::find(store, name)?), path))
            }
            _ => Ok(Named::Host(text)),
        }
    }

    fn end(&self) -> End<'_> {
        match self {
            Named::Container(container, path) => End::Container { container, path },
            Named::Host(path) => End::Host(path),
        }
    }
}
