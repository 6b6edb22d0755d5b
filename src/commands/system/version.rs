//! `lamel version`: prints the version.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, template};
use crate::oci::platform::Platform;
use crate::ui::print;
use serde_json::{Value, json};

/// The options of `version`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Set the output format: 'json' or a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

/// Prints the version. Opens no store, so it works anywhere.
pub fn run(options: Options, _: &Context) -> Outcome {
    match options.format.as_deref() {
        None => print::line(concat!("lamel ", env!("CARGO_PKG_VERSION")))?,
        Some("json") => print::line(document())?,
        Some(format) => print::line(template(format)?.render(&document())?)?,
    }
    Ok(DONE)
}

/// The document. `Client` and `Server` are the same program here; scripts for Docker and podman ask for either.
fn document() -> Value {
    let host = Platform::host();
    let (os, architecture) = (host.os(), host.architecture());
    let side = json!({
        "Version": env!("CARGO_PKG_VERSION"),
        "Os": os,
        "Arch": architecture,
        "OsArch": format!("{os}/{architecture}"),
        "KernelVersion": rustix::system::uname().release().to_string_lossy(),
    });
    json!({
        "Version": env!("CARGO_PKG_VERSION"),
        "Os": os,
        "Arch": architecture,
        "Client": side,
        "Server": side,
    })
}
