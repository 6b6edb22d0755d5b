//! The process to run: arguments, identity and privileges, fully decided.

use serde::{Deserialize, Serialize};

/// What to run, with every default applied and every name resolved. It is kept with the container's record, so that
/// `start` runs the same again; `exec` makes one of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Never empty. `args[0]` is looked up in the container's `PATH` where it has no slash.
    pub args: Vec<String>,
    /// `NAME=value`; the whole environment.
    pub env: Vec<String>,
    /// Absolute.
    pub cwd: String,
    pub user: UserIds,
    /// Whether stdin, stdout and stderr are a terminal of the container's own.
    pub terminal: bool,
    /// `CAP_…`: the bounding set, and for uid 0 the permitted and effective sets as well.
    pub capabilities: Vec<String>,
    pub no_new_privileges: bool,
    pub rlimits: Vec<Rlimit>,
    pub seccomp: Seccomp,
    /// The container's capabilities, which the profile's conditions are about: a process that has more than its container is filtered as
    /// all are.
    pub container_capabilities: Vec<String>,
    pub umask: u32,
    /// -1000 to 1000; none: as inherited.
    pub oom_score_adj: Option<i32>,
}

/// Numeric ids, as in the container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserIds {
    pub uid: u32,
    pub gid: u32,
    /// Supplementary groups, its own among them; none where it keeps those of whoever starts it.
    pub additional: Vec<u32>,
    pub keeps_groups: bool,
}

/// A resource limit (setrlimit(2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rlimit {
    /// `RLIMIT_NOFILE` and so on.
    pub kind: String,
    pub soft: u64,
    pub hard: u64,
}

/// Which system calls the process may make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seccomp {
    /// The field's default profile, for the container's capabilities.
    Default,
    Unconfined,
    /// The text of a profile in Docker's JSON format.
    Profile(String),
}
