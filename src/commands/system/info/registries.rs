//! The configuration of registries, in podman's and in Docker's form.

use crate::registry::config::summary::Summary;
use serde_json::{Map, Value, json};

/// podman's `Registries`: the search list, and the rule of each prefix.
pub fn podman(summary: &Summary) -> Value {
    let mut registries = Map::new();
    registries.insert("search".into(), json!(summary.search));
    for registry in &summary.registries {
        let mirrors = registry.mirrors.iter().map(|(location, insecure, pulls)| {
            json!({ "Location": location, "Insecure": insecure, "PullFromMirror": pulls })
        });
        let entry = json!({
            "Prefix": registry.prefix,
            "Location": registry.location,
            "Insecure": registry.insecure,
            "Blocked": registry.blocked,
            "Mirrors": mirrors.collect::<Vec<_>>(),
            "Origin": registry.origin,
        });
        registries.insert(registry.prefix.clone(), entry);
    }
    registries.into()
}

/// Docker's `RegistryConfig`: the mirrors of docker.io, and insecure registries.
pub fn docker(summary: &Summary) -> Value {
    let rule = summary
        .registries
        .iter()
        .find(|registry| registry.prefix == "docker.io");
    let mirrors: Vec<String> = match rule {
        Some(rule) => rule
            .mirrors
            .iter()
            .map(|(location, ..)| format!("https://{location}/"))
            .collect(),
        None => summary.daemon_mirrors.clone(),
    };
    let mut configs = Map::new();
    let mut config = |name: &str, mirrors: Vec<String>, secure: bool| {
        let official = name == "docker.io";
        let entry = json!({ "Name": name, "Mirrors": mirrors, "Secure": secure, "Official": official });
        configs.insert(name.to_owned(), entry);
    };
    config("docker.io", mirrors.clone(), true);
    for registry in summary.registries.iter().filter(|registry| registry.insecure) {
        config(&registry.prefix, Vec::new(), false);
    }
    let listed = summary.daemon_insecure.iter().chain(&summary.listed_insecure);
    let (networks, hosts): (Vec<&String>, Vec<&String>) = listed.partition(|entry| is_network(entry));
    hosts.iter().for_each(|host| config(host, Vec::new(), false));
    // As in Docker, loopback addresses are insecure unless a file says otherwise.
    let loopback = ["127.0.0.0/8", "::1/128"].into_iter();
    let networks: Vec<&str> = loopback.chain(networks.into_iter().map(String::as_str)).collect();
    json!({ "IndexConfigs": configs, "InsecureRegistryCIDRs": networks, "Mirrors": mirrors })
}

fn is_network(entry: &str) -> bool {
    let address = entry.split_once('/').map(|(address, _)| address);
    address.is_some_and(|address| address.parse::<std::net::IpAddr>().is_ok())
}
