//! A container's attachments in netavark's form, for the runtime.

use crate::container::network::attachments;
use crate::container::network::attachments::Attachments;
use crate::runtime::model::network::Bridges;
use crate::store::Store;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// What the runtime needs to join the container to its networks. `dns`: the servers that aardvark-dns asks for names
/// outside the networks.
pub fn in_netavarks_form(store: &Store, attachments: &Attachments, dns: &[IpAddr]) -> Bridges {
    let (mut networks, mut info) = (Map::new(), Map::new());
    for attached in &attachments.networks {
        let record = &attached.network;
        // netavark names firewall rules after it, and a network of another store may have the same name.
        let name = format!("{}-{}", record.name, &record.id[..12]);
        let subnets = record
            .subnets
            .iter()
            .map(|subnet| json!({ "subnet": subnet.subnet, "gateway": subnet.gateway }));
        info.insert(
            name.clone(),
            json!({
                "name": name,
                "id": record.id,
                "driver": "bridge",
                "network_interface": record.interface,
                "subnets": subnets.collect::<Vec<_>>(),
                "ipv6_enabled": record.has_ipv6(),
                "internal": record.internal,
                "dns_enabled": record.dns,
                "ipam_options": { "driver": "host-local" },
                "options": record.options,
            }),
        );
        let short = attachments.container[..12].to_owned();
        let aliases: Vec<&String> = [&short].into_iter().chain(&attached.aliases).collect();
        networks.insert(
            name,
            json!({
                "interface_name": attached.interface,
                "static_ips": attached.addresses,
                "static_mac": attached.mac,
                "aliases": if record.dns { json!(aliases) } else { Value::Null },
            }),
        );
    }
    Bridges {
        options: json!({
            "container_id": attachments.container,
            "container_name": attachments.name,
            "networks": networks,
            "network_info": info,
            "dns_servers": if dns.is_empty() { Value::Null } else { json!(dns) },
        }),
        interfaces: attachments
            .networks
            .iter()
            .map(|attached| attached.interface.clone())
            .collect(),
        bridges: attachments
            .networks
            .iter()
            .map(|attached| attached.network.interface.clone())
            .collect(),
        // One address is enough: all are the same server. IPv4 comes first, because an IPv6 address becomes usable a
        // little later.
        names: attachments
            .networks
            .iter()
            .filter_map(|attached| attached.names().next())
            .collect(),
        state: attachments::folder(store),
    }
}
