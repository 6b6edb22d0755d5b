//! A scope of systemd's: a cgroup that a user's service manager makes for a process that runs already, and that is the
//! user's own (systemd.scope(5), CGROUP_DELEGATION.md). In a login session a user has none: its cgroup is the system's.
//!
//! The manager is asked by `busctl`, which comes with systemd. Without a manager (cron, `su`, no linger) there is no
//! scope.

use crate::sys::process::program::find_program;
use crate::sys::wait;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const MANAGER: [&str; 4] = [
    "call",
    "org.freedesktop.systemd1",
    "/org/freedesktop/systemd1",
    "org.freedesktop.systemd1.Manager",
];
/// The manager answers before the process has been moved.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Moves this process into a new scope `name` (ending in `.scope`). What it starts afterwards is in there, too; the
/// scope goes with the last of them.
pub fn enter(name: &str) -> Result<()> {
    let pid = std::process::id().to_string();
    let scope = [
        "StartTransientUnit",
        "ssa(sv)a(sa(sv))",
        name,
        "fail",
        "3",
        "PIDs",
        "au",
        "1",
        &pid,
        "Delegate",
        "b",
        "true",
        "CollectMode",
        "s",
        "inactive-or-failed",
        "0",
    ];
    ask(&scope).context("asking systemd for a scope")?;
    arrive(name)
}

/// Moves this process to the cgroup `below` a delegated unit of the user's, from where only the system may move it.
pub fn join(unit: &str, below: &str) -> Result<()> {
    let pid = std::process::id().to_string();
    let place = format!("/{below}");
    ask(&["AttachProcessesToUnit", "ssau", unit, &place, "1", &pid]).with_context(|| format!("joining {unit}"))?;
    arrive(&format!("{unit}{place}"))
}

/// Calls a method of the manager (org.freedesktop.systemd1(5)): its name, signature and arguments.
fn ask(method: &[&str]) -> Result<()> {
    let busctl = find_program("busctl").context("there is no busctl, which comes with systemd")?;
    let bus = bus().context("no service manager of the user's runs")?;
    let asked = Command::new(busctl)
        .arg(format!("--address=unix:path={}", bus.display()))
        .args(MANAGER)
        .args(method)
        .stdin(Stdio::null())
        .output()
        .context("busctl")?;
    if !asked.status.success() {
        bail!("{}", String::from_utf8_lossy(&asked.stderr).trim().replace('\n', " "));
    }
    Ok(())
}

fn arrive(cgroup: &str) -> Result<()> {
    let has_arrived = wait::until(TIMEOUT, Duration::from_millis(5), || is_in(cgroup));
    ensure!(has_arrived, "systemd does not move the process to {cgroup}");
    Ok(())
}

fn is_in(cgroup: &str) -> bool {
    fs::read_to_string("/proc/self/cgroup").is_ok_and(|list| list.lines().any(|line| line.ends_with(cgroup)))
}

/// Where the user's manager listens. After `su` the variable names the other user's directory, which cannot be entered.
fn bus() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let own = owner().map(|uid| format!("/run/user/{uid}").into());
    let buses = [named, own].into_iter().flatten().map(|dir| dir.join("bus"));
    buses.into_iter().find(|bus| bus.exists())
}

/// The id of this process's user outside of its user namespace.
fn owner() -> Option<u32> {
    let map = fs::read_to_string("/proc/self/uid_map").ok()?;
    owner_by(&map, rustix::process::geteuid().as_raw())
}

/// By a uid_map (user_namespaces(7)).
fn owner_by(map: &str, uid: u32) -> Option<u32> {
    map.lines().find_map(|line| {
        let mut numbers = line.split_whitespace().map(|number| number.parse::<u32>().ok());
        let (inside, outside, count) = (numbers.next()??, numbers.next()??, numbers.next()??);
        (uid >= inside && uid - inside < count).then(|| outside + (uid - inside))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_root_of_a_namespace_is_a_user_outside() {
        let map = "         0       1000          1\n         1     100000      65536\n";
        assert_eq!(owner_by(map, 0), Some(1000));
        assert_eq!(owner_by(map, 7), Some(100006));
        assert_eq!(owner_by(map, 70000), None);
        assert_eq!(owner_by("         0          0 4294967295\n", 1000), Some(1000));
    }
}
