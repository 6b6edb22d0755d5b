//! The line of JSON that the reading side sends before the tar.

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Read, Write};
use std::path::PathBuf;

/// The longest header in bytes: twice the longest path, because its bytes are written as numbers.
const MAX: u64 = 64 << 10;

/// What is copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub is_directory: bool,
    /// Its name, which begins each path in the tar; empty for a directory's contents, whose paths begin with no name.
    pub name: Vec<u8>,
    /// The directory's real path in its root, without symlinks.
    pub place: Option<PathBuf>,
}

impl Header {
    pub fn write(&self, out: &mut dyn Write) -> Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        Ok(out.write_all(b"\n")?)
    }

    pub fn read(input: &mut impl BufRead) -> Result<Header> {
        let mut line = Vec::new();
        input.take(MAX).read_until(b'\n', &mut line)?;
        ensure!(line.ends_with(b"\n"), "the side that reads has ended");
        serde_json::from_slice(&line).context("the side that reads")
    }

    /// How many leading names of each path in the tar belong to the header.
    pub fn strip(&self) -> usize {
        usize::from(!self.name.is_empty())
    }
}
