//! `lamel image exists`: reports by the exit code whether an image is in the store.

use crate::commands::context::Context;
use crate::commands::{DONE, Failure, Outcome};
use crate::image::names::resolve;
use crate::image::names::resolve::ResolveError;
use crate::text::error::chain;

/// The exit code where the image is missing.
const MISSING: u8 = 1;
/// The exit code where the store cannot be read.
const FAILED: u8 = 125;

/// The options of `image exists`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    image: String,
}

/// The exit code is 0 where the image exists, 1 where it does not, and 125 with an error where the store cannot be
/// read, as in podman.
pub fn run(options: Options, context: &Context) -> Outcome {
    let found = context
        .store()
        .and_then(|store| resolve::resolve(&store, &options.image));
    match found {
        Ok(_) => Ok(DONE),
        Err(error) if matches!(error.downcast_ref(), Some(ResolveError::NoSuchImage(_))) => Ok(MISSING),
        Err(error) => Err(Failure {
            code: FAILED,
            message: chain(&error),
        }
        .into()),
    }
}
