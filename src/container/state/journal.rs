//! What happened to a container, and what it therefore is: the file `life` in its directory.
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
//! Each start begins a new file and renames it into place, so a reader sees one life, whole. A status is computed from
//! the events and from which processes still exist; it is never stored, so a reboot or a killed supervisor leaves no
//! container that only looks alive. A reader that holds the file open hears the end even if the container is removed at once
//! (`--rm`). Nothing is synced: after power loss a torn or missing line reads as a supervisor that is gone.
//!
//! The lock `lock` beside it is held for the moment of claiming and of removing, never while a container runs: whoever holds it and finds the
//! container idle may start it, or remove it.

use crate::container::control::pause;
use crate::container::state::status::{State, Status};
use crate::sys::files::atomic_file::{AtomicFile, PRIVATE};
use crate::sys::files::lock::Lock;
use crate::sys::process::identity::Process;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use rustix::fs::{CWD, FallocateFlags, fallocate};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// As much of a file's end is read. Only a life with very many restarts is longer, and what came before one of them does not matter.
const MAX_READ: u64 = 64 << 10;
/// Bytes that a start, and the end after it, take at most, but for an error that is very long.
const ROOM: u64 = 4 << 10;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    Claimed {
        supervisor: Process,
    },
    Started {
        at: DateTime<Utc>,
        init: Process,
    },
    Failed {
        at: DateTime<Utc>,
        code: i32,
        error: String,
    },
    Restarting {
        at: DateTime<Utc>,
        code: i32,
        out_of_memory: bool,
        /// How often it was started again, this time included.
        count: u32,
        /// The same as before: who reads the end of a long file needs nothing else of it.
        supervisor: Process,
    },
    Ended {
        at: DateTime<Utc>,
        code: i32,
        #[serde(default)]
        out_of_memory: bool,
    },
}

/// The state of the container in `dir`.
pub fn state(dir: &Path) -> Result<State> {
    let mut state = Watch::open(dir)?.map_or_else(|| State::of(&[], &Process::is_alive), |watch| watch.state());
    if state.status == Status::Running && pause::is_paused(dir) {
        state.status = Status::Paused;
    }
    Ok(state)
}

/// A life held open: it can be read to its end whatever becomes of the container's directory.
pub struct Watch(File);

