//! The directories in which configuration files are looked for.

use std::ffi::OsString;
use std::path::PathBuf;

/// Reads an environment variable; tests pass their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// This process's environment.
pub fn process_environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The system's and the user's configuration directory, and the file that is named instead of them.
#[derive(Debug, Clone)]
pub struct ConfigDirs {
    /// `/etc`.
    pub system: PathBuf,
    /// `~/.config`.
    pub user: Option<PathBuf>,
    /// `CONTAINERS_REGISTRIES_CONF`: the only `registries.conf` that is read, without any `registries.conf.d`.
    pub registries_conf: Option<PathBuf>,
}

impl ConfigDirs {
    /// Those of this machine and of the user whose environment this is.
    pub fn from_env(env: Environment<'_>) -> ConfigDirs {
        ConfigDirs {
            system: "/etc".into(),
            user: config_home(env),
            registries_conf: set(env, "CONTAINERS_REGISTRIES_CONF"),
        }
    }

    /// Paths of `file` below the user's and below the system's directory, in this order.
    pub fn candidates(&self, file: &str) -> Vec<PathBuf> {
        let dirs = [self.user.as_ref(), Some(&self.system)];
        dirs.into_iter().flatten().map(|dir| dir.join(file)).collect()
    }
}

/// `$XDG_CONFIG_HOME`, or `~/.config`.
pub fn config_home(env: Environment<'_>) -> Option<PathBuf> {
    set(env, "XDG_CONFIG_HOME").or_else(|| set(env, "HOME").map(|home| home.join(".config")))
}

/// A variable's value as a path; an empty value counts as none.
pub fn set(env: Environment<'_>, name: &str) -> Option<PathBuf> {
    env(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
