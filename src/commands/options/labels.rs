//! Labels, and other texts of the form `KEY=VALUE`: parsed, listed and compared.

use crate::container::config::process::environment;
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Splits `KEY=VALUE`; a `KEY` alone has the empty value.
pub fn pair(text: &str) -> (String, String) {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    (key.into(), value.into())
}

/// The labels that files list and that options set, which take precedence.
pub fn parse(files: &[PathBuf], texts: &[String]) -> Result<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    for file in files {
        let lines = environment::read_file("label file", file)?;
        labels.extend(lines.iter().map(|line| pair(line)));
    }
    labels.extend(texts.iter().map(|text| pair(text)));
    Ok(labels)
}

/// All labels in one cell of a list.
pub fn shown(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(",")
}

/// Whether a label matches `wanted`: `KEY` or `KEY=VALUE`.
pub fn has(labels: &BTreeMap<String, String>, wanted: &str) -> bool {
    match wanted.split_once('=') {
        Some((key, value)) => labels.get(key).is_some_and(|have| have == value),
        None => labels.contains_key(wanted),
    }
}
