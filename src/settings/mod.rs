//! lamel's own settings: which there are, and where their values come from.
//!
//! An option on the command line overrides an environment variable, which overrides the user's file, which overrides
//! the system's file, which overrides the default. The files are `$XDG_CONFIG_HOME/lamel/lamel.toml` and
//! `/etc/lamel/lamel.toml`. An unknown key or an invalid value is an error with its file and line, because a setting
//! with a typo that has no effect is noticed too late.

pub mod file;
#[cfg(test)]
pub mod tests;

use crate::settings::file::File;
use anyhow::{Context, bail, ensure};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Reads an environment variable; tests pass their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Option(&'static str),
    Variable(&'static str),
    File(PathBuf),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Option(name) | Origin::Variable(name) => f.write_str(name),
            Origin::File(path) => path.display().fmt(f),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// All settings, as variables and files say. Options are not considered here, and neither are variables that the
/// command line parser reads itself (`LAMEL_ROOT`). `None`: not set, and the default depends on the user or the
/// machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where images and containers are kept.
    pub root: Option<Setting<PathBuf>>,
    /// Where the state of running containers is kept.
    pub runroot: Option<Setting<PathBuf>>,
    /// The platform of images, `OS/ARCH[/VARIANT]`.
    pub platform: Option<Setting<String>>,
    /// The network of containers without `--network`, in the syntax of that option.
    pub network: Option<Setting<String>>,
    /// The keys that detach from a container's terminal.
    pub detach_keys: Option<Setting<String>>,
    /// Where the output of containers is kept, in the syntax of `--log-driver`.
    pub log_driver: Option<Setting<String>>,
    /// The largest size of a log file, in the syntax of `--log-opt max-size`.
    pub log_max_size: Option<Setting<String>>,
    /// How many layers of a pull are fetched at a time.
    pub concurrent_downloads: Setting<usize>,
    /// A transfer without a byte for this long counts as broken.
    pub stall_timeout: Setting<Duration>,
    /// The pause before the second attempt at a transfer. Each further pause is twice as long.
    pub retry_delay: Setting<Duration>,
    /// The format in which `push` compresses layers that the registry does not have.
    pub compression_format: Setting<CompressionFormat>,
    /// The compression level of `push`. `None`: the format's usual one.
    pub compression_level: Option<Setting<i32>>,
    /// The files that were read, the overriding one first.
    pub files: Vec<PathBuf>,
}

/// The formats in which a layer can be compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CompressionFormat {
    Gzip,
    Zstd,
}

impl fmt::Display for CompressionFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CompressionFormat::Gzip => "gzip",
            CompressionFormat::Zstd => "zstd",
        })
    }
}

impl CompressionFormat {
    /// The valid levels, and the usual one.
    pub fn levels(self) -> (RangeInclusive<i32>, i32) {
        match self {
            CompressionFormat::Gzip => (0..=9, 6),
            CompressionFormat::Zstd => (1..=22, 3),
        }
    }
}

/// Docker's default: enough to hide one connection's latency behind another's.
const CONCURRENT_DOWNLOADS: usize = 3;
const MAX_CONCURRENT_DOWNLOADS: usize = 64;
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
const RETRY_DELAY: Duration = Duration::from_millis(250);

impl Settings {
    /// Reads this process's environment, this user's file and the system's.
    pub fn load() -> anyhow::Result<Settings> {
        Settings::read(&|name| std::env::var_os(name), Path::new("/etc"))
    }

