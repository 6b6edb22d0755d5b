//! `lamel volume rm`: removes volumes.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::output::each::each;
use crate::container::volume;
use crate::ui::print;

/// The options of `volume rm`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Remove all volumes
    #[arg(short, long, conflicts_with = "names")]
    all: bool,
    /// Ignore volumes that do not exist
    #[arg(short, long)]
    force: bool,
    /// Names of the volumes
    #[arg(required_unless_present = "all", value_name = "VOLUME")]
    names: Vec<String>,
}

/// Removes volumes and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let names = match options.all {
        true => store.volumes()?.into_iter().map(|record| record.name).collect(),
        false => options.names,
    };
    each(&names, |name| {
        if !options.force || store.volume(name)?.is_some() {
            volume::remove(&store, name)?;
        }
        print::line(name)
    })
}
