//! `lamel version`: prints which lamel this is.

use super::{Context, DONE, Outcome};
use crate::oci::Platform;
use crate::ui::print;
use crate::ui::template::Template;
use serde_json::json;

/// The options of `version`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Show with a Go template, or 'json'
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

/// Prints the version. Opens no store, so it works anywhere.
pub fn run(options: Options, _: &Context) -> Outcome {
    let version = json!({
        "Version": env!("CARGO_PKG_VERSION"),
        "Os": Platform::host().os,
        "Arch": Platform::host().architecture,
    });
    match options.format.as_deref() {
        None => print::line(concat!("lamel ", env!("CARGO_PKG_VERSION")))?,
        Some("json") => print::line(version)?,
        Some(format) => print::line(Template::parse(format)?.render(&version)?)?,
    }
    Ok(DONE)
}
