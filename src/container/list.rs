//! Listing containers: which ones, and in which order.

use super::{Container, State, created};
use crate::image;
use crate::oci::DiffId;
use crate::store::Store;
use anyhow::{Context, Result, bail};
use std::str::FromStr;

/// A condition of `ps --filter`. Those of one kind are alternatives; all kinds that are given must be met. Labels must all be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// A beginning of the ID.
    Id(String),
    /// A part of the name.
    Name(String),
    Label {
        key: String,
        value: Option<String>,
    },
    /// Docker's word.
    Status(String),
    Exited(i32),
    /// An image that the container was made of, or that its image was made from.
    Ancestor(String),
    /// Made before, or after, that container.
    Before(String),
    Since(String),
}

const STATUSES: [&str; 7] = [
    "created",
    "running",
    "paused",
    "restarting",
    "removing",
    "exited",
    "dead",
];

impl FromStr for Filter {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Filter> {
        let (key, value) = text
            .split_once('=')
            .with_context(|| format!("invalid filter {text:?}: expected KEY=VALUE"))?;
        let value = value.to_owned();
        Ok(match key {
            "id" => Filter::Id(value),
            "name" => Filter::Name(value),
            "label" => match value.split_once('=') {
                Some((key, value)) => Filter::Label {
                    key: key.into(),
                    value: Some(value.into()),
                },
                None => Filter::Label {
                    key: value,
                    value: None,
                },
            },
            "status" if STATUSES.contains(&value.as_str()) => Filter::Status(value),
            "status" => bail!("invalid filter {text:?}: a status is one of {}", STATUSES.join(", ")),
            "exited" => Filter::Exited(value.parse().with_context(|| format!("invalid filter {text:?}"))?),
            "ancestor" => Filter::Ancestor(value),
            "before" => Filter::Before(value),
            "since" => Filter::Since(value),
            _ => bail!("unknown filter {key:?}: id, name, label, status, exited, ancestor, before and since are known"),
        })
    }
}

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
    let of_state = |filter: &Filter| matches!(filter, Filter::Status(_) | Filter::Exited(_));
    let all = selection.all || selection.last.is_some() || selection.filters.iter().any(of_state);
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

/// The filters with every name looked up.
struct Conditions<'a> {
    filters: &'a [Filter],
    /// Layers of each ancestor.
    ancestors: Vec<Vec<DiffId>>,
    /// Records' times that bound, as written; RFC 3339 in one form sorts as text.
    before: Vec<String>,
    since: Vec<String>,
}

impl<'a> Conditions<'a> {
    fn resolve(store: &Store, filters: &'a [Filter]) -> Result<Conditions<'a>> {
        let mut conditions = Conditions {
            filters,
            ancestors: Vec::new(),
            before: Vec::new(),
            since: Vec::new(),
        };
        for filter in filters {
            match filter {
                Filter::Ancestor(name) => match image::resolve(store, name) {
                    Ok(image) => conditions.ancestors.push(image.record.layers),
                    // No container is made of an image that is not there.
                    Err(error) if error.is::<image::ResolveError>() => {}
                    Err(error) => return Err(error),
                },
                Filter::Before(name) => conditions.before.push(Container::find(store, name)?.record.created),
                Filter::Since(name) => conditions.since.push(Container::find(store, name)?.record.created),
                _ => {}
            }
        }
        Ok(conditions)
    }

    fn meet(&self, container: &Container, state: &State) -> bool {
        let record = &container.record;
        let any = |meets: &dyn Fn(&Filter) -> Option<bool>| {
            let mut of_kind = self.filters.iter().filter_map(meets).peekable();
            of_kind.peek().is_none() || of_kind.any(|met| met)
        };
        any(&|filter| match filter {
            Filter::Id(prefix) => Some(record.id.starts_with(prefix.as_str())),
            _ => None,
        }) && any(&|filter| match filter {
            Filter::Name(part) => Some(record.name.contains(part.trim_start_matches('/'))),
            _ => None,
        }) && any(&|filter| match filter {
            Filter::Status(word) => Some(state.status.word() == word),
            _ => None,
        }) && any(&|filter| match filter {
            Filter::Exited(code) => Some(!state.is_active() && state.finished.is_some() && state.code == *code),
            _ => None,
        }) && any(&|filter| match filter {
            Filter::Ancestor(_) => Some(self.ancestors.iter().any(|layers| record.layers.starts_with(layers))),
            _ => None,
        }) && self.filters.iter().all(|filter| match filter {
            Filter::Label { key, value } => {
                let label = container.config.labels.get(key);
                label.is_some() && (value.is_none() || label == value.as_ref())
            }
            _ => true,
        }) && self.before.iter().all(|time| record.created < *time)
            && self.since.iter().all(|time| record.created > *time)
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::tests::plain;
    use super::super::{Status, life};
    use super::*;
    use crate::oci::{Digest, ImageId};
    use crate::store::ContainerRecord;

    fn container(name: &str) -> Container {
        let mut config = plain();
        config.labels.insert("tier".into(), "db".into());
        Container {
            record: ContainerRecord {
                id: "ab".repeat(32),
                name: name.into(),
                image: ImageId(Digest::of(b"image")),
                image_name: "redis:latest".into(),
                layers: vec![DiffId(Digest::of(b"1")), DiffId(Digest::of(b"2"))],
                created: "2024-01-02T03:04:05.000000006Z".into(),
                config: serde_json::to_value(&config).unwrap(),
            },
            config,
            dir: "/nowhere".into(),
        }
    }

    fn meets(filters: &[&str]) -> bool {
        let filters: Vec<Filter> = filters.iter().map(|text| text.parse().unwrap()).collect();
        let conditions = Conditions {
            filters: &filters,
            ancestors: vec![vec![DiffId(Digest::of(b"1"))]],
            before: Vec::new(),
            since: vec!["2024-01-02T03:04:05.000000005Z".into()],
        };
        let mut state = life::state(std::path::Path::new("/nowhere")).unwrap();
        state.status = Status::Exited;
        state.code = 3;
        state.finished = Some(chrono::Utc::now());
        conditions.meet(&container("cache-1"), &state)
    }

    #[test]
    fn one_kind_is_alternatives_and_kinds_add_up() {
        assert!(meets(&[]));
        assert!(meets(&["name=web", "name=cache"]));
        assert!(!meets(&["name=web"]));
        assert!(meets(&[
            "status=exited",
            "name=cache",
            "id=abab",
            "exited=3",
            "ancestor=redis"
        ]));
        assert!(!meets(&["status=running", "name=cache"]));
        assert!(!meets(&["exited=0"]));
        assert!(meets(&["label=tier", "label=tier=db"]));
        assert!(!meets(&["label=tier", "label=tier=web"]));
    }

    #[test]
    fn unknown_filters_and_states_are_told() {
        for bad in ["name", "status=gone", "exited=x", "colour=red"] {
            assert!(bad.parse::<Filter>().is_err(), "{bad}");
        }
    }
}
