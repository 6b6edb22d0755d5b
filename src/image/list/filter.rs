//! `--filter` of `images` and `image prune`.

use crate::image::names::resolve::{alias_of, find};
use crate::oci::config::ImageConfig;
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use crate::text::glob;
use crate::text::moment::moment;
use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Conditions on images. All must hold; of several references or IDs, one.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    pub dangling: Option<bool>,
    pub intermediate: Option<bool>,
    /// Whether containers were made from it.
    pub containers: Option<bool>,
    /// Starts of IDs.
    ids: Vec<String>,
    before: Vec<String>,
    since: Vec<String>,
    labels: Vec<Label>,
    pub references: Vec<String>,
    until: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone)]
struct Label {
    key: String,
    value: Option<String>,
    /// `label!=`: no image that has it.
    absent: bool,
}

impl Filter {
    /// The keys of `images`.
    pub const LIST: &[&str] = &[
        "dangling",
        "before",
        "since",
        "after",
        "label",
        "label!",
        "reference",
        "until",
        "intermediate",
        "containers",
        "id",
    ];
    /// The keys of `prune`.
    pub const PRUNE: &[&str] = &["until", "label", "label!"];

    /// Parses `KEY=VALUE` conditions. `known`: the keys of the command. Times are relative to `now`.
    pub fn parse(texts: &[String], known: &[&str], now: DateTime<Utc>) -> anyhow::Result<Filter> {
        let mut filter = Filter::default();
        for text in texts {
            let (key, value) = text
                .split_once('=')
                .with_context(|| format!("invalid filter {text:?}: expected KEY=VALUE"))?;
            if !known.contains(&key) {
                bail!("unknown filter {key:?}: known are {}", known.join(", "));
            }
            match key {
                "dangling" => filter.dangling = Some(boolean(key, value)?),
                "intermediate" => filter.intermediate = Some(boolean(key, value)?),
                "containers" => filter.containers = Some(boolean(key, value)?),
                "id" => filter
                    .ids
                    .push(value.strip_prefix("sha256:").unwrap_or(value).to_ascii_lowercase()),
                "before" => filter.before.push(value.to_owned()),
                "since" | "after" => filter.since.push(value.to_owned()),
                "reference" => filter = filter.with_reference(value)?,
                "until" => filter.until = Some(time(value, now)?),
                _ => filter.labels.push(Label::parse(value, key == "label!")),
            }
        }
        Ok(filter)
    }

    /// Only images with a name that matches the pattern.
    pub fn with_reference(mut self, pattern: &str) -> anyhow::Result<Filter> {
        ensure!(glob::is_closed(pattern), "syntax error in pattern {pattern:?}");
        self.references.push(pattern.to_owned());
        Ok(self)
    }

    /// Whether a name matches one of the patterns, or there is no pattern. A pattern matches the name as people write
    /// it or in full, with or without its tag.
    pub fn wants_name(&self, name: &Reference) -> bool {
        if self.references.is_empty() {
            return true;
        }
        let mut spellings = vec![
            name.familiar(),
            name.familiar_repository(),
            name.to_string(),
            format!("{}/{}", name.registry(), name.repository()),
        ];
        // The built-in image has a short name.
        spellings.extend(alias_of(name));
        let wants = |pattern: &String| spellings.iter().any(|spelling| glob::matches(pattern, spelling));
        self.references.iter().any(wants)
    }

    /// Whether something that was made at this time fulfils `until`. Without a time it counts as old.
    pub fn wants_time(&self, created: Option<DateTime<Utc>>) -> bool {
        self.until
            .is_none_or(|until| created.is_none_or(|created| created < until))
    }

    /// Whether something with these labels fulfils the conditions on labels.
    pub fn wants_labels(&self, labels: &BTreeMap<String, String>) -> bool {
        let holds = |label: &Label| {
            let value = labels.get(&label.key);
            let found = value.is_some_and(|value| label.value.as_ref().is_none_or(|wanted| wanted == value));
            found != label.absent
        };
        self.labels.iter().all(holds)
    }

    /// Looks up the images that `before` and `since` name.
    pub fn resolve(&self, store: &Store) -> anyhow::Result<ResolvedFilter<'_>> {
        let mut resolved = ResolvedFilter {
            filter: self,
            before: self.until,
            after: None,
        };
        for name in &self.before {
            let limit = created(&find(store, name)?.0);
            resolved.before = Some(resolved.before.map_or(limit, |before| before.min(limit)));
        }
        for name in &self.since {
            let limit = created(&find(store, name)?.0);
            resolved.after = Some(resolved.after.map_or(limit, |after| after.max(limit)));
        }
        Ok(resolved)
    }
}

