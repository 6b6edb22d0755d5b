//! Reading a log. Its files may grow and be rotated meanwhile.

use crate::container::Container;
use crate::container::config::supervision::log::Driver;
use crate::container::log::{Entry, FILE, MAX_ATTRIBUTES, MAX_LINE, journalctl};
use crate::runtime::attach::streams::Stream;
use anyhow::{Context, Result, bail};
use chrono::DateTime;
use serde::Deserialize;
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest record in a file, in bytes: every byte of the text as `\u00XX`, and the frame.
const MAX_RECORD: usize = 6 * (MAX_LINE + MAX_ATTRIBUTES) + 256;

/// How often a log that is being rotated is listed at most.
const MAX_LISTINGS: u32 = 100;

/// A reader for any log driver.
pub enum Reader {
    Files(Files),
    Journal {
        id: String,
        tail: Option<u64>,
        cursor: Option<String>,
        entries: VecDeque<Entry>,
    },
}

impl Reader {
    /// Opens a container's log at its beginning, or at its last `tail` records; `None` where nothing was logged yet.
    pub fn open(container: &Container, tail: Option<u64>) -> Result<Option<Reader>> {
        match container.config.host.supervision.log.driver {
            Driver::JsonFile | Driver::K8sFile => Ok(Files::open(&container.dir, tail)?.map(Reader::Files)),
            Driver::Journald => Ok(Some(Reader::Journal {
                id: container.record.id.clone(),
                tail,
                cursor: None,
                entries: VecDeque::new(),
            })),
            Driver::None | Driver::Passthrough => bail!("configured logging driver does not support reading"),
        }
    }

    /// How often to look for new records.
    pub fn step(&self) -> Duration {
        match self {
            Reader::Files(_) => Duration::from_millis(50),
            // Each look runs a journalctl.
            Reader::Journal { .. } => Duration::from_millis(500),
        }
    }

    /// The next complete record; `None` at the current end.
    pub fn next(&mut self) -> Result<Option<Entry>> {
        match self {
            Reader::Files(files) => files.next(),
            Reader::Journal {
                id,
                tail,
                cursor,
                entries,
            } => {
                if entries.is_empty() {
                    let (read, last) = journalctl::read(id, cursor.as_deref(), tail.take())?;
                    entries.extend(read);
                    *cursor = last;
                }
                Ok(entries.pop_front())
            }
        }
    }
}

/// The files of a log.
pub struct Files {
    dir: PathBuf,
    file: File,
    position: u64,
    buffer: Vec<u8>,
}

impl Files {
    /// Opens those in the container's directory, as [`Reader::open`].
    pub fn open(dir: &Path, tail: Option<u64>) -> Result<Option<Files>> {
        let describe = || format!("log in {}", dir.display());
        let mut files = files(dir).with_context(describe)?;
        let Some(mut file) = files.pop() else { return Ok(None) };
        let mut position = 0;
        match tail {
            // Searched from the newest file to the oldest.
            Some(mut left) => loop {
                match tail_position(&file, left).with_context(describe)? {
                    Tail::Begins(at) => {
                        position = at;
                        break;
                    }
                    Tail::Has(records) => left -= records,
                }
                match files.pop() {
                    Some(older) => file = older,
                    None => break,
                }
            },
            None => file = files.into_iter().next().unwrap_or(file),
        }
        Ok(Some(Files {
            dir: dir.to_owned(),
            file,
            position,
            buffer: Vec::new(),
        }))
    }

    /// The next complete record; `None` at the current end.
    pub fn next(&mut self) -> Result<Option<Entry>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|b| *b == b'\n') {
                let entry = parse(&self.buffer[..end]);
                self.buffer.drain(..=end);
                match entry {
                    Some(entry) => return Ok(Some(entry)),
                    // A crash tore this record. The next line is whole again.
                    None => continue,
                }
            }
            if self.buffer.len() > MAX_RECORD {
                self.buffer.clear();
            }
            if !self.fill()? {
                // The next file is looked for before the last read: nothing is added to a file that has been rotated.
                let newer = self.newer().context("container log")?;
                if self.fill()? {
                    continue;
                }
                let Some(newer) = newer else { return Ok(None) };
                self.file = newer;
                self.position = 0;
                self.buffer.clear();
            }
        }
    }

    /// Whether there was more.
    fn fill(&mut self) -> Result<bool> {
        let mut block = [0; 8 << 10];
        let n = self.file.read_at(&mut block, self.position).context("container log")?;
        self.position += n as u64;
        self.buffer.extend_from_slice(&block[..n]);
        Ok(n > 0)
    }

    /// The file after the current one; the oldest if the current one was removed; `None` if it is the newest.
    fn newer(&self) -> std::io::Result<Option<File>> {
        let own = identity(&self.file);
        // The usual case of a reader that waits for more, without a listing.
        let current = fs::metadata(self.dir.join(FILE)).ok();
        if own.is_some() && current.map(|found| (found.dev(), found.ino())) == own {
            return Ok(None);
        }
        let mut files = files(&self.dir)?;
        let at = files.iter().position(|file| identity(file) == own);
        let next = at.map_or(0, |at| at + 1);
        Ok((next < files.len()).then(|| files.swap_remove(next)))
    }
}

