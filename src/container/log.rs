//! What a detached container wrote: the file `log` in its directory, in the format of Docker's `json-file` driver, one
//! JSON object a line: `{"log":"text\n","stream":"stdout","time":"…"}`. Text that does not end its line has no `\n`.
//!
//! The container's output is hostile: a line without end is cut at [`MAX_LINE`] in writing, and a file that is no log is no
//! log in reading.

use crate::runtime::Stream;
use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// Bytes of one record's text, at most; Docker's own limit.
const MAX_LINE: usize = 16 << 10;
/// Bytes of one record in the file, at most: every byte as `\u00XX`, and the frame.
const MAX_RECORD: usize = 6 * MAX_LINE + 256;

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    log: std::borrow::Cow<'a, str>,
    stream: std::borrow::Cow<'a, str>,
    time: std::borrow::Cow<'a, str>,
}

/// A log being written, by the container's supervisor.
pub struct Writer {
    file: File,
    /// The begun line of stdout and of stderr.
    partial: [Vec<u8>; 2],
}

impl Writer {
    /// Opens the log in the container's directory for appending.
    pub fn open(dir: &Path) -> Result<Writer> {
        let path = dir.join("log");
        let file = File::options().create(true).append(true).mode(0o600).open(&path);
        Ok(Writer {
            file: file.with_context(|| path.display().to_string())?,
            partial: Default::default(),
        })
    }

    /// Takes output as it comes; whole lines go to the file.
    pub fn write(&mut self, stream: Stream, mut bytes: &[u8]) -> std::io::Result<()> {
        let slot = usize::from(stream == Stream::Stderr);
        while !bytes.is_empty() {
            let room = MAX_LINE - self.partial[slot].len();
            let line_end = bytes.iter().take(room).position(|b| *b == b'\n').map(|at| at + 1);
            let (now, later) = bytes.split_at(line_end.unwrap_or(bytes.len().min(room)));
            self.partial[slot].extend_from_slice(now);
            if line_end.is_some() || self.partial[slot].len() == MAX_LINE {
                self.flush(slot, line_end.is_some())?;
            }
            bytes = later;
        }
        Ok(())
    }

    /// Writes what did not end its line.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.flush(0, true)?;
        self.flush(1, true)
    }

    /// Writes the begun line; where it is `whole`, to its last byte, else up to a character's end.
    fn flush(&mut self, slot: usize, whole: bool) -> std::io::Result<()> {
        let text = &self.partial[slot];
        let cut = match whole {
            true => text.len(),
            false => character_end(text),
        };
        if cut == 0 {
            return Ok(());
        }
        let record = Record {
            log: String::from_utf8_lossy(&text[..cut]),
            stream: ["stdout", "stderr"][slot].into(),
            time: Utc::now().to_rfc3339_opts(SecondsFormat::Nanos, true).into(),
        };
        let mut line = serde_json::to_vec(&record)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.partial[slot].drain(..cut);
        Ok(())
    }
}

/// The length of `text` without a UTF-8 character that has only begun at its end.
fn character_end(text: &[u8]) -> usize {
    let begin = text.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or(0);
    match std::str::from_utf8(&text[begin..]) {
        Err(error) if error.error_len().is_none() => begin,
        _ => text.len(),
    }
}

/// One record of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub text: String,
    pub stream: Stream,
    pub time: Option<DateTime<Utc>>,
    /// The time as it was written.
    pub stamp: String,
}

/// A log being read, which may grow meanwhile.
pub struct Reader {
    file: File,
    position: u64,
    buffer: Vec<u8>,
}

impl Reader {
    /// Opens the log in the container's directory at its beginning, or so that `tail` records come; `None` where nothing was logged.
    pub fn open(dir: &Path, tail: Option<u64>) -> Result<Option<Reader>> {
        let path = dir.join("log");
        let file = match File::open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.with_context(|| path.display().to_string())?,
        };
        let position = match tail {
            Some(records) => tail_position(&file, records).with_context(|| path.display().to_string())?,
            None => 0,
        };
        Ok(Some(Reader {
            file,
            position,
            buffer: Vec::new(),
        }))
    }

    /// The next record that is complete; `None` at the present end.
    pub fn next(&mut self) -> Result<Option<Entry>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|b| *b == b'\n') {
                let entry = parse(&self.buffer[..end]);
                self.buffer.drain(..=end);
                match entry {
                    Some(entry) => return Ok(Some(entry)),
                    // Torn by a crash: the next line begins afresh.
                    None => continue,
                }
            }
            if self.buffer.len() > MAX_RECORD {
                self.buffer.clear();
            }
            let mut block = [0; 8 << 10];
            let n = self.file.read_at(&mut block, self.position).context("container log")?;
            if n == 0 {
                return Ok(None);
            }
            self.position += n as u64;
            self.buffer.extend_from_slice(&block[..n]);
        }
    }
}

