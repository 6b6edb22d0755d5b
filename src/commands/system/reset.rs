//! `lamel system reset`: removes the whole store.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::container::control::reset;
use crate::store::Store;
use crate::text::size;
use crate::ui::confirm;
use crate::ui::confirm::Answer;
use crate::ui::print;
use anyhow::bail;

/// The options of `system reset`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not ask for confirmation
    #[arg(short, long)]
    force: bool,
}

/// Kills all containers and removes the whole store. Works with a damaged store, too.
pub fn run(options: Options, context: &Context) -> Outcome {
    let location = context.location()?;
    if !options.force {
        let warning = format!(
            "This will remove:\n  - all containers, those that run as well\n  - all images\n  - the store {}\n",
            location.root.display()
        );
        match confirm::ask(&warning)? {
            Answer::Yes => {}
            Answer::No => return Ok(DONE),
            Answer::Missing => bail!(
                "nobody is there to ask: use --force to remove all that is in {}",
                location.root.display()
            ),
        }
    }
    let mut code = DONE;
    let mut failed = |error: anyhow::Error| {
        print::error(&error);
        code = SOME_FAILED;
    };
    let Some(store) = Store::open_to_reset(location)? else {
        return Ok(DONE);
    };
    // Processes can be killed only outside the user namespace, and all files removed only inside it.
    reset::kill_all(&store, &mut failed);
    drop(store);
    context.enter_userns()?;
    if let Some(store) = Store::open_to_reset(location)? {
        reset::clear_run_root(&store, &mut failed);
        let freed = store.reset()?;
        print::line(format_args!("Total reclaimed space: {}", size::human(freed)))?;
    }
    Ok(code)
}
