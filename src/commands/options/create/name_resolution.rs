//! The options of `create` and `run` on name resolution in the container: /etc/hosts and DNS.

use crate::container::network::etc::hosts;
use anyhow::Result;
use std::net::IpAddr;

/// Name resolution.
#[derive(Debug, clap::Args)]
pub struct NameResolutionOptions {
    /// Add an entry to /etc/hosts; the address host-gateway stands for the host
    #[arg(long, value_name = "NAME:ADDRESS")]
    pub add_host: Vec<String>,
    /// Keep the image's /etc/hosts
    #[arg(long, conflicts_with = "add_host")]
    pub no_hosts: bool,
    /// Add a DNS server
    #[arg(long, value_name = "ADDRESS")]
    pub dns: Vec<IpAddr>,
    /// Add a DNS search domain
    #[arg(long, value_name = "DOMAIN")]
    pub dns_search: Vec<String>,
    /// Add a resolver option (resolv.conf(5))
    #[arg(long, visible_alias = "dns-opt", value_name = "OPTION")]
    pub dns_option: Vec<String>,
}

impl NameResolutionOptions {
    /// Checks the entries for /etc/hosts.
    pub fn check(&self) -> Result<()> {
        self.add_host
            .iter()
            .try_for_each(|entry| hosts::extra_host(entry).map(drop))
    }
}
