//! The event journal of a container: the file `life` in its directory.
//!
//! One JSON line for each event, appended by the process that runs the container (its supervisor):
//!
//! ```text
//! {"event":"claimed","supervisor":{pid, start time, boot}}   a supervisor is about to start it
//! {"event":"started","at":…,"init":{pid, start time, boot}}  its first process was let go
//! {"event":"failed","at":…,"code":127,"error":…}             it could not be started
//! {"event":"restarting","at":…,"code":1,"count":3,…}         its first process ended, and the supervisor will start it again
//! {"event":"ended","at":…,"code":0}                          its first process ended
//! ```
//!
//! Each start writes a new file and renames it into place, so a reader never mixes two starts. The status is computed
//! from the events and from which processes still exist ([`crate::container::state::status`]). It is never stored, so
//! after a reboot, or after a supervisor was killed, no container looks alive that is not. A reader that holds the file
//! open reads the end even if the container is removed at once (`--rm`). Nothing is synced: after a power loss, a torn
//! or missing line reads as a supervisor that is gone.

use crate::container::state::event::Event;
use crate::container::state::paused;
use crate::container::state::status::{State, Status};
use crate::sys::files::atomic_file::{AtomicFile, PRIVATE};
use crate::sys::process::identity::Process;
use anyhow::{Context, Result};
use chrono::Utc;
use rustix::fs::{CWD, FallocateFlags, fallocate};
use rustix::io::Errno;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Bytes that are read, from the end. Only a journal with very many restarts is longer, and the events before a restart
/// do not matter.
const MAX_READ: u64 = 64 << 10;
/// Bytes reserved on the disk for the events of one run. Only a very long error message needs more.
const RESERVED: u64 = 4 << 10;

/// The state of the container in `dir`.
pub fn state(dir: &Path) -> Result<State> {
    let mut state =
        JournalReader::open(dir)?.map_or_else(|| State::after(&[], &Process::is_alive), |reader| reader.state());
    if state.status == Status::Running && paused::is_paused(dir) {
        state.status = Status::Paused;
    }
    Ok(state)
}

/// An open journal: it can be read to its end even when the container's directory is removed.
pub struct JournalReader(File);

