//! `lamel ps`: lists containers.

use crate::commands::context::Context;
use crate::commands::options::labels;
use crate::commands::{DONE, Outcome};
use crate::container;
use crate::container::config::ports;
use crate::container::health::status::HealthStatus;
use crate::container::query::filter::Filter;
use crate::container::query::list::{Listed, Selection};
use crate::container::query::size::Size;
use crate::container::query::{inspect, list};
use crate::container::state::status::Status;
use crate::store::Store;
use crate::text::{size, time, truncate};
use crate::ui::listing::{Field, Listing, Row};
use crate::ui::print;
use anyhow::Result;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// The options of `ps`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Show all containers, not only running ones
    #[arg(short, long)]
    all: bool,
    /// Show the newest container, in any state
    #[arg(short, long)]
    latest: bool,
    /// Show the newest NUMBER containers, in any state
    #[arg(short = 'n', long, value_name = "NUMBER", conflicts_with = "latest")]
    last: Option<usize>,
    /// Print only IDs
    #[arg(short, long)]
    quiet: bool,
    /// Do not shorten IDs and commands
    #[arg(long)]
    no_trunc: bool,
    /// Show the size of what each container wrote
    #[arg(short, long)]
    size: bool,
    /// Show only containers that match: id, name, command, label, label!, status, exited, ancestor, before, since,
    /// until, volume, network, expose, publish, restart-policy, health
    #[arg(short, long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT", conflicts_with = "quiet")]
    format: Option<String>,
    /// Sort by a field instead of by creation time
    #[arg(long, value_name = "FIELD")]
    sort: Option<Sort>,
    /// Do not print the table headings
    #[arg(long)]
    noheading: bool,
    /// Accepted for compatibility: lamel has no containers of other programs
    #[arg(long)]
    external: bool,
}

/// The fields to sort by, as podman names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Sort {
    Command,
    Created,
    Id,
    Image,
    Names,
    #[value(name = "runningfor")]
    RunningFor,
    Size,
    Status,
}

const FIELDS: &[Field] = &[
    ("ID", "CONTAINER ID"),
    ("Image", "IMAGE"),
    ("ImageID", "IMAGE ID"),
    ("Command", "COMMAND"),
    ("CreatedAt", "CREATED AT"),
    ("RunningFor", "CREATED"),
    ("State", "STATE"),
    ("Status", "STATUS"),
    ("Pid", "PID"),
    ("ExitCode", "EXIT CODE"),
    ("Size", "SIZE"),
    ("Ports", "PORTS"),
    ("Names", "NAMES"),
    ("Labels", "LABELS"),
    ("Mounts", "MOUNTS"),
    ("Networks", "NETWORKS"),
    ("LocalVolumes", "LOCAL VOLUMES"),
    // Fields of podman only.
    ("CreatedHuman", "CREATED"),
    ("StartedAt", "STARTED AT"),
    ("Exited", "EXITED"),
    ("ExitedAt", "EXITED AT"),
    ("AutoRemove", "AUTO REMOVE"),
];

const COLUMNS: &[&str] = &[
    "ID",
    "Image",
    "Command",
    "RunningFor",
    "Status",
    "Ports",
    "Names",
    "Size",
];

/// The maximum length of a command, in characters, and below of the source of a mount.
const COMMAND_WIDTH: usize = 20;
const MOUNT_WIDTH: usize = 15;

/// Lists containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    let template_has_size = options.format.as_ref().is_some_and(|format| format.contains(".Size"));
    let sized = options.size || template_has_size || options.sort == Some(Sort::Size);
    if sized {
        // Only root of the user namespace can read every directory of a container.
        context.enter_userns()?;
    }
    let store = context.store()?;
    let selection = Selection {
        all: options.all,
        last: options.last.or(options.latest.then_some(1)),
        filters: options
            .filter
            .iter()
            .map(|text| text.parse())
            .collect::<Result<Vec<Filter>>>()?,
    };
    let mut listed = list::list(&store, &selection, &mut print::warn_skipped())?;
    if let Some(field) = options.sort {
        sort(&store, &mut listed, field)?;
    }
    let id = |listed: &Listed| {
        let id = &listed.container.record.id;
        if options.no_trunc {
            id.clone()
        } else {
            id[..12].to_owned()
        }
    };
    if options.quiet {
        print::text(&listed.iter().map(|listed| id(listed) + "\n").collect::<String>())?;
        return Ok(DONE);
    }
    let now = Utc::now();
    let rows = listed.iter().map(|listed| -> Result<Row> {
        let size = sized.then(|| listed.container.size(&store)).transpose()?;
        row(&store, listed, id(listed), size, options.no_trunc, now)
    });
    let columns = if options.size {
        COLUMNS
    } else {
        &COLUMNS[..COLUMNS.len() - 1]
    };
    let listing = Listing {
        fields: FIELDS,
        columns,
        headings: !options.noheading,
    };
    listing.print(options.format.as_deref(), &rows.collect::<Result<Vec<Row>>>()?)?;
    Ok(DONE)
}

fn sort(store: &Store, listed: &mut [Listed], field: Sort) -> Result<()> {
    let record = |listed: &Listed| listed.container.record.clone();
    match field {
        Sort::Command => listed.sort_by_key(|listed| listed.container.config.args()),
        Sort::Created | Sort::RunningFor => listed.sort_by_key(|listed| record(listed).created),
        Sort::Id => listed.sort_by_key(|listed| record(listed).id),
        Sort::Image => listed.sort_by_key(|listed| record(listed).image_name),
        Sort::Names => listed.sort_by_key(|listed| record(listed).name),
        Sort::Status => listed.sort_by_key(|listed| listed.state.status.word()),
        Sort::Size => {
            let mut sized = Vec::with_capacity(listed.len());
            for one in listed.iter() {
                sized.push((one.container.size(store)?.written, one.clone()));
            }
            sized.sort_by_key(|(size, _)| *size);
            listed.clone_from_slice(&sized.into_iter().map(|(_, one)| one).collect::<Vec<_>>());
        }
    }
    Ok(())
}

