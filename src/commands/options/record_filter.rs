//! `--filter KEY=VALUE` of the lists of volumes and networks.

use anyhow::{Context as _, Result, ensure};

/// The keys and values of `--filter`, each key one of `known`.
pub fn read<'a>(texts: &'a [String], known: &[&str]) -> Result<Vec<(&'a str, &'a str)>> {
    let read = |text: &'a String| {
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
    texts.iter().map(read).collect()
}
