//! What a container wrote: files in its directory, or the journal
//! ([`crate::container::config::supervision::log::Driver`]).
//!
//! ```text
//! log             the present file, appended to by the supervisor
//! log.1 … log.N   those before it, the newest first, where a size and a number of files were given
//! ```
//!
//! `json-file` is Docker's format, one JSON object a line: `{"log":"text\n","stream":"stdout","time":"…"}`, with
//! `"attrs":{…}` where `--log-opt` asks for any; text that does not end its line has no `\n`. `k8s-file` is that of
//! Kubernetes and podman: `TIME STREAM F|P TEXT`, `P` for a line that does not end there.
//!
//! What comes at once is written at once, in whole records, and files change their names by rename, so a supervisor
//! that is killed at any moment leaves records in order, of which the last may be torn, and a number of files within
//! the limit. Readers know a file by its inode, and go on in the next newer one when theirs is no longer `log`.
//!
//! The container's output is hostile: a line without end is cut at [`MAX_LINE`] in writing, and a file that is no log
//! is no log in reading.

pub mod file;
pub mod journal;
pub mod journalctl;
pub mod read;
pub mod tag;
#[cfg(test)]
mod tests;
pub mod write;

use crate::runtime::attach::streams::Stream;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Bytes of one record's text, at most; Docker's own limit.
const MAX_LINE: usize = 16 << 10;
/// Bytes of one record's attributes, at most.
const MAX_ATTRIBUTES: usize = 64 << 10;
/// The name of the present file.
const FILE: &str = "log";

/// One record of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub text: String,
    pub stream: Stream,
    pub time: Option<DateTime<Utc>>,
    /// The time as it was written.
    pub stamp: String,
    /// What `--log-opt` added to it.
    pub attributes: BTreeMap<String, String>,
}
