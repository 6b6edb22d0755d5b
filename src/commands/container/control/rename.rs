//! `lamel rename`: renames a container.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::control::rename;

/// The options of `rename`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the container
    #[arg(value_name = "CONTAINER")]
    container: String,
    /// New name of the container
    #[arg(value_name = "NAME")]
    name: String,
}

/// Renames a container, whether it runs or not.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    rename::rename(&store, &container, &options.name)?;
    Ok(DONE)
}
