//! `lamel unpause`: lets paused containers go on.

use super::chosen::Chosen;
use super::{Context, Outcome, each};
use crate::container::{self, Container, Status};
use crate::ui;

/// The options of `unpause`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')), mut_arg("filter", |arg| arg.short('f')))]
pub struct Options {
    #[command(flatten)]
    chosen: Chosen,
}

/// Lets containers go on and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let names = options
        .chosen
        .names(&store, false, &|state| state.status == Status::Paused)?;
    each(&names, |name| {
        container::unpause(&Container::find(&store, name)?)?;
        ui::print::line(name)
    })
}
