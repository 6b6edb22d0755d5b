//! Limits of a container.

use serde::{Deserialize, Serialize};

/// Limits of all processes of a container together; `None`: no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Bytes.
    pub memory: Option<u64>,
    /// Bytes of memory and swap together; -1: no limit; `None`: as much swap as memory.
    pub memory_swap: Option<i64>,
    /// Bytes that the kernel does not reclaim while it can reclaim others (a soft limit).
    pub memory_reservation: Option<u64>,
    /// Processors, in units of 10⁻⁹ of one.
    pub nano_cpus: Option<u64>,
    /// The share of the processors' time when it is short, relative to others; the default is 1024.
    pub cpu_shares: Option<u64>,
    /// Microseconds of processor time in each period; -1: no limit.
    pub cpu_quota: Option<i64>,
    /// Microseconds.
    pub cpu_period: Option<u64>,
    /// Processors, as `0-2,7`.
    pub cpuset_cpus: Option<String>,
    /// Memory nodes, as `0-1`.
    pub cpuset_mems: Option<String>,
    /// The number of processes and threads.
    pub pids: Option<u64>,
    /// The share of disk time relative to others, 10 to 1000.
    pub blkio_weight: Option<u16>,
}

impl Limits {
    pub fn is_empty(&self) -> bool {
        *self == Limits::default()
    }
}
