//! `lamel info`: prints how this host is used, which settings are in force, and who decided them.
//!
//! `--format` has Docker's fields at the top, and podman's `Host`, `Store`, `Version` and `Registries` beside them, so
//! that scripts for either work.

pub mod document;
pub mod facts;
pub mod registries;
pub mod settings;
pub mod text;

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, template};
use crate::ui::print;

/// The options of `info`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Set the output format: 'json' or a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

/// Prints the state of this host and the settings.
pub fn run(options: Options, context: &Context) -> Outcome {
    let info = facts::gather(context)?;
    match options.format.as_deref() {
        None => print::text(&text::lines(&info))?,
        Some("json") => print::line(document::document(&info))?,
        Some(format) => print::line(template(format)?.render(&document::document(&info))?)?,
    }
    Ok(DONE)
}
