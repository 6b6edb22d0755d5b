//! `lamel network create`: creates a network.

use crate::commands::context::Context;
use crate::commands::options::labels;
use crate::commands::{DONE, Outcome};
use crate::container::network;
use crate::container::network::subnets::Wanted;
use crate::ui::print;
use anyhow::ensure;
use ipnet::IpNet;
use std::net::IpAddr;

/// The options of `network create`.
#[derive(Debug, clap::Args)]
pub struct Options {
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

/// Creates a network and prints its ID.
pub fn run(options: Options, context: &Context) -> Outcome {
    ensure!(
        options.driver == "bridge",
        "unknown network driver {:?}: bridge is known",
        options.driver
    );
    let store = context.store()?;
    if options.ignore
        && let Some(record) = store.network(&options.name)?
    {
        print::line(&record.id)?;
        return Ok(DONE);
    }
    let wanted = Wanted {
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
    };
    print::line(&network::create(&store, wanted)?.id)?;
    Ok(DONE)
}