/// A filter whose times are known: see [`Filter::resolve`].
pub struct ResolvedFilter<'a> {
    filter: &'a Filter,
    before: Option<DateTime<Utc>>,
    after: Option<DateTime<Utc>>,
}

impl ResolvedFilter<'_> {
    /// Whether the image fulfils the conditions on its ID, time and labels. Reads its configuration only where its
    /// labels are too long to be recorded.
    pub fn wants(&self, store: &Store, image: &ImageRecord) -> anyhow::Result<bool> {
        let ids = &self.filter.ids;
        if !ids.is_empty() && !ids.iter().any(|id| image.id.hex().starts_with(id)) {
            return Ok(false);
        }
        if self.before.is_none() && self.after.is_none() && self.filter.labels.is_empty() {
            return Ok(true);
        }
        let created = created(image);
        if self.before.is_some_and(|before| created >= before) || self.after.is_some_and(|after| created <= after) {
            return Ok(false);
        }
        if self.filter.labels.is_empty() {
            return Ok(true);
        }
        if let Some(labels) = &image.labels {
            return Ok(self.filter.wants_labels(labels));
        }
        let config = ImageConfig::parse(&store.blob(&image.id.0)?)
            .with_context(|| format!("configuration of image {}", image.id))?;
        Ok(self.filter.wants_labels(&config.labels()))
    }
}

impl Label {
    fn parse(text: &str, absent: bool) -> Label {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Some(value.to_owned())),
            None => (text, None),
        };
        Label {
            key: key.to_owned(),
            value,
            absent,
        }
    }
}

/// When the image was made; the beginning of time where its configuration does not say.
pub fn created(image: &ImageRecord) -> DateTime<Utc> {
    let time = image.created.as_deref().map(DateTime::parse_from_rfc3339);
    time.and_then(Result::ok)
        .map_or(DateTime::<Utc>::MIN_UTC, |time| time.to_utc())
}

fn boolean(key: &str, text: &str) -> anyhow::Result<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" => Ok(true),
        "false" | "f" | "0" => Ok(false),
        _ => bail!("invalid filter \"{key}={text}\": expected true or false"),
    }
}

/// The value of `until`.
fn time(text: &str, now: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
    moment(text, now).with_context(|| {
        format!("invalid filter \"until={text}\": expected a duration like 24h, or a time like 2024-05-01T12:00:00Z")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::names::resolve::parse_name;

    fn now() -> DateTime<Utc> {
        "2024-05-02T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn times_are_read_in_every_notation() {
        for text in [
            "24h",
            "23h60m",
            "1440m0s",
            "1714521600",
            "2024-05-01",
            "2024-05-01T00:00:00",
            "2024-05-01T02:00:00+02:00",
        ] {
            assert_eq!(
                time(text, now()).unwrap().to_rfc3339(),
                "2024-05-01T00:00:00+00:00",
                "{text}"
            );
        }
        for text in ["", "yesterday", "1", "1x", "h", "1e300h", "99999999999999999999"] {
            let parsed = time(text, now());
            assert!(parsed.is_err() || text == "1", "{text}");
        }
    }

    #[test]
    fn unknown_keys_and_invalid_values_are_errors() {
        let parse = |text: &str| {
            Filter::parse(&[text.to_owned()], Filter::PRUNE, now())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            parse("dangling=true"),
            "unknown filter \"dangling\": known are until, label, label!"
        );
        assert_eq!(parse("until"), "invalid filter \"until\": expected KEY=VALUE");
        let list = Filter::parse(&["dangling=maybe".to_owned()], Filter::LIST, now());
        assert_eq!(
            list.unwrap_err().to_string(),
            "invalid filter \"dangling=maybe\": expected true or false"
        );
    }

    #[test]
    fn patterns_match_names_as_written_and_in_full() {
        let name: Reference = "redis:7".parse().unwrap();
        for (pattern, wanted) in [
            ("redis", true),
            ("redis:7", true),
            ("r*:7", true),
            ("docker.io/library/redis", true),
            ("redis:6", false),
            ("red", false),
        ] {
            assert_eq!(
                Filter::default().with_reference(pattern).unwrap().wants_name(&name),
                wanted,
                "{pattern}"
            );
        }
        assert!(Filter::default().wants_name(&name));
        let hello = parse_name("hello").unwrap().or_latest();
        assert!(Filter::default().with_reference("hello").unwrap().wants_name(&hello));
    }
}
