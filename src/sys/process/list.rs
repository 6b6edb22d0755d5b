//! The processes and threads that /proc shows.

use std::fs;

/// Lists the processes. One that ends or starts meanwhile may be listed or not.
pub fn pids() -> Vec<i32> {
    numbers("/proc")
}

/// Lists the threads of process `pid`; none where it has ended.
pub fn threads(pid: i32) -> Vec<i32> {
    numbers(&format!("/proc/{pid}/task"))
}

/// Reads `field` of /proc/PID/status (proc_pid_status(5)), of a process or a thread; none where it has ended.
pub fn status_field(pid: i32, field: &str) -> Option<String> {
    let status = fs::read(format!("/proc/{pid}/status")).ok()?;
    field_in(&String::from_utf8_lossy(&status), field).map(str::to_owned)
}

/// The value of the line `field:`.
pub fn field_in<'a>(status: &'a str, field: &str) -> Option<&'a str> {
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    value.map(str::trim)
}

fn numbers(directory: &str) -> Vec<i32> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_and_its_threads_are_listed() {
        let pid = std::process::id() as i32;
        assert!(pids().contains(&pid) && threads(pid).contains(&pid));
        assert!(threads(-1).is_empty());
        assert_eq!(status_field(pid, "Tgid"), Some(pid.to_string()));
        assert_eq!(status_field(pid, "Tgi"), None);
    }
}
