//! `lamel network …`: networks that containers share.

pub mod connection;

use crate::commands::context::Context;
use crate::commands::options::{labels, record_filter};
use crate::commands::output::described;
use crate::commands::output::each::each;
use crate::commands::{DONE, Outcome};
use crate::container;
use crate::container::network;
use crate::container::network::{Wanted, addresses};
use crate::container::query::users::Users;
use crate::store::Store;
use crate::store::objects::networks::NetworkRecord;
use crate::ui::listing::{Listing, Row};
use crate::ui::{confirm, print};
use anyhow::{Result, bail, ensure};
use ipnet::IpNet;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// The commands on networks.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Create a network
    Create(Create),
    /// Connect a container to a network
    Connect(connection::Connect),
    /// Disconnect a container from a network
    Disconnect(connection::Disconnect),
    /// List networks
    #[command(visible_alias = "list")]
    Ls(Ls),
    /// Show details of networks
    Inspect(Inspect),
    /// Remove networks
    #[command(visible_alias = "remove")]
    Rm(Rm),
    /// Remove networks that no container uses
    Prune(Prune),
    /// Check whether a network exists: exit code 0 or 1
    Exists(Exists),
}

/// The options of `network create`.
#[derive(Debug, clap::Args)]
pub struct Create {
    /// Network driver; only bridge is supported
    #[arg(
        short,
        long,
        default_value = "bridge",
        hide_default_value = true,
        value_name = "DRIVER"
    )]
    driver: String,
    /// Subnet, such as 10.7.0.0/24; at most one of IPv4 and one of IPv6
    #[arg(long, value_name = "SUBNET")]
    subnet: Vec<IpNet>,
    /// Address of the host in the subnet
    #[arg(long, value_name = "ADDRESS")]
    gateway: Vec<IpAddr>,
    /// Part of the subnet to allocate container addresses from
    #[arg(long, value_name = "SUBNET")]
    ip_range: Vec<IpNet>,
    /// Isolate the network from other networks
    #[arg(long)]
    internal: bool,
    /// Allocate an IPv6 subnet as well
    #[arg(long)]
    ipv6: bool,
    /// Disable name resolution between containers
    #[arg(long)]
    disable_dns: bool,
    /// Name of the bridge on the host
    #[arg(long, value_name = "NAME")]
    interface_name: Option<String>,
    /// Set a driver option: mtu, isolate or metric
    #[arg(short, long, value_name = "KEY=VALUE")]
    opt: Vec<String>,
    /// Set a label
    #[arg(long, value_name = "KEY[=VALUE]")]
    label: Vec<String>,
    /// Succeed if the network already exists
    #[arg(long)]
    ignore: bool,
    /// Accepted for compatibility: any container can join
    #[arg(long)]
    attachable: bool,
    /// Name of the network
    #[arg(value_name = "NAME")]
    name: String,
}

/// The options of `network ls`.
#[derive(Debug, clap::Args)]
pub struct Ls {
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

/// The options of `network inspect`.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// Format each network with a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// Names or IDs of the networks
    #[arg(required = true, value_name = "NETWORK")]
    names: Vec<String>,
}

/// The options of `network rm`.
#[derive(Debug, clap::Args)]
pub struct Rm {
    /// Ignore networks that do not exist
    #[arg(short, long)]
    force: bool,
    /// Names or IDs of the networks
    #[arg(required = true, value_name = "NETWORK")]
    names: Vec<String>,
}

/// The options of `network prune`.
#[derive(Debug, clap::Args)]
pub struct Prune {
    /// Do not ask for confirmation
    #[arg(short, long)]
    force: bool,
    /// Remove only networks that match: label
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
}

