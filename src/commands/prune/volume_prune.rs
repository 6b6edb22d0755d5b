//! `lamel volume prune`: removes volumes that no container uses.

use crate::commands::context::Context;
use crate::commands::options::record_filter::RecordFilter;
use crate::commands::{DONE, Outcome};
use crate::container::volume;
use crate::store::objects::volumes::VolumeRecord;
use crate::text::size;
use crate::ui::{confirm, print};

/// The options of `volume prune`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Remove named volumes as well, not only anonymous ones
    #[arg(short, long)]
    all: bool,
    /// Do not ask for confirmation
    #[arg(short, long)]
    force: bool,
    /// Remove only volumes that match: label
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

/// Removes unused volumes, prints their names and how much space they took.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = RecordFilter::parse(&options.filter, &["label"])?;
    let which = if options.all { "all" } else { "anonymous" };
    let warning = format!("This will remove {which} local volumes not used by at least one container.");
    if !options.force && !confirm::confirm(&warning)? {
        return Ok(DONE);
    }
    let wanted = |record: &VolumeRecord| (options.all || record.anonymous) && filter.matches_labels(&record.labels);
    let (removed, freed) = volume::prune(&context.store()?, &wanted, &mut print::warn_skipped())?;
    let removed = match removed.is_empty() {
        true => String::new(),
        false => format!("Deleted Volumes:\n{}\n\n", removed.join("\n")),
    };
    print::text(&format!("{removed}Total reclaimed space: {}\n", size::human(freed)))?;
    Ok(DONE)
}
