//! `lamel container prune`: removes containers that do not run.

use super::{Context, DONE, Outcome, SOME_FAILED};
use crate::container;
use crate::store::ContainerRecord;
use crate::ui::{confirm, print, size};

/// The options of `container prune`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not ask
    #[arg(short, long)]
    force: bool,
}

/// Removes stopped containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    if !options.force && !confirm::confirm("This will remove all stopped containers.")? {
        return Ok(DONE);
    }
    context.enter_userns()?;
    let store = context.store()?;
    let mut code = DONE;
    let mut failed = |error: anyhow::Error| {
        print::error(&error);
        code = SOME_FAILED;
    };
    let removed = container::prune_stopped(&store, &|_| true, &mut failed)?;
    let freed = removed.iter().map(|(_, bytes)| bytes).sum();
    print::text(&format!(
        "{}Total reclaimed space: {}\n",
        deleted(&removed),
        size::human(freed)
    ))?;
    Ok(code)
}

/// The lines on what was removed, with an empty one after; nothing where nothing was.
pub(super) fn deleted(removed: &[(ContainerRecord, u64)]) -> String {
    if removed.is_empty() {
        return String::new();
    }
    let ids: String = removed.iter().map(|(record, _)| format!("{}\n", record.id)).collect();
    format!("Deleted Containers:\n{ids}\n")
}
