//! Names without a registry: aliases, and the registries in which they are searched (`unqualified-search-registries`).
//!
//! Where nothing is configured, they are docker.io's. lamel never asks which one is meant: in the mode `enforcing`,
//! where podman would ask, the error lists the choices.

use crate::oci::reference::Reference;
use crate::registry::config::conf_files::ConfFile;
use crate::registry::config::dirs::{ConfigDirs, process_environment};
use crate::registry::config::registries_conf::Registries;
use crate::registry::config::short_name_mode::ShortNameMode;
use anyhow::{Context, anyhow, bail};

/// Returns the full names that a name as typed may mean on this machine, the likeliest first; neither tag nor digest is
/// added.
pub fn full_names(typed: &str) -> anyhow::Result<Vec<Reference>> {
    full_names_in(typed, &ConfigDirs::from_env(&process_environment))
}

/// Returns those that a pull tries in turn. An error where the configuration demands that a person chooses.
pub fn full_names_to_pull(typed: &str) -> anyhow::Result<Vec<Reference>> {
    Registries::load(&ConfigDirs::from_env(&process_environment))?.full_names_to_pull(typed)
}

/// As [`full_names`], with the configuration below `dirs`. Files are parsed only where they may concern the name.
pub fn full_names_in(typed: &str, dirs: &ConfigDirs) -> anyhow::Result<Vec<Reference>> {
    let on_docker_hub: Reference = typed.parse()?;
    if !is_short(typed, &on_docker_hub) {
        return Ok(vec![on_docker_hub]);
    }
    let files = ConfFile::read_all(dirs)?;
    match files.iter().any(|file| file.may_concern(split(typed).0)) {
        true => Registries::parse(files)?.full_names(typed),
        false => Ok(vec![on_docker_hub]),
    }
}

impl Registries {
    /// Returns the full names that a name as typed may mean, the likeliest first.
    pub fn full_names(&self, typed: &str) -> anyhow::Result<Vec<Reference>> {
        let on_docker_hub: Reference = typed.parse()?;
        if !is_short(typed, &on_docker_hub) {
            return Ok(vec![on_docker_hub]);
        }
        let (repository, tag_and_digest) = split(typed);
        if let Some((target, origin)) = self.aliases.get(repository) {
            let alias = || origin.error(format!("the alias {repository} stands for {target:?}"));
            let base: Reference = target.parse().with_context(alias)?;
            if is_short(target, &base) || base.tag().is_some() || base.digest().is_some() {
                return Err(
                    anyhow!("it has to be a repository with its registry, without tag or digest").context(alias()),
                );
            }
            return Ok(vec![format!("{base}{tag_and_digest}").parse().with_context(alias)?]);
        }
        let Some((search, origin)) = &self.search else {
            return Ok(vec![on_docker_hub]);
        };
        if search.is_empty() {
            bail!("{typed} names no registry, and {origin} has none to look for it in: name it in full");
        }
        let names = search
            .iter()
            .map(|registry| format!("{registry}/{typed}").parse::<Reference>());
        let names: Result<_, _> = names.collect();
        names.with_context(|| format!("unqualified-search-registries in {origin}"))
    }

    /// As [`Registries::full_names`]; an error where the mode `enforcing` forbids choosing among several.
    pub fn full_names_to_pull(&self, typed: &str) -> anyhow::Result<Vec<Reference>> {
        let names = self.full_names(typed)?;
        if names.len() > 1
            && let Some((ShortNameMode::Enforcing, origin)) = &self.mode
        {
            let choices: Vec<String> = names.iter().map(Reference::to_string).collect();
            bail!(
                "{typed} may mean {}: name it in full, or make it an alias (short-name-mode is enforcing in {origin})",
                choices.join(" or ")
            );
        }
        Ok(names)
    }
}

/// Splits a short name into its repository, and its tag and digest.
fn split(typed: &str) -> (&str, &str) {
    typed.split_at(typed.find([':', '@']).unwrap_or(typed.len()))
}

/// Whether a name was typed without its registry; `parsed` is what it means on docker.io.
fn is_short(typed: &str, parsed: &Reference) -> bool {
    let first = typed.split('/').next().unwrap_or_default();
    parsed.registry() == "docker.io" && !(typed.contains('/') && matches!(first, "docker.io" | "index.docker.io"))
}
