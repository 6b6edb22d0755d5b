//! Docker's `daemon.json`, asked where `registries.conf` has no rule: mirrors of docker.io, and insecure registries.
//!
//! The rootless daemon's own file, `~/.config/docker/daemon.json`, replaces `/etc/docker/daemon.json`. A network
//! (`10.0.0.0/8`) matches registries that are named by address; host names are not resolved for it.

use crate::oci::reference::Reference;
use crate::registry::config::dirs::ConfigDirs;
use crate::registry::config::file;
use crate::registry::endpoint::{Endpoint, ImageSource, without_port};
use crate::registry::errors::one_line;
use anyhow::{Context, anyhow, ensure};
use reqwest::Url;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;

/// The part of the file that is used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct DaemonJson {
    pub registry_mirrors: Vec<String>,
    pub insecure_registries: Vec<String>,
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

impl DaemonJson {
    /// Reads the first file that exists.
    pub fn load(dirs: &ConfigDirs) -> anyhow::Result<DaemonJson> {
        for path in dirs.candidates("docker/daemon.json") {
            let Some(text) = file::text(&path)? else { continue };
            // Docker, too, takes an empty file for an empty configuration.
            let text = if text.trim().is_empty() { "{}" } else { &text };
            let daemon: DaemonJson =
                serde_json::from_str(text).map_err(|error| anyhow!("{}: {}", path.display(), one_line(error)))?;
            return Ok(DaemonJson {
                file: Some(path),
                ..daemon
            });
        }
        Ok(DaemonJson::default())
    }

    /// Returns the mirrors to ask for `reference`, each with its own scheme. `registry-mirrors` are mirrors of
    /// docker.io alone.
    pub fn mirrors_of(&self, reference: &Reference) -> anyhow::Result<Vec<ImageSource>> {
        if reference.registry() != "docker.io" {
            return Ok(Vec::new());
        }
        self.registry_mirrors
            .iter()
            .map(|mirror| self.mirror(mirror, reference))
            .collect()
    }

    fn mirror(&self, mirror: &str, reference: &Reference) -> anyhow::Result<ImageSource> {
        let file = || {
            let file = self.file.clone().unwrap_or_default();
            format!("{}: registry-mirrors: {}", file.display(), one_line(mirror))
        };
        let url = Url::parse(mirror).with_context(file)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let bare = bare && url.username().is_empty() && url.password().is_none();
        ensure!(
            matches!(url.scheme(), "http" | "https") && bare,
            "{}: not http://HOST or https://HOST",
            file()
        );
        let host = url.host_str().with_context(file)?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let name = reference.to_string();
        let rest = name.strip_prefix("docker.io/").expect("it is one of docker.io's");
        // A host without a dot is parsed as a user of docker.io, so it is written with its port.
        let registry = match (port.is_empty(), host.contains('.') || host == "localhost") {
            (true, false) => format!("{host}:{}", if url.scheme() == "http" { 80 } else { 443 }),
            _ => format!("{host}{port}"),
        };
        let there: Reference = format!("{registry}/{rest}").parse().with_context(file)?;
        let insecure = match url.scheme() {
            "http" => Some(true),
            _ => Some(self.says_insecure(&registry) == Some(true)),
        };
        let endpoint = Endpoint::new(there.registry(), insecure);
        Ok(ImageSource {
            reference: there,
            endpoint,
        })
    }

    /// Whether a registry is in `insecure-registries`; `None` where it is not.
    pub fn says_insecure(&self, registry: &str) -> Option<bool> {
        let host = without_port(registry);
        let address: Option<IpAddr> = host.parse().ok();
        let listed = |entry: &String| {
            // Docker accepts `http://HOST` too, with a warning.
            let entry = entry.trim_start_matches("http://").trim_start_matches("https://");
            match (entry.split_once('/'), address) {
                (Some((network, length)), Some(address)) => within(address, network, length),
                _ => entry == registry || entry == host,
            }
        };
        self.insecure_registries.iter().any(listed).then_some(true)
    }
}

/// Whether an address is in the network `network`/`length`.
fn within(address: IpAddr, network: &str, length: &str) -> bool {
    let Ok(length) = length.parse::<u32>() else {
        return false;
    };
    match (address, network.parse()) {
        (IpAddr::V4(address), Ok(IpAddr::V4(network))) if length <= 32 => {
            let shift = 32 - length;
            let start = |ip: std::net::Ipv4Addr| u32::from(ip).checked_shr(shift).unwrap_or(0);
            start(address) == start(network)
        }
        (IpAddr::V6(address), Ok(IpAddr::V6(network))) if length <= 128 => {
            let shift = 128 - length;
            let start = |ip: std::net::Ipv6Addr| u128::from(ip).checked_shr(shift).unwrap_or(0);
            start(address) == start(network)
        }
        _ => false,
    }
}
