//! The rules of precedence, on configuration files that each test writes.

pub mod daemon;
pub mod files;
pub mod short_names;
pub mod sources;

use crate::oci::reference::Reference;
use crate::registry::config::dirs::{ConfigDirs, Environment};
use crate::registry::config::registries_conf::Registries;
use crate::registry::config::registry_config::RegistryConfig;
use crate::registry::config::short_name::full_names_in;
use crate::text::error::chain;
use std::ffi::OsString;

/// A machine with these configuration files alone.
struct Machine {
    dir: tempfile::TempDir,
    insecure: &'static str,
    only: Option<&'static str>,
}

impl Machine {
    fn new() -> Machine {
        Machine {
            dir: tempfile::tempdir().unwrap(),
            insecure: "",
            only: None,
        }
    }

    /// With a file below `etc` or `user`.
    fn with(self, path: &str, text: &str) -> Machine {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.dir.path().join(path)
    }

    fn dirs(&self) -> ConfigDirs {
        ConfigDirs {
            system: self.path("etc"),
            user: Some(self.path("user")),
            registries_conf: self.only.map(|file| self.path(file)),
        }
    }

    fn config(&self) -> anyhow::Result<RegistryConfig> {
        let env: Environment<'_> = &|name| match name {
            "LAMEL_INSECURE_REGISTRIES" => Some(OsString::from(self.insecure)),
            _ => None,
        };
        RegistryConfig::load(&self.dirs(), env)
    }

    /// `BASE REPOSITORY[:TAG][@DIGEST]` of every source, in order.
    fn sources(&self, name: &str) -> Vec<String> {
        let name: Reference = name.parse().unwrap();
        let sources = self.config().unwrap().sources(&name).unwrap();
        let words = sources.iter().map(|source| {
            let name = source.reference.to_string();
            let rest = name.strip_prefix(source.reference.registry()).unwrap();
            format!("{}{rest}", source.endpoint.base(false))
        });
        words.collect()
    }

    /// The error for a name, in one line, without the directory's path.
    fn error(&self, name: &str) -> String {
        let name: Reference = name.parse().unwrap();
        let sources = self.config().and_then(|config| config.sources(&name));
        self.one_line(sources.unwrap_err())
    }

    fn one_line(&self, error: anyhow::Error) -> String {
        let dir = format!("{}/", self.dir.path().display());
        let text = chain(&error).replace(&dir, "");
        assert!(!text.contains('\n'), "{text}");
        text
    }

    fn full_names(&self, typed: &str) -> Vec<String> {
        let names = full_names_in(typed, &self.dirs()).unwrap();
        // The same whether or not the files were parsed for this name.
        let registries = Registries::load(&self.dirs()).unwrap();
        assert_eq!(registries.full_names(typed).unwrap(), names);
        names.iter().map(Reference::to_string).collect()
    }

    fn full_names_to_pull(&self, typed: &str) -> Result<Vec<String>, String> {
        let registries = Registries::load(&self.dirs());
        match registries.and_then(|registries| registries.full_names_to_pull(typed)) {
            Ok(names) => Ok(names.iter().map(Reference::to_string).collect()),
            Err(error) => Err(self.one_line(error)),
        }
    }
}

const ETC: &str = "etc/containers/registries.conf";

const USER: &str = "user/containers/registries.conf";

fn etc(text: &str) -> Machine {
    Machine::new().with(ETC, text)
}

fn digest() -> String {
    format!("sha256:{}", "a".repeat(64))
}