/// The options of `network exists`.
#[derive(Debug, clap::Args)]
pub struct Exists {
    /// Name or ID of the network
    #[arg(value_name = "NETWORK")]
    name: String,
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

/// Does what one of them says.
pub fn run(command: Command, context: &Context) -> Outcome {
    let store = context.store()?;
    match command {
        Command::Create(options) => create(options, &store),
        Command::Connect(options) => connection::connect(options, &store),
        Command::Disconnect(options) => connection::disconnect(options, &store),
        Command::Ls(options) => ls(options, &store),
        Command::Inspect(options) => inspect(options, &store),
        Command::Rm(options) => each(&options.names, |name| {
            if !options.force || store.network(name)?.is_some() {
                network::remove(&store, name)?;
            }
            print::line(name)
        }),
        Command::Prune(options) => prune(options, &store),
        Command::Exists(options) => Ok(u8::from(store.network(&options.name)?.is_none())),
    }
}

fn create(options: Create, store: &Store) -> Outcome {
    ensure!(
        options.driver == "bridge",
        "unknown network driver {:?}: bridge is known",
        options.driver
    );
    if options.ignore
        && let Some(record) = store.network(&options.name)?
    {
        print::line(&record.id)?;
        return Ok(DONE);
    }
    let record = network::create(
        store,
        Wanted {
            name: options.name,
            subnets: options.subnet,
            gateways: options.gateway,
            ranges: options.ip_range,
            ipv6: options.ipv6,
            internal: options.internal,
            dns: !options.disable_dns,
            interface: options.interface_name,
            labels: options.label.iter().map(|text| labels::pair(text)).collect(),
            options: options.opt.iter().map(|text| labels::pair(text)).collect(),
        },
    )?;
    print::line(&record.id)?;
    Ok(DONE)
}

fn ls(options: Ls, store: &Store) -> Outcome {
    let filters = record_filter::read(&options.filter, &["name", "id", "driver", "label", "dangling"])?;
    let used = match filters.iter().any(|(key, _)| *key == "dangling") {
        true => network::used(store)?,
        false => Users::default(),
    };
    let mut listed = store.networks()?;
    listed.retain(|record| {
        filters.iter().all(|(key, value)| match *key {
            "name" => record.name.contains(value),
            "id" => record.id.starts_with(value),
            "driver" => *value == "bridge",
            "dangling" => used.may_use(&record.name) != matches!(*value, "true" | "1"),
            _ => labels::has(&record.labels, value),
        })
    });
    used.tell(&mut print::left_out());
    let id = |record: &NetworkRecord| match options.no_trunc {
        true => record.id.clone(),
        false => record.id[..12].to_owned(),
    };
    if options.quiet && options.format.is_none() {
        let ids: String = listed.iter().map(|record| id(record) + "\n").collect();
        return print::text(&ids).map(|()| DONE);
    }
    let row = |record: &NetworkRecord| {
        LISTING.row([
            id(record),
            record.name.clone(),
            "bridge".to_owned(),
            "local".to_owned(),
            has_v6(record).to_string(),
            record.internal.to_string(),
            labels::shown(&record.labels),
            record.created.clone(),
        ])
    };
    let rows: Vec<Row> = listed.iter().map(row).collect();
    let listing = Listing {
        headings: !options.noheading,
        ..LISTING
    };
    listing.print(options.format.as_deref(), &rows)?;
    Ok(DONE)
}

fn has_v6(record: &NetworkRecord) -> bool {
    record.subnets.iter().any(|subnet| subnet.gateway.is_ipv6())
}

/// Prints what is known of each; those that are not there are an error after that.
fn inspect(options: Inspect, store: &Store) -> Outcome {
    let find = |name: &str| {
        let record = store.network(name)?;
        record.map(|record| object(store, &record)).transpose()
    };
    let missing = described::print(&options.names, options.format.as_deref(), find)?;
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
    for container in network::used(store)?.of(&record.name) {
        let runs = container::is_running(store, &container.id).unwrap_or(false);
        let Some(place) = addresses::of(store, &container.id)?.filter(|_| runs) else {
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
        "EnableIPv6": has_v6(record),
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

fn prune(options: Prune, store: &Store) -> Outcome {
    let filters = record_filter::read(&options.filter, &["label"])?;
    let warning = "This will remove all custom networks not used by at least one container.";
    if !options.force && !confirm::confirm(warning)? {
        return Ok(DONE);
    }
    let wanted = |record: &NetworkRecord| filters.iter().all(|(_, value)| labels::has(&record.labels, value));
    let gone = network::prune(store, &wanted, &mut print::left_out())?;
    if !gone.is_empty() {
        print::text(&format!("Deleted Networks:\n{}\n\n", gone.join("\n")))?;
    }
    Ok(DONE)
}
