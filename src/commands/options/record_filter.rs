//! `--filter KEY=VALUE` of networks and volumes, when they are listed or pruned.

use crate::commands::options::labels;
use crate::container::config::users::Users;
use crate::ui::print;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

/// The conditions of all `--filter` options. A record must meet every one of them.
pub struct RecordFilter<'a> {
    conditions: Vec<(&'a str, &'a str)>,
}

/// What a condition can be about.
pub struct Facts<'a> {
    pub name: &'a str,
    pub id: &'a str,
    pub driver: &'a str,
    pub labels: &'a BTreeMap<String, String>,
    /// Whether a container uses it, or may do so.
    pub may_be_used: bool,
}

impl RecordFilter<'_> {
    /// Parses `KEY=VALUE` texts; a key that is not in `known` is an error.
    pub fn parse<'a>(texts: &'a [String], known: &[&str]) -> Result<RecordFilter<'a>> {
        let condition = |text: &'a String| {
            let (key, value) = text
                .split_once('=')
                .with_context(|| format!("invalid filter {text:?}: expected KEY=VALUE"))?;
            ensure!(
                known.contains(&key),
                "unknown filter {key:?}: known are {}",
                known.join(", ")
            );
            Ok((key, value))
        };
        let conditions = texts.iter().map(condition).collect::<Result<_>>()?;
        Ok(RecordFilter { conditions })
    }

    /// Keeps the records that match. `users` reads the records of all containers, which only a condition about use by
    /// containers takes; a container whose record cannot be read is a warning then.
    pub fn retain<R>(
        &self,
        records: &mut Vec<R>,
        users: impl FnOnce() -> Result<Users>,
        facts: impl for<'r> Fn(&'r R, &Users) -> Facts<'r>,
    ) -> Result<()> {
        let users = match self.conditions.iter().any(|(key, _)| *key == "dangling") {
            true => users()?,
            false => Users::default(),
        };
        records.retain(|record| self.matches(&facts(record, &users)));
        users.tell(&mut print::warn_skipped());
        Ok(())
    }

    fn matches(&self, facts: &Facts<'_>) -> bool {
        self.conditions.iter().all(|(key, value)| match *key {
            "name" => facts.name.contains(value),
            "id" => facts.id.starts_with(value),
            "driver" => facts.driver == *value,
            "dangling" => facts.may_be_used != matches!(*value, "true" | "1"),
            _ => labels::has(facts.labels, value),
        })
    }

    /// For a command whose only key is `label`.
    pub fn matches_labels(&self, labels: &BTreeMap<String, String>) -> bool {
        self.conditions.iter().all(|(_, value)| labels::has(labels, value))
    }
}
