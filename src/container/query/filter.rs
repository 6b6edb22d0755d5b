//! `--filter` of `ps`, and of the commands that choose containers by it.

use crate::container::Container;
use crate::container::config::ports;
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::container::created;
use crate::container::query::inspect::network_mode;
use crate::container::state::status::{State, Status};
use crate::image::names::resolve;
use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::store::objects::records::ContainerRecord;
use crate::text::moment;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use regex_lite::Regex;
use std::path::Path;
use std::str::FromStr;

/// A condition on containers. Conditions of one key are alternatives, and every key must be met. Only for labels and
/// times, all conditions must be met.
#[derive(Debug, Clone)]
pub struct Filter {
    /// As given.
    text: String,
    condition: Condition,
}

#[derive(Debug, Clone)]
enum Condition {
    /// A regular expression for the ID, as for name and command.
    Id(Regex),
    Name(Regex),
    Command(Regex),
    Label {
        key: String,
        value: Option<String>,
        /// `label!=`: the container must not have it.
        absent: bool,
    },
    Status(Status),
    /// A state of Docker's that lamel's containers never have.
    Never,
    Exited(i32),
    /// `ancestor`: the container's image, or an image below it.
    Ancestor(String),
    /// Made before, or after, another container.
    Before(String),
    Since(String),
    /// `until`: made before that time.
    Until(DateTime<Utc>),
    /// `volume`: a mount, by its source or destination.
    Volume(String),
    Network(String),
    /// `PORT[-PORT][/PROTOCOL]`.
    Expose(Ports),
    /// `publish`: a published port.
    Publish(Ports),
    /// `no`, `always`, …
    Restart(String),
    Health(String),
    /// `is-task`: part of a swarm service, which lamel's containers never are.
    IsTask(bool),
}

#[derive(Debug, Clone)]
struct Ports {
    first: u16,
    last: u16,
    protocol: String,
}

const KNOWN: &str = "id, name, command, label, label!, status, exited, ancestor, before, since, until, volume, network, expose, \
                     publish, restart-policy, health, pod and is-task";

/// Docker's keys, then podman's own.
const STATUSES: [(&str, Option<Status>); 12] = [
    ("created", Some(Status::Created)),
    ("running", Some(Status::Running)),
    ("paused", Some(Status::Paused)),
    ("exited", Some(Status::Exited)),
    ("dead", Some(Status::Dead)),
    ("restarting", Some(Status::Restarting)),
    ("removing", None),
    ("stopped", Some(Status::Exited)),
    ("configured", Some(Status::Created)),
    ("initialized", None),
    ("stopping", None),
    ("unknown", Some(Status::Dead)),
];

impl FromStr for Filter {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Filter> {
        let (key, value) = text
            .split_once('=')
            .with_context(|| format!("invalid filter {text:?}: expected KEY=VALUE"))?;
        let condition = condition(key, value).with_context(|| format!("invalid filter {text:?}"))?;
        Ok(Filter {
            text: text.to_owned(),
            condition,
        })
    }
}

fn condition(key: &str, value: &str) -> Result<Condition> {
    let regex = |text: &str| Regex::new(text).context("not a regular expression");
    let text = value.to_owned();
    Ok(match key {
        "id" => Condition::Id(regex(&format!("^(?:{value})"))?),
        // Docker writes container names with a leading slash.
        "name" => Condition::Name(regex(value.replacen("^/", "^", 1).trim_start_matches('/'))?),
        "command" => Condition::Command(regex(value)?),
        "label" | "label!" => {
            let (key_of_label, value) = match value.split_once('=') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (text, None),
            };
            Condition::Label {
                key: key_of_label,
                value,
                absent: key == "label!",
            }
        }
        "status" => match STATUSES.iter().find(|(word, _)| *word == value) {
            Some((_, Some(status))) => Condition::Status(*status),
            Some((_, None)) => Condition::Never,
            None => bail!(
                "a status is one of {}",
                STATUSES[..7]
                    .iter()
                    .map(|(word, _)| *word)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        },
        "exited" => Condition::Exited(value.parse().context("expected an exit code")?),
        "ancestor" => Condition::Ancestor(text),
        "before" => Condition::Before(text),
        "since" => Condition::Since(text),
        "until" => Condition::Until(moment::moment(value, Utc::now()).context("expected a time, or how long ago")?),
        "volume" => Condition::Volume(text),
        "network" => Condition::Network(text),
        "expose" => Condition::Expose(value.parse()?),
        "publish" => Condition::Publish(value.parse()?),
        "restart-policy" => Condition::Restart(value.parse::<RestartPolicy>()?.name().to_owned()),
        "health" if ["none", "starting", "healthy", "unhealthy"].contains(&value) => Condition::Health(text),
        "health" => bail!("expected none, starting, healthy or unhealthy"),
        "pod" => Condition::Never,
        "is-task" => Condition::IsTask(value.parse().context("expected true or false")?),
        _ => bail!("unknown filter {key:?}: {KNOWN} are known"),
    })
}

