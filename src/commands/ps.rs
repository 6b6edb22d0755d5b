//! `lamel ps`: lists containers.

use super::{Context, DONE, Outcome};
use crate::container::{self, Filter, Listed, Selection, State, Status};
use crate::store::Store;
use crate::ui;
use crate::ui::listing::{Field, Listing, Row};
use anyhow::Result;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// The options of `ps`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Also those that do not run
    #[arg(short, long)]
    all: bool,
    /// Only the newest, whatever its state
    #[arg(short, long)]
    latest: bool,
    /// Only the newest so many, whatever their state
    #[arg(short = 'n', long, value_name = "NUMBER", conflicts_with = "latest")]
    last: Option<usize>,
    /// IDs alone
    #[arg(short, long)]
    quiet: bool,
    /// IDs and commands in full
    #[arg(long)]
    no_trunc: bool,
    /// Only those that meet a condition: id, name, label, status, exited, ancestor, before, since
    #[arg(short, long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
    /// A Go template for each, `table TEMPLATE`, or json
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "quiet")]
    format: Option<String>,
}

const FIELDS: &[Field] = &[
    ("ID", "CONTAINER ID"),
    ("Image", "IMAGE"),
    ("Command", "COMMAND"),
    ("CreatedAt", "CREATED AT"),
    ("RunningFor", "CREATED"),
    ("State", "STATE"),
    ("Status", "STATUS"),
    ("Ports", "PORTS"),
    ("Names", "NAMES"),
    ("Labels", "LABELS"),
    ("Mounts", "MOUNTS"),
    ("Networks", "NETWORKS"),
    ("LocalVolumes", "LOCAL VOLUMES"),
];

const COLUMNS: &[&str] = &["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"];

/// The widest a command is shown.
const COMMAND_WIDTH: usize = 20;

/// Lists containers, newest first.
pub fn run(options: Options, context: &Context) -> Outcome {
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
    let listed = container::list(&store, &selection)?;
    let id = |listed: &Listed| {
        let id = &listed.container.record.id;
        if options.no_trunc {
            id.clone()
        } else {
            id[..12].to_owned()
        }
    };
    if options.quiet {
        ui::print::text(&listed.iter().map(|listed| id(listed) + "\n").collect::<String>())?;
        return Ok(DONE);
    }
    let now = Utc::now();
    let rows = listed
        .iter()
        .map(|listed| row(&store, listed, id(listed), options.no_trunc, now));
    let listing = Listing {
        fields: FIELDS,
        columns: COLUMNS,
        headings: true,
    };
    listing.print(options.format.as_deref(), &rows.collect::<Result<Vec<Row>>>()?)?;
    Ok(DONE)
}

/// The container's fields.
pub(super) fn row(store: &Store, listed: &Listed, id: String, whole: bool, now: DateTime<Utc>) -> Result<Row> {
    let (record, config) = (&listed.container.record, &listed.container.config);
    let created = container::created(record);
    let labels: Vec<String> = config
        .labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let mounts: Vec<String> = config
        .host
        .binds
        .iter()
        .map(|bind| bind.source.display().to_string())
        .chain(config.host.volumes.iter().map(|volume| volume.name.clone()))
        .collect();
    let published = listed.container.ports(store)?;
    // Of one that does not run, none is open.
    let exposed = config.exposed_ports.keys().filter(|_| listed.state.is_active());
    let row = json!({
        "ID": id,
        "Image": image(store, listed)?,
        "Command": command(&config.args(), whole),
        "CreatedAt": ui::time::at(created),
        "RunningFor": ui::time::ago(created, now),
        "State": listed.state.status.word(),
        "Status": status(&listed.state, now),
        "Ports": container::listed_ports(&published, exposed),
        "Names": record.name,
        "Labels": labels.join(","),
        "Mounts": mounts.join(","),
        "Networks": container::network_mode(&config.host.network),
        "LocalVolumes": config.host.volumes.len().to_string(),
    });
    match row {
        Value::Object(row) => Ok(row),
        _ => unreachable!("the row is written as an object"),
    }
}

/// The name by which the image was asked for, or its ID where another image has the name now.
fn image(store: &Store, listed: &Listed) -> Result<String> {
    let record = &listed.container.record;
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

/// The command as one would type it, in double quotes.
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
        ui::truncate::ellipsis(&line, COMMAND_WIDTH)
    };
    format!("{shown:?}")
}

fn status(state: &State, now: DateTime<Utc>) -> String {
    match state.status {
        Status::Created | Status::Starting => "Created".into(),
        Status::Running => {
            let up = state
                .started
                .map(|started| (now - started).to_std().unwrap_or_default());
            format!("Up {}", ui::time::duration(up.unwrap_or_default()))
        }
        Status::Exited => format!("Exited ({}) {}", state.code, ui::time::ago(state.finished, now)),
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
