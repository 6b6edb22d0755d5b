//! What this machine's files say about registries: where an image is to be fetched, how the host is spoken to, and what a short name means.
//!
//! [`registries_conf`] reads `registries.conf` (containers-registries.conf(5)), the file that podman, buildah, skopeo and CRI-O share;
//! [`daemon`] Docker's `daemon.json`, which is asked where that says nothing; [`certificates`] the directories `certs.d` of both.
//! [`rule`] is what one `[[registry]]` means for a name, [`short_name`] what is tried for a name without a registry.
//!
//! Nobody's silence is taken for consent: a file that is not there is nothing, and one that cannot be read or understood is an error with
//! its name and line, since it may be the one that blocks a registry or sends its traffic elsewhere.

pub mod daemon;
pub mod dirs;
pub mod file;
pub mod registries_conf;
pub mod rule;
pub mod short_name;
pub mod summary;
#[cfg(test)]
mod tests;

use crate::registry::config::dirs::{Environment, Places};

use crate::oci::reference::Reference;
use crate::registry::config::daemon::Daemon;
use crate::registry::config::registries_conf::Registries;
use crate::registry::config::rule::Rule;
use crate::registry::endpoint::Endpoint;
use crate::registry::errors::Error;

/// One place to fetch an image from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The image as it is called there.
    pub reference: Reference,
    pub endpoint: Endpoint,
}

/// All that is configured, read once for a command's question.
pub struct Config<'a> {
    places: &'a Places,
    registries: Registries,
    /// `LAMEL_INSECURE_REGISTRIES`.
    listed: Vec<String>,
}

impl<'a> Config<'a> {
    pub fn load(places: &'a Places, env: Environment<'_>) -> anyhow::Result<Config<'a>> {
        let list = env("LAMEL_INSECURE_REGISTRIES").and_then(|list| list.into_string().ok());
        let entries = list.iter().flat_map(|list| list.split(','));
        let listed = entries.map(str::trim).filter(|entry| !entry.is_empty());
        Ok(Config {
            places,
            registries: Registries::load(places)?,
            listed: listed.map(str::to_owned).collect(),
        })
    }

    /// Where to fetch `reference` from: the mirrors in their order, then the registry itself, which is always there. A registry that is
    /// blocked is an error.
    pub fn sources(&self, reference: &Reference) -> anyhow::Result<Vec<Source>> {
        match self.rule(reference)? {
            Some(rule) => {
                let places = rule.places(reference)?.into_iter();
                Ok(places.map(|(there, insecure)| self.source(there, insecure)).collect())
            }
            None => {
                let daemon = Daemon::load(self.places)?;
                let mut sources = daemon.mirrors_of(reference)?;
                sources.push(self.source(reference.clone(), daemon.says_insecure(reference.registry())));
                Ok(sources)
            }
        }
    }

    /// Where to push `reference` to: the registry that it names, whatever mirrors it has and wherever it is fetched from, as the other tools do.
    pub fn target(&self, reference: &Reference) -> anyhow::Result<Source> {
        let insecure = match self.rule(reference)? {
            Some(rule) => rule.insecure,
            None => Daemon::load(self.places)?.says_insecure(reference.registry()),
        };
        Ok(self.source(reference.clone(), insecure))
    }

    /// The rule for a name, if it is not that the name is blocked.
    fn rule(&self, reference: &Reference) -> anyhow::Result<Option<&Rule>> {
        match self.registries.rule(&reference.to_string()) {
            Some(rule) if rule.blocked => Err(Error::Blocked {
                registry: reference.registry().to_owned(),
                file: rule.origin.to_string(),
            }
            .into()),
            rule => Ok(rule),
        }
    }

    fn source(&self, reference: Reference, insecure: Option<bool>) -> Source {
        let listed = self.listed.iter().any(|entry| covers(entry, reference.registry()));
        let endpoint = Endpoint::of(reference.registry(), if listed { Some(true) } else { insecure });
        Source { reference, endpoint }
    }
}

/// Whether an entry of the list, with or without a port, names this registry.
fn covers(entry: &str, registry: &str) -> bool {
    entry == registry || entry == crate::registry::endpoint::without_port(registry)
}
