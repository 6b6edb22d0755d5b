//! `lamel info`: prints how this host is used, which settings are in force, and who decided them.
//!
//! The fields of `--format` are Docker's at the top, with podman's `Host`, `Store`, `Version` and `Registries` beside
//! them, so that scripts for either find what they ask for.

pub mod document;
pub mod registries;
pub mod text;

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, template};
use crate::container;
use crate::container::state::status::Status;
use crate::oci::platform::Platform;
use crate::registry::config::summary;
use crate::store::Store;
use crate::sys::cgroup;
use crate::sys::cgroup::Version;
use crate::sys::host;
use crate::sys::host::Host;
use crate::sys::userns::enter::Mapping;
use crate::ui::print;

/// The options of `info`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Set the output format: 'json' or a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

/// All that is shown.
pub struct Info {
    host: Host,
    cgroup: Version,
    rootless: bool,
    /// How ids are mapped, or why they cannot be.
    mapping: String,
    store: Store,
    images: usize,
    containers: usize,
    running: usize,
    paused: usize,
    /// Name, value and origin of each setting.
    settings: Vec<[String; 3]>,
    files: Vec<String>,
    registries: summary::Summary,
    warnings: Vec<String>,
}

/// Prints where things are and what this host allows. A host that allows no user namespaces is told so here as well,
/// and is no failure; nor is a registries' configuration that cannot be understood.
pub fn run(options: Options, context: &Context) -> Outcome {
    let info = gather(context)?;
    match options.format.as_deref() {
        None => print::text(&text::lines(&info))?,
        Some("json") => print::line(document::document(&info))?,
        Some(format) => print::line(template(format)?.render(&document::document(&info))?)?,
    }
    Ok(DONE)
}

fn gather(context: &Context) -> anyhow::Result<Info> {
    let rootless = !rustix::process::geteuid().is_root();
    let (registries, warnings) = match summary::Summary::load() {
        Ok(summary) => (summary, Vec::new()),
        Err(error) => (summary::Summary::default(), vec![format!("{error:#}")]),
    };
    let mapping = match context.enter_userns() {
        Ok(mapping) => mapping_words(mapping).to_owned(),
        Err(error) => format!("none: {error:#}"),
    };
    let store = context.store()?;
    let containers = store.each_container()?;
    let (mut running, mut paused) = (0, 0);
    for (id, _) in &containers {
        match container::status(&store, id)? {
            Status::Starting | Status::Running | Status::Restarting => running += 1,
            Status::Paused => paused += 1,
            Status::Created | Status::Exited | Status::Dead => {}
        }
    }
    let own = context.settings()?.files.iter().rev();
    let files = own.chain(&registries.files).map(|file| file.display().to_string());
    Ok(Info {
        host: host::describe(),
        cgroup: cgroup::version(),
        rootless,
        mapping,
        images: store.images()?.len(),
        containers: containers.len(),
        running,
        paused,
        settings: settings(context, &store)?,
        files: files.collect(),
        store,
        registries,
        warnings,
    })
}

/// Every setting under its key in `lamel.toml`.
fn settings(context: &Context, store: &Store) -> anyhow::Result<Vec<[String; 3]>> {
    let settings = context.settings()?;
    let origin = |origin: Option<&crate::settings::Origin>| match origin {
        Some(origin) => origin.to_string(),
        None => "default".to_owned(),
    };
    let platform = match &settings.platform {
        Some(platform) => platform.value.clone(),
        None => Platform::host().to_string(),
    };
    let downloads = &settings.concurrent_downloads;
    let stall = &settings.stall_timeout;
    let delay = &settings.retry_delay;
    let (format, level) = (&settings.compression_format, settings.compression_level.as_ref());
    let rows = [
        (
            "root",
            store.root().display().to_string(),
            origin(settings.root.as_ref().map(|set| &set.origin)),
        ),
        (
            "runroot",
            store.run_root().display().to_string(),
            origin(settings.runroot.as_ref().map(|set| &set.origin)),
        ),
        (
            "platform",
            platform,
            origin(settings.platform.as_ref().map(|set| &set.origin)),
        ),
        (
            "network",
            settings.network.as_ref().map_or("pasta", |set| &set.value).to_owned(),
            origin(settings.network.as_ref().map(|set| &set.origin)),
        ),
        (
            "detach-keys",
            settings
                .detach_keys
                .as_ref()
                .map_or("ctrl-p,ctrl-q".into(), |set| set.value.clone()),
            origin(settings.detach_keys.as_ref().map(|set| &set.origin)),
        ),
        (
            "log-driver",
            settings
                .log_driver
                .as_ref()
                .map_or("json-file", |set| &set.value)
                .to_owned(),
            origin(settings.log_driver.as_ref().map(|set| &set.origin)),
        ),
        (
            "log-max-size",
            settings.log_max_size.as_ref().map_or("-1", |set| &set.value).to_owned(),
            origin(settings.log_max_size.as_ref().map(|set| &set.origin)),
        ),
        (
            "concurrent-downloads",
            downloads.value.to_string(),
            origin(Some(&downloads.origin)),
        ),
        (
            "stall-timeout",
            stall.value.as_secs_f64().to_string(),
            origin(Some(&stall.origin)),
        ),
        (
            "retry-delay",
            delay.value.as_secs_f64().to_string(),
            origin(Some(&delay.origin)),
        ),
        (
            "compression-format",
            format.value.to_string(),
            origin(Some(&format.origin)),
        ),
        (
            "compression-level",
            level.map_or(format.value.levels().1, |level| level.value).to_string(),
            origin(level.map(|level| &level.origin)),
        ),
    ];
    Ok(rows
        .map(|(name, value, origin)| [name.to_owned(), value, origin])
        .into())
}

impl Info {
    fn stopped(&self) -> usize {
        self.containers - self.running - self.paused
    }

    /// `1` or `2`, as Docker has it; empty where there are none.
    fn cgroup_version(&self) -> &'static str {
        match self.cgroup {
            Version::V1 | Version::Hybrid => "1",
            Version::V2 => "2",
            Version::Absent => "",
        }
    }

    /// In Docker's form.
    fn security_options(&self) -> Vec<&'static str> {
        let rootless = self.rootless.then_some("name=rootless");
        std::iter::once("name=seccomp,profile=builtin")
            .chain(rootless)
            .collect()
    }
}

fn mapping_words(mapping: Mapping) -> &'static str {
    match mapping {
        Mapping::Host => "host",
        Mapping::Subordinate => "subordinate ids",
        Mapping::Single => "single id",
    }
}
