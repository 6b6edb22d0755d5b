//! The files of a log, as they are written.

use super::{Driver, FILE, LogConfig};
use crate::runtime::Stream;
use anyhow::{Context, Result};
use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// See the module.
pub struct LogFile {
    dir: PathBuf,
    file: File,
    /// Bytes in the file.
    size: u64,
    max_size: Option<u64>,
    max_file: u32,
    is_json: bool,
}

#[derive(Serialize)]
struct Record<'a> {
    log: &'a str,
    stream: &'a str,
    time: &'a str,
}

impl LogFile {
    /// Opens the present file in the container's directory.
    pub fn open(dir: &Path, config: &LogConfig) -> Result<LogFile> {
        let path = dir.join(FILE);
        let file = File::options()
            .create(true)
            .read(true)
            .append(true)
            .mode(0o600)
            .open(&path);
        let mut file = file.with_context(|| path.display().to_string())?;
        let size = file.metadata().with_context(|| path.display().to_string())?.len();
        // A record that was torn, by a full disk or the end of power, must not swallow the next one.
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
        })
    }

    /// Writes one record: what ends its line ends with `\n`.
    pub fn write(&mut self, stream: Stream, text: &[u8]) -> io::Result<()> {
        let stream = match stream {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        };
        let time = Utc::now().to_rfc3339_opts(SecondsFormat::Nanos, true);
        let line = match self.is_json {
            true => {
                let log = String::from_utf8_lossy(text);
                let mut line = serde_json::to_vec(&Record {
                    log: &log,
                    stream,
                    time: &time,
                })?;
                line.push(b'\n');
                line
            }
            false => {
                let (text, tag) = match text.strip_suffix(b"\n") {
                    Some(text) => (text, 'F'),
                    None => (text, 'P'),
                };
                let mut line = format!("{time} {stream} {tag} ").into_bytes();
                line.extend_from_slice(text);
                line.push(b'\n');
                line
            }
        };
        let length = line.len() as u64;
        if self.size > 0 && self.max_size.is_some_and(|max| self.size + length > max) {
            self.rotate()?;
        }
        self.file.write_all(&line)?;
        self.size += length;
        Ok(())
    }

    /// Begins a new file. From the oldest on each takes the next name, so that there is never more than one gap in them, and the
    /// last one's is taken over.
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
        // Renamed over the present one where that is still there, so that readers of it notice.
        let new = self.dir.join(format!("{FILE}.new"));
        let file = File::options()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        drop(file);
        fs::rename(&new, name(0))?;
        self.file = File::options().append(true).open(name(0))?;
        self.size = 0;
        Ok(())
    }
}
