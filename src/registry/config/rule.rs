//! One `[[registry]]` table of `registries.conf`: which names it is for, and where they are fetched.

use crate::oci::reference::Reference;
use crate::registry::config::file::Origin;
use anyhow::{Context, anyhow};

/// A `[[registry]]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The start of the names that the rule is for, or `*.DOMAIN`.
    pub prefix: String,
    /// Replaces the prefix; empty where names stay as they are.
    pub location: String,
    pub insecure: Option<bool>,
    pub blocked: bool,
    /// In the order in which they are tried.
    pub mirrors: Vec<Mirror>,
    pub origin: Origin,
}

/// A `[[registry.mirror]]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    pub location: String,
    pub insecure: Option<bool>,
    pub pulls: PullFromMirror,
}

/// Which names a mirror is asked for (`pull-from-mirror`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullFromMirror {
    All,
    /// Names with a digest, for which a mirror cannot pass off another image.
    ByDigest,
    ByTag,
}

impl PullFromMirror {
    pub fn parse(name: &str) -> Option<PullFromMirror> {
        match name {
            "" | "all" => Some(PullFromMirror::All),
            "digest-only" => Some(PullFromMirror::ByDigest),
            "tag-only" => Some(PullFromMirror::ByTag),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            PullFromMirror::All => "all",
            PullFromMirror::ByDigest => "digest-only",
            PullFromMirror::ByTag => "tag-only",
        }
    }

    fn includes(self, reference: &Reference) -> bool {
        match self {
            PullFromMirror::All => true,
            PullFromMirror::ByDigest => reference.digest().is_some(),
            PullFromMirror::ByTag => reference.digest().is_none(),
        }
    }
}

impl Rule {
    /// Returns how many bytes at the start of the full name `name` the prefix matches; `None` where it does not match.
    /// A prefix must end where a component of the name ends, except that a host without a port matches that host at
    /// every port (as in containers/image).
    pub fn matches(&self, name: &str) -> Option<usize> {
        let end = match self.prefix.strip_prefix('*') {
            Some(domain) => {
                let start = name.find(domain)?;
                if name[..start].contains('/') {
                    return None;
                }
                start + domain.len()
            }
            None => name.starts_with(&self.prefix).then_some(self.prefix.len())?,
        };
        let rest = &name[end..];
        (rest.is_empty() || rest.starts_with([':', '/', '@'])).then_some(end)
    }

    /// Returns the names to fetch instead of `reference`, in order, each with the configured `insecure` of its
    /// registry. The registry itself is the last.
    pub fn locations(&self, reference: &Reference) -> anyhow::Result<Vec<(Reference, Option<bool>)>> {
        let mirrors = self.mirrors.iter().filter(|mirror| mirror.pulls.includes(reference));
        let mirrors = mirrors.map(|mirror| Ok((self.rewritten(reference, &mirror.location)?, mirror.insecure)));
        let itself = std::iter::once_with(|| Ok((self.rewritten(reference, &self.location)?, self.insecure)));
        mirrors.chain(itself).collect()
    }

    /// `reference` with `location` instead of what the prefix matched.
    fn rewritten(&self, reference: &Reference, location: &str) -> anyhow::Result<Reference> {
        if location.is_empty() {
            return Ok(reference.clone());
        }
        let name = reference.to_string();
        let matched = self.matches(&name).expect("a rule is used only where it matches");
        let target = format!("{location}{}", &name[matched..]);
        let error = || self.origin.error(format!("{name} is to be fetched as {target}"));
        let rewritten: Reference = target.parse().with_context(error)?;
        // A location such as `mirror` is parsed as a user of docker.io.
        let host = location.split('/').next().unwrap_or_default();
        match rewritten.registry() == host || host == "index.docker.io" {
            true => Ok(rewritten),
            false => Err(anyhow!("location {location:?} has no host with a dot or a port").context(error())),
        }
    }
}
