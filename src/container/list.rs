//! Listing containers: which ones, and in which order.

use super::filter::Conditions;
use super::{Container, Filter, State, created};
use crate::store::Store;
use anyhow::Result;

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

/// The containers of the selection, newest first. A filter on a state implies those that do not run.
pub fn list(store: &Store, selection: &Selection) -> Result<Vec<Listed>> {
    let all = selection.all || selection.last.is_some() || selection.filters.iter().any(Filter::is_of_state);
    let conditions = Conditions::resolve(store, &selection.filters)?;
    let mut found = Vec::new();
    for record in store.containers()? {
        let container = Container::of(store, record)?;
        let state = container.state()?;
        if (all || state.is_active()) && conditions.meet(&container, &state) {
            found.push(Listed { container, state });
        }
    }
    found.sort_by_cached_key(|listed| std::cmp::Reverse(created(&listed.container.record)));
    found.truncate(selection.last.unwrap_or(usize::MAX));
    Ok(found)
}
