//! `lamel container prune`: removes stopped containers.

use crate::commands::context::Context;
use crate::commands::prune::report;
use crate::commands::prune::report::PruneReport;
use crate::commands::{DONE, Outcome};
use crate::image::list::filter::Filter;
use crate::ui::confirm;
use chrono::Utc;

/// The options of `container prune`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not ask for confirmation
    #[arg(short, long)]
    force: bool,
    /// Print what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove only containers that match: until=TIME, label=KEY[=VALUE], label!=KEY[=VALUE]
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

/// Removes stopped containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = Filter::parse(&options.filter, Filter::PRUNE, Utc::now())?;
    let asks = !options.force && !options.dry_run;
    if asks && !confirm::confirm("This will remove all stopped containers.")? {
        return Ok(DONE);
    }
    context.enter_userns()?;
    let store = context.store()?;
    let (removed, code) = report::prune_containers(&store, &filter, options.dry_run)?;
    let mut report = PruneReport::new(options.dry_run);
    report.containers(&removed);
    report.print(removed.iter().map(|(_, bytes)| bytes).sum())?;
    Ok(code)
}
