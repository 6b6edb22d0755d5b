//! `lamel prune`: removes what nothing uses.

use super::image_prune::deleted;
use super::{Context, DONE, Outcome, SOME_FAILED, container_prune};
use crate::container;
use crate::image::{self, Filter};
use crate::ui::{confirm, print, size};
use chrono::Utc;

/// The options of `prune`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Remove all images that no container was made from, not only those without a name
    #[arg(short, long)]
    all: bool,
    /// Do not ask
    #[arg(short, long)]
    force: bool,
    /// Remove only what is older: until=TIME
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

/// Removes stopped containers, then images that none uses any more, then what interrupted work left behind.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = Filter::parse(&options.filter, &["until"], Utc::now())?;
    let images = match options.all {
        true => "all images without at least one container associated to them",
        false => "all dangling images",
    };
    let warning =
        format!("This will remove:\n  - all stopped containers\n  - {images}\n  - what interrupted work left behind\n");
    if !options.force && !confirm::confirm(&warning)? {
        return Ok(DONE);
    }
    context.enter_userns()?;
    let store = context.store()?;
    let mut code = DONE;
    let old_enough = |record: &_| filter.wants_time(container::created(record));
    let mut failed = |error: anyhow::Error| {
        print::error(&error);
        code = SOME_FAILED;
    };
    let containers = container::prune_stopped(&store, &old_enough, &mut failed)?;
    let mut freed: u64 = containers.iter().map(|(_, bytes)| bytes).sum();
    let mut report = container_prune::deleted(&containers);
    report += &deleted(&image::prune(&store, options.all, &filter)?);
    store.sweep(&store.lock_sweep()?)?;
    freed += store.empty_trash()?;
    report += &format!("Total reclaimed space: {}\n", size::human(freed));
    print::text(&report)?;
    Ok(code)
}
