//! The options of `run` and `create` that say which names a container can look up, and how.

use crate::container::run::etc::hosts;
use anyhow::Result;
use std::net::IpAddr;

/// See the module.
#[derive(Debug, clap::Args)]
pub struct NameOptions {
    /// Add a line to /etc/hosts; the address host-gateway is the host's
    #[arg(long, value_name = "NAME:ADDRESS")]
    pub add_host: Vec<String>,
    /// Leave /etc/hosts as the image has it
    #[arg(long, conflicts_with = "add_host")]
    pub no_hosts: bool,
    /// Ask this DNS server
    #[arg(long, value_name = "ADDRESS")]
    pub dns: Vec<IpAddr>,
    /// Look names up in this domain
    #[arg(long, value_name = "DOMAIN")]
    pub dns_search: Vec<String>,
    /// Set an option of the resolver
    #[arg(long, visible_alias = "dns-opt", value_name = "OPTION")]
    pub dns_option: Vec<String>,
}

impl NameOptions {
    pub fn check(&self) -> Result<()> {
        self.add_host
            .iter()
            .try_for_each(|entry| hosts::extra_host(entry).map(drop))
    }
}
