//! `lamel system df`: prints the disk usage of images, containers, volumes and leftovers.

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
use crate::image::list::usage::DiskUsage;
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
        // Padded to the width of Docker's longest row, "Local Volumes", which is printed here only if there are
        // volumes.
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
    let warn = &mut print::warn_skipped();
    let (volumes, leftovers) = (volumes(&store, warn)?, store.leftover_usage(&kept)?);
    match options.verbose {
        true => verbose(&store, &volumes, &leftovers, options.format.as_deref(), warn)?,
        false => {
            let mut rows = vec![row("Images", images), row("Containers", containers(&store, warn)?)];
            if !volumes.is_empty() {
                rows.push(row(
                    "Local Volumes",
                    usage_of(volumes.iter().map(|v| (v.size, v.active))),
                ));
            }
            if !leftovers.is_empty() {
                rows.push(row("Leftovers", usage_of(leftovers.iter().map(|o| (o.size, o.active)))));
            }
            LISTING.print(options.format.as_deref(), &rows)?;
        }
    }
    Ok(DONE)
}

/// The usage of containers: the files that they wrote, and their records and logs.
fn containers(store: &Store, warn: &mut dyn FnMut(anyhow::Error)) -> anyhow::Result<DiskUsage> {
    let mut sizes = Vec::new();
    for (id, record) in store.each_container()? {
        // A container whose record cannot be read takes space, too.
        let _ = record.map_err(&mut *warn);
        let size = disk_usage(&store.container_dir(&id))?;
        sizes.push((size, container::is_running(store, &id)?));
    }
    Ok(usage_of(sizes.into_iter()))
}

/// A volume and its usage.
struct VolumeUsage {
    name: String,
    /// The number of containers that use it.
    links: usize,
    /// Whether a container uses it, or may do so.
    active: bool,
    size: u64,
}

/// The usage of volumes. Containers write to volumes directly, so their sizes are measured now.
fn volumes(store: &Store, warn: &mut dyn FnMut(anyhow::Error)) -> anyhow::Result<Vec<VolumeUsage>> {
    let records = store.volumes()?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let used = volume::used(store)?;
    let volume = |record: VolumeRecord| {
        Ok(VolumeUsage {
            links: used.users_of(&record.name).len(),
            active: used.may_use(&record.name),
            size: store.volume_disk(&record.name)?,
            name: record.name,
        })
    };
    let volumes = records.into_iter().map(volume).collect();
    used.tell(warn);
    volumes
}

/// Sums up objects, each given by its size and whether it is in use.
fn usage_of(objects: impl Iterator<Item = (u64, bool)>) -> DiskUsage {
    let mut usage = DiskUsage::default();
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

fn row(kind: &str, usage: DiskUsage) -> Row {
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

/// Prints a table for each kind of object, or with a format one object with all of them.
fn verbose(
    store: &Store,
    volumes: &[VolumeUsage],
    leftovers: &[LeftoverUsage],
    format: Option<&str>,
    warn: &mut dyn FnMut(anyhow::Error),
) -> anyhow::Result<()> {
    let (images, containers) = (image_rows(store)?, container_rows(store, warn)?);
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

/// Sorts the fields of rows, as Docker does.
fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.iter_mut().for_each(Row::sort_keys);
    rows
}

fn image_rows(store: &Store) -> anyhow::Result<Vec<Row>> {
    let filter = Filter::default();
    let selection = list::ImageSelection {
        all: true,
        digests: false,
        filter: &filter,
        order: list::Order::Created,
    };
    let (sharing, now) = (list::sharing(store)?, Utc::now());
    let row = |listed: &list::ListedImage| {
        let shown = images::ImageRow {
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

fn container_rows(store: &Store, warn: &mut dyn FnMut(anyhow::Error)) -> anyhow::Result<Vec<Row>> {
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
    let listed = container_list::list(store, &selection, warn)?;
    listed.iter().map(sized).collect()
}

fn volume_row(volume: &VolumeUsage) -> Row {
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
