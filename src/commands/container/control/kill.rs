//! `lamel kill`: sends a signal to containers.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::containers::selected::SelectedContainers;
use crate::commands::output::each::each;
use crate::container::Container;
use crate::container::config::process::signal;
use crate::container::control::stop;
use crate::container::state::status::State;
use crate::ui::print;

/// The options of `kill`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')))]
pub struct Options {
    /// Signal to send, by name or number
    #[arg(short, long, default_value = "KILL", value_name = "SIGNAL")]
    signal: String,
    #[command(flatten)]
    selected: SelectedContainers,
}

/// Sends a signal to containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let signal = signal::parse(&options.signal)?;
    // Not inside the user namespace: from there the processes of other containers cannot be signalled.
    let store = context.store()?;
    let names = options.selected.names(&store, false, &State::is_active)?;
    each(&names, |name| {
        stop::kill(&Container::find(&store, name)?, signal)?;
        print::line(name)
    })
}
