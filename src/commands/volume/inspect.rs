//! `lamel volume inspect`: prints all that is known of volumes.

use crate::commands::context::Context;
use crate::commands::output::records;
use crate::commands::{DONE, Outcome};
use crate::store::Store;
use crate::store::objects::volumes::VolumeRecord;
use anyhow::bail;
use serde_json::{Value, json};

/// The options of `volume inspect`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Format each volume with a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// Names of the volumes
    #[arg(required = true, value_name = "VOLUME")]
    names: Vec<String>,
}

/// Prints the volumes that exist; the others are an error after that.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let find = |name: &str| Ok(store.volume(name)?.map(|record| object(&store, &record)));
    let missing = records::inspect(&options.names, options.format.as_deref(), find)?;
    match missing[..] {
        [] => Ok(DONE),
        _ => bail!("no such volume: {}", missing.join(", ")),
    }
}

/// In the form of the Docker Engine API (`VolumeInspect`), with `Anonymous` as podman has it.
fn object(store: &Store, record: &VolumeRecord) -> Value {
    json!({
        "CreatedAt": record.created,
        "Driver": "local",
        "Labels": if record.labels.is_empty() { Value::Null } else { json!(record.labels) },
        "Mountpoint": store.volume_data(&record.name).display().to_string(),
        "Name": record.name,
        "Options": null,
        "Scope": "local",
        "Anonymous": record.anonymous,
    })
}
