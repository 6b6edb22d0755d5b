//! The options of commands over several containers: names, ID files, the newest, all, or those that match filters.

use crate::commands::options::containers::latest::newest_container;
use crate::container::query::filter::Filter;
use crate::container::query::list;
use crate::container::query::list::Selection;
use crate::container::state::status::State;
use crate::store::Store;
use crate::ui::print;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

/// The containers of a command.
#[derive(Debug, clap::Args)]
pub struct SelectedContainers {
    /// Select all containers that the command can be applied to
    #[arg(long)]
    all: bool,
    /// Use the newest container
    #[arg(short, long)]
    latest: bool,
    /// Select containers that match a filter, as for ps
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
    /// Read the container ID from a file
    #[arg(long, value_name = "FILE")]
    cidfile: Vec<PathBuf>,
    /// Names or IDs of the containers
    #[arg(required_unless_present_any = ["all", "latest", "filter", "cidfile"], value_name = "CONTAINER")]
    names: Vec<String>,
}

/// The largest ID file, bytes. It contains an ID of 64 characters and perhaps a newline.
const MAX_ID_FILE: u64 = 256;

impl SelectedContainers {
    /// The names and IDs of the containers, each once. `suits`: whether the command applies to a container in this
    /// state; asked only of containers that are not named. `ignore`: a missing ID file is no error.
    pub fn names(&self, store: &Store, ignore: bool, suits: &dyn Fn(&State) -> bool) -> Result<Vec<String>> {
        ensure!(
            !self.all || self.names.is_empty(),
            "--all and names of containers exclude each other"
        );
        let mut names = self.names.clone();
        for path in &self.cidfile {
            names.extend(read_id(path, ignore)?);
        }
        if self.latest {
            names.push(newest_container(store)?.record.id);
        }
        if self.all || !self.filter.is_empty() {
            let filters = self.filter.iter().map(|text| text.parse());
            let selection = Selection {
                all: true,
                filters: filters.collect::<Result<Vec<Filter>>>()?,
                ..Selection::default()
            };
            let listed = list::list(store, &selection, &mut print::warn_skipped())?;
            let suiting = listed.into_iter().filter(|listed| suits(&listed.state));
            names.extend(suiting.map(|listed| listed.container.record.id));
        }
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Ok(names)
    }

    /// Like [`SelectedContainers::names`], without the containers that do not exist if `ignore` is set.
    pub fn existing(&self, store: &Store, ignore: bool, suits: &dyn Fn(&State) -> bool) -> Result<Vec<String>> {
        let mut names = self.names(store, ignore, suits)?;
        if ignore {
            let mut missing = Vec::new();
            for name in &names {
                if store.container_id(name)?.is_none() {
                    missing.push(name.clone());
                }
            }
            names.retain(|name| !missing.contains(name));
        }
        Ok(names)
    }
}

/// Reads the ID from a file that `--cidfile` of `create` or `run` wrote.
fn read_id(path: &Path, ignore: bool) -> Result<Option<String>> {
    use std::io::Read;
    let file = match std::fs::File::open(path) {
        Err(error) if ignore && error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file.with_context(|| format!("--cidfile {}", path.display()))?,
    };
    let mut text = String::new();
    file.take(MAX_ID_FILE)
        .read_to_string(&mut text)
        .with_context(|| format!("--cidfile {}", path.display()))?;
    let id = text.lines().next().unwrap_or_default().trim();
    ensure!(!id.is_empty(), "--cidfile {}: there is no ID in it", path.display());
    Ok(Some(id.to_owned()))
}
