//! `lamel pause`: makes the processes of containers stand still.

use super::chosen::Chosen;
use super::{Context, Outcome, each};
use crate::container::{self, Container, Status};
use crate::ui;

/// The options of `pause`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')), mut_arg("filter", |arg| arg.short('f')))]
pub struct Options {
    #[command(flatten)]
    chosen: Chosen,
}

/// Pauses containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    // Not inside the user namespace: from there other containers' processes cannot be stopped.
    let store = context.store()?;
    let names = options
        .chosen
        .names(&store, false, &|state| state.status == Status::Running)?;
    each(&names, |name| {
        container::pause(&Container::find(&store, name)?)?;
        ui::print::line(name)
    })
}
