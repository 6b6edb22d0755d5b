//! The fields in which two configurations differ.

use crate::layer::model::ChangeKind;
use crate::oci::config::ImageConfig;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A field of the configuration: `Config.Cmd`, `Config.Env.PATH`, `Architecture`.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    pub field: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl FieldChange {
    /// Added where there was nothing before, deleted where there is nothing after.
    pub fn kind(&self) -> ChangeKind {
        match (&self.before, &self.after) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Deleted,
            _ => ChangeKind::Changed,
        }
    }
}

/// The fields that differ, sorted.
pub fn fields_that_differ(before: &ImageConfig, after: &ImageConfig) -> Vec<FieldChange> {
    let (old, new) = (fields(before), fields(after));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |name: &String| FieldChange {
        field: name.clone(),
        before: old.get(name).cloned(),
        after: new.get(name).cloned(),
    };
    names
        .into_iter()
        .map(change)
        .filter(|change| change.before != change.after)
        .collect()
}

/// The fields that decide how containers run; variables, labels, ports and volumes one by one. Not when and how the
/// image was made: in that any two images differ.
fn fields(config: &ImageConfig) -> BTreeMap<String, Value> {
    let mut fields = BTreeMap::new();
    let spec = config.spec();
    for (name, value) in [
        ("Architecture", spec.architecture().to_string()),
        ("Variant", spec.variant().clone().unwrap_or_default()),
        ("Os", spec.os().to_string()),
        ("Author", spec.author().clone().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            fields.insert(name.to_owned(), value.into());
        }
    }
    let process = serde_json::to_value(config.process()).unwrap_or_default();
    let named = process.as_object().into_iter().flatten();
    for (name, value) in named.chain(config.docker_fields()) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    fields.insert(format!("Config.{name}.{key}"), value.clone());
                }
            }
            Value::Array(variables) if name == "Env" => {
                for variable in variables.iter().filter_map(Value::as_str) {
                    let (key, value) = variable.split_once('=').unwrap_or((variable, ""));
                    fields.insert(format!("Config.Env.{key}"), value.into());
                }
            }
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            value => {
                fields.insert(format!("Config.{name}"), value.clone());
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn configurations_differ_field_by_field() {
        let config = |text: &str| ImageConfig::parse(text.as_bytes()).unwrap();
        let before = config(
            r#"{"architecture":"amd64","os":"linux","created":"2024-01-01T00:00:00Z",
                "rootfs":{"type":"layers","diff_ids":[]},
                "config":{"Env":["PATH=/bin","A=1"],"Cmd":["sh"],"Labels":{"x":"1"}}}"#,
        );
        let after = config(
            r#"{"architecture":"amd64","os":"linux","created":"2025-01-01T00:00:00Z",
                "rootfs":{"type":"layers","diff_ids":[]},
                "config":{"Env":["PATH=/bin","A=2"],"Cmd":["sh","-l"],"ExposedPorts":{"80/tcp":{}}}}"#,
        );
        let shown: Vec<_> = fields_that_differ(&before, &after)
            .into_iter()
            .map(|change| (change.kind(), change.field, change.before, change.after))
            .collect();
        assert_eq!(
            shown,
            [
                (
                    ChangeKind::Changed,
                    "Config.Cmd".to_owned(),
                    Some(json!(["sh"])),
                    Some(json!(["sh", "-l"]))
                ),
                (
                    ChangeKind::Changed,
                    "Config.Env.A".to_owned(),
                    Some(json!("1")),
                    Some(json!("2"))
                ),
                (
                    ChangeKind::Added,
                    "Config.ExposedPorts.80/tcp".to_owned(),
                    None,
                    Some(json!({}))
                ),
                (
                    ChangeKind::Deleted,
                    "Config.Labels.x".to_owned(),
                    Some(json!("1")),
                    None
                ),
            ]
        );
        assert_eq!(fields_that_differ(&before, &before), []);
    }
}
