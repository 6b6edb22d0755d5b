//! What happens to a container: the lines of its event journal ([`crate::container::state::journal`]).

use crate::sys::process::identity::Process;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    /// A supervisor is about to start the container.
    Claimed { supervisor: Process },
    /// Its first process runs.
    Started { at: DateTime<Utc>, init: Process },
    /// It could not be started.
    Failed {
        at: DateTime<Utc>,
        code: i32,
        error: String,
    },
    /// Its first process ended, and the supervisor will start it again.
    Restarting {
        at: DateTime<Utc>,
        code: i32,
        out_of_memory: bool,
        /// How often it was started again, this time included.
        count: u32,
        /// The same as in `claimed`, which a reader of the end of a long file does not see.
        supervisor: Process,
    },
    /// Its first process ended.
    Ended {
        at: DateTime<Utc>,
        code: i32,
        #[serde(default)]
        out_of_memory: bool,
    },
}
