//! One `[[registry]]` of `registries.conf`: which names it is for, and where they are fetched.

use crate::oci::reference::Reference;
use crate::registry::config::file::Origin;
use anyhow::{Context, anyhow};

/// What a `[[registry]]` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The start of the names that it is for, or `*.DOMAIN`.
    pub prefix: String,
    /// What takes the prefix's place; empty where names stay as they are.
    pub location: String,
    pub insecure: Option<bool>,
    pub blocked: bool,
    /// In the order in which they are tried.
    pub mirrors: Vec<Mirror>,
    pub origin: Origin,
}

/// What a `[[registry.mirror]]` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    pub location: String,
    pub insecure: Option<bool>,
    pub pulls: Pulls,
}

/// Which names a mirror is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pulls {
    All,
    /// Those with a digest, of which it cannot give another image.
    ByDigest,
    ByTag,
}

impl Pulls {
    pub fn named(name: &str) -> Option<Pulls> {
        match name {
            "" | "all" => Some(Pulls::All),
            "digest-only" => Some(Pulls::ByDigest),
            "tag-only" => Some(Pulls::ByTag),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Pulls::All => "all",
            Pulls::ByDigest => "digest-only",
            Pulls::ByTag => "tag-only",
        }
    }

    fn include(self, reference: &Reference) -> bool {
        match self {
            Pulls::All => true,
            Pulls::ByDigest => reference.digest().is_some(),
            Pulls::ByTag => reference.digest().is_none(),
        }
    }
}

impl Rule {
    /// How much of the start of `name`, a name in full, the prefix matches; `None` where it does not. A prefix ends where a part of the
    /// name does, except that a host without a port is that host at every port (as containers/image has it).
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

    /// The names to fetch instead of `reference`, in order, each with whether its registry was said to be insecure. The registry itself is
    /// the last.
    pub fn places(&self, reference: &Reference) -> anyhow::Result<Vec<(Reference, Option<bool>)>> {
        let mirrors = self.mirrors.iter().filter(|mirror| mirror.pulls.include(reference));
        let mirrors = mirrors.map(|mirror| Ok((self.rewritten(reference, &mirror.location)?, mirror.insecure)));
        let itself = std::iter::once_with(|| Ok((self.rewritten(reference, &self.location)?, self.insecure)));
        mirrors.chain(itself).collect()
    }

    /// `reference` with `location` in the place of what the prefix matched.
    fn rewritten(&self, reference: &Reference, location: &str) -> anyhow::Result<Reference> {
        if location.is_empty() {
            return Ok(reference.clone());
        }
        let name = reference.to_string();
        let matched = self.matches(&name).expect("only who matches is asked");
        let there = format!("{location}{}", &name[matched..]);
        let error = || self.origin.error(format!("{name} is to be fetched as {there}"));
        let rewritten: Reference = there.parse().with_context(error)?;
        // A location such as `mirror` would be read as a user of docker.io.
        let host = location.split('/').next().unwrap_or_default();
        match rewritten.registry() == host || host == "index.docker.io" {
            true => Ok(rewritten),
            false => Err(anyhow!("location {location:?} has no host with a dot or a port").context(error())),
        }
    }
}