/// The fields of a container. `size`: where it was computed. `whole`: not truncated.
pub fn row(
    store: &Store,
    listed: &Listed,
    id: String,
    size: Option<Size>,
    whole: bool,
    now: DateTime<Utc>,
) -> Result<Row> {
    let (record, config) = (&listed.container.record, &listed.container.config);
    let created = container::created(record);
    let mounts: Vec<String> = config
        .host
        .binds
        .iter()
        .map(|bind| bind.source.display().to_string())
        .chain(config.host.volumes.iter().map(|volume| volume.name.clone()))
        .map(|source| match whole {
            true => source,
            false => truncate::ellipsis(&source, MOUNT_WIDTH),
        })
        .collect();
    let published = listed.container.ports(store)?;
    // The ports of a stopped container are not open.
    let exposed = config.exposed_ports.keys().filter(|_| listed.state.is_active());
    let size = size.map_or("0B".into(), |size| {
        let (written, whole) = (size::short(size.written), size::short(size.whole));
        format!("{written} (virtual {whole})")
    });
    let row = json!({
        "ID": id,
        "Image": image(store, listed)?,
        "Command": command(&config.args(), whole),
        "ImageID": record.image.short(),
        "CreatedAt": time::at(created),
        "RunningFor": time::ago(created, now),
        "State": listed.state.status.word(),
        "Status": status(listed, now),
        "Ports": ports::listed(&published, exposed),
        "Names": record.name,
        "Labels": labels::shown(&config.labels),
        "Label": config.labels,
        "Mounts": mounts.join(","),
        "Networks": inspect::network_mode(&config.host.network),
        "Pid": listed.state.init.as_ref().map_or(0, |init| init.pid).to_string(),
        "ExitCode": listed.state.code.to_string(),
        "Size": size,
        "LocalVolumes": config.host.volumes.len().to_string(),
        "CreatedHuman": time::ago(created, now),
        "StartedAt": seconds(listed.state.started),
        "Exited": listed.state.has_ended(),
        "ExitedAt": seconds(listed.state.finished),
        "AutoRemove": config.host.auto_remove,
    });
    match row {
        Value::Object(row) => Ok(row),
        _ => unreachable!("the row is written as an object"),
    }
}

/// Seconds since the Unix epoch. Without a time, those of Go's zero time, as in podman.
fn seconds(moment: Option<DateTime<Utc>>) -> i64 {
    moment.map_or(-62_135_596_800, |moment| moment.timestamp())
}

/// The name of the image, or its ID where the name now belongs to another image.
fn image(store: &Store, listed: &Listed) -> Result<String> {
    let record = &listed.container.record;
    if listed.container.config.host.rootfs.is_some() {
        return Ok(record.image_name.clone());
    }
    let moved = match record.image_name.parse() {
        Ok(name) => store.tag(&name)?.is_none_or(|tag| tag.image != record.image),
        Err(_) => true,
    };
    Ok(if moved {
        record.image.short()
    } else {
        record.image_name.clone()
    })
}

/// The command as it would be typed, in double quotes.
fn command(args: &[String], whole: bool) -> String {
    let quoted = args.iter().enumerate().map(|(index, arg)| match index {
        0 => arg.clone(),
        _ if arg.contains(' ') => format!("'{arg}'"),
        _ => arg.clone(),
    });
    let line = quoted.collect::<Vec<_>>().join(" ");
    let shown = if whole {
        line
    } else {
        truncate::ellipsis(&line, COMMAND_WIDTH)
    };
    format!("{shown:?}")
}

fn status(listed: &Listed, now: DateTime<Utc>) -> String {
    let state = &listed.state;
    match state.status {
        Status::Created | Status::Starting => "Created".into(),
        Status::Running | Status::Paused => {
            let up = state
                .started
                .map(|started| (now - started).to_std().unwrap_or_default());
            let health = || listed.container.health(state).map(|health| health.status);
            let more = match state.status == Status::Paused {
                true => " (Paused)".to_owned(),
                false => match health() {
                    Some(HealthStatus::Starting) => " (health: starting)".to_owned(),
                    Some(status) => format!(" ({})", status.word()),
                    None => String::new(),
                },
            };
            format!("Up {}{more}", time::duration(up.unwrap_or_default()))
        }
        Status::Exited => format!("Exited ({}) {}", state.code, time::ago(state.finished, now)),
        Status::Restarting => format!("Restarting ({}) {}", state.code, time::ago(state.finished, now)),
        Status::Dead => "Dead".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(args: &[&str]) -> Vec<String> {
        args.iter().map(|arg| arg.to_string()).collect()
    }

    #[test]
    fn commands_are_quoted_and_cut() {
        assert_eq!(
            command(&owned(&["nginx", "-g", "daemon off;"]), false),
            "\"nginx -g 'daemon of…\""
        );
        assert_eq!(
            command(&owned(&["nginx", "-g", "daemon off;"]), true),
            "\"nginx -g 'daemon off;'\""
        );
        assert_eq!(command(&owned(&["sh", "-c", "a\nb"]), true), "\"sh -c a\\nb\"");
    }
}
