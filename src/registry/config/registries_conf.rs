//! `registries.conf`: which files there are, what is in one, and what they come to together.
//!
//! The rules are those of containers-registries.conf(5), and where that is silent, of containers/image (`pkg/sysregistriesv2`): the user's file
//! stands for the system's, drop-ins add to it in the order of their names, the user's after the system's, and what is said later about
//! a prefix or an alias replaces what was said before.

use crate::registry::config::dirs::Places;
use crate::registry::config::file;
use crate::registry::config::file::{Lines, Origin};
use crate::registry::config::rule::{Mirror, Pulls, Rule};
use crate::registry::config::short_name::Mode;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use toml::Spanned;

/// What all files come to.
#[derive(Debug, Default)]
pub struct Registries {
    /// By their prefixes.
    pub rules: BTreeMap<String, Rule>,
    /// Where names without a registry are looked for; `None` where nobody says.
    pub search: Option<(Vec<String>, Origin)>,
    pub mode: Option<(Mode, Origin)>,
    /// What short names stand for: a repository in full.
    pub aliases: BTreeMap<String, (String, Origin)>,
    /// The files that were read, in order.
    pub files: Vec<PathBuf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    unqualified_search_registries: Option<Spanned<Vec<String>>>,
    short_name_mode: Option<Spanned<String>>,
    #[serde(default)]
    registry: Vec<Spanned<Registry>>,
    #[serde(default)]
    aliases: BTreeMap<String, Spanned<String>>,
    /// The form of version 1.
    registries: Option<Spanned<Lists>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Registry {
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

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct MirrorTable {
    #[serde(default)]
    location: String,
    insecure: Option<bool>,
    #[serde(default)]
    pull_from_mirror: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Lists {
    search: List,
    insecure: List,
    block: List,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct List {
    registries: Vec<String>,
}

/// What is in one file, not yet understood.
pub struct Text {
    path: PathBuf,
    text: String,
}

impl Text {
    /// All files, in their order. One that is not there says nothing, except the one that the user has named.
    pub fn read_all(places: &Places) -> anyhow::Result<Vec<Text>> {
        let mut texts = Vec::new();
        if let Some(only) = &places.registries_conf {
            texts.extend(Text::read(only.clone())?);
            anyhow::ensure!(
                !texts.is_empty(),
                "CONTAINERS_REGISTRIES_CONF names {}, which does not exist",
                only.display()
            );
            return Ok(texts);
        }
        let user = places.user.as_ref().map(|dir| dir.join("containers"));
        let system = places.system.join("containers");
        if let Some(dir) = &user {
            texts.extend(Text::read(dir.join("registries.conf"))?);
        }
        let mut dirs = Vec::new();
        if texts.is_empty() {
            texts.extend(Text::read(system.join("registries.conf"))?);
            dirs.push(system);
        }
        dirs.extend(user);
        for dir in dirs {
            for drop_in in file::entries(&dir.join("registries.conf.d"), &["conf"])? {
                texts.extend(Text::read(drop_in)?);
            }
        }
        Ok(texts)
    }

    fn read(path: PathBuf) -> anyhow::Result<Option<Text>> {
        let text = file::text(&path)?;
        Ok(text.map(|text| Text { path, text }))
    }

    /// Whether this may say what a name without a registry means. A look at its words costs a twentieth of understanding it, which every `run` of an
    /// image that is held would pay; where a word could be hidden by an escape (`\u0061`), it is not looked for.
    pub fn may_concern(&self, repository: &str) -> bool {
        let telling = ["registries", "\\", repository];
        let mut lines = self.text.lines().filter(|line| !line.trim_start().starts_with('#'));
        lines.any(|line| telling.iter().any(|words| line.contains(words)))
    }
}

impl Registries {
    /// Reads all files.
    pub fn load(places: &Places) -> anyhow::Result<Registries> {
        Registries::of(Text::read_all(places)?)
    }

    /// Understands all files.
    pub fn of(texts: Vec<Text>) -> anyhow::Result<Registries> {
        let mut registries = Registries::default();
        for Text { path, text } in texts {
            registries.add(&path, &text)?;
            registries.files.push(path);
        }
        Ok(registries)
    }

    /// The rule with the longest prefix that matches a name in full.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        let matching = self.rules.values().filter(|rule| rule.matches(name).is_some());
        matching.max_by_key(|rule| rule.prefix.len())
    }

    /// Adds what one file says.
    pub fn add(&mut self, path: &Path, text: &str) -> anyhow::Result<()> {
        let lines = Lines::of(path, text);
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
            let known = Mode::named(mode.get_ref())
                .ok_or_else(|| origin.error(format!("short-name-mode {:?} is not known", mode.get_ref())))?;
            self.mode = Some((known, origin));
        }
        let mut rules: Vec<Rule> = Vec::new();
        let mut said: HashMap<String, (bool, bool)> = HashMap::new();
        for registry in document.registry {
            let origin = at(registry.span().start);
            let rule = rule(registry.into_inner(), origin, &at)?;
            // Two rules of one file for one place must agree on whether it is trusted and allowed.
            let says = (rule.insecure == Some(true), rule.blocked);
            if !rule.location.is_empty() && *said.entry(rule.location.clone()).or_insert(says) != says {
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
                // An alias that is taken back.
                target if target.is_empty() => self.aliases.remove(&name),
                target => self.aliases.insert(name, (target, origin)),
            };
        }
        Ok(())
    }

    /// A rule for the same prefix replaces all of the one before.
    fn put(&mut self, rule: Rule) {
        self.rules.insert(rule.prefix.clone(), rule);
    }

    /// The form of version 1, which old machines still have.
    fn add_lists(&mut self, lists: Lists, origin: &Origin) -> anyhow::Result<()> {
        self.search = Some((hosts(lists.search.registries, origin)?, origin.clone()));
        let mut rules: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        for location in lists.insecure.registries {
            rules.entry(place(&location, origin)?).or_default().0 = true;
        }
        for location in lists.block.registries {
            rules.entry(place(&location, origin)?).or_default().1 = true;
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

/// A table with its own and its mirrors' values checked.
fn rule(table: Registry, origin: Origin, at: &dyn Fn(usize) -> Origin) -> anyhow::Result<Rule> {
    let location = place(&table.location, &origin)?;
    let prefix = place(&table.prefix, &origin)?;
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
        let location = place(&mirror.location, &origin)?;
        if location.is_empty() {
            return Err(origin.error("a [[registry.mirror]] without a location"));
        }
        if table.mirror_by_digest_only && !mirror.pull_from_mirror.is_empty() {
            return Err(origin.error("either mirror-by-digest-only for all mirrors or pull-from-mirror for each"));
        }
        let pulls = Pulls::named(&mirror.pull_from_mirror)
            .ok_or_else(|| origin.error(format!("pull-from-mirror {:?} is not known", mirror.pull_from_mirror)))?;
        mirrors.push(Mirror {
            location,
            insecure: mirror.insecure,
            pulls: if table.mirror_by_digest_only {
                Pulls::ByDigest
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
    let host = |entry: String| match place(&entry, origin)? {
        host if host.is_empty() || host.starts_with('*') => {
            Err(origin.error(format!("{entry:?} is no registry to look for names in")))
        }
        host => Ok(host),
    };
    entries.into_iter().map(host).collect()
}

/// A prefix or a location, without slashes at its end.
fn place(text: &str, origin: &Origin) -> anyhow::Result<String> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(origin.error(format!("{text}: a location is given without http:// or https://")));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
