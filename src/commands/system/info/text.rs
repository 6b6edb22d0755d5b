//! `info` as text: Docker's lines, then the settings and registries with the origin of each.

use crate::commands::system::info::document;
use crate::commands::system::info::facts::Info;
use crate::sys::host::cgroup_version::Version;
use crate::text::safe;
use std::fmt::Write;

/// The whole text.
pub fn lines(info: &Info) -> String {
    let (host, store) = (&info.host, &info.store);
    let mut out = Lines(String::new());
    out.line("Containers", info.containers);
    out.line(" Running", info.running);
    out.line(" Paused", info.paused);
    out.line(" Stopped", info.stopped());
    out.line("Images", info.images);
    out.line("Server Version", env!("CARGO_PKG_VERSION"));
    out.line("Storage Driver", "overlay");
    out.line(" Flavour", document::flavour(store.flavour()));
    out.line("Logging Driver", "json-file");
    out.line("Cgroup Driver", "cgroupfs");
    out.line(
        "Cgroup Version",
        match info.cgroup {
            Version::Hybrid => "1 (hybrid)",
            Version::Absent => "none",
            _ => info.cgroup_version(),
        },
    );
    out.line("Default Runtime", "lamel");
    out.heading("Security Options");
    out.entry("seccomp");
    out.line("  Profile", "builtin");
    if info.rootless {
        out.entry("rootless");
    }
    out.line("Id Mapping", &info.mapping);
    out.line("Kernel Version", &host.kernel);
    out.line("Operating System", &host.operating_system);
    out.line("OSType", "linux");
    out.line("Architecture", &host.machine);
    out.line("CPUs", host.processors);
    out.line(
        "Total Memory",
        format!("{:.2}GiB", host.memory as f64 / f64::from(1 << 30)),
    );
    out.line("Name", &host.name);
    out.line("ID", document::id(info));
    out.line("Docker Root Dir", store.root().display());
    out.heading("Settings");
    for [name, value, origin] in &info.settings {
        out.entry(format!("{name} = {value} ({origin})"));
    }
    out.heading("Configuration Files");
    info.files.iter().for_each(|file| out.entry(file));
    registries(info, &mut out);
    info.warnings.iter().for_each(|warning| out.line("WARNING", warning));
    out.0
}

fn registries(info: &Info, out: &mut Lines) {
    let summary = &info.registries;
    out.heading("Registries");
    let origin = summary.search_origin.as_deref().unwrap_or("default");
    out.entry(format!("search: {} ({origin})", summary.search.join(", ")));
    if let Some(mode) = summary.short_name_mode {
        out.entry(format!("short-name-mode: {mode}"));
    }
    out.entry(format!("aliases: {}", summary.aliases));
    for registry in &summary.registries {
        let insecure = |insecure: bool| if insecure { " (insecure)" } else { "" };
        let mirrors = registry.mirrors.iter().map(|(location, trust, pulls)| match *pulls {
            "all" => format!("{location}{}", insecure(*trust)),
            pulls => format!("{location}{} ({pulls})", insecure(*trust)),
        });
        let locations: Vec<String> = match registry.blocked {
            true => vec!["blocked".to_owned()],
            false => {
                let location = if registry.location.is_empty() {
                    "itself"
                } else {
                    &registry.location
                };
                mirrors
                    .chain([format!("{location}{}", insecure(registry.insecure))])
                    .collect()
            }
        };
        out.entry(format!(
            "{}: {} ({})",
            registry.prefix,
            locations.join(", "),
            registry.origin
        ));
    }
    for (heading, entries) in [
        ("Registry Mirrors", vec![&summary.daemon_mirrors]),
        (
            "Insecure Registries",
            vec![&summary.daemon_insecure, &summary.listed_insecure],
        ),
    ] {
        if entries.iter().any(|entries| !entries.is_empty()) {
            out.heading(heading);
            entries.into_iter().flatten().for_each(|entry| out.entry(entry));
        }
    }
}

/// The text, in which every value is made terminal-safe: they come from many sources.
struct Lines(String);

impl Lines {
    fn line(&mut self, name: &str, value: impl std::fmt::Display) {
        let value = value.to_string();
        let _ = writeln!(self.0, "{name}: {}", safe::text(&value));
    }

    fn heading(&mut self, name: &str) {
        let _ = writeln!(self.0, "{name}:");
    }

    fn entry(&mut self, text: impl std::fmt::Display) {
        let text = text.to_string();
        let _ = writeln!(self.0, " {}", safe::text(&text));
    }
}
