//! `lamel system df`: prints what takes how much room.

use super::{Context, DONE, Outcome, images, ps};
use crate::container;
use crate::image::{self, Filter, Usage};
use crate::store::{Occupant, Store, disk_usage};
use crate::ui::listing::{Field, Fields, Listing, Row};
use crate::ui::template::Template;
use crate::ui::{print, safe, size};
use chrono::Utc;
use serde_json::{Value, json};

/// The options of `system df`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Show each image, each container and each leftover
    #[arg(short, long)]
    verbose: bool,
    /// Print as 'table', 'table TEMPLATE', 'json' or a Go template; with --verbose as 'json', or a Go template over .Images,
    /// .Containers and .Leftovers
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

const IMAGES: Listing<'static> = Listing {
    fields: &images::FIELDS,
    columns: &[
        "Repository",
        "Tag",
        "ID",
        "CreatedSince",
        "Size",
        "SharedSize",
        "UniqueSize",
        "Containers",
    ],
    headings: true,
};

const CONTAINERS: Listing<'static> = Listing {
    fields: &[
        ("ID", "CONTAINER ID"),
        ("Image", "IMAGE"),
        ("Command", "COMMAND"),
        ("LocalVolumes", "LOCAL VOLUMES"),
        ("Size", "SIZE"),
        ("RunningFor", "CREATED"),
        ("Status", "STATUS"),
        ("Names", "NAMES"),
    ],
    columns: &[
        "ID",
        "Image",
        "Command",
        "LocalVolumes",
        "Size",
        "RunningFor",
        "Status",
        "Names",
    ],
    headings: true,
};

const LEFTOVERS: Listing<'static> = Listing {
    fields: &[
        ("Kind", "KIND"),
        ("Name", "NAME"),
        ("Size", "SIZE"),
        ("Status", "STATUS"),
    ],
    columns: &["Kind", "Name", "Size", "Status"],
    headings: true,
};

/// Prints disk usage.
pub fn run(options: Options, context: &Context) -> Outcome {
    context.enter_userns()?;
    let store = context.store()?;
    let (images, kept) = image::usage(&store)?;
    let occupants = store.occupants(&kept)?;
    match options.verbose {
        true => verbose(&store, &occupants, options.format.as_deref())?,
        false => {
            let mut rows = vec![row("Images", images), row("Containers", containers(&store)?)];
            // Nothing to see where all is well.
            if !occupants.is_empty() {
                rows.push(row("Leftovers", leftovers(&occupants)));
            }
            LISTING.print(options.format.as_deref(), &rows)?;
        }
    }
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

fn leftovers(occupants: &[Occupant]) -> Usage {
    let is_active = |occupant: &&Occupant| occupant.active;
    let size: u64 = occupants.iter().map(|occupant| occupant.size).sum();
    let active: u64 = occupants.iter().filter(is_active).map(|occupant| occupant.size).sum();
    Usage {
        total: occupants.len(),
        active: occupants.iter().filter(is_active).count(),
        size,
        reclaimable: size - active,
    }
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

/// A table of each kind, or all of them in one object.
fn verbose(store: &Store, occupants: &[Occupant], format: Option<&str>) -> anyhow::Result<()> {
    let (images, containers) = (image_rows(store)?, container_rows(store)?);
    let leftovers: Vec<Row> = occupants.iter().map(occupant_row).collect();
    let format = format.map(str::trim).filter(|format| *format != "table");
    if let Some(format) = format {
        let [containers, images, leftovers] = [containers, images, leftovers].map(sorted);
        let all = json!({"Containers": containers, "Images": images, "Leftovers": leftovers});
        let text = match format {
            "json" => all.to_string(),
            template => Template::parse(template)?.render(&all)?,
        };
        return print::text(&safe::on_terminal(&format!("{text}\n")));
    }
    print::text("Images space usage:\n\n")?;
    IMAGES.print(None, &images)?;
    print::text("\nContainers space usage:\n\n")?;
    CONTAINERS.print(None, &containers)?;
    if !leftovers.is_empty() {
        print::text("\nLeftovers space usage:\n\n")?;
        LEFTOVERS.print(None, &leftovers)?;
    }
    Ok(())
}

/// The rows with their fields in alphabetical order, as Docker writes them.
fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.iter_mut().for_each(Row::sort_keys);
    rows
}

fn image_rows(store: &Store) -> anyhow::Result<Vec<Row>> {
    let filter = Filter::default();
    let selection = image::Selection {
        all: true,
        digests: false,
        filter: &filter,
        order: image::Order::Created,
    };
    let (shares, now) = (image::shares(store)?, Utc::now());
    let row = |listed: &image::Listed| {
        let shown = images::Image {
            listed,
            shares: Some(shares.get(&listed.id).copied().unwrap_or_default()),
            no_trunc: false,
            now,
        };
        let field = |(name, _): &Field| ((*name).to_owned(), shown.text(name).into_owned().into());
        images::FIELDS.iter().map(field).collect()
    };
    Ok(image::list(store, &selection)?.iter().map(row).collect())
}

fn container_rows(store: &Store) -> anyhow::Result<Vec<Row>> {
    let selection = container::Selection {
        all: true,
        ..container::Selection::default()
    };
    let sized = |listed: &container::Listed| {
        let id = listed.container.record.id[..12].to_owned();
        let mut row = ps::row(store, listed, id, None, false, Utc::now())?;
        let size = disk_usage(&listed.container.dir)?;
        row.insert("Size".into(), size::human(size).into());
        Ok(row)
    };
    container::list(store, &selection)?.iter().map(sized).collect()
}

fn occupant_row(occupant: &Occupant) -> Row {
    let status = if occupant.active { "in use" } else { "reclaimable" };
    let fields: [(&str, Value); 4] = [
        ("Kind", occupant.what.kind.to_string().into()),
        ("Name", occupant.what.name.clone().into()),
        ("Size", size::human(occupant.size).into()),
        ("Status", status.into()),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
