//! lamel's own settings: what they are, and which of several sources decides.
//!
//! An option on the command line goes before a variable, that before the user's file, that before the system's, and all before the default. The
//! files are `$XDG_CONFIG_HOME/lamel/lamel.toml` and `/etc/lamel/lamel.toml`. A key or a value that is not known is an error
//! with its file and line: a setting that has a typo and does nothing is found too late.

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

/// A value, and who decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

/// Who decided a value.
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

/// All settings, as far as variables and files decide them; of options, and of the variables that stand for them, the command line knows.
/// `None`: the default depends on the user or the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where images and containers are kept.
    pub root: Option<Setting<PathBuf>>,
    /// Where the state of running containers is kept.
    pub runroot: Option<Setting<PathBuf>>,
    /// The platform of images, `OS/ARCH[/VARIANT]`.
    pub platform: Option<Setting<String>>,
    /// The network of containers that are given none, as `--network` names it.
    pub network: Option<Setting<String>>,
    /// The keys that leave a container's terminal.
    pub detach_keys: Option<Setting<String>>,
    /// Who keeps the output of containers, as `--log-driver` names it.
    pub log_driver: Option<Setting<String>>,
    /// The size of a file of a log, as `--log-opt max-size` has it.
    pub log_max_size: Option<Setting<String>>,
    /// Layers of a pull under way at a time.
    pub concurrent_downloads: Setting<usize>,
    /// This long without a byte, and a transfer counts as broken.
    pub stall_timeout: Setting<Duration>,
    /// The pause before the second attempt at a transfer; each next one is twice as long.
    pub retry_delay: Setting<Duration>,
    /// How `push` compresses layers that a registry does not have.
    pub compression_format: Setting<CompressionFormat>,
    /// How much; the usual for the format where nobody says.
    pub compression_level: Option<Setting<i32>>,
    /// The files that were read, the one that decides first.
    pub files: Vec<PathBuf>,
}

/// How a layer can be compressed.
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
    /// The levels that there are, and the usual one.
    pub fn levels(self) -> (RangeInclusive<i32>, i32) {
        match self {
            CompressionFormat::Gzip => (0..=9, 6),
            CompressionFormat::Zstd => (1..=22, 3),
        }
    }
}

/// As Docker: enough to hide one connection's latency behind another's.
const CONCURRENT_DOWNLOADS: usize = 3;
const MAX_CONCURRENT_DOWNLOADS: usize = 64;
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
const RETRY_DELAY: Duration = Duration::from_millis(250);

impl Settings {
    /// From this process's environment, this user's file and the system's.
    pub fn load() -> anyhow::Result<Settings> {
        Settings::of(&|name| std::env::var_os(name), Path::new("/etc"))
    }

    fn of(env: Environment<'_>, system: &Path) -> anyhow::Result<Settings> {
        let dirs = [user_directory(env), Some(system.to_owned())];
        let mut files = Vec::new();
        for dir in dirs.into_iter().flatten() {
            files.extend(File::read(dir.join("lamel/lamel.toml"))?);
        }
        let source = Source { env, files: &files };
        Ok(Settings {
            root: source.in_files(path, |file| file.root.as_ref())?,
            runroot: source.in_files(path, |file| file.runroot.as_ref())?,
            platform: source.find("LAMEL_PLATFORM", text, |file| file.platform.as_ref())?,
            network: source.find("LAMEL_NETWORK", text, |file| file.network.as_ref())?,
            detach_keys: source.find("LAMEL_DETACH_KEYS", text, |file| file.detach_keys.as_ref())?,
            log_driver: source.find("LAMEL_LOG_DRIVER", text, |file| file.log_driver.as_ref())?,
            log_max_size: source.find("LAMEL_LOG_MAX_SIZE", text, |file| file.log_max_size.as_ref())?,
            concurrent_downloads: source
                .find("LAMEL_CONCURRENT_DOWNLOADS", count, |file| {
                    file.concurrent_downloads.as_ref()
                })?
                .unwrap_or(default(CONCURRENT_DOWNLOADS)),
            stall_timeout: source
                .find("LAMEL_STALL_TIMEOUT", seconds, |file| file.stall_timeout.as_ref())?
                .unwrap_or(default(STALL_TIMEOUT)),
            retry_delay: source
                .find("LAMEL_RETRY_DELAY", seconds, |file| file.retry_delay.as_ref())?
                .unwrap_or(default(RETRY_DELAY)),
            compression_format: source
                .find("LAMEL_COMPRESSION_FORMAT", format, |file| {
                    file.compression_format.as_ref()
                })?
                .unwrap_or(default(CompressionFormat::Gzip)),
            compression_level: source.find("LAMEL_COMPRESSION_LEVEL", number, |file| {
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

/// What is asked, the first that knows decides.
struct Source<'a> {
    env: Environment<'a>,
    /// The user's before the system's.
    files: &'a [File],
}

impl Source<'_> {
    /// The value of a variable, or else of the first file that has it, read by `read`. A variable that is empty is not set.
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

    /// Likewise, of the files alone.
    fn in_files<T>(
        &self,
        read: impl Fn(&OsStr) -> anyhow::Result<T>,
        key: impl Fn(&File) -> Option<&file::Value>,
    ) -> anyhow::Result<Option<Setting<T>>> {
        for file in self.files {
            if let Some(found) = key(file) {
                let value = read(OsStr::new(&found.text)).with_context(|| file.place(found))?;
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

/// `$XDG_CONFIG_HOME` or `~/.config`; one that is not absolute is to be ignored (XDG Base Directory Specification, "Basics").
fn user_directory(env: Environment<'_>) -> Option<PathBuf> {
    let set = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))
}
