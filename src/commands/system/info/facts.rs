//! What `info` shows of this host, the store and the configuration.

use crate::commands::context::Context;
use crate::commands::system::info::settings;
use crate::container;
use crate::container::state::status::Status;
use crate::registry::config::summary;
use crate::store::Store;
use crate::sys::host::cgroup_version;
use crate::sys::host::cgroup_version::Version;
use crate::sys::host::machine;
use crate::sys::host::machine::Host;
use crate::sys::userns::enter::Mapping;
use crate::text::error::chain;

/// All that `info` shows.
pub struct Info {
    pub host: Host,
    pub cgroup: Version,
    pub rootless: bool,
    /// How user and group ids are mapped, or why they cannot be.
    pub mapping: String,
    pub store: Store,
    pub images: usize,
    pub containers: usize,
    pub running: usize,
    pub paused: usize,
    /// Name, value and origin of each setting.
    pub settings: Vec<[String; 3]>,
    /// The configuration files that were read: first lamel.toml, of which the last one takes precedence, then those of
    /// registries.
    pub files: Vec<String>,
    pub registries: summary::Summary,
    pub warnings: Vec<String>,
}

/// Gathers all of it. A host that allows no user namespaces is no error, nor is an invalid configuration of registries:
/// they are told in the fields `mapping` and `warnings`.
pub fn gather(context: &Context) -> anyhow::Result<Info> {
    let rootless = !rustix::process::geteuid().is_root();
    let (registries, warnings) = match summary::Summary::load() {
        Ok(summary) => (summary, Vec::new()),
        Err(error) => (summary::Summary::default(), vec![chain(&error)]),
    };
    let mapping = match context.enter_userns() {
        Ok(mapping) => mapping_words(mapping).to_owned(),
        Err(error) => format!("none: {}", chain(&error)),
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
        host: machine::describe(),
        cgroup: cgroup_version::version(),
        rootless,
        mapping,
        images: store.images()?.len(),
        containers: containers.len(),
        running,
        paused,
        settings: settings::settings(context, &store)?,
        files: files.collect(),
        store,
        registries,
        warnings,
    })
}

impl Info {
    pub fn stopped(&self) -> usize {
        self.containers - self.running - self.paused
    }

    /// `1` or `2`, as in Docker; empty where no cgroups are mounted.
    pub fn cgroup_version(&self) -> &'static str {
        match self.cgroup {
            Version::V1 | Version::Hybrid => "1",
            Version::V2 => "2",
            Version::Absent => "",
        }
    }

    /// The security options, in Docker's form.
    pub fn security_options(&self) -> Vec<&'static str> {
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
