//! Writing and rotating the files of a log.

use crate::container::config::supervision::log::{Driver, LogConfig};
use crate::container::log::FILE;
use crate::runtime::attach::streams::Stream;
use crate::sys::files::atomic_file;
use anyhow::{Context, Result};
use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The current file of a log.
pub struct LogFile {
    dir: PathBuf,
    file: File,
    /// Bytes in the file.
    size: u64,
    max_size: Option<u64>,
    max_file: u32,
    is_json: bool,
    attributes: BTreeMap<String, String>,
    /// Records that are not yet written.
    records: Vec<u8>,
}

/// How many bytes of records are gathered for one write: a system call for each line would slow down a container that
/// writes many short ones.
const BATCH: usize = 64 << 10;

#[derive(Serialize)]
struct Record<'a> {
    log: &'a str,
    stream: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attrs: &'a BTreeMap<String, String>,
    time: &'a str,
}

impl LogFile {
    /// Opens the current file in the container's directory. `attributes`: those of each record, in the formats that
    /// have them.
    pub fn open(dir: &Path, config: &LogConfig, attributes: BTreeMap<String, String>) -> Result<LogFile> {
        let path = dir.join(FILE);
        let file = File::options()
            .create(true)
            .read(true)
            .append(true)
            .mode(0o600)
            .open(&path);
        let mut file = file.with_context(|| path.display().to_string())?;
        let size = file.metadata().with_context(|| path.display().to_string())?.len();
        // If a full disk or a power loss tore the last record, it must not swallow the next one.
        let mut last = [b'\n'];
        let read = size.checked_sub(1).map(|at| file.read_exact_at(&mut last, at));
        if read.is_some() && last != *b"\n" {
            let _ = file.write_all(b"\n");
        }
        Ok(LogFile {
            dir: dir.to_owned(),
            file,
            size,
            max_size: config.max_size()?,
            max_file: config.max_file()?,
            is_json: config.driver == Driver::JsonFile,
            attributes,
            records: Vec::new(),
        })
    }

    /// Adds one record. The next [`LogFile::commit`] writes it at the latest. A record that ends its line ends with
    /// `\n`.
    pub fn record(&mut self, stream: Stream, text: &[u8]) -> io::Result<()> {
        let time = &Utc::now().to_rfc3339_opts(SecondsFormat::Nanos, true);
        let stream = match stream {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        };
        let begin = self.records.len();
        if self.is_json {
            let log = &String::from_utf8_lossy(text);
            let attrs = &self.attributes;
            serde_json::to_writer(
                &mut self.records,
                &Record {
                    log,
                    stream,
                    attrs,
                    time,
                },
            )?;
        } else {
            let (text, tag) = match text.strip_suffix(b"\n") {
                Some(text) => (text, 'F'),
                None => (text, 'P'),
            };
            write!(self.records, "{time} {stream} {tag} ")?;
            self.records.extend_from_slice(text);
        }
        self.records.push(b'\n');
        let all = self.size + self.records.len() as u64;
        if self.size + begin as u64 > 0 && self.max_size.is_some_and(|max| all > max) {
            let last = self.records.split_off(begin);
            self.commit()?;
            self.rotate()?;
            self.records = last;
        }
        if self.records.len() >= BATCH {
            self.commit()?;
        }
        Ok(())
    }

    /// Writes the gathered records. Records that cannot be written are lost: else a full disk would fill the memory as
    /// well.
    pub fn commit(&mut self) -> io::Result<()> {
        let written = self.file.write_all(&self.records);
        self.size += self.records.len() as u64;
        self.records.clear();
        written
    }

    /// Begins a new file. The files are renamed from the oldest on, each to the next name, so that there is never more
    /// than one gap. The oldest is overwritten.
    fn rotate(&mut self) -> io::Result<()> {
        let name = |number: u32| match number {
            0 => self.dir.join(FILE),
            number => self.dir.join(format!("{FILE}.{number}")),
        };
        for number in (0..self.max_file - 1).rev() {
            match fs::rename(name(number), name(number + 1)) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                result => result?,
            }
        }
        // Renamed over the current file if that still exists, so that its readers notice.
        atomic_file::replace(&name(0), b"")?;
        self.file = File::options().append(true).open(name(0))?;
        self.size = 0;
        Ok(())
    }
}
