//! Where an image is fetched and where it is pushed, by all configuration files together.

use crate::oci::reference::Reference;
use crate::registry::config::daemon::DaemonJson;
use crate::registry::config::dirs::{ConfigDirs, Environment};
use crate::registry::config::registries_conf::Registries;
use crate::registry::config::rule::Rule;
use crate::registry::endpoint::{Endpoint, ImageSource, without_port};
use crate::registry::errors::Error;

/// All that is configured, read once per command.
pub struct RegistryConfig {
    dirs: ConfigDirs,
    pub registries: Registries,
    /// Entries of `LAMEL_INSECURE_REGISTRIES`.
    pub insecure_by_env: Vec<String>,
}

impl RegistryConfig {
    /// Reads `registries.conf` and the environment. `daemon.json` is read only when it is asked.
    pub fn load(dirs: &ConfigDirs, env: Environment<'_>) -> anyhow::Result<RegistryConfig> {
        let list = env("LAMEL_INSECURE_REGISTRIES").and_then(|list| list.into_string().ok());
        let entries = list.iter().flat_map(|list| list.split(','));
        let insecure_by_env = entries.map(str::trim).filter(|entry| !entry.is_empty());
        Ok(RegistryConfig {
            dirs: dirs.clone(),
            registries: Registries::load(dirs)?,
            insecure_by_env: insecure_by_env.map(str::to_owned).collect(),
        })
    }

    /// Lists where `reference` can be fetched: the mirrors in their order, then the registry itself, which is always
    /// there.
    ///
    /// # Errors
    ///
    /// The registry is blocked, or a file cannot be read.
    pub fn sources(&self, reference: &Reference) -> anyhow::Result<Vec<ImageSource>> {
        match self.rule(reference)? {
            Some(rule) => {
                let locations = rule.locations(reference)?.into_iter();
                Ok(locations.map(|(name, insecure)| self.source(name, insecure)).collect())
            }
            None => {
                let daemon = DaemonJson::load(&self.dirs)?;
                let mut sources = daemon.mirrors_of(reference)?;
                sources.push(self.source(reference.clone(), daemon.says_insecure(reference.registry())));
                Ok(sources)
            }
        }
    }

    /// Returns where `reference` is pushed: to the registry that it names. Mirrors and `location` are for pulls only,
    /// as in the other tools.
    pub fn target(&self, reference: &Reference) -> anyhow::Result<ImageSource> {
        let insecure = match self.rule(reference)? {
            Some(rule) => rule.insecure,
            None => DaemonJson::load(&self.dirs)?.says_insecure(reference.registry()),
        };
        Ok(self.source(reference.clone(), insecure))
    }

    /// The rule for a name; an error where that blocks it.
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

    fn source(&self, reference: Reference, insecure: Option<bool>) -> ImageSource {
        let registry = reference.registry();
        // An entry is a host, with or without a port.
        let is_entry = |entry: &String| entry == registry || entry == without_port(registry);
        let insecure = match self.insecure_by_env.iter().any(is_entry) {
            true => Some(true),
            false => insecure,
        };
        let endpoint = Endpoint::new(registry, insecure);
        ImageSource { reference, endpoint }
    }
}
