//! `lamel info`: prints how this host is used.

use super::{Context, DONE, Outcome};
use crate::container;
use crate::sys::cgroup::{self, Version};
use crate::sys::overlay::Flavour;
use crate::sys::userns::Mapping;
use crate::ui::print;
use crate::ui::template::Template;
use serde_json::{Value, json};

/// The options of `info`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Show with a Go template, or 'json'
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

/// Prints where things are and what this host allows. A host that allows no user namespaces is told so here as well, and is no failure.
pub fn run(options: Options, context: &Context) -> Outcome {
    let rootless = !rustix::process::geteuid().is_root();
    let mapping = match context.enter_userns() {
        Ok(mapping) => mapping_words(mapping).to_owned(),
        Err(error) => format!("none: {error:#}"),
    };
    let store = context.store()?;
    let mut running = 0;
    let containers = store.containers()?;
    for record in &containers {
        running += usize::from(container::is_running(&store, record)?);
    }
    let kernel = rustix::system::uname();
    let info = json!({
        "Version": env!("CARGO_PKG_VERSION"),
        "Root": store.root().display().to_string(),
        "RunRoot": store.run_root().display().to_string(),
        "Driver": "overlay",
        "Flavour": match store.flavour() {
            Flavour::Trusted => "trusted",
            Flavour::User => "user",
        },
        "Images": store.images()?.len(),
        "Containers": containers.len(),
        "ContainersRunning": running,
        "Rootless": rootless,
        "IdMapping": mapping,
        "CgroupVersion": cgroup_words(),
        "KernelVersion": kernel.release().to_string_lossy(),
        "Architecture": kernel.machine().to_string_lossy(),
    });
    match options.format.as_deref() {
        None => print::text(&lines(&info))?,
        Some("json") => print::line(info)?,
        Some(format) => print::line(Template::parse(format)?.render(&info)?)?,
    }
    Ok(DONE)
}

fn mapping_words(mapping: Mapping) -> &'static str {
    match mapping {
        Mapping::Host => "host",
        Mapping::Subordinate => "subordinate ids",
        Mapping::Single => "single id",
    }
}

fn cgroup_words() -> &'static str {
    match cgroup::version() {
        Version::V1 => "1",
        Version::Hybrid => "1 (hybrid)",
        Version::V2 => "2",
        Version::Absent => "none",
    }
}

/// `Run Root: /run/lamel`: the field names with spaces between their words.
fn lines(info: &Value) -> String {
    let mut out = String::new();
    for (name, value) in info.as_object().into_iter().flatten() {
        for (index, c) in name.char_indices() {
            if index > 0 && c.is_uppercase() {
                out.push(' ');
            }
            out.push(c);
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out.push_str(&format!(": {text}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_field() {
        let info = json!({ "Version": "0.1.0", "RunRoot": "/run/lamel", "Images": 2, "Rootless": true });
        assert_eq!(
            lines(&info),
            "Version: 0.1.0\nRun Root: /run/lamel\nImages: 2\nRootless: true\n"
        );
    }
}
