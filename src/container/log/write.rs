//! Writing a log, in the container's supervisor: each line of the output becomes a record.

use crate::container::Container;
use crate::container::config::supervision::log::Driver;
use crate::container::log::file::LogFile;
use crate::container::log::journal::Journal;
use crate::container::log::{MAX_LINE, tag};
use crate::runtime::attach::streams::Stream;
use anyhow::Result;
use std::io;

/// The log of a running container.
pub struct Writer {
    destination: Destination,
    /// The unfinished lines of stdout and stderr.
    partial: [Vec<u8>; 2],
    /// The first error; what could not be written is lost.
    lost: Option<io::Error>,
}

enum Destination {
    File(LogFile),
    Journal(Journal),
}

impl Writer {
    /// Opens the log of the container's driver; `None` where nothing is kept.
    pub fn open(container: &Container) -> Result<Option<Writer>> {
        let config = &container.config.host.supervision.log;
        let destination = match config.driver {
            Driver::JsonFile | Driver::K8sFile => Destination::File({
                let attributes = tag::attributes(container, config)?;
                LogFile::open(&container.dir, config, attributes)?
            }),
            Driver::Journald => Destination::Journal(Journal::open(container)?),
            Driver::None | Driver::Passthrough => return Ok(None),
        };
        Ok(Some(Writer {
            destination,
            partial: Default::default(),
            lost: None,
        }))
    }

    #[cfg(test)]
    pub fn to_file(file: LogFile) -> Writer {
        Writer {
            destination: Destination::File(file),
            partial: Default::default(),
            lost: None,
        }
    }

    /// Adds output; whole lines are recorded. What cannot be written is lost, and [`Writer::finish`] reports that: a
    /// full disk must not block the container.
    pub fn write(&mut self, stream: Stream, bytes: &[u8]) {
        let written = self.record(stream, bytes);
        self.lost = self.lost.take().or(written.err());
    }

    fn record(&mut self, stream: Stream, mut bytes: &[u8]) -> io::Result<()> {
        let slot = usize::from(stream == Stream::Stderr);
        while !bytes.is_empty() {
            let room = MAX_LINE - self.partial[slot].len();
            let line_end = bytes.iter().take(room).position(|b| *b == b'\n').map(|at| at + 1);
            let (now, later) = bytes.split_at(line_end.unwrap_or(bytes.len().min(room)));
            self.partial[slot].extend_from_slice(now);
            if line_end.is_some() || self.partial[slot].len() == MAX_LINE {
                self.flush(stream, line_end.is_some())?;
            }
            bytes = later;
        }
        self.commit()
    }

    /// Records the unfinished lines. An error says why the log is not complete.
    pub fn finish(mut self) -> io::Result<()> {
        let flushed = [Stream::Stdout, Stream::Stderr].map(|stream| self.flush(stream, true));
        let written = flushed.into_iter().chain([self.commit()]).collect();
        self.lost.map_or(written, Err)
    }

    fn commit(&mut self) -> io::Result<()> {
        match &mut self.destination {
            Destination::File(file) => file.commit(),
            Destination::Journal(_) => Ok(()),
        }
    }

    /// Records the unfinished line: all of it if `whole`, else up to the end of a UTF-8 character.
    fn flush(&mut self, stream: Stream, whole: bool) -> io::Result<()> {
        let text = &mut self.partial[usize::from(stream == Stream::Stderr)];
        let cut = match whole {
            true => text.len(),
            false => character_end(text),
        };
        if cut == 0 {
            return Ok(());
        }
        let written = match &mut self.destination {
            Destination::File(file) => file.record(stream, &text[..cut]),
            Destination::Journal(journal) => journal.write(stream, &text[..cut]),
        };
        // What could not be written is dropped, else a full disk would fill the memory as well.
        text.drain(..cut);
        written
    }
}

/// The length of `text` without an incomplete UTF-8 character at its end.
fn character_end(text: &[u8]) -> usize {
    let begin = text.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or(0);
    match std::str::from_utf8(&text[begin..]) {
        Err(error) if error.error_len().is_none() => begin,
        _ => text.len(),
    }
}
