//! Names without a registry: aliases, and the registries in which they are looked for.
//!
//! Where nothing is configured, they are docker.io's. lamel never asks which one is meant: in the mode `enforcing`, where podman would ask, the
//! choices are in the error.

use crate::oci::reference::Reference;
use crate::registry::config::Config;
use crate::registry::config::dirs::Places;
use crate::registry::config::registries_conf::{Registries, Text};
use anyhow::{Context, anyhow, bail};

/// How to choose where several registries could be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Not at all: with one registry there is nothing to choose.
    Enforcing,
    /// The first that has it.
    Permissive,
    Disabled,
}

impl Mode {
    pub fn named(name: &str) -> Option<Mode> {
        match name {
            "enforcing" => Some(Mode::Enforcing),
            "permissive" => Some(Mode::Permissive),
            "disabled" => Some(Mode::Disabled),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Mode::Enforcing => "enforcing",
            Mode::Permissive => "permissive",
            Mode::Disabled => "disabled",
        }
    }
}

/// The names in full that a name as typed may mean, the likeliest first. With neither tag nor digest added. Configuration is understood only where
/// it may have something to say of it.
pub fn meanings(typed: &str, places: &Places) -> anyhow::Result<Vec<Reference>> {
    let docker: Reference = typed.parse()?;
    if !is_short(typed, &docker) {
        return Ok(vec![docker]);
    }
    let texts = Text::read_all(places)?;
    match texts.iter().any(|text| text.may_concern(split(typed).0)) {
        true => Registries::of(texts)?.meanings(typed),
        false => Ok(vec![docker]),
    }
}

impl Config<'_> {
    /// Likewise, those that a pull may try; an error where it cannot be told.
    pub fn meanings_to_pull(&self, typed: &str) -> anyhow::Result<Vec<Reference>> {
        let meanings = self.registries.meanings(typed)?;
        let enforced = match &self.registries.mode {
            Some((Mode::Enforcing, origin)) if meanings.len() > 1 => Some(origin),
            _ => None,
        };
        if let Some(origin) = enforced {
            let choices: Vec<String> = meanings.iter().map(Reference::to_string).collect();
            bail!(
                "{typed} may mean {}: name it in full, or make it an alias (short-name-mode is enforcing in {origin})",
                choices.join(" or ")
            );
        }
        Ok(meanings)
    }
}

impl Registries {
    pub fn meanings(&self, typed: &str) -> anyhow::Result<Vec<Reference>> {
        let docker: Reference = typed.parse()?;
        if !is_short(typed, &docker) {
            return Ok(vec![docker]);
        }
        let (repository, rest) = split(typed);
        if let Some((target, origin)) = self.aliases.get(repository) {
            let whole = || origin.error(format!("the alias {repository} stands for {target:?}"));
            let base: Reference = target.parse().with_context(whole)?;
            if is_short(target, &base) || base.tag().is_some() || base.digest().is_some() {
                return Err(
                    anyhow!("it has to be a repository with its registry, without tag or digest").context(whole()),
                );
            }
            return Ok(vec![format!("{base}{rest}").parse().with_context(whole)?]);
        }
        let Some((search, origin)) = &self.search else {
            return Ok(vec![docker]);
        };
        if search.is_empty() {
            bail!("{typed} names no registry, and {origin} has none to look for it in: name it in full");
        }
        let within = |host: &String| format!("{host}/{typed}").parse::<Reference>();
        let all: Result<_, _> = search.iter().map(within).collect();
        all.with_context(|| format!("unqualified-search-registries in {origin}"))
    }
}

/// A short name's repository, and its tag and digest.
fn split(typed: &str) -> (&str, &str) {
    typed.split_at(typed.find([':', '@']).unwrap_or(typed.len()))
}

/// Whether a name was typed without its registry.
fn is_short(typed: &str, read: &Reference) -> bool {
    let first = typed.split('/').next().unwrap_or_default();
    read.registry() == "docker.io" && !(typed.contains('/') && matches!(first, "docker.io" | "index.docker.io"))
}
