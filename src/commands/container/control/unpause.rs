//! `lamel unpause`: lets paused containers go on.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::containers::selected::Chosen;
use crate::commands::output::each::each;
use crate::container::Container;
use crate::container::control::pause;
use crate::container::state::status::Status;
use crate::ui::print;

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
        pause::unpause(&Container::find(&store, name)?)?;
        print::line(name)
    })
}
