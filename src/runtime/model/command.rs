//! The process to run: its arguments, user and privileges.

use serde::{Deserialize, Serialize};

/// What to run, with every default applied and every name resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Not empty. `args[0]` is looked up in the container's `PATH` if it has no slash.
    pub args: Vec<String>,
    /// `NAME=value`; the whole environment.
    pub env: Vec<String>,
    /// The working directory, absolute.
    pub cwd: String,
    pub user: UserIds,
    /// Whether stdin, stdout and stderr are a terminal of the container's own.
    pub terminal: bool,
    /// Names as `CAP_CHOWN`: the bounding set, and for uid 0 also the permitted and effective sets.
    pub capabilities: Vec<String>,
    pub no_new_privileges: bool,
    pub rlimits: Vec<Rlimit>,
    pub seccomp: Seccomp,
    /// The container's capabilities, which decide the conditions of the seccomp profile. An exec that has more
    /// capabilities than its container is filtered as the container's other processes are.
    pub container_capabilities: Vec<String>,
    pub umask: u32,
    /// -1000 to 1000; none: inherited.
    pub oom_score_adj: Option<i32>,
}

/// Numeric ids in the container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserIds {
    pub uid: u32,
    pub gid: u32,
    /// Supplementary groups, including `gid`; empty with `keeps_groups`.
    pub additional: Vec<u32>,
    /// Whether the process keeps the supplementary groups of whoever starts it.
    pub keeps_groups: bool,
}

/// A resource limit (setrlimit(2)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rlimit {
    /// A name as `RLIMIT_NOFILE`.
    pub kind: String,
    pub soft: u64,
    pub hard: u64,
}

/// Which system calls the process may make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seccomp {
    /// The default profile, for the container's capabilities.
    Default,
    Unconfined,
    /// The text of a profile in Docker's JSON format.
    Profile(String),
}