    fn read(env: Environment<'_>, system: &Path) -> anyhow::Result<Settings> {
        let dirs = [user_directory(env), Some(system.to_owned())];
        let mut files = Vec::new();
        for dir in dirs.into_iter().flatten() {
            files.extend(File::read(dir.join("lamel/lamel.toml"))?);
        }
        let sources = Sources { env, files: &files };
        Ok(Settings {
            root: sources.in_files(path, |file| file.root.as_ref())?,
            runroot: sources.in_files(path, |file| file.runroot.as_ref())?,
            platform: sources.find("LAMEL_PLATFORM", text, |file| file.platform.as_ref())?,
            network: sources.find("LAMEL_NETWORK", text, |file| file.network.as_ref())?,
            detach_keys: sources.find("LAMEL_DETACH_KEYS", text, |file| file.detach_keys.as_ref())?,
            log_driver: sources.find("LAMEL_LOG_DRIVER", text, |file| file.log_driver.as_ref())?,
            log_max_size: sources.find("LAMEL_LOG_MAX_SIZE", text, |file| file.log_max_size.as_ref())?,
            concurrent_downloads: sources
                .find("LAMEL_CONCURRENT_DOWNLOADS", count, |file| {
                    file.concurrent_downloads.as_ref()
                })?
                .unwrap_or(default(CONCURRENT_DOWNLOADS)),
            stall_timeout: sources
                .find("LAMEL_STALL_TIMEOUT", seconds, |file| file.stall_timeout.as_ref())?
                .unwrap_or(default(STALL_TIMEOUT)),
            retry_delay: sources
                .find("LAMEL_RETRY_DELAY", seconds, |file| file.retry_delay.as_ref())?
                .unwrap_or(default(RETRY_DELAY)),
            compression_format: sources
                .find("LAMEL_COMPRESSION_FORMAT", format, |file| {
                    file.compression_format.as_ref()
                })?
                .unwrap_or(default(CompressionFormat::Gzip)),
            compression_level: sources.find("LAMEL_COMPRESSION_LEVEL", number, |file| {
                file.compression_level.as_ref()
            })?,
            files: files.into_iter().map(|file| file.path).collect(),
        })
    }
}

fn default<T>(value: T) -> Setting<T> {
    let origin = Origin::Default;
    Setting { value, origin }
}

/// Where settings are looked up: the environment first, then the files.
struct Sources<'a> {
    env: Environment<'a>,
    /// The user's, then the system's.
    files: &'a [File],
}

impl Sources<'_> {
    /// The value of the variable, or else of the first file that has the key, parsed by `read`. An empty variable
    /// counts as not set.
    fn find<T>(
        &self,
        variable: &'static str,
        read: impl Fn(&OsStr) -> anyhow::Result<T>,
        key: impl Fn(&File) -> Option<&file::Value>,
    ) -> anyhow::Result<Option<Setting<T>>> {
        if let Some(value) = (self.env)(variable).filter(|value| !value.is_empty()) {
            let value = read(&value).context(variable)?;
            let origin = Origin::Variable(variable);
            return Ok(Some(Setting { value, origin }));
        }
        self.in_files(read, key)
    }

    /// The same for the files alone.
    fn in_files<T>(
        &self,
        read: impl Fn(&OsStr) -> anyhow::Result<T>,
        key: impl Fn(&File) -> Option<&file::Value>,
    ) -> anyhow::Result<Option<Setting<T>>> {
        for file in self.files {
            if let Some(found) = key(file) {
                let value = read(OsStr::new(&found.text)).with_context(|| file.position(found))?;
                let origin = Origin::File(file.path.clone());
                return Ok(Some(Setting { value, origin }));
            }
        }
        Ok(None)
    }
}

fn path(text: &OsStr) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(text);
    ensure!(path.is_absolute(), "{text:?} is not an absolute path");
    Ok(path)
}

fn text(text: &OsStr) -> anyhow::Result<String> {
    let text = text.to_str().with_context(|| format!("{text:?} is not text"))?;
    Ok(text.to_owned())
}

fn number<T: FromStr>(given: &OsStr) -> anyhow::Result<T> {
    let number = given.to_str().and_then(|text| text.trim().parse().ok());
    number.with_context(|| format!("{given:?} is not a number"))
}

fn format(text: &OsStr) -> anyhow::Result<CompressionFormat> {
    match text.to_str() {
        Some("gzip") => Ok(CompressionFormat::Gzip),
        Some("zstd") => Ok(CompressionFormat::Zstd),
        _ => bail!("{text:?} is neither gzip nor zstd"),
    }
}

fn count(text: &OsStr) -> anyhow::Result<usize> {
    let count = number(text)?;
    let range = 1..=MAX_CONCURRENT_DOWNLOADS;
    ensure!(
        range.contains(&count),
        "{count} is not between 1 and {MAX_CONCURRENT_DOWNLOADS}"
    );
    Ok(count)
}

fn seconds(text: &OsStr) -> anyhow::Result<Duration> {
    let time = Duration::try_from_secs_f64(number(text)?)
        .ok()
        .filter(|time| !time.is_zero());
    time.with_context(|| format!("{text:?} is not a time in seconds"))
}

/// `$XDG_CONFIG_HOME` or `~/.config`. A path that is not absolute is to be ignored (XDG Base Directory Specification,
/// "Basics").
fn user_directory(env: Environment<'_>) -> Option<PathBuf> {
    let set = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))
}
