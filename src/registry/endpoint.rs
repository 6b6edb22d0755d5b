//! Where a registry is: which host answers for it, and whether it is spoken to in plain http.
//!
//! Plain http is spoken to loopback, and to registries that `registries.conf` (containers-registries.conf(5)) or
//! `LAMEL_INSECURE_REGISTRIES` (HOST[:PORT], comma separated) call insecure. `insecure = false` there turns it off for loopback.
//! Nobody is tried in both ways: whoever can break an https connection could otherwise have everything in the clear.

use super::error::Error;
use crate::oci::Reference;
use anyhow::Context;
use serde::Deserialize;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Reads an environment variable; tests pass their own.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The largest configuration file that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// A registry's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// Host and maybe port.
    pub(super) host: String,
    pub(super) plain_http: bool,
    pub(super) loopback: bool,
}

impl Endpoint {
    /// Where the registry of `reference` is. A registry that is blocked, or a configuration that cannot be understood, is an error.
    pub(super) fn find(reference: &Reference, env: Environment<'_>) -> anyhow::Result<Endpoint> {
        let registry = reference.registry();
        let loopback = is_loopback(registry);
        let listed = env("LAMEL_INSECURE_REGISTRIES")
            .and_then(|list| list.into_string().ok())
            .is_some_and(|list| list.split(',').any(|entry| covers(entry.trim(), registry)));
        let configured = match configured(reference, env)? {
            Some((rule, file)) if rule.blocked => {
                let registry = registry.to_owned();
                let file = file.display().to_string();
                return Err(Error::Blocked { registry, file }.into());
            }
            Some((rule, _)) => rule.insecure,
            None => None,
        };
        let host = match registry {
            // The name of Docker's registry and the host that serves its API differ.
            "docker.io" => "registry-1.docker.io",
            other => other,
        };
        Ok(Endpoint {
            host: host.to_owned(),
            plain_http: listed || configured.unwrap_or(loopback),
            loopback,
        })
    }

    /// The start of every URL, without a slash at the end.
    pub(super) fn base(&self) -> String {
        let scheme = if self.plain_http { "http" } else { "https" };
        format!("{scheme}://{}", self.host)
    }
}

/// Whether an entry of the list, with or without a port, names this registry.
fn covers(entry: &str, registry: &str) -> bool {
    !entry.is_empty() && (entry == registry || entry == split_port(registry))
}

/// The host without its port, and without the brackets of IPv6.
fn split_port(registry: &str) -> &str {
    match registry.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => registry.split(':').next().unwrap_or(registry),
    }
}

fn is_loopback(registry: &str) -> bool {
    let host = split_port(registry);
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// What one `[[registry]]` says.
#[derive(Debug, Clone, Default, Deserialize)]
struct Rule {
    prefix: Option<String>,
    location: Option<String>,
    insecure: Option<bool>,
    #[serde(default)]
    blocked: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Rules {
    #[serde(default)]
    registry: Vec<Rule>,
}

impl Rule {
    /// How much of the name the rule's prefix matches; `None` where it does not.
    fn matches(&self, name: &str) -> Option<usize> {
        let prefix = self
            .prefix
            .as_deref()
            .filter(|p| !p.is_empty())
            .or(self.location.as_deref())?;
        if let Some(domain) = prefix.strip_prefix("*.") {
            let host = name.split('/').next()?;
            return split_port(host)
                .ends_with(&format!(".{domain}"))
                .then_some(domain.len());
        }
        let rest = name.strip_prefix(prefix)?;
        (rest.is_empty() || rest.starts_with(['/', ':', '@'])).then_some(prefix.len())
    }
}

/// The rule with the longest prefix of the name, and its file.
fn configured(reference: &Reference, env: Environment<'_>) -> anyhow::Result<Option<(Rule, PathBuf)>> {
    let name = reference.to_string();
    let mut best: Option<(usize, Rule, PathBuf)> = None;
    for file in files(env) {
        let Some(text) = read(&file).with_context(|| format!("reading {}", file.display()))? else {
            continue;
        };
        let rules: Rules = toml::from_str(&text)
            .map_err(|error| anyhow::anyhow!("{} is not a registries.conf: {}", file.display(), error.message()))?;
        for rule in rules.registry {
            if let Some(length) = rule.matches(&name)
                && best.as_ref().is_none_or(|(longest, ..)| length >= *longest)
            {
                best = Some((length, rule, file.clone()));
            }
        }
    }
    Ok(best.map(|(_, rule, file)| (rule, file)))
}

/// The files that apply, in order; a later one wins. The user's own replaces the system's.
fn files(env: Environment<'_>) -> Vec<PathBuf> {
    if let Some(file) = env("CONTAINERS_REGISTRIES_CONF").filter(|f| !f.is_empty()) {
        return vec![file.into()];
    }
    let system = PathBuf::from("/etc/containers");
    let user = config_home(env).map(|home| home.join("containers"));
    let main = user
        .iter()
        .map(|dir| dir.join("registries.conf"))
        .find(|file| file.exists())
        .unwrap_or_else(|| system.join("registries.conf"));
    let mut files = vec![main];
    for dir in [Some(system), user].into_iter().flatten() {
        let Ok(entries) = dir.join("registries.conf.d").read_dir() else {
            continue;
        };
        let mut more: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ext| ext == "conf"))
            .collect();
        more.sort();
        files.extend(more);
    }
    files
}

