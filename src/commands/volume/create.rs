//! `lamel volume create`: creates a volume.

use crate::commands::context::Context;
use crate::commands::options::labels;
use crate::commands::{DONE, Outcome};
use crate::container::volume;
use crate::ui::print;
use anyhow::ensure;

/// The options of `volume create`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Set a label
    #[arg(long, value_name = "KEY[=VALUE]")]
    label: Vec<String>,
    /// Volume driver; only local is supported
    #[arg(
        short,
        long,
        default_value = "local",
        hide_default_value = true,
        value_name = "DRIVER"
    )]
    driver: String,
    /// Name of the volume (default: a random name)
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Creates a volume and prints its name.
pub fn run(options: Options, context: &Context) -> Outcome {
    ensure!(
        options.driver == "local",
        "unknown volume driver {:?}: local is known",
        options.driver
    );
    let labels = options.label.iter().map(|label| labels::pair(label));
    print::line(&volume::create(&context.store()?, options.name, labels.collect())?)?;
    Ok(DONE)
}