impl Watch {
    /// The life of the container in `dir`; `None` where it was never started.
    pub fn open(dir: &Path) -> Result<Option<Watch>> {
        let path = dir.join("life");
        match File::open(&path) {
            Ok(file) => Ok(Some(Watch(file))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// The state as of now.
    pub fn state(&self) -> State {
        self.state_by(&Process::is_alive)
    }

    fn state_by(&self, is_alive: &dyn Fn(&Process) -> bool) -> State {
        let events = self.events();
        let state = State::of(&events, is_alive);
        let has_end = matches!(events.last(), Some(Event::Ended { .. } | Event::Failed { .. }));
        if has_end || state.is_active() {
            return state;
        }
        // The supervisor may have recorded the end and gone after the events were read and before it was looked for.
        // What it wrote is there now.
        State::of(&self.events(), is_alive)
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

/// The right to start or remove an idle container, for a moment.
pub struct Claim(#[expect(dead_code, reason = "held, not read")] Lock);

/// Takes the lock of the container in `dir`; an error where the container is gone.
pub fn lock(dir: &Path) -> Result<Claim> {
    let path = dir.join("lock");
    let open = || File::options().create(true).append(true).open(&path);
    let lock = Lock::exclusive(open().with_context(|| path.display().to_string())?)?;
    // It may have been removed while we waited.
    if !path.exists() {
        bail!("the container was removed meanwhile");
    }
    Ok(Claim(lock))
}

/// What an error is about.
const CONTEXT: &str = "record of the container's life";

/// A life being written, by the supervisor.
pub struct Life {
    file: File,
    /// Bytes in it.
    length: u64,
    supervisor: Process,
}

impl Life {
    /// Begins a life: this process is the supervisor now. The caller holds the container's lock, or has just made it.
    pub fn begin(dir: &Path) -> Result<Life> {
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
        Ok(Life {
            file: begin().with_context(|| path.display().to_string())?,
            length: claimed.len() as u64,
            supervisor,
        })
    }

    /// Takes the room on the disk for what is to be recorded afterwards: only what can be recorded is started.
    pub fn started(&mut self, init: &Process) -> Result<()> {
        let taken = fallocate(&self.file, FallocateFlags::KEEP_SIZE, self.length, ROOM);
        // Not every filesystem can.
        if let Err(error @ (Errno::NOSPC | Errno::DQUOT)) = taken {
            return Err(std::io::Error::from(error)).context(CONTEXT);
        }
        self.append(&Event::Started {
            at: Utc::now(),
            init: init.clone(),
        })
    }

    pub fn failed(&mut self, code: i32, error: &str) -> Result<()> {
        self.append_last(&Event::Failed {
            at: Utc::now(),
            code,
            error: error.into(),
        })
    }

    /// For the `count`th time. `out_of_memory` as for [`Life::ended`].
    pub fn restarting(&mut self, code: i32, out_of_memory: bool, count: u32) -> Result<()> {
        self.append(&Event::Restarting {
            at: Utc::now(),
            code,
            out_of_memory,
            count,
            supervisor: self.supervisor.clone(),
        })
    }

    /// `out_of_memory`: the kernel killed a process for want of memory.
    pub fn ended(&mut self, code: i32, out_of_memory: bool) -> Result<()> {
        self.append_last(&Event::Ended {
            at: Utc::now(),
            code,
            out_of_memory,
        })
    }

    /// Gives back the room that was taken.
    fn append_last(&mut self, event: &Event) -> Result<()> {
        let appended = self.append(event);
        let _ = self.file.set_len(self.length);
        appended
    }

    /// One write, so that a killed supervisor leaves a whole line or none. Nothing is left of a line that does not fit
    /// on the disk: it would make the next one unreadable.
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
    fn of_a_life_with_very_many_restarts_the_end_counts() {
        let dir = tempfile::tempdir().unwrap();
        let me = Process::find(std::process::id() as i32).unwrap();
        let mut life = Life::begin(dir.path()).unwrap();
        for count in 1..=1000 {
            life.started(&me).unwrap();
            life.restarting(count as i32, false, count).unwrap();
        }
        assert!(dir.path().join("life").metadata().unwrap().len() > 2 * MAX_READ);
        let state = state(dir.path()).unwrap();
        assert_eq!(
            (state.status, state.restarts, state.code),
            (Status::Restarting, 1000, 1000)
        );
        life.started(&me).unwrap();
        assert_eq!(super::state(dir.path()).unwrap().status, Status::Running);
    }

    #[test]
    fn what_runs_has_room_on_the_disk_for_its_end() {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir().unwrap();
        let me = Process::find(std::process::id() as i32).unwrap();
        let mut life = Life::begin(dir.path()).unwrap();
        let on_disk = || dir.path().join("life").metadata().unwrap().blocks() * 512;
        let begun = life.length;
        life.started(&me).unwrap();
        assert!(on_disk() >= begun + ROOM, "{} bytes", on_disk());
        assert_eq!(dir.path().join("life").metadata().unwrap().len(), life.length);
        life.ended(0, false).unwrap();
        assert!(on_disk() < begun + ROOM, "{} bytes", on_disk());
        assert_eq!(state(dir.path()).unwrap().status, Status::Exited);
    }

    #[test]
    fn an_end_that_is_recorded_between_two_looks_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let mut life = Life::begin(dir.path()).unwrap();
        life.started(&process(2)).unwrap();
        let watch = Watch::open(dir.path()).unwrap().unwrap();
        let life = std::cell::RefCell::new(life);
        let state = watch.state_by(&|_| {
            life.borrow_mut().ended(2, false).unwrap();
            false
        });
        assert_eq!((state.status, state.code), (Status::Exited, 2));
    }

    #[test]
    fn an_open_watch_hears_the_end_of_a_removed_container() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Watch::open(dir.path()).unwrap().is_none());
        let mut life = Life {
            file: File::create(dir.path().join("life")).unwrap(),
            length: 0,
            supervisor: process(1),
        };
        life.append(&claimed()).unwrap();
        let watch = Watch::open(dir.path()).unwrap().unwrap();
        std::fs::remove_file(dir.path().join("life")).unwrap();
        life.append(&Event::Ended {
            at: DateTime::UNIX_EPOCH,
            code: 4,
            out_of_memory: false,
        })
        .unwrap();
        assert_eq!((watch.state().status, watch.state().code), (Status::Exited, 4));
    }
}
