//! Logs: a container's output, in files of its directory or in systemd's journal
//! ([`crate::container::config::supervision::log::Driver`]).
//!
//! ```text
//! log             the current file; the supervisor appends to it
//! log.1 … log.N   older files, the newest first, if a size and a number of files are set
//! ```
//!
//! `json-file` is Docker's format, one JSON object a line: `{"log":"text\n","stream":"stdout","time":"…"}`, with
//! `"attrs":{…}` where `--log-opt` asks for any; text that does not end its line has no `\n`. `k8s-file` is that of
//! Kubernetes and podman: `TIME STREAM F|P TEXT`, `P` for a line that does not end there.
//!
//! The supervisor writes whole records, and rotates files by rename. If it is killed at any moment, the records are in
//! order, only the last one may be torn, and the number of files is within the limit. Readers know a file by its inode,
//! and go on with the next newer file when theirs is no longer `log`.
//!
//! The container's output is hostile. The writer cuts a line at [`MAX_LINE`], and a reader stops at what is no record.

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

/// The longest text of one record in bytes; Docker's limit.
const MAX_LINE: usize = 16 << 10;
/// The longest attributes of one record, in bytes.
const MAX_ATTRIBUTES: usize = 64 << 10;
/// The name of the current file.
const FILE: &str = "log";

/// One record of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub text: String,
    pub stream: Stream,
    pub time: Option<DateTime<Utc>>,
    /// The time as it was written.
    pub stamp: String,
    /// The attributes that `--log-opt` asks for.
    pub attributes: BTreeMap<String, String>,
}
