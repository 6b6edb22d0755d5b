//! A container's status, computed from the events in its journal and from which processes still exist.

use crate::container::state::event::Event;
use crate::sys::process::identity::Process;
use chrono::{DateTime, SecondsFormat, Utc};

/// The status of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It never ran.
    Created,
    /// A supervisor is starting it.
    Starting,
    Running,
    /// It runs, and its processes are frozen.
    Paused,
    /// It ended, and its supervisor is about to start it again.
    Restarting,
    /// It ran and ended.
    Exited,
    /// It ran, and its end was not recorded: its supervisor was killed, or the machine went down.
    Dead,
}

impl Status {
    /// Docker's word, as in `State.Status` and `ps -f status=`.
    pub fn word(self) -> &'static str {
        match self {
            Status::Created | Status::Starting => "created",
            Status::Running => "running",
            Status::Paused => "paused",
            Status::Restarting => "restarting",
            Status::Exited => "exited",
            Status::Dead => "dead",
        }
    }
}

/// A container's state, computed from its journal.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub status: Status,
    /// The process that starts and supervises it, while it may be alive.
    pub supervisor: Option<Process>,
    /// Its first process, while it runs.
    pub init: Option<Process>,
    /// The exit code; 125 and up also where it could not be started; 255 where its end was not recorded.
    pub code: i32,
    pub error: String,
    /// Whether the kernel killed one of its processes for want of memory; known after its end.
    pub out_of_memory: bool,
    pub started: Option<DateTime<Utc>>,
    pub finished: Option<DateTime<Utc>>,
    /// How often its supervisor started it again.
    pub restarts: u32,
}

impl State {
    /// Whether it runs, is being started, or will be started again.
    pub fn is_active(&self) -> bool {
        matches!(
            self.status,
            Status::Starting | Status::Running | Status::Paused | Status::Restarting
        )
    }

    /// Whether it ran, and has ended.
    pub fn has_ended(&self) -> bool {
        matches!(self.status, Status::Exited | Status::Dead)
    }

    /// Computes the state after `events`; `is_alive` tells whether a process still exists.
    pub fn after(events: &[Event], is_alive: &dyn Fn(&Process) -> bool) -> State {
        let mut state = State {
            status: Status::Created,
            supervisor: None,
            init: None,
            code: 0,
            error: String::new(),
            out_of_memory: false,
            started: None,
            finished: None,
            restarts: 0,
        };
        for event in events.iter().cloned() {
            match event {
                Event::Claimed { supervisor } => {
                    (state.status, state.supervisor) = (Status::Starting, Some(supervisor))
                }
                Event::Started { at, init } => {
                    (state.status, state.started, state.init) = (Status::Running, Some(at), Some(init));
                }
                Event::Failed { at, code, error } => {
                    // One that ran before has ended.
                    let status = state.started.map_or(Status::Created, |_| Status::Exited);
                    (state.status, state.finished, state.code, state.error) = (status, Some(at), code, error);
                }
                Event::Restarting {
                    at,
                    code,
                    out_of_memory,
                    count,
                    supervisor,
                } => {
                    state.out_of_memory = out_of_memory;
                    (state.status, state.finished, state.code) = (Status::Restarting, Some(at), code);
                    (state.restarts, state.supervisor, state.init) = (count, Some(supervisor), None);
                }
                Event::Ended {
                    at,
                    code,
                    out_of_memory,
                } => {
                    (state.status, state.finished, state.code) = (Status::Exited, Some(at), code);
                    state.out_of_memory = out_of_memory;
                }
            }
        }
        let supervised = state.supervisor.as_ref().is_some_and(is_alive);
        let runs = state.init.as_ref().is_some_and(is_alive);
        state.status = match state.status {
            Status::Starting if !supervised => Status::Created,
            // The first process has ended, and its supervisor is about to record that.
            Status::Running if !runs && supervised => Status::Running,
            Status::Running if !runs => Status::Dead,
            Status::Restarting if !supervised => Status::Exited,
            status => status,
        };
        if state.status == Status::Dead {
            state.code = 255;
        }
        if !state.is_active() {
            (state.supervisor, state.init) = (None, None);
        }
        state
    }
}

/// A time as Docker's JSON writes it; Go's zero time where there is none.
pub fn timestamp(moment: Option<DateTime<Utc>>) -> String {
    moment.map_or("0001-01-01T00:00:00Z".into(), |at| {
        at.to_rfc3339_opts(SecondsFormat::Nanos, true)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: i32) -> Process {
        Process {
            pid,
            start_time: 7,
            boot_id: "boot".into(),
        }
    }

    fn at(second: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(i64::from(second), 0).unwrap()
    }

    /// The state after `events` where the pids in `alive` exist.
    fn state(events: &[Event], alive: &[i32]) -> State {
        State::after(events, &|process| alive.contains(&process.pid))
    }

    fn claimed() -> Event {
        Event::Claimed { supervisor: process(1) }
    }

    fn started() -> Event {
        Event::Started {
            at: at(5),
            init: process(2),
        }
    }

    #[test]
    fn the_status_follows_events_and_processes() {
        let ended = Event::Ended {
            at: at(9),
            code: 3,
            out_of_memory: true,
        };
        let failed = Event::Failed {
            at: at(9),
            code: 127,
            error: "x".into(),
        };
        for (events, alive, status) in [
            (vec![], vec![], Status::Created),
            (vec![claimed()], vec![1], Status::Starting),
            (vec![claimed()], vec![], Status::Created),
            (vec![claimed(), failed.clone()], vec![1], Status::Created),
            (vec![claimed(), started()], vec![1, 2], Status::Running),
            (vec![claimed(), started()], vec![2], Status::Running),
            (vec![claimed(), started()], vec![1], Status::Running),
            (vec![claimed(), started()], vec![], Status::Dead),
            (vec![claimed(), started(), ended.clone()], vec![1], Status::Exited),
        ] {
            assert_eq!(state(&events, &alive).status, status, "{events:?} {alive:?}");
        }
        assert_eq!(state(&[claimed(), started(), ended], &[]).code, 3);
        assert_eq!(state(&[claimed(), started()], &[]).code, 255);
        let again = Event::Restarting {
            at: at(9),
            code: 4,
            out_of_memory: false,
            count: 2,
            supervisor: process(1),
        };
        let case = |more: &[Event], alive: &[i32]| {
            let events = [vec![claimed(), started(), again.clone()], more.to_vec()].concat();
            let state = state(&events, alive);
            (
                state.status,
                state.code,
                state.restarts,
                state.init.map(|init| init.pid),
            )
        };
        assert_eq!(case(&[], &[1, 2]), (Status::Restarting, 4, 2, None));
        assert_eq!(case(&[], &[2]), (Status::Exited, 4, 2, None));
        assert_eq!(case(&[started()], &[1, 2]), (Status::Running, 4, 2, Some(2)));
        assert_eq!(
            case(std::slice::from_ref(&failed), &[1]),
            (Status::Exited, 127, 2, None)
        );
        let state = state(&[claimed(), failed], &[]);
        assert_eq!((state.code, state.error.as_str(), state.init), (127, "x", None));
    }
}