/// `$XDG_CONFIG_HOME` or `~/.config`.
pub(super) fn config_home(env: Environment<'_>) -> Option<PathBuf> {
    let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))
}

/// A configuration file's text; `None` where it is not there or not for this user to read.
pub(super) fn read(path: &Path) -> std::io::Result<Option<String>> {
    use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), NotFound | NotADirectory | PermissionDenied) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    if file.take(MAX_FILE + 1).read_to_string(&mut text)? as u64 > MAX_FILE {
        return Err(std::io::Error::other("larger than 1 MiB"));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str, conf: &str, insecure: &str) -> anyhow::Result<String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("registries.conf");
        std::fs::write(&file, conf).unwrap();
        let env = |name: &str| match name {
            "CONTAINERS_REGISTRIES_CONF" => Some(file.clone().into_os_string()),
            "LAMEL_INSECURE_REGISTRIES" => Some(insecure.into()),
            _ => None,
        };
        Ok(Endpoint::find(&name.parse().unwrap(), &env)?.base())
    }

    #[test]
    fn loopback_is_spoken_to_in_plain_http_and_the_rest_is_not() {
        for (name, base) in [
            ("redis", "https://registry-1.docker.io"),
            ("quay.io/a/b", "https://quay.io"),
            ("10.0.0.1:5000/a", "https://10.0.0.1:5000"),
            ("localhost/a", "http://localhost"),
            ("localhost:5000/a", "http://localhost:5000"),
            ("127.1.2.3:5000/a", "http://127.1.2.3:5000"),
            ("[::1]:5000/a", "http://[::1]:5000"),
        ] {
            assert_eq!(find(name, "", "").unwrap(), base, "{name}");
        }
    }

    #[test]
    fn registries_conf_and_the_environment_say_who_is_insecure() {
        let conf = r#"
            unqualified-search-registries = ["docker.io"]
            [[registry]]
            location = "10.0.0.1:5000"
            insecure = true
            [[registry]]
            prefix = "10.0.0.1:5000/safe"
            location = "elsewhere"
            insecure = false
            [[registry]]
            prefix = "*.internal"
            insecure = true
            [[registry]]
            location = "localhost:5001"
            insecure = false
        "#;
        for (name, base) in [
            ("10.0.0.1:5000/a", "http://10.0.0.1:5000"),
            ("10.0.0.1:5000/safe/a", "https://10.0.0.1:5000"),
            ("10.0.0.1:5000/safer", "http://10.0.0.1:5000"),
            ("a.b.internal:80/a", "http://a.b.internal:80"),
            ("localhost:5001/a", "https://localhost:5001"),
            ("listed:5000/a", "http://listed:5000"),
            ("other:5000/a", "http://other:5000"),
            ("other:5001/a", "https://other:5001"),
        ] {
            assert_eq!(find(name, conf, "listed, other:5000").unwrap(), base, "{name}");
        }
    }

    #[test]
    fn a_blocked_registry_is_refused_and_nonsense_is_named() {
        let error = find("evil.io/a", "[[registry]]\nlocation = 'evil.io'\nblocked = true", "").unwrap_err();
        assert!(
            error.to_string().starts_with("registry evil.io is blocked in /"),
            "{error}"
        );
        let error = find("quay.io/a", "registry = 1", "").unwrap_err();
        assert!(
            error.to_string().contains("registries.conf is not a registries.conf: "),
            "{error}"
        );
    }
}
