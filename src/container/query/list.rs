//! Listing containers: which ones, and in which order.

use crate::container::Container;
use crate::container::created;
use crate::container::query::filter::Conditions;
use crate::container::query::filter::Filter;
use crate::container::state::journal;
use crate::container::state::status::State;
use crate::store::Store;
use anyhow::{Error, Result};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;

/// Which containers to list.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Also those that do not run.
    pub all: bool,
    /// The newest alone, whatever their state.
    pub last: Option<usize>,
    pub filters: Vec<Filter>,
}

/// A container as it is now.
#[derive(Debug, Clone)]
pub struct Listed {
    pub container: Container,
    pub state: State,
}

/// The containers of the selection, newest first. A filter on a state implies those that do not run. One that cannot be
/// read is left out, and `left_out` hears why; among the last so many it keeps its place, so that no other is taken for
/// one of them.
pub fn list(store: &Store, selection: &Selection, left_out: &mut dyn FnMut(Error)) -> Result<Vec<Listed>> {
    let all = selection.all || selection.last.is_some() || selection.filters.iter().any(Filter::is_of_state);
    let conditions = Conditions::resolve(store, &selection.filters)?;
    let mut found = Vec::new();
    for (id, record) in store.each_container()? {
        // What is not known is taken to be the newest.
        let age = record
            .as_ref()
            .map_or(Age::Unknown, |record| Age::Created(created(record)));
        let read = || -> Result<Option<Listed>> {
            let state = journal::state(&store.container_dir(&id))?;
            if !all && !state.is_active() {
                return Ok(None);
            }
            let container = Container::of(store, record?)?;
            Ok(conditions
                .meet(&container, &state)
                .then_some(Listed { container, state }))
        };
        found.extend(read().transpose().map(|listed| (age, listed)));
    }
    found.sort_by_key(|(age, _)| Reverse(*age));
    found.truncate(selection.last.unwrap_or(usize::MAX));
    let mut listed = Vec::new();
    for (_, result) in found {
        match result {
            Ok(one) => listed.push(one),
            Err(error) => left_out(error),
        }
    }
    Ok(listed)
}

/// In the order in which containers were made; one whose record does not say when is the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    Created(Option<DateTime<Utc>>),
    Unknown,
}