fn parse(line: &[u8]) -> Option<Entry> {
    let record: Record = serde_json::from_slice(line).ok()?;
    Some(Entry {
        text: record.log.into_owned(),
        stream: if record.stream == "stderr" {
            Stream::Stderr
        } else {
            Stream::Stdout
        },
        time: DateTime::parse_from_rfc3339(&record.time)
            .ok()
            .map(|time| time.to_utc()),
        stamp: record.time.into_owned(),
    })
}

/// Where the last `records` lines begin, found from the end backwards.
fn tail_position(file: &File, records: u64) -> std::io::Result<u64> {
    let mut end = file.metadata()?.len();
    if records == 0 {
        return Ok(end);
    }
    let mut block = [0; 8 << 10];
    // The last line's own end is not counted.
    let mut left = records + 1;
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let part = &mut block[..(end - start) as usize];
        file.read_exact_at(part, start)?;
        for (index, _) in part.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n') {
            left -= 1;
            if left == 0 {
                return Ok(start + index as u64 + 1);
            }
        }
        end = start;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(dir: &Path, tail: Option<u64>) -> Vec<(Stream, String)> {
        let mut reader = Reader::open(dir, tail).unwrap().unwrap();
        std::iter::from_fn(|| reader.next().unwrap())
            .map(|entry| (entry.stream, entry.text))
            .collect()
    }

    #[test]
    fn lines_come_back_by_stream_and_partial_ones_at_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = Writer::open(dir.path()).unwrap();
        log.write(Stream::Stdout, b"one\ntw").unwrap();
        log.write(Stream::Stderr, b"bad\xff\n").unwrap();
        log.write(Stream::Stdout, b"o\nthree").unwrap();
        log.finish().unwrap();
        let wanted = [
            (Stream::Stdout, "one\n"),
            (Stream::Stderr, "bad\u{fffd}\n"),
            (Stream::Stdout, "two\n"),
            (Stream::Stdout, "three"),
        ];
        assert_eq!(
            all(dir.path(), None),
            wanted.map(|(stream, text)| (stream, text.to_string()))
        );
        assert_eq!(all(dir.path(), Some(1)), [(Stream::Stdout, "three".to_string())]);
        assert_eq!(all(dir.path(), Some(0)), []);
        assert_eq!(all(dir.path(), Some(9)).len(), 4);
    }

    #[test]
    fn an_endless_line_is_cut_between_characters() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = Writer::open(dir.path()).unwrap();
        let text = format!("a{}", "é".repeat(MAX_LINE));
        log.write(Stream::Stdout, text.as_bytes()).unwrap();
        log.finish().unwrap();
        let parts = all(dir.path(), None);
        assert_eq!(parts.len(), 3);
        assert_eq!(parts.iter().map(|(_, text)| text.as_str()).collect::<String>(), text);
    }

    #[test]
    fn the_tail_is_found_across_blocks() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = Writer::open(dir.path()).unwrap();
        for n in 0..1000 {
            log.write(Stream::Stdout, format!("line {n}\n").as_bytes()).unwrap();
        }
        log.finish().unwrap();
        let tail = all(dir.path(), Some(300));
        assert_eq!((tail.len(), tail[0].1.as_str()), (300, "line 700\n"));
    }

    #[test]
    fn a_torn_record_is_passed_over_and_a_growing_log_read_on() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("log"), "{\"log\":\"x\n").unwrap();
        let mut reader = Reader::open(dir.path(), None).unwrap().unwrap();
        assert_eq!(reader.next().unwrap(), None);
        let mut log = Writer::open(dir.path()).unwrap();
        log.write(Stream::Stdout, b"y\n").unwrap();
        assert_eq!(reader.next().unwrap().unwrap().text, "y\n");
        assert_eq!(reader.next().unwrap(), None);
    }
}
