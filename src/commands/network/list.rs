//! `lamel network ls`: lists networks.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::labels;
use crate::commands::options::record_filter::{Facts, RecordFilter};
use crate::commands::output::records;
use crate::container::network;
use crate::store::objects::networks::NetworkRecord;
use crate::ui::listing::{Listing, Row};

/// The options of `network ls`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Print only IDs
    #[arg(short, long)]
    quiet: bool,
    /// Do not shorten IDs
    #[arg(long)]
    no_trunc: bool,
    /// Do not print the table headings
    #[arg(short, long)]
    noheading: bool,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Show only networks that match: name, id, driver, label, dangling
    #[arg(short, long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

const LISTING: Listing<'static> = Listing {
    fields: &[
        ("ID", "NETWORK ID"),
        ("Name", "NAME"),
        ("Driver", "DRIVER"),
        ("Scope", "SCOPE"),
        ("IPv6", "IPV6"),
        ("Internal", "INTERNAL"),
        ("Labels", "LABELS"),
        ("CreatedAt", "CREATED AT"),
    ],
    columns: &["ID", "Name", "Driver", "Scope"],
    headings: true,
};

/// Lists networks, or only their IDs.
pub fn run(options: Options, context: &Context) -> Outcome {
    let filter = RecordFilter::parse(&options.filter, &["name", "id", "driver", "label", "dangling"])?;
    let store = context.store()?;
    let mut networks = store.networks()?;
    filter.retain(
        &mut networks,
        || network::used(&store),
        |record, users| Facts {
            name: &record.name,
            id: &record.id,
            driver: "bridge",
            labels: &record.labels,
            may_be_used: users.may_use(&record.name),
        },
    )?;
    let rows: Vec<Row> = networks.iter().map(|record| row(record, options.no_trunc)).collect();
    records::print_list(
        LISTING,
        &rows,
        options.quiet.then_some("ID"),
        options.noheading,
        options.format.as_deref(),
    )
}

fn row(record: &NetworkRecord, no_trunc: bool) -> Row {
    let id = match no_trunc {
        true => &record.id,
        false => &record.id[..12],
    };
    LISTING.row([
        id.to_owned(),
        record.name.clone(),
        "bridge".to_owned(),
        "local".to_owned(),
        record.has_ipv6().to_string(),
        record.internal.to_string(),
        labels::shown(&record.labels),
        record.created.clone(),
    ])
}
