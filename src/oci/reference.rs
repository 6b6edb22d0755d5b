//! Image names: `[REGISTRY[:PORT]/]REPOSITORY[:TAG][@DIGEST]`, with Docker's rules for what may be left out.
//!
//! Parsed without distribution's regular expression (`reference.go`): it takes longer to compile than a container takes
//! to start.

use crate::oci::digest::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The registry of a name without one.
const DEFAULT_REGISTRY: &str = "docker.io";
/// Repository names are at most this long, registry included (distribution-spec, pulling manifests).
const MAX_NAME: usize = 255;
const MAX_TAG: usize = 128;

/// A name in full: a registry and a repository, and a tag, a digest, both, or neither (a whole repository).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// The text is no image name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid reference {name:?}: {why}")]
pub struct InvalidReference {
    pub name: String,
    pub why: &'static str,
}

impl Reference {
    /// The registry's host and port as typed, `docker.io` where none was.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository, with `library/` for docker.io's official images.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// The same name with `latest` where it has neither tag nor digest.
    pub fn or_latest(mut self) -> Reference {
        if self.tag.is_none() && self.digest.is_none() {
            self.tag = Some("latest".into());
        }
        self
    }

    /// The same repository with a digest and without a tag.
    pub fn with_digest(&self, digest: Digest) -> Reference {
        Reference {
            tag: None,
            digest: Some(digest),
            ..self.clone()
        }
    }

    /// The repository as people write it: without `docker.io/` and `library/`.
    pub fn familiar_repository(&self) -> String {
        if self.registry != DEFAULT_REGISTRY {
            return format!("{}/{}", self.registry, self.repository);
        }
        match self.repository.strip_prefix("library/") {
            Some(short) => short.to_owned(),
            None => self.repository.clone(),
        }
    }

    /// The whole name as people write it: `redis:latest`, `redis@sha256:…`.
    pub fn familiar(&self) -> String {
        self.suffixed(self.familiar_repository())
    }

    fn suffixed(&self, mut name: String) -> String {
        if let Some(tag) = &self.tag {
            name.push(':');
            name.push_str(tag);
        }
        if let Some(digest) = self.digest {
            name.push('@');
            name.push_str(&digest.to_string());
        }
        name
    }
}

/// The name in full: `docker.io/library/redis:latest`.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.suffixed(format!("{}/{}", self.registry, self.repository)))
    }
}

impl FromStr for Reference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Reference, InvalidReference> {
        let fail = |why| InvalidReference {
            name: text.to_owned(),
            why,
        };
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(fail("64 hexadecimal digits are an image ID, not a name"));
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => {
                let digest = digest
                    .parse()
                    .map_err(|_| fail("the digest is not sha256: and 64 hexadecimal digits"))?;
                (rest, Some(digest))
            }
            None => (text, None),
        };
        // A colon after the last slash starts a tag; before it, a port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => {
                if !valid_tag(tag) {
                    return Err(fail("the tag is not valid"));
                }
                (name, Some(tag.to_owned()))
            }
            _ => (rest, None),
        };
        let (registry, path) = split_registry(name);
        if path.is_empty() {
            return Err(fail("the repository is missing"));
        }
        if path.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(fail("repository names are lowercase"));
        }
        if !path.split('/').all(valid_component) {
            return Err(fail("not a valid repository name"));
        }
        let registry = match registry {
            None | Some("index.docker.io") => DEFAULT_REGISTRY,
            Some(host) if valid_host(host) => host,
            Some(_) => return Err(fail("the registry is not a valid host")),
        };
        let repository = match (registry, path.contains('/')) {
            (DEFAULT_REGISTRY, false) => format!("library/{path}"),
            _ => path.to_owned(),
        };
        if registry.len() + 1 + repository.len() > MAX_NAME {
            return Err(fail("the name is longer than 255 characters"));
        }
        Ok(Reference {
            registry: registry.to_owned(),
            repository,
            tag,
            digest,
        })
    }
}

/// Splits off the registry. The first component is one where it looks like a host: it has a dot, a port or an
/// upper-case letter, or is `localhost`.
fn split_registry(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((first, rest))
            if first == "localhost" || first.contains(['.', ':']) || first.bytes().any(|b| b.is_ascii_uppercase()) =>
        {
            (Some(first), rest)
        }
        _ => (None, name),
    }
}

/// A host name, an IPv4 address or a bracketed IPv6 address, and maybe a port.
fn valid_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[').and_then(|h| h.split_once(']')) {
        Some((v6, port)) => {
            if v6.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("", port)
        }
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (host.starts_with('[') || name.split('.').all(label))
        && (port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.parse::<u16>().is_ok()))
}

/// Lowercase letters and digits, joined by one `.`, one or two `_`, or any number of `-`.
fn valid_component(component: &str) -> bool {
    let alnum = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = component.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    if !alnum(first) || !alnum(last) {
        return false;
    }
    component
        .split(|c: char| c.is_ascii_alphanumeric())
        .all(|run| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|b| b == b'-'))
}

fn valid_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= MAX_TAG
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Reference, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_in_full_and_as_people_write_them() {
        let hex = "a".repeat(64);
        for (given, full, familiar) in [
            ("redis", "docker.io/library/redis", "redis"),
            ("redis:7", "docker.io/library/redis:7", "redis:7"),
            ("me/app", "docker.io/me/app", "me/app"),
            ("index.docker.io/library/redis", "docker.io/library/redis", "redis"),
            ("localhost/app:1", "localhost/app:1", "localhost/app:1"),
            ("localhost:5000/app", "localhost:5000/app", "localhost:5000/app"),
            ("[::1]:5000/app:x", "[::1]:5000/app:x", "[::1]:5000/app:x"),
            ("quay.io/a/b/c:v1.2-x", "quay.io/a/b/c:v1.2-x", "quay.io/a/b/c:v1.2-x"),
            ("a__b/c-d.e_f", "docker.io/a__b/c-d.e_f", "a__b/c-d.e_f"),
        ] {
            let reference: Reference = given.parse().unwrap();
            assert_eq!(reference.to_string(), full);
            assert_eq!(reference.familiar(), familiar);
        }
        let both: Reference = format!("redis:7@sha256:{hex}").parse().unwrap();
        assert_eq!(both.to_string(), format!("docker.io/library/redis:7@sha256:{hex}"));
    }

    #[test]
    fn invalid_names_are_refused() {
        let id = "a".repeat(64);
        let long = format!("x.io/{}", "a".repeat(255));
        for bad in [
            "",
            ":",
            "/",
            "a/",
            "/a",
            "Redis",
            "a//b",
            "a:",
            "a:-x",
            "a@sha256:12",
            "-a",
            "a-",
            "a..b",
            "a___b",
            "../a",
            "a/../b",
            "x.io/",
            "x.io:99999/a",
            "a b",
            "a\n",
            "é",
            "[zz]:1/a",
            &id,
            &long,
        ] {
            assert!(bad.parse::<Reference>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn latest_is_added_only_where_there_is_neither_tag_nor_digest() {
        let latest = |text: &str| text.parse::<Reference>().unwrap().or_latest().familiar();
        assert_eq!(latest("redis"), "redis:latest");
        assert_eq!(latest("redis:7"), "redis:7");
        let by_digest = format!("redis@sha256:{}", "b".repeat(64));
        assert_eq!(latest(&by_digest), by_digest);
    }
}