/// Device and inode.
fn identity(file: &File) -> Option<(u64, u64)> {
    file.metadata().ok().map(|found| (found.dev(), found.ino()))
}

/// The log's files, the oldest first. A rename while the directory is read can hide a file (readdir(3)), so only what
/// two listings in a row agree on is believed.
fn files(dir: &Path) -> std::io::Result<Vec<File>> {
    let mut before = list(dir)?;
    for _ in 0..MAX_LISTINGS {
        let now = list(dir)?;
        if now.iter().map(identity).eq(before.iter().map(identity)) {
            return Ok(now);
        }
        before = now;
    }
    Ok(before)
}

/// One listing of the log's files, the oldest first.
fn list(dir: &Path) -> std::io::Result<Vec<File>> {
    // The current file is opened first. If it is rotated now, it is found again under its next name, and not missed.
    let mut numbered = Vec::new();
    let present = match File::open(dir.join(FILE)) {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        file => Some(file?),
    };
    let entries = match fs::read_dir(dir) {
        // The container was removed meanwhile.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(present.into_iter().collect()),
        entries => entries?,
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix("log.")?.parse::<u32>().ok());
        if let (Some(number), Ok(file)) = (number, File::open(entry.path())) {
            numbered.push((number, file));
        }
    }
    numbered.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let own = present.as_ref().and_then(identity);
    let older = numbered.into_iter().map(|(_, file)| file);
    let older = older.filter(|file| own.is_none() || identity(file) != own);
    Ok(older.chain(present).collect())
}

#[derive(Deserialize)]
struct Record<'a> {
    log: std::borrow::Cow<'a, str>,
    stream: std::borrow::Cow<'a, str>,
    time: std::borrow::Cow<'a, str>,
    #[serde(default)]
    attrs: BTreeMap<String, String>,
}

/// Parses a record of either format.
fn parse(line: &[u8]) -> Option<Entry> {
    if line.starts_with(b"{") {
        let record: Record = serde_json::from_slice(line).ok()?;
        return Some(Entry {
            attributes: record.attrs,
            ..entry(record.log.into_owned(), &record.stream, &record.time)
        });
    }
    let line = String::from_utf8_lossy(line);
    let mut parts = line.splitn(4, ' ');
    let (time, stream, tag, text) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let text = match tag {
        "F" => format!("{text}\n"),
        "P" => text.to_owned(),
        _ => return None,
    };
    Some(entry(text, stream, time))
}

fn entry(text: String, stream: &str, time: &str) -> Entry {
    Entry {
        text,
        stream: match stream {
            "stderr" => Stream::Stderr,
            _ => Stream::Stdout,
        },
        time: DateTime::parse_from_rfc3339(time).ok().map(|time| time.to_utc()),
        stamp: time.to_owned(),
        attributes: BTreeMap::new(),
    }
}

/// Where the last records of a file begin.
enum Tail {
    /// In it, here.
    Begins(u64),
    /// Before this file, which has only so many records.
    Has(u64),
}

/// Looks for the last `records` lines from the end backwards.
fn tail_position(file: &File, records: u64) -> std::io::Result<Tail> {
    let mut end = file.metadata()?.len();
    if records == 0 {
        return Ok(Tail::Begins(end));
    }
    let mut block = [0; 8 << 10];
    let mut found = 0;
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let part = &mut block[..(end - start) as usize];
        file.read_exact_at(part, start)?;
        for (index, _) in part.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n') {
            // The end of the last line does not begin another one.
            if found == records {
                return Ok(Tail::Begins(start + index as u64 + 1));
            }
            found += 1;
        }
        end = start;
    }
    Ok(match found == records {
        true => Tail::Begins(0),
        false => Tail::Has(found),
    })
}
