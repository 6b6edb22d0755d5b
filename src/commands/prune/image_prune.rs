//! `lamel image prune`: removes unused images.

use crate::commands::context::Context;
use crate::commands::prune::report;
use crate::commands::prune::report::PruneReport;
use crate::commands::{DONE, Outcome};
use crate::image::list::filter::Filter;
use crate::image::remove::prune;
use crate::ui::{confirm, print};
use chrono::Utc;
use std::collections::HashSet;

/// The options of `image prune`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Remove all images that no container uses, not only those without a name
    #[arg(short, long)]
    all: bool,
    /// Do not ask for confirmation
    #[arg(short, long)]
    force: bool,
    /// Print what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove only images that match: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

/// Removes unused images.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = Filter::parse(&options.filter, Filter::PRUNE, Utc::now())?;
    let what = report::which_images(options.all);
    let asks = !options.force && !options.dry_run;
    if asks && !confirm::confirm(&format!("This will remove {what}."))? {
        return Ok(DONE);
    }
    context.enter_userns()?;
    let store = context.store()?;
    let removal = match options.dry_run {
        true => store.begin_dry_run(HashSet::new())?,
        false => store.begin_removal()?,
    };
    let mut report = PruneReport::new(options.dry_run);
    report.images(&prune::prune(
        &store,
        &removal,
        options.all,
        &filter,
        &mut print::warn_skipped(),
    )?);
    report.print(store.finish_removal(removal)?)?;
    Ok(DONE)
}
