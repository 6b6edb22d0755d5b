//! The registries' configuration in force, as `info` shows it.

use crate::registry::config::daemon::DaemonJson;
use crate::registry::config::dirs::{ConfigDirs, process_environment};
use crate::registry::config::registry_config::RegistryConfig;
use std::path::PathBuf;

/// The configuration in force, and the files from which it comes.
#[derive(Debug, Default)]
pub struct Summary {
    /// In the order in which they were read.
    pub files: Vec<PathBuf>,
    /// Where names without a registry are searched, and the file and line that say so (`None`: docker.io by default).
    pub search: Vec<String>,
    pub search_origin: Option<String>,
    pub short_name_mode: Option<&'static str>,
    pub aliases: usize,
    pub registries: Vec<Registry>,
    /// Mirrors of docker.io and insecure registries by Docker's `daemon.json`.
    pub daemon_mirrors: Vec<String>,
    pub daemon_insecure: Vec<String>,
    /// `LAMEL_INSECURE_REGISTRIES`.
    pub listed_insecure: Vec<String>,
}

/// A `[[registry]]` table.
#[derive(Debug)]
pub struct Registry {
    pub prefix: String,
    pub location: String,
    pub insecure: bool,
    pub blocked: bool,
    /// Location, whether it is insecure, and `all`, `digest-only` or `tag-only`.
    pub mirrors: Vec<(String, bool, &'static str)>,
    /// File and line.
    pub origin: String,
}

impl Summary {
    /// Reads all of this machine's and this user's files.
    pub fn load() -> anyhow::Result<Summary> {
        let dirs = ConfigDirs::from_env(&process_environment);
        let config = RegistryConfig::load(&dirs, &process_environment)?;
        let daemon = DaemonJson::load(&dirs)?;
        let registries = config.registries;
        let (search, search_origin) = match registries.search {
            Some((search, origin)) => (search, Some(origin.to_string())),
            None => (vec!["docker.io".to_owned()], None),
        };
        let rules = registries.rules.into_values().map(|rule| Registry {
            insecure: rule.insecure == Some(true),
            blocked: rule.blocked,
            mirrors: rule
                .mirrors
                .into_iter()
                .map(|mirror| (mirror.location, mirror.insecure == Some(true), mirror.pulls.name()))
                .collect(),
            origin: rule.origin.to_string(),
            prefix: rule.prefix,
            location: rule.location,
        });
        Ok(Summary {
            files: registries.files.into_iter().chain(daemon.file).collect(),
            search,
            search_origin,
            short_name_mode: registries.mode.map(|(mode, _)| mode.name()),
            aliases: registries.aliases.len(),
            registries: rules.collect(),
            daemon_mirrors: daemon.registry_mirrors,
            daemon_insecure: daemon.insecure_registries,
            listed_insecure: config.insecure_by_env,
        })
    }
}
