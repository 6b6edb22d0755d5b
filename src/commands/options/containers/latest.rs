//! Containers by name, or the newest one with podman's `--latest`.

use crate::container::Container;
use crate::container::query::list;
use crate::container::query::list::Selection;
use crate::store::Store;
use anyhow::{Result, bail};

/// A single container.
#[derive(Debug, clap::Args)]
pub struct OneContainer {
    /// Use the newest container
    #[arg(short, long, conflicts_with = "container")]
    latest: bool,
    /// Name or ID of the container
    #[arg(required_unless_present = "latest", value_name = "CONTAINER")]
    container: Option<String>,
}

impl OneContainer {
    pub fn find(&self, store: &Store) -> Result<Container> {
        match &self.container {
            Some(name) => Container::find(store, name),
            None => newest_container(store),
        }
    }
}

/// One or more containers.
#[derive(Debug, clap::Args)]
pub struct SeveralContainers {
    /// Use the newest container
    #[arg(short, long, conflicts_with = "containers")]
    latest: bool,
    /// Names or IDs of the containers
    #[arg(required_unless_present = "latest", value_name = "CONTAINER")]
    containers: Vec<String>,
}

impl SeveralContainers {
    /// The names that are given, or the ID of the newest container.
    pub fn names(&self, store: &Store) -> Result<Vec<String>> {
        match self.latest {
            true => Ok(vec![newest_container(store)?.record.id]),
            false => Ok(self.containers.clone()),
        }
    }
}

/// The container that the first of `words` names, or the newest one, and the remaining words.
pub fn split_words(store: &Store, latest: bool, words: Vec<String>) -> Result<(Container, Vec<String>)> {
    let mut rest = words.into_iter().peekable();
    let container = match rest.next_if(|_| !latest) {
        Some(name) => Container::find(store, &name)?,
        None => newest_container(store)?,
    };
    Ok((container, rest.collect()))
}

/// The container that was created last.
pub fn newest_container(store: &Store) -> Result<Container> {
    let selection = Selection {
        last: Some(1),
        ..Selection::default()
    };
    let mut unreadable = None;
    let listed = list::list(store, &selection, &mut |error| unreadable = Some(error))?.pop();
    match (listed, unreadable) {
        (Some(listed), _) => Ok(listed.container),
        (None, Some(error)) => Err(error),
        (None, None) => bail!("there is no container"),
    }
}
