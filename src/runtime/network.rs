//! The container's network.

use std::net::IpAddr;

/// Where pasta answers DNS for the host's resolver, whichever that is.
pub const PASTA_DNS: &str = "169.254.0.1";

/// Whether pasta(1) is installed.
pub fn pasta_available() -> bool {
    todo!()
}

/// The nameservers for a container on [`super::Network::Pasta`]: those of the host's /etc/resolv.conf (`text`) that
/// can be reached from it, else pasta's own.
pub fn nameservers(host_resolv_conf: &str) -> Vec<IpAddr> {
    let _ = host_resolv_conf;
    todo!()
}
