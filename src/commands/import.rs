//! `lamel import`: makes an image of one layer from a tar.

use super::{Context, DONE, Outcome, load};
use crate::container::instruction;
use crate::image::{self, Imported};
use crate::oci::{Platform, RunConfig};
use crate::sys::userns::Mapping;
use crate::ui;
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// The options of `import`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Apply a Dockerfile instruction to the image (CMD, ENTRYPOINT, ENV, …)
    #[arg(short, long = "change", value_name = "INSTRUCTION")]
    changes: Vec<String>,
    /// Note this in the image's history
    #[arg(short, long)]
    message: Option<String>,
    /// What the image is for
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<Platform>,
    /// A tar, plain or compressed by gzip or zstd; - is standard input
    #[arg(value_name = "FILE")]
    input: PathBuf,
    /// The image's name
    #[arg(value_name = "NAME[:TAG]")]
    name: Option<String>,
}

/// Imports the tar, and prints the image's ID.
pub fn run(options: Options, context: &Context) -> Outcome {
    let name = options.name.as_deref().map(image::parse_name).transpose()?;
    let mut run = RunConfig::default();
    for change in &options.changes {
        instruction::apply(&mut run, change)?;
    }
    let single_id = context.enter_userns_for_ids()? == Mapping::Single;
    let store = context.store()?;
    let (input, from) = match options.input == Path::new("-") {
        true => (load::stdin()?, "standard input".to_owned()),
        false => (load::open(&options.input)?, options.input.display().to_string()),
    };
    let about = Imported {
        run,
        platform: options.platform.unwrap_or_else(Platform::host),
        message: options.message.unwrap_or_else(|| "Imported from -".into()),
    };
    let id = image::import(&store, Box::new(input), about, name.as_ref(), single_id).with_context(|| from)?;
    ui::print::line(id)?;
    Ok(DONE)
}
