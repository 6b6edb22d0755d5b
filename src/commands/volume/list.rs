//! `lamel volume ls`: lists volumes.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::labels;
use crate::commands::options::record_filter::{Facts, RecordFilter};
use crate::commands::output::records;
use crate::container::volume;
use crate::store::Store;
use crate::store::objects::volumes::VolumeRecord;
use crate::ui::listing::{Listing, Row};

/// The options of `volume ls`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Print only names
    #[arg(short, long)]
    quiet: bool,
    /// Do not print the table headings
    #[arg(short, long)]
    noheading: bool,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Show only volumes that match: dangling, name, label, driver
    #[arg(short, long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

const LISTING: Listing<'static> = Listing {
    fields: &[
        ("Driver", "DRIVER"),
        ("Name", "VOLUME NAME"),
        ("Mountpoint", "MOUNTPOINT"),
        ("Labels", "LABELS"),
        ("Scope", "SCOPE"),
        ("CreatedAt", "CREATED AT"),
    ],
    columns: &["Driver", "Name"],
    headings: true,
};

/// Lists volumes, or only their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = RecordFilter::parse(&options.filter, &["dangling", "name", "label", "driver"])?;
    let store = context.store()?;
    let mut volumes = store.volumes()?;
    filter.retain(
        &mut volumes,
        || volume::used(&store),
        |record, users| Facts {
            name: &record.name,
            id: &record.name,
            driver: "local",
            labels: &record.labels,
            may_be_used: users.may_use(&record.name),
        },
    )?;
    let rows: Vec<Row> = volumes.iter().map(|record| row(&store, record)).collect();
    records::print_list(
        LISTING,
        &rows,
        options.quiet.then_some("Name"),
        options.noheading,
        options.format.as_deref(),
    )
}

fn row(store: &Store, record: &VolumeRecord) -> Row {
    LISTING.row([
        "local".to_owned(),
        record.name.clone(),
        store.volume_data(&record.name).display().to_string(),
        labels::shown(&record.labels),
        "local".to_owned(),
        record.created.clone(),
    ])
}
