//! The attributes and the tag that `--log-opt` adds to records.

use crate::container::Container;
use crate::container::config::supervision::log::LogConfig;
use crate::container::log::MAX_ATTRIBUTES;
use anyhow::{Result, ensure};
use std::collections::BTreeMap;

/// The attributes that each record of the log has: of the container's labels and variables those that `labels` and
/// `env` name, and its `tag` (Docker's `loggerutils`).
pub fn attributes(container: &Container, config: &LogConfig) -> Result<BTreeMap<String, String>> {
    let names = |option| {
        config
            .options
            .get(option)
            .into_iter()
            .flat_map(|names| names.split(','))
    };
    let label = |name: &str| Some((name.to_owned(), container.config.labels.get(name)?.clone()));
    let variable = |name: &str| {
        let mut variables = container
            .config
            .env
            .iter()
            .filter_map(|variable| variable.split_once('='));
        let (name, value) = variables.find(|(known, _)| *known == name)?;
        Some((name.to_owned(), value.to_owned()))
    };
    let tag = config
        .options
        .get("tag")
        .map(|tag| ("tag".to_owned(), expand(tag, container)));
    let labels = names("labels").filter_map(label);
    let attributes: BTreeMap<_, _> = labels.chain(names("env").filter_map(variable)).chain(tag).collect();
    let size: usize = attributes.iter().map(|(name, value)| name.len() + value.len()).sum();
    ensure!(
        size <= MAX_ATTRIBUTES,
        "log options labels, env and tag add more than {} KiB to each line",
        MAX_ATTRIBUTES >> 10
    );
    Ok(attributes)
}

/// Docker's names in a tag's template.
pub fn expand(template: &str, container: &Container) -> String {
    let record = &container.record;
    let image = record.image.to_string();
    [
        ("{{.ID}}", &record.id[..12]),
        ("{{.FullID}}", record.id.as_str()),
        ("{{.Name}}", record.name.as_str()),
        ("{{.ImageName}}", record.image_name.as_str()),
        ("{{.ImageFullID}}", image.as_str()),
        ("{{.ImageID}}", &record.image.short()),
        ("{{.DaemonName}}", "lamel"),
    ]
    .iter()
    .fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}
