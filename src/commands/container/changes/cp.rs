//! `lamel cp`: copies files between a container and this host.

use crate::commands::context::Context;
use crate::commands::output::archive_file::ArchiveOutput;
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
    after_long_help = "CONTAINER:PATH names a path in a container, relative to its root directory. Write ./ before a local path that has a \
colon. A directory is copied recursively: into an existing destination directory under its own name, otherwise under the destination's \
name. SOURCE/. copies the contents of a directory. The container may be running or stopped."
)]
pub struct Options {
    /// Keep owners; otherwise files belong to the user at the destination (root in a container)
    #[arg(short, long)]
    archive: bool,
    /// Follow SOURCE if it is a symbolic link
    #[arg(short = 'L', long)]
    follow_link: bool,
    /// Suppress the summary
    #[arg(short, long)]
    quiet: bool,
    /// Path to copy; - reads a tar archive from standard input
    #[arg(value_name = "[CONTAINER:]SOURCE")]
    from: String,
    /// Destination; - writes a tar archive to standard output
    #[arg(value_name = "[CONTAINER:]DESTINATION")]
    to: String,
}

/// Copies, and reports the size on stderr.
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
    let (from, to) = (
        Location::parse(&store, &options.from)?,
        Location::parse(&store, &options.to)?,
    );
    let copied = match (&from, &to) {
        (Location::Container(container, path), Location::Host("-")) => {
            ArchiveOutput::open(None)?.write(|out| copy::copy_to_stream(container, path, how, &enter, out))?;
            return Ok(DONE);
        }
        (Location::Host("-"), Location::Container(container, path)) => {
            copy::copy_from_stream(container, path, &enter, Box::new(io::stdin()))?
        }
        (Location::Host(_), Location::Host(_)) => bail!("must specify at least one container source"),
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
enum Location<'a> {
    Container(Box<Container>, &'a str),
    Host(&'a str),
}

impl<'a> Location<'a> {
    /// As in Docker, an argument that begins with a slash or a dot has no container's name (docker/cli, `splitCpArg`).
    fn parse(store: &Store, text: &'a str) -> Result<Location<'a>> {
        match text.split_once(':') {
            Some((name, path)) if !text.starts_with(['/', '.']) => {
                Ok(Location::Container(Box::new(Container::find(store, name)?), path))
            }
            _ => Ok(Location::Host(text)),
        }
    }

    fn end(&self) -> End<'_> {
        match self {
            Location::Container(container, path) => End::Container { container, path },
            Location::Host(path) => End::Host(path),
        }
    }
}
