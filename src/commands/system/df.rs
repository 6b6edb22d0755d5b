//! `lamel system df`: prints what takes how much room.

use crate::commands::container::query::ps;
use crate::commands::context::Context;
use crate::commands::image::images;
use crate::commands::{DONE, Outcome};
use crate::container;
use crate::container::query::list as container_list;
use crate::container::volume;
use crate::image::list;
use crate::image::list::filter::Filter;
use crate::image::list::usage;
use crate::image::list::usage::Usage;
use crate::store::Store;
use crate::store::files::disk_usage::disk_usage;
use crate::store::objects::volumes::VolumeRecord;
use crate::store::remove::leftovers::LeftoverUsage;
use crate::text::{safe, size};
use crate::ui::listing::{Field, Fields, Listing, Row};
use crate::ui::print;
use crate::ui::template::Template;
use chrono::Utc;
use serde_json::json;

/// The options of `system df`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Show each image, container, volume and leftover
    #[arg(short, long)]
    verbose: bool,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template; with --verbose, the template is over
    /// .Images, .Containers, .Volumes and .Leftovers
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

const LISTING: Listing<'static> = Listing {
    fields: &[
        // As wide as with Docker, whose longest row, "Local Volumes", is here only where there are some.
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
    fields: &[
        ("Repository", "REPOSITORY"),
        ("Tag", "TAG"),
        ("ID", "IMAGE ID"),
        ("CreatedSince", "CREATED"),
        ("VirtualSize", "SIZE"),
        ("SharedSize", "SHARED SIZE"),
        ("UniqueSize", "UNIQUE SIZE"),
        ("Containers", "CONTAINERS"),
    ],
    columns: &[
        "Repository",
        "Tag",
        "ID",
        "CreatedSince",
        "VirtualSize",
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

const VOLUMES: Listing<'static> = Listing {
    fields: &[("Name", "VOLUME NAME"), ("Links", "LINKS"), ("Size", "SIZE")],
    columns: &["Name", "Links", "Size"],
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
    let (images, kept) = usage::usage(&store)?;
    let left_out = &mut print::warn_skipped();
    let (volumes, leftovers) = (volumes(&store, left_out)?, store.leftover_usage(&kept)?);
    match options.verbose {
        true => verbose(&store, &volumes, &leftovers, options.format.as_deref(), left_out)?,
        false => {
            let mut rows = vec![row("Images", images), row("Containers", containers(&store, left_out)?)];
            if !volumes.is_empty() {
                rows.push(row(
                    "Local Volumes",
                    usage_of(volumes.iter().map(|v| (v.size, v.active))),
                ));
            }
            // Nothing to see where all is well.
            if !leftovers.is_empty() {
                rows.push(row("Leftovers", usage_of(leftovers.iter().map(|o| (o.size, o.active)))));
            }
            LISTING.print(options.format.as_deref(), &rows)?;
        }
    }
    Ok(DONE)
}

/// What containers take: what they wrote, and what is kept with it.
fn containers(store: &Store, left_out: &mut dyn FnMut(anyhow::Error)) -> anyhow::Result<Usage> {
    let mut sizes = Vec::new();
    for (id, record) in store.each_container()? {
        // It takes room all the same.
        let _ = record.map_err(&mut *left_out);
        let size = disk_usage(&store.container_dir(&id))?;
        sizes.push((size, container::is_running(store, &id)?));
    }
    Ok(usage_of(sizes.into_iter()))
}

/// A volume, and how many containers use it.
struct Volume {
    name: String,
    links: usize,
    /// A container uses it, or may do so.
    active: bool,
    size: u64,
}

/// Volumes belong to whoever writes in them, so their sizes are those of this moment.
fn volumes(store: &Store, left_out: &mut dyn FnMut(anyhow::Error)) -> anyhow::Result<Vec<Volume>> {
    let records = store.volumes()?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let used = volume::used(store)?;
    let volume = |record: VolumeRecord| {
        Ok(Volume {
            links: used.of(&record.name).len(),
            active: used.may_use(&record.name),
            size: store.volume_disk(&record.name)?,
            name: record.name,
        })
    };
    let volumes = records.into_iter().map(volume).collect();
    used.tell(left_out);
    volumes
}

/// Of objects, each with its size and whether something uses it.
fn usage_of(objects: impl Iterator<Item = (u64, bool)>) -> Usage {
    let mut usage = Usage::default();
    for (size, active) in objects {
        usage.total += 1;
        usage.size += size;
        match active {
            true => usage.active += 1,
            false => usage.reclaimable += size,
        }
    }
    usage
}

fn row(kind: &str, usage: Usage) -> Row {
    let percent = (usage.reclaimable * 100).checked_div(usage.size);
    let reclaimable = match percent {
        Some(percent) => format!("{} ({percent}%)", size::human(usage.reclaimable)),
        None => size::human(usage.reclaimable),
    };
    LISTING.row([
        kind.to_owned(),
        usage.total.to_string(),
        usage.active.to_string(),
        size::human(usage.size),
        reclaimable,
    ])
}

/// A table of each kind, or all of them in one object.
fn verbose(
    store: &Store,
    volumes: &[Volume],
    leftovers: &[LeftoverUsage],
    format: Option<&str>,
    left_out: &mut dyn FnMut(anyhow::Error),
) -> anyhow::Result<()> {
    let (images, containers) = (image_rows(store)?, container_rows(store, left_out)?);
    let volumes: Vec<Row> = volumes.iter().map(volume_row).collect();
    let leftovers: Vec<Row> = leftovers.iter().map(leftover_row).collect();
    let format = format.map(str::trim).filter(|format| *format != "table");
    if let Some(format) = format {
        let [containers, images, volumes, leftovers] = [containers, images, volumes, leftovers].map(sorted);
        let all = json!({"Images": images, "Containers": containers, "Volumes": volumes, "Leftovers": leftovers});
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
    if !volumes.is_empty() {
        print::text("\nLocal Volumes space usage:\n\n")?;
        VOLUMES.print(None, &volumes)?;
    }
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
    let selection = list::Selection {
        all: true,
        digests: false,
        filter: &filter,
        order: list::Order::Created,
    };
    let (sharing, now) = (list::sharing(store)?, Utc::now());
    let row = |listed: &list::Listed| {
        let shown = images::Image {
            listed,
            sharing: Some(sharing.get(&listed.id).copied().unwrap_or_default()),
            no_trunc: false,
            now,
        };
        let field = |(name, _): &Field| ((*name).to_owned(), shown.text(name).into_owned().into());
        images::FIELDS.iter().map(field).collect()
    };
    Ok(list::list(store, &selection)?.iter().map(row).collect())
}

fn container_rows(store: &Store, left_out: &mut dyn FnMut(anyhow::Error)) -> anyhow::Result<Vec<Row>> {
    let selection = container_list::Selection {
        all: true,
        ..container_list::Selection::default()
    };
    let sized = |listed: &container_list::Listed| {
        let id = listed.container.record.id[..12].to_owned();
        let mut row = ps::row(store, listed, id, None, false, Utc::now())?;
        let size = disk_usage(&listed.container.dir)?;
        row.insert("Size".into(), size::human(size).into());
        Ok(row)
    };
    let listed = container_list::list(store, &selection, left_out)?;
    listed.iter().map(sized).collect()
}

fn volume_row(volume: &Volume) -> Row {
    object([
        ("Name", volume.name.clone()),
        ("Links", volume.links.to_string()),
        ("Size", size::human(volume.size)),
    ])
}

fn leftover_row(usage: &LeftoverUsage) -> Row {
    let status = if usage.active { "in use" } else { "reclaimable" };
    object([
        ("Kind", usage.leftover.kind.to_string()),
        ("Name", usage.leftover.name.clone()),
        ("Size", size::human(usage.size)),
        ("Status", status.to_owned()),
    ])
}

fn object<const N: usize>(fields: [(&str, String); N]) -> Row {
    let fields = fields.into_iter();
    fields.map(|(name, value)| (name.to_owned(), value.into())).collect()
}
