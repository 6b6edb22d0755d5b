//! Reads configuration files with a limit on their size, and names file and line in errors.

use crate::registry::errors::one_line;
use anyhow::{Context, bail};
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest configuration file that is read, in bytes.
pub const MAX_FILE: u64 = 1 << 20;
/// The most entries that are taken from a directory.
const MAX_ENTRIES: usize = 1000;

/// Reads a file; `None` where it does not exist. More than [`MAX_FILE`] bytes are an error.
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

/// Reads a file as UTF-8; `None` where it does not exist.
pub fn text(path: &Path) -> anyhow::Result<Option<String>> {
    let bytes = bytes(path).with_context(|| format!("reading {}", path.display()))?;
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|_| anyhow::anyhow!("{} is not text in UTF-8", path.display()))
}

/// Lists the entries of a directory that have one of these extensions, sorted by name; none where it does not exist.
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

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub file: Arc<Path>,
    pub line: usize,
}

/// Finds the line of a byte offset. Line ends are located once: each of a file's lines can have an origin, and counting
/// from the start for each would take minutes for the largest file.
pub struct Lines {
    file: Arc<Path>,
    /// Where each line ends, in bytes.
    ends: Vec<usize>,
}

impl Lines {
    pub fn new(file: &Path, text: &str) -> Lines {
        let bytes = text.bytes().enumerate();
        Lines {
            file: file.into(),
            ends: bytes.filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect(),
        }
    }

    /// Returns the line that contains the byte at `offset`.
    pub fn at(&self, offset: usize) -> Origin {
        Origin {
            file: Arc::clone(&self.file),
            line: 1 + self.ends.partition_point(|end| *end < offset),
        }
    }
}

impl Origin {
    /// Makes an error of one line that begins with file and line.
    pub fn error(&self, what: impl fmt::Display) -> anyhow::Error {
        anyhow::anyhow!("{self}: {}", one_line(what))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file.display(), self.line)
    }
}
