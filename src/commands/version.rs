//! `lamel version`: prints which lamel this is.

use super::{Context, DONE, Outcome};
use crate::ui;

/// The options of `version`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Prints the version. Opens no store, so it works anywhere.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    ui::print::line(concat!("lamel ", env!("CARGO_PKG_VERSION")))?;
    Ok(DONE)
}
