//! Names without a registry: aliases, and the registries in which they are looked for.
//!
//! Where nothing is configured, they are docker.io's. lamel never asks which one is meant: in the mode `enforcing`, where podman would ask, the
//! choices are in the error.

use super::Config;
use super::registries_conf::Registries;
use crate::oci::Reference;
use anyhow::{Context, anyhow, bail};

/// How to choose where several registries could be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Not at all: with one registry there is nothing to choose.
    Enforcing,
    /// The first that has it.
    Permissive,
    Disabled,
}

impl Mode {
    pub(super) fn named(name: &str) -> Option<Mode> {
        match name {
            "enforcing" => Some(Mode::Enforcing),
            "permissive" => Some(Mode::Permissive),
            "disabled" => Some(Mode::Disabled),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Mode::Enforcing => "enforcing",
            Mode::Permissive => "permissive",
            Mode::Disabled => "disabled",
        }
    }
}

impl Config<'_> {
    /// The names in full that a name as typed may mean, the likeliest first. With neither tag nor digest added.
    pub(in crate::registry) fn meanings(&self, typed: &str) -> anyhow::Result<Vec<Reference>> {
        self.registries.meanings(typed)
    }

    /// Likewise, those that a pull may try; an error where it cannot be told.
    pub(in crate::registry) fn meanings_to_pull(&self, typed: &str) -> anyhow::Result<Vec<Reference>> {
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
    pub(super) fn meanings(&self, typed: &str) -> anyhow::Result<Vec<Reference>> {
        let docker: Reference = typed.parse()?;
        if !is_short(typed, &docker) {
            return Ok(vec![docker]);
        }
        let (repository, rest) = typed.split_at(typed.find([':', '@']).unwrap_or(typed.len()));
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

/// Whether a name was typed without its registry.
fn is_short(typed: &str, read: &Reference) -> bool {
    let first = typed.split('/').next().unwrap_or_default();
    read.registry() == "docker.io" && !(typed.contains('/') && matches!(first, "docker.io" | "index.docker.io"))
}
