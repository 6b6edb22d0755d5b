//! A registry's address, and whether it is spoken to in https or in plain http.
//!
//! The default is https with a verified certificate. A registry is insecure where it is on loopback or where
//! configuration says so. An insecure registry is spoken to in plain http, and where it does not answer that, in https
//! without verifying its certificate. No other registry is tried in both ways: an attacker who breaks https connections
//! could otherwise read everything in the clear.

use crate::oci::reference::Reference;
use std::net::IpAddr;

/// One registry or mirror from which an image can be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSource {
    /// The image's name there.
    pub reference: Reference,
    pub endpoint: Endpoint,
}

/// A registry's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host, and port where one is given.
    pub host: String,
    pub insecure: bool,
    pub loopback: bool,
}

impl Endpoint {
    /// Makes the address of a registry. `insecure`: as configured; `None` where nothing is, which is secure except on
    /// loopback.
    pub fn new(registry: &str, insecure: Option<bool>) -> Endpoint {
        let loopback = is_loopback(registry);
        let host = match registry {
            // The host that serves the API of Docker's registry has another name.
            "docker.io" => "registry-1.docker.io",
            other => other,
        };
        Endpoint {
            host: host.to_owned(),
            insecure: insecure.unwrap_or(loopback),
            loopback,
        }
    }

    /// Returns the start of every URL, without a slash at the end. `tls`: an insecure registry has turned out to speak
    /// https.
    pub fn base(&self, tls: bool) -> String {
        let scheme = if self.insecure && !tls { "http" } else { "https" };
        format!("{scheme}://{}", self.host)
    }
}

/// Returns the host without its port, and without the brackets of an IPv6 address.
pub fn without_port(registry: &str) -> &str {
    match registry.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => registry.split(':').next().unwrap_or(registry),
    }
}

fn is_loopback(registry: &str) -> bool {
    let host = without_port(registry);
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_insecure_registries_are_spoken_to_in_plain_http() {
        for (registry, base) in [
            ("docker.io", "https://registry-1.docker.io"),
            ("quay.io", "https://quay.io"),
            ("10.0.0.1:5000", "https://10.0.0.1:5000"),
            ("localhost", "http://localhost"),
            ("localhost:5000", "http://localhost:5000"),
            ("127.1.2.3:5000", "http://127.1.2.3:5000"),
            ("[::1]:5000", "http://[::1]:5000"),
        ] {
            assert_eq!(Endpoint::new(registry, None).base(false), base);
        }
        assert_eq!(
            Endpoint::new("localhost:5000", Some(false)).base(false),
            "https://localhost:5000"
        );
        assert_eq!(
            Endpoint::new("10.0.0.1:5000", Some(true)).base(false),
            "http://10.0.0.1:5000"
        );
        assert_eq!(
            Endpoint::new("10.0.0.1:5000", Some(true)).base(true),
            "https://10.0.0.1:5000"
        );
    }
}
