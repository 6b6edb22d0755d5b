//! How a registry's host is spoken to.
//!
//! In https, with its certificate verified, unless the registry is insecure: it is on loopback, or configuration says so. An insecure registry is
//! spoken to in plain http, and where it turns out not to speak that, in https without a look at its certificate. Nobody else is
//! tried in both ways: whoever can break an https connection could otherwise have everything in the clear.

use std::net::IpAddr;

/// A registry's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host and maybe port.
    pub host: String,
    pub insecure: bool,
    pub loopback: bool,
}

impl Endpoint {
    /// The address of a registry; `insecure` as far as it is configured.
    pub fn of(registry: &str, insecure: Option<bool>) -> Endpoint {
        let loopback = is_loopback(registry);
        let host = match registry {
            // The name of Docker's registry and the host that serves its API differ.
            "docker.io" => "registry-1.docker.io",
            other => other,
        };
        Endpoint {
            host: host.to_owned(),
            insecure: insecure.unwrap_or(loopback),
            loopback,
        }
    }

    /// The start of every URL, without a slash at the end. `tls`: an insecure registry has turned out to speak https.
    pub fn base(&self, tls: bool) -> String {
        let scheme = if self.insecure && !tls { "http" } else { "https" };
        format!("{scheme}://{}", self.host)
    }
}

/// The host without its port, and without the brackets of IPv6.
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
    fn loopback_is_spoken_to_in_plain_http_and_the_rest_is_not() {
        for (registry, base) in [
            ("docker.io", "https://registry-1.docker.io"),
            ("quay.io", "https://quay.io"),
            ("10.0.0.1:5000", "https://10.0.0.1:5000"),
            ("localhost", "http://localhost"),
            ("localhost:5000", "http://localhost:5000"),
            ("127.1.2.3:5000", "http://127.1.2.3:5000"),
            ("[::1]:5000", "http://[::1]:5000"),
        ] {
            assert_eq!(Endpoint::of(registry, None).base(false), base);
        }
        assert_eq!(
            Endpoint::of("localhost:5000", Some(false)).base(false),
            "https://localhost:5000"
        );
        assert_eq!(
            Endpoint::of("10.0.0.1:5000", Some(true)).base(false),
            "http://10.0.0.1:5000"
        );
        assert_eq!(
            Endpoint::of("10.0.0.1:5000", Some(true)).base(true),
            "https://10.0.0.1:5000"
        );
    }
}
