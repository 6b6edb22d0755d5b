//! `lamel network prune`: removes networks that no container uses.

use crate::commands::context::Context;
use crate::commands::options::record_filter::RecordFilter;
use crate::commands::{DONE, Outcome};
use crate::container::network;
use crate::store::objects::networks::NetworkRecord;
use crate::ui::{confirm, print};

/// The options of `network prune`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not ask for confirmation
    #[arg(short, long)]
    force: bool,
    /// Remove only networks that match: label
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

/// Removes unused networks and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = RecordFilter::parse(&options.filter, &["label"])?;
    let warning = "This will remove all custom networks not used by at least one container.";
    if !options.force && !confirm::confirm(warning)? {
        return Ok(DONE);
    }
    let wanted = |record: &NetworkRecord| filter.matches_labels(&record.labels);
    let removed = network::prune(&context.store()?, &wanted, &mut print::warn_skipped())?;
    if !removed.is_empty() {
        print::text(&format!("Deleted Networks:\n{}\n\n", removed.join("\n")))?;
    }
    Ok(DONE)
}
