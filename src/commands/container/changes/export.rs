//! `lamel export`: writes the filesystem of a container as a tar.

use crate::commands::context::Context;
use crate::commands::output::archive_file::ArchiveOutput;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::changes::export;
use std::path::PathBuf;

/// The options of `export`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Name or ID of the container
    #[arg(value_name = "CONTAINER")]
    container: String,
}

/// Writes the tar. A file appears when it is complete.
pub fn run(options: Options, context: &Context) -> Outcome {
    context.enter_userns()?;
    let output = ArchiveOutput::open(options.output.as_deref())?;
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    output.write(|out| export::export(&store, &container, out))?;
    Ok(DONE)
}
