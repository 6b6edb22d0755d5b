//! `registries.conf`: the tables of one file, and how several files are merged.
//!
//! What a later file says about a prefix or an alias replaces what an earlier one said. Which files there are and their
//! order: [`conf_files`](crate::registry::config::conf_files).

use crate::registry::config::conf_files::ConfFile;
use crate::registry::config::dirs::ConfigDirs;
use crate::registry::config::file::{Lines, Origin};
use crate::registry::config::rule::{Mirror, PullFromMirror, Rule};
use crate::registry::config::short_name_mode::ShortNameMode;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use toml::Spanned;

/// What all `registries.conf` files say together.
#[derive(Debug, Default)]
pub struct Registries {
    /// By prefix.
    pub rules: BTreeMap<String, Rule>,
    /// `unqualified-search-registries`; `None` where no file has it.
    pub search: Option<(Vec<String>, Origin)>,
    pub mode: Option<(ShortNameMode, Origin)>,
    /// Short names, each with the full repository that it stands for.
    pub aliases: BTreeMap<String, (String, Origin)>,
    /// The files that were read, in order.
    pub files: Vec<PathBuf>,
}

/// One file as TOML.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    unqualified_search_registries: Option<Spanned<Vec<String>>>,
    short_name_mode: Option<Spanned<String>>,
    #[serde(default)]
    registry: Vec<Spanned<RegistryTable>>,
    #[serde(default)]
    aliases: BTreeMap<String, Spanned<String>>,
    registries: Option<Spanned<Version1Tables>>,
}

/// `[[registry]]`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct RegistryTable {
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    location: String,
    insecure: Option<bool>,
    #[serde(default)]
    blocked: bool,
    #[serde(default)]
    mirror_by_digest_only: bool,
    #[serde(default)]
    mirror: Vec<Spanned<MirrorTable>>,
    pull_from_mirror: Option<String>,
}

/// `[[registry.mirror]]`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct MirrorTable {
    #[serde(default)]
    location: String,
    insecure: Option<bool>,
    #[serde(default)]
    pull_from_mirror: String,
}

/// `[registries.search]` and the like, the format of version 1.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Version1Tables {
    search: Version1Table,
    insecure: Version1Table,
    block: Version1Table,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Version1Table {
    registries: Vec<String>,
}

impl Registries {
    /// Reads and parses all files.
    pub fn load(dirs: &ConfigDirs) -> anyhow::Result<Registries> {
        Registries::parse(ConfFile::read_all(dirs)?)
    }

    /// Parses and merges files, in their order.
    pub fn parse(files: Vec<ConfFile>) -> anyhow::Result<Registries> {
        let mut registries = Registries::default();
        for ConfFile { path, text } in files {
            registries.add(&path, &text)?;
            registries.files.push(path);
        }
        Ok(registries)
    }

