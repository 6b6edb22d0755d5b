//! The settings in force, and who decided them.

use crate::commands::context::Context;
use crate::oci::platform::Platform;
use crate::settings::Setting;
use crate::store::Store;
use std::fmt::Display;
use std::time::Duration;

/// Name, value and origin of every setting, under its key in `lamel.toml`.
pub fn settings(context: &Context, store: &Store) -> anyhow::Result<Vec<[String; 3]>> {
    let settings = context.settings()?;
    let format = &settings.compression_format;
    let usual_level = format.value.levels().1.to_string();
    Ok(vec![
        row("root", &store.root().display(), origin(&settings.root)),
        row("runroot", &store.run_root().display(), origin(&settings.runroot)),
        optional("platform", &settings.platform, &Platform::host().to_string()),
        optional("network", &settings.network, "pasta"),
        optional("detach-keys", &settings.detach_keys, "ctrl-p,ctrl-q"),
        optional("log-driver", &settings.log_driver, "json-file"),
        optional("log-max-size", &settings.log_max_size, "-1"),
        set("concurrent-downloads", &settings.concurrent_downloads),
        seconds("stall-timeout", &settings.stall_timeout),
        seconds("retry-delay", &settings.retry_delay),
        set("compression-format", format),
        optional("compression-level", &settings.compression_level, &usual_level),
    ])
}

/// A setting that always has a value.
fn set<T: Display>(name: &str, setting: &Setting<T>) -> [String; 3] {
    row(name, &setting.value, &setting.origin)
}

fn seconds(name: &str, setting: &Setting<Duration>) -> [String; 3] {
    row(name, &setting.value.as_secs_f64(), &setting.origin)
}

/// A setting that has a value only where somebody set it.
fn optional<T: Display>(name: &str, setting: &Option<Setting<T>>, default: &str) -> [String; 3] {
    match setting {
        Some(setting) => set(name, setting),
        None => row(name, &default, &"default"),
    }
}

fn origin<T>(setting: &Option<Setting<T>>) -> &dyn Display {
    setting.as_ref().map_or(&"default", |setting| &setting.origin)
}

fn row(name: &str, value: &dyn Display, origin: &dyn Display) -> [String; 3] {
    [name.to_owned(), value.to_string(), origin.to_string()]
}