impl FromStr for Ports {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Ports> {
        let (range, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let port = |text: &str| text.parse().with_context(|| format!("invalid port {text:?}"));
        Ok(Ports {
            first: port(first)?,
            last: port(last)?,
            protocol: protocol.to_owned(),
        })
    }
}

impl Ports {
    /// Whether `port` (`80/tcp`) is in the range.
    fn has(&self, port: &str) -> bool {
        let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
        let number = number.parse::<u16>();
        protocol == self.protocol && number.is_ok_and(|number| (self.first..=self.last).contains(&number))
    }
}

impl Filter {
    /// Whether it asks for a state. Then containers that do not run are listed as well.
    pub fn is_of_state(&self) -> bool {
        matches!(
            self.condition,
            Condition::Status(_) | Condition::Never | Condition::Exited(_)
        )
    }
}

/// The filters, with images and containers looked up.
pub struct Conditions<'a> {
    filters: &'a [Filter],
    /// The layers of each `ancestor` image.
    ancestors: Vec<Vec<DiffId>>,
    /// The times of `before` and `since`, as text: RFC 3339 in one form sorts as text.
    before: Vec<String>,
    since: Vec<String>,
}

impl<'a> Conditions<'a> {
    pub fn resolve(store: &Store, filters: &'a [Filter]) -> Result<Conditions<'a>> {
        let mut conditions = Conditions {
            filters,
            ancestors: Vec::new(),
            before: Vec::new(),
            since: Vec::new(),
        };
        for Filter { condition, .. } in filters {
            match condition {
                Condition::Ancestor(name) => match resolve::resolve(store, name) {
                    Ok(image) => conditions.ancestors.push(image.record.layers),
                    // No container has an image that does not exist.
                    Err(error) if error.is::<resolve::ResolveError>() => {}
                    Err(error) => return Err(error),
                },
                Condition::Before(name) => conditions.before.push(Container::find(store, name)?.record.created),
                Condition::Since(name) => conditions.since.push(Container::find(store, name)?.record.created),
                _ => {}
            }
        }
        Ok(conditions)
    }

    /// Whether the container meets all conditions.
    pub fn meet(&self, container: &Container, state: &State) -> bool {
        let kind = |filter: &Filter| filter.text.split('=').next().unwrap_or_default().to_owned();
        let one_of_its_kind = |filter: &Filter| {
            let mut alike = self.filters.iter().filter(|other| kind(other) == kind(filter));
            alike.any(|other| self.met(&other.condition, container, state))
        };
        self.filters.iter().all(|filter| match filter.condition {
            Condition::Label { .. } | Condition::Until(_) => self.met(&filter.condition, container, state),
            _ => one_of_its_kind(filter),
        }) && self.before.iter().all(|time| container.record.created < *time)
            && self.since.iter().all(|time| container.record.created > *time)
    }

    fn met(&self, condition: &Condition, container: &Container, state: &State) -> bool {
        let Container { record, config, .. } = container;
        match condition {
            Condition::Id(pattern) => pattern.is_match(&record.id),
            Condition::Name(pattern) => pattern.is_match(&record.name),
            Condition::Command(pattern) => config.args().first().is_some_and(|word| pattern.is_match(word)),
            Condition::Label { key, value, absent } => {
                let label = config.labels.get(key);
                let found = label.is_some() && (value.is_none() || label == value.as_ref());
                found != *absent
            }
            Condition::Status(status) => state.status.word() == status.word(),
            Condition::Never => false,
            Condition::Exited(code) => !state.is_active() && state.finished.is_some() && state.code == *code,
            Condition::Ancestor(_) => self.ancestors.iter().any(|layers| record.layers.starts_with(layers)),
            // Already checked as bounds.
            Condition::Before(_) | Condition::Since(_) => true,
            Condition::Until(moment) => is_older(record, *moment),
            Condition::Volume(name) => {
                let is = |path: &Path| path == Path::new(name);
                let mut binds = config.host.binds.iter();
                let mut volumes = config.host.volumes.iter();
                binds.any(|bind| is(&bind.source) || is(&bind.destination))
                    || volumes.any(|volume| volume.name == *name || is(&volume.destination))
            }
            Condition::Network(name) => network_mode(&config.host.network) == *name,
            Condition::Publish(ports) => {
                let mut published = config.host.ports.iter();
                published.any(|port| ports.has(&ports::key(port.container, port.protocol)))
            }
            Condition::Restart(name) => config.host.restart.name() == name,
            Condition::Expose(ports) => config.exposed_ports.keys().any(|port| ports.has(port)),
            Condition::Health(word) => container.health(state).map_or("none", |health| health.status.word()) == word,
            Condition::IsTask(wanted) => !wanted,
        }
    }
}

/// A container without a time counts as old.
fn is_older(record: &ContainerRecord, moment: DateTime<Utc>) -> bool {
    created(record).is_none_or(|created| created < moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::config::tests::plain;
    use crate::container::state::journal;
    use crate::oci::digest::{Digest, ImageId};

    fn container(name: &str) -> Container {
        let mut config = plain();
        config.labels.insert("tier".into(), "db".into());
        config.exposed_ports.insert("6379/tcp".into(), serde_json::json!({}));
        config.host.binds = vec!["/srv/data:/data".parse().unwrap()];
        config.host.ports = ports::publish("8080:80/udp").unwrap();
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
        let mut state = journal::state(std::path::Path::new("/nowhere")).unwrap();
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
        assert!(meets(&["label!=owner", "label!=tier=web"]));
        assert!(!meets(&["label!=tier"]));
    }

    #[test]
    fn ports_are_met_by_number_range_and_protocol() {
        assert!(meets(&["publish=80/udp"]) && meets(&["publish=1-100/udp"]) && meets(&["restart-policy=no"]));
        assert!(!meets(&["publish=80"]) && !meets(&["publish=8080/udp"]) && !meets(&["restart-policy=always"]));
    }

    #[test]
    fn names_are_regular_expressions() {
        assert!(meets(&["name=^cache-[0-9]$"]) && meets(&["name=^/cache"]) && meets(&["name=/cache-1"]));
        assert!(!meets(&["name=^ache"]));
        assert!(!meets(&["id=b"]), "an ID is met from its beginning");
        assert!(meets(&["command=^sh$"]) && !meets(&["command=^s$"]));
    }

    #[test]
    fn mounts_ports_networks_and_times() {
        assert!(meets(&["volume=/srv/data"]) && meets(&["volume=/data"]) && !meets(&["volume=/srv"]));
        assert!(meets(&["expose=6379"]) && meets(&["expose=6000-7000/tcp"]));
        assert!(!meets(&["expose=6379/udp"]) && !meets(&["expose=80"]));
        assert!(meets(&["network=none"]) && !meets(&["network=host"]));
        assert!(meets(&["until=2024-01-03"]) && !meets(&["until=2024-01-03", "until=2024-01-01"]));
        assert!(meets(&["health=none", "is-task=false"]) && !meets(&["is-task=true"]) && !meets(&["pod=x"]));
    }

    #[test]
    fn unknown_filters_and_states_are_told() {
        for bad in [
            "name",
            "name=(",
            "status=gone",
            "exited=x",
            "colour=red",
            "until=soon",
            "health=well",
            "expose=http",
        ] {
            assert!(bad.parse::<Filter>().is_err(), "{bad}");
        }
    }
}
