//! What a container uses, as its cgroup counts it (kernel: admin-guide/cgroup-v2.rst, cgroup-v1/). A container without
//! limits has no cgroup, and with v1 it has one only in the hierarchies that are needed: what is not counted is `None`.

use crate::runtime::cgroup::container_cgroup::{directories, uncover};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Time on all processors together.
    pub cpu: Option<Duration>,
    /// Bytes, without cache that is not in use.
    pub memory: Option<u64>,
    /// Bytes.
    pub memory_limit: Option<u64>,
    /// Processes and threads.
    pub pids: Option<u64>,
    /// Bytes read from disks and written to them.
    pub block: Option<(u64, u64)>,
}

/// The usage of the container with this run directory.
pub fn usage(run_dir: &Path) -> Usage {
    let Some(dirs) = directories(run_dir) else {
        return Usage::default();
    };
    let files = Files(dirs);
    let cached = files.field("memory.stat", &["inactive_file", "total_inactive_file"]);
    let memory = files.number(&["memory.current", "memory.usage_in_bytes"]);
    let of_version_2 = files.field("cpu.stat", &["usage_usec"]).map(Duration::from_micros);
    let of_version_1 = || files.number(&["cpuacct.usage"]).map(Duration::from_nanos);
    Usage {
        cpu: of_version_2.or_else(of_version_1),
        memory: memory.map(|bytes| bytes.saturating_sub(cached.unwrap_or(0))),
        memory_limit: files.number(&["memory.max", "memory.limit_in_bytes"]),
        pids: files.number(&["pids.current"]),
        block: files.block(),
    }
}

/// Whether the kernel has killed a process of the container for lack of memory. Must be called before the cgroup is
/// removed.
pub fn was_out_of_memory(run_dir: &Path) -> bool {
    let Some(dirs) = directories(run_dir) else { return false };
    uncover(&dirs);
    let files = Files(dirs);
    let killed = |file: &str| files.field(file, &["oom_kill"]).is_some_and(|count| count > 0);
    killed("memory.events") || killed("memory.oom_control")
}

/// The directories of a cgroup, whose files are searched in all of them.
struct Files(Vec<PathBuf>);

impl Files {
    fn read(&self, name: &str) -> Option<String> {
        self.0.iter().find_map(|dir| fs::read_to_string(dir.join(name)).ok())
    }

    /// The number in the first of these files that exists and has one.
    fn number(&self, names: &[&str]) -> Option<u64> {
        names.iter().find_map(|name| self.read(name)?.trim().parse().ok())
    }

    /// The value of the last of `keys` that occurs in a file of lines `KEY NUMBER`.
    fn field(&self, name: &str, keys: &[&str]) -> Option<u64> {
        let text = self.read(name)?;
        keys.iter().rev().find_map(|key| field(&text, key))
    }

    fn block(&self) -> Option<(u64, u64)> {
        if let Some(text) = self.read("io.stat") {
            return Some((sum(&text, "rbytes="), sum(&text, "wbytes=")));
        }
        let names = [
            "blkio.throttle.io_service_bytes_recursive",
            "blkio.throttle.io_service_bytes",
        ];
        let text = names.iter().find_map(|name| self.read(name))?;
        Some((sum(&text, "Read "), sum(&text, "Write ")))
    }
}

fn field(text: &str, key: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(found, _)| *found == key)?.1.trim().parse().ok()
}

/// The sum of the numbers that follow `word` in each line: `8:0 rbytes=1 wbytes=2 …` (v2), `8:0 Read 1` (v1).
fn sum(text: &str, word: &str) -> u64 {
    let numbers = text.lines().filter_map(|line| {
        let after = &line[line.find(word)? + word.len()..];
        after.split_whitespace().next()?.parse::<u64>().ok()
    });
    numbers.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_both_versions_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let run_dir = dir.path();
        let cgroup = run_dir.join("cgroup");
        fs::create_dir(&cgroup).unwrap();
        fs::write(run_dir.join("cgroups"), serde_json::to_vec(&[&cgroup]).unwrap()).unwrap();
        let write = |name: &str, text: &str| fs::write(cgroup.join(name), text).unwrap();
        assert_eq!(usage(run_dir), Usage::default());
        write("cpuacct.usage", "7000\n");
        write("memory.usage_in_bytes", "100\n");
        write("memory.stat", "inactive_file 1\ntotal_inactive_file 30\n");
        write("memory.limit_in_bytes", "200\n");
        write("pids.current", "3\n");
        write(
            "blkio.throttle.io_service_bytes",
            "8:0 Read 5\n8:0 Write 6\n8:16 Read 1\nTotal 12\n",
        );
        let found = usage(run_dir);
        assert_eq!(found.cpu, Some(Duration::from_nanos(7000)));
        assert_eq!(
            (found.memory, found.memory_limit, found.pids),
            (Some(70), Some(200), Some(3))
        );
        assert_eq!(found.block, Some((6, 6)));
        write("cpu.stat", "usage_usec 9\nuser_usec 1\n");
        write("memory.current", "50\n");
        write("memory.max", "max\n");
        write("io.stat", "8:0 rbytes=1 wbytes=2 rios=0\n8:16 rbytes=3 wbytes=4\n");
        fs::remove_file(cgroup.join("memory.limit_in_bytes")).unwrap();
        let found = usage(run_dir);
        assert_eq!(found.cpu, Some(Duration::from_micros(9)));
        assert_eq!(
            (found.memory, found.memory_limit, found.block),
            (Some(20), None, Some((4, 6)))
        );
        assert!(!was_out_of_memory(run_dir));
        write("memory.events", "oom 1\noom_kill 1\n");
        assert!(was_out_of_memory(run_dir));
    }
}