impl JournalReader {
    /// Opens the journal of the container in `dir`; `None` where it was never started.
    pub fn open(dir: &Path) -> Result<Option<JournalReader>> {
        let path = dir.join("life");
        match File::open(&path) {
            Ok(file) => Ok(Some(JournalReader(file))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// The container's state now. A container that is paused shows as running: see [`state`].
    pub fn state(&self) -> State {
        self.state_by(&Process::is_alive)
    }

    fn state_by(&self, is_alive: &dyn Fn(&Process) -> bool) -> State {
        let events = self.events();
        let state = State::after(&events, is_alive);
        let has_end = matches!(events.last(), Some(Event::Ended { .. } | Event::Failed { .. }));
        if has_end || state.is_active() {
            return state;
        }
        // The supervisor may have recorded the end and exited after the events were read and before we looked for it.
        // Then the end is in the file now.
        State::after(&self.events(), is_alive)
    }

    fn events(&self) -> Vec<Event> {
        let length = self.0.metadata().map_or(0, |metadata| metadata.len());
        let mut text = vec![0; length.min(MAX_READ) as usize];
        let begin = length - text.len() as u64;
        let n = self.0.read_at(&mut text, begin).unwrap_or(0);
        let text = &text[..n];
        match text.iter().position(|byte| *byte == b'\n') {
            Some(end) if length > MAX_READ => parse(&text[end + 1..]),
            _ => parse(text),
        }
    }
}

/// The events of a file; a torn line ends it.
fn parse(text: &[u8]) -> Vec<Event> {
    text.split_inclusive(|b| *b == b'\n')
        .take_while(|line| line.ends_with(b"\n"))
        .map_while(|line| serde_json::from_slice(line).ok())
        .collect()
}

/// What an error is about.
const CONTEXT: &str = "event journal of the container";

/// The journal as its supervisor writes it.
pub struct Journal {
    file: File,
    /// Bytes in it.
    length: u64,
    supervisor: Process,
}

impl Journal {
    /// Begins a new journal: this process is the supervisor now. The caller holds the container's lock, or has just
    /// made the container.
    pub fn begin(dir: &Path) -> Result<Journal> {
        let supervisor = Process::this()?;
        let path = dir.join("life");
        let claimed = line(&Event::Claimed {
            supervisor: supervisor.clone(),
        })?;
        let begin = || {
            let mut new = AtomicFile::create(CWD, &path, PRIVATE)?;
            new.file().write_all(&claimed)?;
            new.publish()
        };
        Ok(Journal {
            file: begin().with_context(|| path.display().to_string())?,
            length: claimed.len() as u64,
            supervisor,
        })
    }

    /// Records the first process. Reserves disk space for the events that follow: a container whose end could not be
    /// recorded is not started.
    pub fn started(&mut self, init: &Process) -> Result<()> {
        let taken = fallocate(&self.file, FallocateFlags::KEEP_SIZE, self.length, RESERVED);
        // Not every filesystem supports fallocate(2).
        if let Err(error @ (Errno::NOSPC | Errno::DQUOT)) = taken {
            return Err(std::io::Error::from(error)).context(CONTEXT);
        }
        self.append(&Event::Started {
            at: Utc::now(),
            init: init.clone(),
        })
    }

    /// Records that the container could not be started, and with which exit code `run` answers.
    pub fn failed(&mut self, code: i32, error: &str) -> Result<()> {
        self.append_last(&Event::Failed {
            at: Utc::now(),
            code,
            error: error.into(),
        })
    }

    /// Records an exit code, and that the container will be started for the `count`th time again. `out_of_memory` as
    /// for [`Journal::ended`].
    pub fn restarting(&mut self, code: i32, out_of_memory: bool, count: u32) -> Result<()> {
        self.append(&Event::Restarting {
            at: Utc::now(),
            code,
            out_of_memory,
            count,
            supervisor: self.supervisor.clone(),
        })
    }

    /// Records the exit code. `out_of_memory`: the kernel killed a process for want of memory.
    pub fn ended(&mut self, code: i32, out_of_memory: bool) -> Result<()> {
        self.append_last(&Event::Ended {
            at: Utc::now(),
            code,
            out_of_memory,
        })
    }

    /// Gives the reserved disk space back.
    fn append_last(&mut self, event: &Event) -> Result<()> {
        let appended = self.append(event);
        let _ = self.file.set_len(self.length);
        appended
    }

    /// Appends a line with one write, so that a killed supervisor leaves a whole line or none. A line that does not fit
    /// on the disk is cut off again: its first half would make the next line unreadable.
    fn append(&mut self, event: &Event) -> Result<()> {
        let line = line(event)?;
        let written = self.file.write_all_at(&line, self.length);
        match &written {
            Ok(()) => self.length += line.len() as u64,
            Err(_) if self.file.metadata().is_ok_and(|file| file.len() > self.length) => {
                let _ = self.file.set_len(self.length);
            }
            Err(_) => {}
        }
        written.context(CONTEXT)
    }
}

fn line(event: &Event) -> Result<Vec<u8>> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::state::status::Status;
    use chrono::DateTime;

    fn process(pid: i32) -> Process {
        Process {
            pid,
            start_time: 7,
            boot_id: "boot".into(),
        }
    }

    fn claimed() -> Event {
        Event::Claimed { supervisor: process(1) }
    }

    #[test]
    fn a_torn_line_ends_the_file() {
        let mut text = serde_json::to_vec(&claimed()).unwrap();
        text.push(b'\n');
        text.extend(br#"{"event":"started","at":"#);
        assert_eq!(parse(&text), [claimed()]);
        assert_eq!(parse(b"\0\0\0\0"), []);
    }

    #[test]
    fn a_journal_with_very_many_restarts_is_read_from_its_end() {
        let dir = tempfile::tempdir().unwrap();
        let me = Process::find(std::process::id() as i32).unwrap();
        let mut journal = Journal::begin(dir.path()).unwrap();
        for count in 1..=1000 {
            journal.started(&me).unwrap();
            journal.restarting(count as i32, false, count).unwrap();
        }
        assert!(dir.path().join("life").metadata().unwrap().len() > 2 * MAX_READ);
        let state = state(dir.path()).unwrap();
        assert_eq!(
            (state.status, state.restarts, state.code),
            (Status::Restarting, 1000, 1000)
        );
        journal.started(&me).unwrap();
        assert_eq!(super::state(dir.path()).unwrap().status, Status::Running);
    }

    #[test]
    fn a_running_container_has_disk_space_for_its_end() {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir().unwrap();
        let me = Process::find(std::process::id() as i32).unwrap();
        let mut journal = Journal::begin(dir.path()).unwrap();
        let on_disk = || dir.path().join("life").metadata().unwrap().blocks() * 512;
        let begun = journal.length;
        journal.started(&me).unwrap();
        assert!(on_disk() >= begun + RESERVED, "{} bytes", on_disk());
        assert_eq!(dir.path().join("life").metadata().unwrap().len(), journal.length);
        journal.ended(0, false).unwrap();
        assert!(on_disk() < begun + RESERVED, "{} bytes", on_disk());
        assert_eq!(state(dir.path()).unwrap().status, Status::Exited);
    }

    #[test]
    fn an_end_recorded_while_the_state_is_computed_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::begin(dir.path()).unwrap();
        journal.started(&process(2)).unwrap();
        let reader = JournalReader::open(dir.path()).unwrap().unwrap();
        let journal = std::cell::RefCell::new(journal);
        let state = reader.state_by(&|_| {
            journal.borrow_mut().ended(2, false).unwrap();
            false
        });
        assert_eq!((state.status, state.code), (Status::Exited, 2));
    }

    #[test]
    fn an_open_reader_sees_the_end_of_a_removed_container() {
        let dir = tempfile::tempdir().unwrap();
        assert!(JournalReader::open(dir.path()).unwrap().is_none());
        let mut journal = Journal {
            file: File::create(dir.path().join("life")).unwrap(),
            length: 0,
            supervisor: process(1),
        };
        journal.append(&claimed()).unwrap();
        let reader = JournalReader::open(dir.path()).unwrap().unwrap();
        std::fs::remove_file(dir.path().join("life")).unwrap();
        journal
            .append(&Event::Ended {
                at: DateTime::UNIX_EPOCH,
                code: 4,
                out_of_memory: false,
            })
            .unwrap();
        assert_eq!((reader.state().status, reader.state().code), (Status::Exited, 4));
    }
}
