//! The names of what is in the store, for completion.
//!
//! Read from the names of files, so that a store with thousands of images answers in milliseconds; of containers whose
//! state matters, the event journal is read as well.

use crate::commands::context::Context;
use crate::container::state::journal;
use crate::container::state::status::{State, Status};
use crate::settings::{Origin, Setting};
use crate::store::Store;
use std::path::PathBuf;

/// Which containers a command is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Containers {
    All,
    /// Those that run or are about to, paused ones included.
    Active,
    /// Those that do not run.
    Inactive,
    /// Those that run and are not paused.
    Running,
    Paused,
}

impl Containers {
    fn contains(self, state: &State) -> bool {
        match self {
            Containers::All => true,
            Containers::Active => state.is_active(),
            Containers::Inactive => !state.is_active(),
            Containers::Running => state.status == Status::Running,
            Containers::Paused => state.status == Status::Paused,
        }
    }
}

/// Finds names in the store that the command line chooses. The store is opened when a name is asked for; one that is
/// missing or cannot be read has none.
#[derive(Debug, Clone)]
pub struct Names {
    root: Option<PathBuf>,
    run_root: Option<PathBuf>,
}

impl Names {
    /// `root` and `run_root` as the command line or the environment gives them.
    pub fn new(root: Option<PathBuf>, run_root: Option<PathBuf>) -> Names {
        Names { root, run_root }
    }

    /// Names of containers.
    pub fn containers(&self, which: Containers) -> Vec<String> {
        self.read(|store| {
            let mut found = store.container_names()?;
            if which != Containers::All {
                found.retain(|(_, id)| {
                    journal::state(&store.container_dir(id)).is_ok_and(|state| which.contains(&state))
                });
            }
            Ok(found.into_iter().map(|(name, _)| name).collect())
        })
    }

    /// Names of images that begin with `start`, as people write them, or in full where `start` is the beginning of a
    /// full name. Names by digest are shown only after the `@`.
    pub fn images(&self, start: &str) -> Vec<String> {
        let names = self.read(|store| store.tag_names());
        let name = |name: &crate::oci::reference::Reference| {
            let forms = [name.familiar(), name.to_string()];
            let is_shown = name.digest().is_none() || start.contains('@');
            forms.into_iter().find(|form| is_shown && form.starts_with(start))
        };
        let mut names: Vec<String> = names.iter().filter_map(name).collect();
        names.sort();
        names
    }

    /// Names of volumes.
    pub fn volumes(&self) -> Vec<String> {
        self.read(|store| store.volume_names())
    }

    /// Names of networks.
    pub fn networks(&self) -> Vec<String> {
        self.read(|store| store.network_names())
    }

    fn read<T>(&self, read: impl FnOnce(&Store) -> anyhow::Result<Vec<T>>) -> Vec<T> {
        let setting = |value: &Option<PathBuf>, option| {
            let origin = Origin::Option(option);
            value.clone().map(|value| Setting { value, origin })
        };
        let context = Context::new(setting(&self.root, "--root"), setting(&self.run_root, "--runroot"));
        let open = || Store::open_existing(context.location()?);
        let store = open().ok().flatten();
        store.and_then(|store| read(&store).ok()).unwrap_or_default()
    }
}
