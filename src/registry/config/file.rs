//! Configuration files: bounded, and named with their line where something is wrong with them.

use crate::registry::errors::plain;
use anyhow::{Context, bail};
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest configuration file that is read, in bytes.
pub const MAX_FILE: u64 = 1 << 20;
/// The most entries of a directory that are looked at.
const MAX_ENTRIES: usize = 1000;

/// A file's bytes; `None` where it is not there.
pub fn bytes(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    if file.take(MAX_FILE + 1).read_to_end(&mut bytes)? as u64 > MAX_FILE {
        return Err(std::io::Error::other("larger than 1 MiB"));
    }
    Ok(Some(bytes))
}

/// A file's text; `None` where it is not there.
pub fn text(path: &Path) -> anyhow::Result<Option<String>> {
    let bytes = bytes(path).with_context(|| format!("reading {}", path.display()))?;
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|_| anyhow::anyhow!("{} is not text in UTF-8", path.display()))
}

/// The entries of a directory with this extension, by name; none where it is not there.
pub fn entries(dir: &Path, extensions: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let context = || format!("reading {}", dir.display());
    let entries = match dir.read_dir() {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(context),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.with_context(context)?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if extension.is_some_and(|extension| extensions.contains(&extension)) {
            if found.len() == MAX_ENTRIES {
                bail!("more than {MAX_ENTRIES} files in {}", dir.display());
            }
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Where something was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub file: Arc<Path>,
    pub line: usize,
}

/// The lines of a file's text. They are counted once: a file can have a place in each of its lines.
pub struct Lines {
    file: Arc<Path>,
    /// Where each line ends, in bytes.
    ends: Vec<usize>,
}

impl Lines {
    pub fn of(file: &Path, text: &str) -> Lines {
        let bytes = text.bytes().enumerate();
        Lines {
            file: file.into(),
            ends: bytes.filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect(),
        }
    }

    /// The line in which the byte `offset` is.
    pub fn at(&self, offset: usize) -> Origin {
        Origin {
            file: Arc::clone(&self.file),
            line: 1 + self.ends.partition_point(|end| *end < offset),
        }
    }
}

impl Origin {
    /// What is wrong there, in one line.
    pub fn error(&self, what: impl fmt::Display) -> anyhow::Error {
        anyhow::anyhow!("{self}: {}", plain(what))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file.display(), self.line)
    }
}
