//! A published port.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;

/// The transport protocol of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    Tcp,
    Udp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        })
    }
}

/// One port of the container's, and where on the host it is to be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// `None`: every address that the host has.
    pub address: Option<IpAddr>,
    /// The first and the last port that will do; 0 and 0 is any.
    pub host: (u16, u16),
    pub container: u16,
    pub protocol: Protocol,
}

impl Port {
    /// `8080` or `8080-8090`; empty where any will do.
    pub fn host_text(&self) -> String {
        match self.host {
            (0, _) => String::new(),
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        }
    }
}
