//! Where configuration is looked for.

use std::ffi::OsString;
use std::path::PathBuf;

/// Reads an environment variable; tests pass their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The directories, and the file that is named instead of them.
#[derive(Debug, Clone)]
pub struct Places {
    /// `/etc`.
    pub system: PathBuf,
    /// `~/.config`.
    pub user: Option<PathBuf>,
    /// The only `registries.conf`, without any `registries.conf.d`.
    pub registries_conf: Option<PathBuf>,
}

impl Places {
    /// This machine's and this user's.
    pub fn of(env: Environment<'_>) -> Places {
        Places {
            system: "/etc".into(),
            user: config_home(env),
            registries_conf: set(env, "CONTAINERS_REGISTRIES_CONF"),
        }
    }

    /// `FILE` of the user's configuration and of the system's, in this order.
    pub fn both(&self, file: &str) -> Vec<PathBuf> {
        let dirs = [self.user.as_ref(), Some(&self.system)];
        dirs.into_iter().flatten().map(|dir| dir.join(file)).collect()
    }
}

/// `$XDG_CONFIG_HOME` or `~/.config`.
pub fn config_home(env: Environment<'_>) -> Option<PathBuf> {
    set(env, "XDG_CONFIG_HOME").or_else(|| set(env, "HOME").map(|home| home.join(".config")))
}

fn set(env: Environment<'_>, name: &str) -> Option<PathBuf> {
    env(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
