//! `lamel network inspect`: prints all that is known of networks.

use crate::commands::context::Context;
use crate::commands::output::records;
use crate::commands::{DONE, Outcome};
use crate::container;
use crate::container::network;
use crate::container::network::addresses;
use crate::store::Store;
use crate::store::objects::networks::NetworkRecord;
use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

/// The options of `network inspect`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Format each network with a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// Names or IDs of the networks
    #[arg(required = true, value_name = "NETWORK")]
    names: Vec<String>,
}

/// Prints the networks that exist; the others are an error after that.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let find = |name: &str| {
        let record = store.network(name)?;
        record.map(|record| object(&store, &record)).transpose()
    };
    let missing = records::inspect(&options.names, options.format.as_deref(), find)?;
    match missing[..] {
        [] => Ok(DONE),
        _ => bail!("network {} not found", missing.join(", ")),
    }
}

/// In Docker's shape (Engine API, `NetworkInspect`).
fn object(store: &Store, record: &NetworkRecord) -> Result<Value> {
    let config = record.subnets.iter().map(|subnet| {
        let mut config = json!({ "Subnet": subnet.subnet.to_string(), "Gateway": subnet.gateway.to_string() });
        if let Some(range) = subnet.range {
            config["IPRange"] = json!(range.to_string());
        }
        config
    });
    let mut containers = Map::new();
    for container in network::used(store)?.users_of(&record.name) {
        let runs = container::is_running(store, &container.id).unwrap_or(false);
        let Some(place) = addresses::find_attachments(store, &container.id)?.filter(|_| runs) else {
            continue;
        };
        for attached in place
            .networks
            .iter()
            .filter(|attached| attached.network.id == record.id)
        {
            let address = |v6: bool| {
                let mut pairs = attached.network.subnets.iter().zip(&attached.addresses);
                let found = pairs.find(|(_, address)| address.is_ipv6() == v6);
                found.map_or(String::new(), |(subnet, address)| {
                    format!("{address}/{}", subnet.subnet.prefix_len())
                })
            };
            containers.insert(
                place.container.clone(),
                json!({
                    "Name": container.name,
                    "EndpointID": "",
                    "MacAddress": attached.mac,
                    "IPv4Address": address(false),
                    "IPv6Address": address(true),
                }),
            );
        }
    }
    Ok(json!({
        "Name": record.name,
        "Id": record.id,
        "Created": record.created,
        "Scope": "local",
        "Driver": "bridge",
        "EnableIPv4": true,
        "EnableIPv6": record.has_ipv6(),
        "IPAM": { "Driver": "default", "Options": {}, "Config": config.collect::<Vec<_>>() },
        "Internal": record.internal,
        "Attachable": false,
        "Ingress": false,
        "ConfigFrom": { "Network": "" },
        "ConfigOnly": false,
        "Containers": containers,
        "Options": record.options,
        "Labels": record.labels,
        "DNSEnabled": record.dns,
        "NetworkInterface": record.interface,
    }))
}
