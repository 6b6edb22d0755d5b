//! `lamel load`: loads the images of an archive into the store.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::image::archive::load;
use crate::oci::platform::Platform;
use crate::sys::userns::enter::Mapping;
use crate::ui::print;
use anyhow::{Context as _, bail};
use std::fs::File;
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

/// The options of `load`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Read from an archive file or OCI layout directory instead of standard input
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Suppress the progress
    #[arg(short, long)]
    quiet: bool,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<Platform>,
}

/// Loads all images of the archive and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let single_id = context.enter_userns_for_ids()? == Mapping::Single;
    let store = context.store()?;
    let path = options.input.as_deref().filter(|path| *path != Path::new("-"));
    let (input, name) = match path {
        Some(path) => (open(path)?, path.display().to_string()),
        None => (stdin()?, "standard input".to_owned()),
    };
    let platform = options.platform.unwrap_or_else(Platform::host);
    // Only the names are printed on stdout. Progress is shown only on a terminal.
    let progress = context.progress(options.quiet || !std::io::stderr().is_terminal());
    let loaded = load::load(&store, input, &platform, single_id, &*progress).with_context(|| name)?;
    drop(progress);
    for image in loaded {
        for name in &image.names {
            print::line(format_args!("Loaded image: {}", name.familiar()))?;
        }
        if image.names.is_empty() {
            print::line(format_args!("Loaded image ID: {}", image.image))?;
        }
    }
    Ok(DONE)
}

/// Opens an input file. The error names it.
pub fn open(path: &Path) -> anyhow::Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}

/// Standard input, which must not be a terminal.
pub fn stdin() -> anyhow::Result<File> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        bail!("standard input is a terminal: give a file, or send one in");
    }
    Ok(stdin.as_fd().try_clone_to_owned()?.into())
}
