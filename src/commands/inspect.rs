//! `lamel inspect`: prints all that is known of images and containers.

use super::{Context, Outcome};

/// The options of `inspect`.
#[derive(Debug, clap::Args)]
pub struct Options {}

impl Options {
    /// The same names, among images only.
    pub fn of_images(self) -> Options {
        self
    }

    /// The same names, among containers only.
    pub fn of_containers(self) -> Options {
        self
    }
}

/// Prints objects.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
