//! The environment of a container: options, files and the image's own, merged by Docker's rules.

use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

/// The PATH of a container whose image sets none.
pub const DEFAULT_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The largest file of variables, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Reads an `--env-file`, or another file of pairs (`kind` names it in errors). Each line is `NAME=VALUE` or `NAME`,
/// taken literally: no quotes, no expansion. Empty lines and lines that start with `#` are left out.
pub fn read_file(kind: &str, path: &Path) -> Result<Vec<String>> {
    let what = || format!("{kind} {}", path.display());
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(what)?;
    file.take(MAX_FILE + 1).read_to_string(&mut text).with_context(what)?;
    if text.len() as u64 > MAX_FILE {
        bail!("{}: larger than {} MiB", what(), MAX_FILE >> 20);
    }
    parse_file(&text).with_context(what)
}

fn parse_file(text: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let name = line.split_once('=').map_or(line, |(name, _)| name);
        if name.is_empty() || name.contains(char::is_whitespace) {
            bail!("line {}: {name:?} is not a name", index + 1);
        }
        found.push(line.to_owned());
    }
    Ok(found)
}

/// Gives a bare `NAME` the value that it has in lamel's environment. Without one it stays bare, and [`merge`] removes
/// the variable.
pub fn inherit(given: Vec<String>, here: &dyn Fn(&str) -> Option<String>) -> Result<Vec<String>> {
    given
        .into_iter()
        .map(|entry| {
            if entry.is_empty() || entry.starts_with('=') {
                bail!("invalid environment variable {entry:?}: expected NAME=VALUE or NAME");
            }
            if entry.contains('=') {
                return Ok(entry);
            }
            Ok(here(&entry).map(|value| format!("{entry}={value}")).unwrap_or(entry))
        })
        .collect()
}

/// `base` with the variables `over`: each replaces the one of the same name or is added at the end; a bare `NAME`
/// removes it.
pub fn merge(base: &[String], over: &[String]) -> Vec<String> {
    let mut merged: Vec<Option<&String>> = Vec::with_capacity(base.len() + over.len());
    // Indexed by name, because an image may have a hundred thousand variables.
    let mut places: HashMap<&str, usize> = HashMap::new();
    for entry in base.iter().chain(over) {
        match entry.contains('=') {
            true => {
                let place = *places.entry(name(entry)).or_insert(merged.len());
                match merged.get_mut(place) {
                    Some(have) => *have = Some(entry),
                    None => merged.push(Some(entry)),
                }
            }
            false => {
                if let Some(place) = places.remove(name(entry)) {
                    merged[place] = None;
                }
            }
        }
    }
    merged.into_iter().flatten().cloned().collect()
}

/// Whether a variable of this name is set.
pub fn has(env: &[String], wanted: &str) -> bool {
    env.iter().any(|entry| name(entry) == wanted)
}

/// The name of `NAME=VALUE` or `NAME`.
pub fn name(entry: &str) -> &str {
    entry.split_once('=').map_or(entry, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(entries: &[&str]) -> Vec<String> {
        entries.iter().map(|s| s.to_string()).collect()
    }

    #[test]
    fn files_are_taken_literally_without_comments() {
        let text = "\u{feff}A=1\r\n# no\n\n  B=\"x y\" # kept\nHOST_ONE\nC==\n";
        assert_eq!(
            parse_file(text).unwrap(),
            owned(&["A=1", "B=\"x y\" # kept", "HOST_ONE", "C=="])
        );
        assert_eq!(
            parse_file("A=1\nB C=2\n").unwrap_err().to_string(),
            "line 2: \"B C\" is not a name"
        );
        assert!(parse_file("=x\n").is_err());
    }

    #[test]
    fn a_bare_name_takes_the_hosts_value_or_removes() {
        let here = |name: &str| (name == "LANG").then(|| "C".to_owned());
        let given = inherit(owned(&["LANG", "NOPE", "A=b"]), &here).unwrap();
        assert_eq!(given, owned(&["LANG=C", "NOPE", "A=b"]));
        assert_eq!(merge(&owned(&["NOPE=1", "A=a"]), &given), owned(&["A=b", "LANG=C"]));
        assert!(inherit(owned(&["=x"]), &here).is_err());
    }

    #[test]
    fn the_last_value_wins_in_the_first_place() {
        let merged = merge(&owned(&["PATH=/bin", "X=1"]), &owned(&["Y=2", "X=3", "Y=4"]));
        assert_eq!(merged, owned(&["PATH=/bin", "X=3", "Y=4"]));
    }

    #[test]
    fn a_variable_that_was_taken_away_comes_again_at_the_end() {
        let merged = merge(&owned(&["A=1", "B=1"]), &owned(&["A", "C=1", "A=2", "A", "A=3"]));
        assert_eq!(merged, owned(&["B=1", "C=1", "A=3"]));
    }

    /// If each one were looked for among those before it, this would not end within the suite.
    #[test]
    fn two_hundred_thousand_variables_are_merged() {
        let numbered = |value: &str| -> Vec<String> { (0..200_000).map(|n| format!("{n}={value}")).collect() };
        let merged = merge(&numbered("base"), &numbered("over"));
        assert_eq!(merged, numbered("over"));
        let names: Vec<String> = (0..200_000).map(|n| n.to_string()).collect();
        assert!(merge(&merged, &names).is_empty());
    }
}
