//! `lamel network rm`: removes networks.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::output::each::each;
use crate::container::network;
use crate::ui::print;

/// The options of `network rm`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Ignore networks that do not exist
    #[arg(short, long)]
    force: bool,
    /// Names or IDs of the networks
    #[arg(required = true, value_name = "NETWORK")]
    names: Vec<String>,
}

/// Removes networks and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    each(&options.names, |name| {
        if !options.force || store.network(name)?.is_some() {
            network::remove(&store, name)?;
        }
        print::line(name)
    })
}
