//! `lamel image exists`: says with its exit code whether an image is held.

use crate::commands::context::Context;
use crate::commands::{DONE, Failure, Outcome};
use crate::image::names::resolve;
use crate::image::names::resolve::ResolveError;

/// The exit code where the image is not held.
const MISSING: u8 = 1;
/// The exit code where that cannot be told.
const FAILED: u8 = 125;

/// The options of `image exists`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    image: String,
}

/// 0 where the image is held, 1 where it is not, 125 where it cannot be told; prints nothing but the reason for that.
pub fn run(options: Options, context: &Context) -> Outcome {
    let found = context
        .store()
        .and_then(|store| resolve::resolve(&store, &options.image));
    match found {
        Ok(_) => Ok(DONE),
        Err(error) if matches!(error.downcast_ref(), Some(ResolveError::NoSuchImage(_))) => Ok(MISSING),
        Err(error) => Err(Failure {
            code: FAILED,
            message: format!("{error:#}"),
        }
        .into()),
    }
}
