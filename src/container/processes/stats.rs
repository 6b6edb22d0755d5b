//! `stats`: what a container uses of processors, memory, network and disks.
//!
//! The numbers come from its cgroup, where it has one. What a cgroup does not count is summed over its processes, so
//! that no cgroup, no delegation and no privilege is needed. The kernel adds what an ended child used to the process
//! that waited for it.

use crate::container::Container;
use crate::container::processes::tasks::pids_of;
use crate::runtime::cgroup::usage;
use crate::store::Store;
use crate::sys::process::identity;
use crate::sys::process::identity::Process;
use anyhow::Result;
use std::fs;
use std::time::{Duration, Instant};

/// What a container has used so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub at: Instant,
    /// Nanoseconds of processor time, all processors together.
    pub cpu: Duration,
    /// Bytes.
    pub memory: u64,
    /// Bytes: the container's limit, or all that the host has.
    pub memory_limit: u64,
    /// Bytes received and sent, without those of the loopback device; 0 in the host's network.
    pub network: (u64, u64),
    /// Bytes read and written.
    pub block: (u64, u64),
    /// Processes and threads.
    pub pids: u64,
}

/// The usage of a running container; `None` where it does not run.
pub fn sample(store: &Store, container: &Container) -> Result<Option<Sample>> {
    let Some(init) = container.state()?.init else {
        return Ok(None);
    };
    let counted = usage::usage(&container.run_dir(store));
    let summed =
        match counted.cpu.is_some() && counted.memory.is_some() && counted.pids.is_some() && counted.block.is_some() {
            true => Sum::default(),
            false => Sum::over(&pids_of(container, &init)),
        };
    let memory = host_memory();
    let limits = [counted.memory_limit, container.config.host.limits.memory];
    Ok(Some(Sample {
        at: Instant::now(),
        cpu: counted.cpu.unwrap_or(summed.cpu),
        memory: counted.memory.unwrap_or(summed.memory),
        memory_limit: limits.into_iter().flatten().fold(memory, u64::min),
        network: network(&init),
        block: counted.block.unwrap_or(summed.block),
        pids: counted.pids.unwrap_or(summed.pids),
    }))
}

/// The sums over processes.
#[derive(Debug, Default, PartialEq)]
struct Sum {
    cpu: Duration,
    memory: u64,
    block: (u64, u64),
    pids: u64,
}

impl Sum {
    fn over(pids: &[i32]) -> Sum {
        let mut sum = Sum::default();
        for &pid in pids {
            let Some(stat) = identity::stat(pid) else { continue };
            let read = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
            sum.cpu += stat.cpu();
            sum.pids += stat.threads;
            // PSS counts shared pages in proportion, where the kernel offers it.
            sum.memory += match field(&read("smaps_rollup"), "Pss:") {
                Some(kibibytes) => kibibytes * 1024,
                None => stat.resident(),
            };
            let io = read("io");
            sum.block.0 += field(&io, "read_bytes:").unwrap_or(0);
            sum.block.1 += field(&io, "write_bytes:").unwrap_or(0);
        }
        sum
    }
}

/// The number after `word`, which begins a line.
fn field(text: &str, word: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(word))?;
    line.split_whitespace().next()?.parse().ok()
}

fn host_memory() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    field(&text, "MemTotal:").map_or(0, |kibibytes| kibibytes * 1024)
}

fn network(init: &Process) -> (u64, u64) {
    let namespace = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/net")).ok();
    let pid = init.pid.to_string();
    if namespace(&pid) == namespace("self") {
        return (0, 0);
    }
    devices(&fs::read_to_string(format!("/proc/{pid}/net/dev")).unwrap_or_default())
}

/// Bytes received and sent by all devices but `lo`: the first and the ninth number of a line (proc(5), /proc/net/dev).
fn devices(text: &str) -> (u64, u64) {
    let counted = text.lines().filter_map(|line| {
        let (name, numbers) = line.split_once(':')?;
        let mut numbers = numbers.split_whitespace().map(|number| number.parse::<u64>().ok());
        let (received, sent) = (numbers.next()??, numbers.nth(7)??);
        (name.trim() != "lo").then_some((received, sent))
    });
    counted.fold((0, 0), |sum, (received, sent)| (sum.0 + received, sum.1 + sent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_device_is_no_network() {
        let text = "Inter-|   Receive    |  Transmit\n face |bytes packets|bytes\n    lo: 1 2 3 4 5 6 7 8 9 10\n  tap0: 100 2 3 4 5 6 7 8 900 10\n";
        assert_eq!(devices(text), (100, 900));
    }

    #[test]
    fn a_process_is_summed_without_any_cgroup() {
        // The second pid does not exist.
        let sum = Sum::over(&[std::process::id() as i32, -1]);
        assert!(sum.pids > 0, "{sum:?}");
        assert!(sum.memory > 4096 && sum.memory < 1 << 30, "{sum:?}");
    }
}
