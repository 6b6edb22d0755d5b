//! Writing to systemd's journal by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): one datagram for each
//! entry, with the fields of Docker's `journald` driver.

use crate::container::Container;
use crate::container::log::tag;
use crate::runtime::attach::streams::Stream;
use anyhow::{Context, Result};
use std::io::{self, ErrorKind};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SOCKET: &str = "/run/systemd/journal/socket";
/// How long an entry waits for a journal that accepts none. Then it is lost, and later entries do not wait until the
/// journal is back, so that the container is not blocked.
const PATIENCE: Duration = Duration::from_secs(1);

/// A connection to systemd's journal.
pub struct Journal {
    socket: UnixDatagram,
    path: PathBuf,
    /// The fields that are the same in every entry, encoded.
    fields: Vec<u8>,
    waits: bool,
}

impl Journal {
    pub fn open(container: &Container) -> Result<Journal> {
        let record = &container.record;
        let options = &container.config.host.supervision.log.options;
        let short = &record.id[..12];
        let tag = tag::expand(options.get("tag").map_or("{{.ID}}", String::as_str), container);
        let mut fields = Vec::new();
        for (name, value) in [
            ("CONTAINER_NAME", record.name.as_str()),
            ("CONTAINER_ID", short),
            ("CONTAINER_ID_FULL", &record.id),
            ("CONTAINER_TAG", &tag),
            ("SYSLOG_IDENTIFIER", &tag),
            ("IMAGE_NAME", &record.image_name),
        ] {
            field(&mut fields, name, value.as_bytes());
        }
        Journal::to(Path::new(SOCKET), fields).context("log driver journald")
    }

    fn to(path: &Path, fields: Vec<u8>) -> Result<Journal> {
        let socket = UnixDatagram::unbound()?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let mut journal = Journal {
            socket,
            path: path.to_owned(),
            fields,
            waits: true,
        };
        // An error is reported now, not when the first line is lost. journald ignores an entry without fields.
        journal
            .send(b"")
            .with_context(|| format!("there is no journal at {}", path.display()))?;
        Ok(journal)
    }

    /// Writes one entry. One that does not end its line is marked as partial.
    pub fn write(&mut self, stream: Stream, text: &[u8]) -> io::Result<()> {
        let mut entry = self.fields.clone();
        let (message, is_partial) = match text.strip_suffix(b"\n") {
            Some(line) => (line, false),
            None => (text, true),
        };
        field(&mut entry, "MESSAGE", message);
        // syslog(3): LOG_INFO and LOG_ERR.
        let priority = match stream {
            Stream::Stdout => b"6",
            Stream::Stderr => b"3",
        };
        field(&mut entry, "PRIORITY", priority);
        if is_partial {
            field(&mut entry, "CONTAINER_PARTIAL_MESSAGE", b"true");
        }
        self.send(&entry)
    }

    fn send(&mut self, entry: &[u8]) -> io::Result<()> {
        match self.socket.send_to(entry, &self.path) {
            Ok(_) if !self.waits => {
                self.waits = true;
                self.socket.set_nonblocking(false)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock && self.waits => {
                self.waits = false;
                self.socket.set_nonblocking(true)?;
                Err(error)
            }
            result => result.map(drop),
        }
    }
}

/// Encodes a field. A value with line ends is preceded by its length.
fn field(entry: &mut Vec<u8>, name: &str, value: &[u8]) {
    entry.extend_from_slice(name.as_bytes());
    if value.contains(&b'\n') {
        entry.push(b'\n');
        entry.extend_from_slice(&(value.len() as u64).to_le_bytes());
    } else {
        entry.push(b'=');
    }
    entry.extend_from_slice(value);
    entry.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_in_the_journals_own_protocol() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let error = Journal::to(&path, Vec::new()).err().unwrap();
        assert_eq!(error.to_string(), format!("there is no journal at {}", path.display()));
        let server = UnixDatagram::bind(&path).unwrap();
        let mut fields = Vec::new();
        field(&mut fields, "CONTAINER_TAG", b"two\nlines");
        let mut journal = Journal::to(&path, fields).unwrap();
        journal.write(Stream::Stdout, b"out\n").unwrap();
        journal.write(Stream::Stderr, b"er\xffr").unwrap();
        let receive = || {
            let mut space = [0; 1024];
            let length = server.recv(&mut space).unwrap();
            space[..length].to_vec()
        };
        let tag = b"CONTAINER_TAG\n\x09\0\0\0\0\0\0\0two\nlines\n";
        assert_eq!(receive(), b"");
        assert_eq!(receive(), [&tag[..], b"MESSAGE=out\nPRIORITY=6\n"].concat());
        assert_eq!(
            receive(),
            [
                &tag[..],
                b"MESSAGE=er\xffr\nPRIORITY=3\nCONTAINER_PARTIAL_MESSAGE=true\n"
            ]
            .concat()
        );
        // After a restart of the journal, it is found again.
        drop(server);
        std::fs::remove_file(&path).unwrap();
        assert!(journal.write(Stream::Stdout, b"lost\n").is_err());
        let server = UnixDatagram::bind(&path).unwrap();
        journal.write(Stream::Stdout, b"back\n").unwrap();
        let mut space = [0; 1024];
        let length = server.recv(&mut space).unwrap();
        assert!(space[..length].ends_with(b"MESSAGE=back\nPRIORITY=6\n"));
    }

    #[test]
    fn a_journal_that_takes_nothing_does_not_stop_the_container() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let server = UnixDatagram::bind(&path).unwrap();
        let mut journal = Journal::to(&path, Vec::new()).unwrap();
        let text = [b'x'; 8 << 10];
        while journal.write(Stream::Stdout, &text).is_ok() {}
        assert!(!journal.waits);
        assert!(journal.write(Stream::Stdout, &text).is_err());
        let mut space = [0; 16 << 10];
        server.set_nonblocking(true).unwrap();
        while server.recv(&mut space).is_ok() {}
        journal.write(Stream::Stdout, b"back\n").unwrap();
        assert!(journal.waits);
    }
}
