//! `lamel import`: creates an image of one layer from a tar.

use crate::commands::context::Context;
use crate::commands::image::archive::load;
use crate::commands::{DONE, Outcome};
use crate::container::changes::instruction::Instruction;
use crate::image::archive::import;
use crate::image::names::resolve;
use crate::oci::config::ImageConfig;
use crate::oci::platform::Platform;
use crate::registry::pull::download;
use crate::sys::userns::enter::Mapping;
use crate::ui::print;
use anyhow::{Context as _, Result};
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

/// The options of `import`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Apply a Dockerfile instruction to the image: CMD, ENTRYPOINT, ENV, …
    #[arg(short, long = "change", value_name = "INSTRUCTION")]
    changes: Vec<String>,
    /// Commit message, kept in the history of the image
    #[arg(short, long)]
    message: Option<String>,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<Platform>,
    /// Tar archive, plain or compressed by gzip or zstd: a file, an http or https URL, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    input: PathBuf,
    /// Name of the new image
    #[arg(value_name = "NAME[:TAG]")]
    name: Option<String>,
}

/// Imports the tar, and prints the image's ID.
pub fn run(options: Options, context: &Context) -> Outcome {
    let name = options.name.as_deref().map(resolve::parse_name).transpose()?;
    let platform = options.platform.unwrap_or_else(Platform::host);
    let mut config = ImageConfig::new(&platform);
    for change in &options.changes {
        change.parse::<Instruction>()?.apply(&mut config);
    }
    let single_id = context.enter_userns_for_ids()? == Mapping::Single;
    let store = context.store()?;
    let (input, from) = open(&options.input, context)?;
    // Docker's texts; Docker's client sends a file as standard input.
    let message = options.message.unwrap_or_else(|| match url(&options.input) {
        Some(url) => format!("Imported from {}", download::without_userinfo(url)),
        None => "Imported from -".into(),
    });
    let id = import::import(&store, input, config, message, name.as_ref(), single_id).with_context(|| from)?;
    print::line(id)?;
    Ok(DONE)
}

/// Opens the tar, and returns its name for errors.
fn open(input: &Path, context: &Context) -> Result<(Box<dyn Read + Send>, String)> {
    if let Some(url) = url(input) {
        let shown = download::without_userinfo(url);
        // Only the ID is printed on stdout. Progress is shown only on a terminal.
        let progress = context.progress_on_stderr(!std::io::stderr().is_terminal());
        progress.line(&format!("Downloading from {shown}"));
        let download = download::download(url, progress).with_context(|| shown.clone())?;
        return Ok((Box::new(download), shown));
    }
    Ok(match input == Path::new("-") {
        true => (Box::new(load::stdin()?), "standard input".to_owned()),
        false => (Box::new(load::open(input)?), input.display().to_string()),
    })
}

fn url(input: &Path) -> Option<&str> {
    input.to_str().filter(|text| download::is_url(text))
}
