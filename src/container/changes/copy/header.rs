//! What the reading side tells the writing one before the tar: a line of JSON.

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Read, Write};
use std::path::PathBuf;

/// Twice the longest path, whose bytes are written as numbers.
const MAX: u64 = 64 << 10;

/// What is copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub is_directory: bool,
    /// What it is called at the front of each path in the tar; empty for a directory's contents, which have nothing in
    /// front.
    pub name: Vec<u8>,
    /// Where the directory is in its root, without symlinks.
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

    /// How many names each path of the tar has at its front that are the header's.
    pub fn strip(&self) -> usize {
        usize::from(!self.name.is_empty())
    }
}
