//! The file `lamel.toml`, parsed but not interpreted.

use anyhow::{Context, anyhow, ensure};
use serde::{Deserialize, Deserializer};
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use toml::Spanned;

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 64 << 10;

/// A file's keys, with values that are not yet interpreted.
pub struct File {
    pub path: PathBuf,
    text: String,
    keys: Keys,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Keys {
    #[serde(default, deserialize_with = "value")]
    pub root: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub runroot: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub platform: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub network: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub detach_keys: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub log_driver: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub log_max_size: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub concurrent_downloads: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub stall_timeout: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub retry_delay: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub compression_format: Option<Value>,
    #[serde(default, deserialize_with = "value")]
    pub compression_level: Option<Value>,
}

/// A value in the syntax of the setting's variable.
pub struct Value {
    pub text: String,
    /// Its byte offset in the file.
    at: usize,
}

/// A TOML string or number. Either is interpreted like the text of a variable.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a number")]
enum Plain {
    Text(String),
    Integer(i64),
    Number(f64),
}

fn value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    let plain = Spanned::<Plain>::deserialize(deserializer)?;
    let at = plain.span().start;
    let text = match plain.into_inner() {
        Plain::Text(text) => text,
        Plain::Integer(integer) => integer.to_string(),
        Plain::Number(number) => number.to_string(),
    };
    Ok(Some(Value { text, at }))
}

impl std::ops::Deref for File {
    type Target = Keys;

    fn deref(&self) -> &Keys {
        &self.keys
    }
}

impl File {
    /// Reads and parses the file. `None` where it is missing.
    pub fn read(path: PathBuf) -> anyhow::Result<Option<File>> {
        let context = || format!("reading {}", path.display());
        let file = match fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(error).with_context(context),
        };
        let mut text = String::new();
        let read = file
            .take(MAX_FILE + 1)
            .read_to_string(&mut text)
            .with_context(context)?;
        ensure!(
            read as u64 <= MAX_FILE,
            "{} is larger than {MAX_FILE} bytes",
            path.display()
        );
        let keys = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let words: Vec<&str> = error.message().split_whitespace().collect();
            anyhow!("{}, line {}: {}", path.display(), line(&text, at), words.join(" "))
        })?;
        Ok(Some(File { path, text, keys }))
    }

    /// The file and line of a value, for errors.
    pub fn position(&self, value: &Value) -> String {
        format!("{}, line {}", self.path.display(), line(&self.text, value.at))
    }
}

fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}
