//! `lamel system df`: prints what takes how much room.

use super::{Context, DONE, Outcome};
use crate::container;
use crate::image::{self, Usage};
use crate::store::{Store, disk_usage};
use crate::ui::listing::{Listing, Row};
use crate::ui::size;

/// The options of `system df`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Print as 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

const LISTING: Listing<'static> = Listing {
    fields: &[
        // As wide as with Docker, whose longest row is one that is not here, "Local Volumes".
        ("Type", "TYPE         "),
        ("TotalCount", "TOTAL"),
        ("Active", "ACTIVE"),
        ("Size", "SIZE"),
        ("Reclaimable", "RECLAIMABLE"),
    ],
    columns: &["Type", "TotalCount", "Active", "Size", "Reclaimable"],
    headings: true,
};

/// Prints disk usage.
pub fn run(options: Options, context: &Context) -> Outcome {
    context.enter_userns()?;
    let store = context.store()?;
    let rows = [
        row("Images", image::usage(&store)?),
        row("Containers", containers(&store)?),
    ];
    LISTING.print(options.format.as_deref(), &rows)?;
    Ok(DONE)
}

/// What containers take: what they wrote, and what is kept with it.
fn containers(store: &Store) -> anyhow::Result<Usage> {
    let mut usage = Usage::default();
    for record in store.containers()? {
        let size = disk_usage(&store.container_dir(&record.id))?;
        usage.total += 1;
        usage.size += size;
        match container::is_running(store, &record)? {
            true => usage.active += 1,
            false => usage.reclaimable += size,
        }
    }
    Ok(usage)
}

fn row(kind: &str, usage: Usage) -> Row {
    let percent = (usage.reclaimable * 100).checked_div(usage.size);
    let reclaimable = match percent {
        Some(percent) => format!("{} ({percent}%)", size::human(usage.reclaimable)),
        None => size::human(usage.reclaimable),
    };
    let values = [
        kind.to_owned(),
        usage.total.to_string(),
        usage.active.to_string(),
        size::human(usage.size),
        reclaimable,
    ];
    let names = LISTING.fields.iter().map(|(name, _)| (*name).to_owned());
    names.zip(values.map(Into::into)).collect()
}
