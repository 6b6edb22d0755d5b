//! `lamel volume …`: directories that containers share and that outlive them.

use crate::commands::context::Context;
use crate::commands::options::{labels, record_filter};
use crate::commands::output::described;
use crate::commands::output::each::each;
use crate::commands::{DONE, Outcome};
use crate::container::query::users::Users;
use crate::container::volume;
use crate::store::Store;
use crate::store::objects::volumes::VolumeRecord;
use crate::text::size;
use crate::ui::listing::{Listing, Row};
use crate::ui::{confirm, print};
use anyhow::{bail, ensure};
use serde_json::{Value, json};

/// The commands on volumes.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Create a volume
    Create(Create),
    /// List volumes
    #[command(visible_alias = "list")]
    Ls(Ls),
    /// Show details of volumes
    Inspect(Inspect),
    /// Remove volumes
    #[command(visible_alias = "remove")]
    Rm(Rm),
    /// Remove volumes that no container uses
    Prune(Prune),
    /// Check whether a volume exists: exit code 0 or 1
    Exists(Exists),
}

/// The options of `volume create`.
#[derive(Debug, clap::Args)]
pub struct Create {
    /// Set a label
    #[arg(long, value_name = "KEY[=VALUE]")]
    label: Vec<String>,
    /// Volume driver; only local is supported
    #[arg(
        short,
        long,
        default_value = "local",
        hide_default_value = true,
        value_name = "DRIVER"
    )]
    driver: String,
    /// Name of the volume (default: a random name)
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// The options of `volume ls`.
#[derive(Debug, clap::Args)]
pub struct Ls {
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

/// The options of `volume inspect`.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// Format each volume with a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// Names of the volumes
    #[arg(required = true, value_name = "VOLUME")]
    names: Vec<String>,
}

/// The options of `volume rm`.
#[derive(Debug, clap::Args)]
pub struct Rm {
    /// Remove all volumes
    #[arg(short, long, conflicts_with = "names")]
    all: bool,
    /// Ignore volumes that do not exist
    #[arg(short, long)]
    force: bool,
    /// Names of the volumes
    #[arg(required_unless_present = "all", value_name = "VOLUME")]
    names: Vec<String>,
}

/// The options of `volume prune`.
#[derive(Debug, clap::Args)]
pub struct Prune {
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

/// The options of `volume exists`.
#[derive(Debug, clap::Args)]
pub struct Exists {
    /// Name of the volume
    #[arg(value_name = "VOLUME")]
    name: String,
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

/// Does what one of them says.
pub fn run(command: Command, context: &Context) -> Outcome {
    // Their files belong to subordinate ids.
    context.enter_userns()?;
    let store = context.store()?;
    match command {
        Command::Create(options) => create(options, &store),
        Command::Ls(options) => ls(options, &store),
        Command::Inspect(options) => inspect(options, &store),
        Command::Rm(options) => rm(options, &store),
        Command::Prune(options) => prune(options, &store),
        Command::Exists(options) => Ok(u8::from(store.volume(&options.name)?.is_none())),
    }
}

fn create(options: Create, store: &Store) -> Outcome {
    ensure!(
        options.driver == "local",
        "unknown volume driver {:?}: local is known",
        options.driver
    );
    let labels = options.label.iter().map(|label| labels::pair(label));
    print::line(&volume::create(store, options.name, labels.collect())?)?;
    Ok(DONE)
}

fn ls(options: Ls, store: &Store) -> Outcome {
    let filters = record_filter::read(&options.filter, &["dangling", "name", "label", "driver"])?;
    let used = match filters.iter().any(|(key, _)| *key == "dangling") {
        true => volume::used(store)?,
        false => Users::default(),
    };
    let mut listed = Vec::new();
    for record in store.volumes()? {
        let keeps = |(key, value): &(&str, &str)| match *key {
            "dangling" => used.may_use(&record.name) != matches!(*value, "true" | "1"),
            "name" => record.name.contains(value),
            "driver" => *value == "local",
            _ => labels::has(&record.labels, value),
        };
        if filters.iter().all(keeps) {
            listed.push(record);
        }
    }
    used.tell(&mut print::left_out());
    if options.quiet && options.format.is_none() {
        let names: String = listed.iter().map(|record| format!("{}\n", record.name)).collect();
        return print::text(&names).map(|()| DONE);
    }
    let rows: Vec<Row> = listed.iter().map(|record| row(store, record)).collect();
    let listing = Listing {
        headings: !options.noheading,
        ..LISTING
    };
    listing.print(options.format.as_deref(), &rows)?;
    Ok(DONE)
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

fn rm(options: Rm, store: &Store) -> Outcome {
    let names = match options.all {
        true => store.volumes()?.into_iter().map(|record| record.name).collect(),
        false => options.names,
    };
    each(&names, |name| {
        if !options.force || store.volume(name)?.is_some() {
            volume::remove(store, name)?;
        }
        print::line(name)
    })
}

/// Prints what is known of each; those that are not there are an error after that.
fn inspect(options: Inspect, store: &Store) -> Outcome {
    let find = |name: &str| {
        let describe = |record: VolumeRecord| {
            json!({
                "CreatedAt": record.created,
                "Driver": "local",
                "Labels": if record.labels.is_empty() { Value::Null } else { json!(record.labels) },
                "Mountpoint": store.volume_data(name).display().to_string(),
                "Name": record.name,
                "Options": null,
                "Scope": "local",
                "Anonymous": record.anonymous,
            })
        };
        Ok(store.volume(name)?.map(describe))
    };
    let missing = described::print(&options.names, options.format.as_deref(), find)?;
    match missing[..] {
        [] => Ok(DONE),
        _ => bail!("no such volume: {}", missing.join(", ")),
    }
}

fn prune(options: Prune, store: &Store) -> Outcome {
    let filters = record_filter::read(&options.filter, &["label"])?;
    let which = if options.all { "all" } else { "anonymous" };
    let warning = format!("This will remove {which} local volumes not used by at least one container.");
    if !options.force && !confirm::confirm(&warning)? {
        return Ok(DONE);
    }
    let wanted = |record: &VolumeRecord| {
        (options.all || record.anonymous) && filters.iter().all(|(_, value)| labels::has(&record.labels, value))
    };
    let (gone, freed) = volume::prune(store, &wanted, &mut print::left_out())?;
    let gone = match gone.is_empty() {
        true => String::new(),
        false => format!("Deleted Volumes:\n{}\n\n", gone.join("\n")),
    };
    print::text(&format!("{gone}Total reclaimed space: {}\n", size::human(freed)))?;
    Ok(DONE)
}
