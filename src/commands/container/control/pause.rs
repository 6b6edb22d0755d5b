//! `lamel pause` and `unpause`: stop and resume the processes of containers.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::containers::selected::SelectedContainers;
use crate::commands::output::each::each;
use crate::container::Container;
use crate::container::control::pause;
use crate::container::state::status::Status;
use crate::ui::print;

/// The options of both.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')), mut_arg("filter", |arg| arg.short('f')))]
pub struct Options {
    #[command(flatten)]
    selected: SelectedContainers,
}

/// Pauses containers and prints their names.
pub fn pause(options: Options, context: &Context) -> Outcome {
    // Not inside the user namespace: from there the processes of other containers cannot be stopped.
    let store = context.store()?;
    let names = options
        .selected
        .names(&store, false, &|state| state.status == Status::Running)?;
    each(&names, |name| {
        pause::pause(&Container::find(&store, name)?)?;
        print::line(name)
    })
}

/// Lets paused containers run again and prints their names.
pub fn unpause(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let names = options
        .selected
        .names(&store, false, &|state| state.status == Status::Paused)?;
    each(&names, |name| {
        pause::unpause(&Container::find(&store, name)?)?;
        print::line(name)
    })
}
