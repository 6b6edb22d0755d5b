//! What every command gets: the settings, the store, and the entry into the user namespace.

use crate::oci::platform::Platform;
use crate::progress::Progress;
use crate::settings::{Setting, Settings};
use crate::store::Store;
use crate::store::location::Location;
use crate::sys::process::identity::Process;
use crate::sys::userns::enter;
use crate::sys::userns::enter::Mapping;
use crate::ui::print;
use crate::ui::progress;
use crate::ui::progress::lines::Lines;
use anyhow::{Context as _, anyhow};
use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;

/// The global options, and what is derived from them when it is first needed.
pub struct Context {
    root: Option<Setting<PathBuf>>,
    run_root: Option<Setting<PathBuf>>,
    settings: OnceCell<Settings>,
    location: OnceCell<Location>,
    mapping: OnceCell<Mapping>,
    single_id_reason: OnceCell<String>,
}

impl Context {
    /// `root` and `run_root`: of the options `--root` and `--runroot` or their variables. Reads no file yet, so
    /// `version` works anywhere.
    pub fn new(root: Option<Setting<PathBuf>>, run_root: Option<Setting<PathBuf>>) -> Context {
        Context {
            root,
            run_root,
            settings: OnceCell::new(),
            location: OnceCell::new(),
            mapping: OnceCell::new(),
            single_id_reason: OnceCell::new(),
        }
    }

    /// The settings of options, variables and files.
    pub fn settings(&self) -> anyhow::Result<&Settings> {
        if self.settings.get().is_none() {
            let mut settings = Settings::load()?;
            settings.root = self.root.clone().or(settings.root);
            settings.runroot = self.run_root.clone().or(settings.runroot);
            let _ = self.settings.set(settings);
        }
        Ok(self.settings.get().expect("it has just been set"))
    }

    /// The platform of the option, or else of the settings.
    pub fn platform(&self, option: Option<Platform>) -> anyhow::Result<Option<Platform>> {
        if option.is_some() {
            return Ok(option);
        }
        let Some(Setting { value, origin }) = &self.settings()?.platform else {
            return Ok(None);
        };
        let platform = value
            .parse()
            .map_err(|error: String| anyhow!("platform by {origin}: {error}"))?;
        Ok(Some(platform))
    }

    /// The location of the store, which need not exist yet.
    pub fn location(&self) -> anyhow::Result<&Location> {
        if self.location.get().is_none() {
            let settings = self.settings()?;
            let value = |setting: &Option<Setting<PathBuf>>| setting.as_ref().map(|setting| setting.value.clone());
            let found = Location::find(value(&settings.root), value(&settings.runroot))?;
            let _ = self.location.set(found);
        }
        Ok(self.location.get().expect("it has just been set"))
    }

    /// Opens the store; creates an empty one if there is none. A command that enters the user namespace does that
    /// first, because the flavour of overlayfs that the store uses depends on the user namespace of the process.
    pub fn store(&self) -> anyhow::Result<Store> {
        Store::open(self.location()?)
    }

    /// Makes this process root of the user namespace in which layers are written and containers run. A second call does
    /// nothing. Must be called while the process has a single thread (unshare(2)).
    pub fn enter_userns(&self) -> anyhow::Result<Mapping> {
        if let Some(mapping) = self.mapping.get() {
            return Ok(*mapping);
        }
        // Inside the namespace the user is root, so the location of the user's store is found before.
        self.location()?;
        let mapping = enter::enter(&mut |reason| {
            let _ = self.single_id_reason.set(reason.to_owned());
        })
        .context("cannot become root of a user namespace")?;
        Ok(*self.mapping.get_or_init(|| mapping))
    }

    /// Enters the user namespace of the process `peer`, whose other namespaces are to be shared.
    pub fn join_userns(&self, peer: &Process) -> anyhow::Result<Mapping> {
        self.location()?;
        let mapping = enter::join(peer)?;
        Ok(*self.mapping.get_or_init(|| mapping))
    }

    /// Like [`Context::enter_userns`], for a command that writes layers or makes containers: warns where only a single
    /// ID could be mapped, since the files there then have a single owner.
    pub fn enter_userns_for_ids(&self) -> anyhow::Result<Mapping> {
        let mapping = self.enter_userns()?;
        if let Some(reason) = self.single_id_reason.get() {
            print::warning(reason);
        }
        Ok(mapping)
    }

    /// The progress reporter of a pull or the like: bars on a terminal, stable lines elsewhere, nothing if `quiet`.
    pub fn progress(&self, quiet: bool) -> Arc<dyn Progress> {
        progress::choose(if quiet { Lines::None } else { Lines::Result })
    }

    /// Like [`Context::progress`], for work before another result: it prints nothing on stdout.
    pub fn progress_on_stderr(&self, quiet: bool) -> Arc<dyn Progress> {
        progress::choose(if quiet { Lines::None } else { Lines::Note })
    }
}
