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
    /// Also containers that do not run.
    pub all: bool,
    /// Only the newest, whatever their state.
    pub last: Option<usize>,
    pub filters: Vec<Filter>,
}

/// A listed container with its state.
#[derive(Debug, Clone)]
pub struct Listed {
    pub container: Container,
    pub state: State,
}

/// The selected containers, newest first. A filter on a state includes containers that do not run. A container whose
/// record cannot be read is left out, and `left_out` is called with the reason. It still counts for `--last N`, so that
/// no older container appears instead.
pub fn list(store: &Store, selection: &Selection, left_out: &mut dyn FnMut(Error)) -> Result<Vec<Listed>> {
    let all = selection.all || selection.last.is_some() || selection.filters.iter().any(Filter::is_of_state);
    let conditions = Conditions::resolve(store, &selection.filters)?;
    let mut found = Vec::new();
    for (id, record) in store.each_container()? {
        // A container of unknown age counts as the newest.
        let age = record
            .as_ref()
            .map_or(Age::Unknown, |record| Age::Created(created(record)));
        let read = || -> Result<Option<Listed>> {
            let state = journal::state(&store.container_dir(&id))?;
            if !all && !state.is_active() {
                return Ok(None);
            }
            let container = Container::from_record(store, record?)?;
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

/// Orders containers by their creation times. One without a valid time is the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    Created(Option<DateTime<Utc>>),
    Unknown,
}