    /// Returns the rule with the longest prefix that matches a full name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        let matching = self.rules.values().filter(|rule| rule.matches(name).is_some());
        matching.max_by_key(|rule| rule.prefix.len())
    }

    /// Merges one file's text into what earlier files said.
    pub fn add(&mut self, path: &Path, text: &str) -> anyhow::Result<()> {
        let lines = Lines::new(path, text);
        let at = |offset: usize| lines.at(offset);
        let document: Document = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            at(offset).error(error.message())
        })?;
        if let Some(lists) = document.registries {
            let origin = at(lists.span().start);
            self.add_lists(lists.into_inner(), &origin)?;
        }
        if let Some(search) = document.unqualified_search_registries {
            let origin = at(search.span().start);
            self.search = Some((hosts(search.into_inner(), &origin)?, origin));
        }
        if let Some(mode) = document.short_name_mode {
            let origin = at(mode.span().start);
            let parsed = ShortNameMode::parse(mode.get_ref())
                .ok_or_else(|| origin.error(format!("short-name-mode {:?} is not known", mode.get_ref())))?;
            self.mode = Some((parsed, origin));
        }
        let mut rules: Vec<Rule> = Vec::new();
        let mut by_location: HashMap<String, (bool, bool)> = HashMap::new();
        for registry in document.registry {
            let origin = at(registry.span().start);
            let rule = rule(registry.into_inner(), origin, &at)?;
            // Two rules of one file with the same location must agree on `insecure` and `blocked`.
            let trust = (rule.insecure == Some(true), rule.blocked);
            if !rule.location.is_empty() && *by_location.entry(rule.location.clone()).or_insert(trust) != trust {
                let what = format!(
                    "{} is said to be insecure or blocked here and otherwise above",
                    rule.location
                );
                return Err(rule.origin.error(what));
            }
            rules.push(rule);
        }
        rules.into_iter().for_each(|rule| self.put(rule));
        for (name, target) in document.aliases {
            let origin = at(target.span().start);
            match target.into_inner() {
                // An empty target removes the alias.
                target if target.is_empty() => self.aliases.remove(&name),
                target => self.aliases.insert(name, (target, origin)),
            };
        }
        Ok(())
    }

    /// A rule replaces an earlier one for the same prefix as a whole.
    fn put(&mut self, rule: Rule) {
        self.rules.insert(rule.prefix.clone(), rule);
    }

    /// The format of version 1, which old machines still have.
    fn add_lists(&mut self, lists: Version1Tables, origin: &Origin) -> anyhow::Result<()> {
        self.search = Some((hosts(lists.search.registries, origin)?, origin.clone()));
        let mut rules: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        for location in lists.insecure.registries {
            rules.entry(checked_location(&location, origin)?).or_default().0 = true;
        }
        for location in lists.block.registries {
            rules.entry(checked_location(&location, origin)?).or_default().1 = true;
        }
        for (location, (insecure, blocked)) in rules {
            self.put(Rule {
                prefix: location.clone(),
                location,
                insecure: insecure.then_some(true),
                blocked,
                mirrors: Vec::new(),
                origin: origin.clone(),
            });
        }
        Ok(())
    }
}

/// Checks a `[[registry]]` table and its mirrors.
fn rule(table: RegistryTable, origin: Origin, at: &dyn Fn(usize) -> Origin) -> anyhow::Result<Rule> {
    let location = checked_location(&table.location, &origin)?;
    let prefix = checked_location(&table.prefix, &origin)?;
    let prefix = match (prefix.is_empty(), location.is_empty()) {
        (true, true) => return Err(origin.error("a [[registry]] without prefix and location")),
        (true, false) => location.clone(),
        (false, true) if !prefix.starts_with("*.") => {
            return Err(origin.error("only a prefix such as *.example.com can be without a location"));
        }
        (false, _) => prefix,
    };
    if table.pull_from_mirror.is_some_and(|pulls| !pulls.is_empty()) {
        return Err(origin.error("pull-from-mirror belongs into a [[registry.mirror]]"));
    }
    let mut mirrors = Vec::new();
    for mirror in table.mirror {
        let origin = at(mirror.span().start);
        let mirror = mirror.into_inner();
        let location = checked_location(&mirror.location, &origin)?;
        if location.is_empty() {
            return Err(origin.error("a [[registry.mirror]] without a location"));
        }
        if table.mirror_by_digest_only && !mirror.pull_from_mirror.is_empty() {
            return Err(origin.error("either mirror-by-digest-only for all mirrors or pull-from-mirror for each"));
        }
        let pulls = PullFromMirror::parse(&mirror.pull_from_mirror)
            .ok_or_else(|| origin.error(format!("pull-from-mirror {:?} is not known", mirror.pull_from_mirror)))?;
        mirrors.push(Mirror {
            location,
            insecure: mirror.insecure,
            pulls: if table.mirror_by_digest_only {
                PullFromMirror::ByDigest
            } else {
                pulls
            },
        });
    }
    Ok(Rule {
        prefix,
        location,
        insecure: table.insecure,
        blocked: table.blocked,
        mirrors,
        origin,
    })
}

fn hosts(entries: Vec<String>, origin: &Origin) -> anyhow::Result<Vec<String>> {
    let host = |entry: String| match checked_location(&entry, origin)? {
        host if host.is_empty() || host.starts_with('*') => {
            Err(origin.error(format!("{entry:?} is no registry to look for names in")))
        }
        host => Ok(host),
    };
    entries.into_iter().map(host).collect()
}

/// Checks a prefix or a location, and strips slashes at its end.
fn checked_location(text: &str, origin: &Origin) -> anyhow::Result<String> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(origin.error(format!("{text}: a location is given without http:// or https://")));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
