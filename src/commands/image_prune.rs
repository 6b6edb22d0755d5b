//! `lamel image prune`: removes images that nothing uses.

use super::{Context, DONE, Outcome};
use crate::image::{self, Filter, Removed};
use crate::ui::{confirm, print, size};
use chrono::Utc;

/// The options of `image prune`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Remove all images that no container was made from, not only those without a name
    #[arg(short, long)]
    all: bool,
    /// Do not ask
    #[arg(short, long)]
    force: bool,
    /// Remove only images with this: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

/// Removes unused images.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = Filter::parse(&options.filter, Filter::PRUNE, Utc::now())?;
    let what = match options.all {
        true => "all images without at least one container associated to them",
        false => "all dangling images",
    };
    if !options.force && !confirm::confirm(&format!("This will remove {what}."))? {
        return Ok(DONE);
    }
    context.enter_userns()?;
    let store = context.store()?;
    let removed = image::prune(&store, options.all, &filter)?;
    let freed = store.empty_trash()?;
    print::text(&format!(
        "{}Total reclaimed space: {}\n",
        deleted(&removed),
        size::human(freed)
    ))?;
    Ok(DONE)
}

/// The lines on what was removed, with an empty one after; nothing where nothing was.
pub(super) fn deleted(removed: &[Removed]) -> String {
    if removed.is_empty() {
        return String::new();
    }
    let line = |removed: &Removed| match removed {
        Removed::Untagged(name) => format!("untagged: {}\n", name.familiar()),
        Removed::Deleted(digest) => format!("deleted: {digest}\n"),
    };
    let lines: String = removed.iter().map(line).collect();
    format!("Deleted Images:\n{lines}\n")
}
