//! User namespaces: becoming root of one's own, with the ids that /etc/subuid and /etc/subgid grant.
//!
//! An ordinary user may map only their own id; newuidmap(1) and newgidmap(1), which are privileged, map what those
//! two files grant. They must run in the parent namespace, so a child is forked that stays there, while this process
//! goes ahead and waits: no exec of ourselves, no state to hand over.
//!
//! The user's supplementary groups stay this process's, though inside they are nobody's: what they alone may reach can
//! be mounted. A container's process gives them up before its command runs (setgroups(2)), unless it is to keep them.

use crate::sys::ids::id_maps::IdMaps;
use crate::sys::ids::subordinate;
use crate::sys::ids::subordinate::Range;
use crate::sys::process::fork;
use crate::sys::process::identity::Process;
use crate::sys::process::own_namespaces;
use crate::sys::process::program::find_program;
use crate::sys::userns::namespaces;
use anyhow::{Context, Result, anyhow};
use rustix::process::{Gid, Uid, getegid, geteuid};
use rustix::thread::{UnshareFlags, set_thread_res_gid, set_thread_res_uid};
use std::fs;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How ids inside map to ids outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mapping {
    /// No user namespace of lamel's own: it runs as root.
    Host,
    /// Root inside is the user; 1 and up are the user's subordinate ids.
    Subordinate,
    /// Root inside is the user, and there is no other id: no subordinate ids, or no newuidmap.
    Single,
}

impl Mapping {
    /// The mapping that this process, root already, is in.
    pub fn of_this_process() -> Mapping {
        match IdMaps::of_process("self") {
            Ok(maps) if maps.are_initial() => Mapping::Host,
            Ok(maps) if matches!(maps.uids.as_slice(), [run] if run.count == 1) => Mapping::Single,
            Ok(_) => Mapping::Subordinate,
            // Without /proc, namespaces cannot be compared.
            Err(_) => Mapping::Host,
        }
    }
}

/// Makes this process root of a new user and mount namespace; does nothing but a private mount namespace where
/// it is root already. Must be called while the process has one thread. `warn` hears why only a single id could
/// be mapped, with the way out.
pub fn enter(warn: &mut dyn FnMut(&str)) -> Result<Mapping> {
    if geteuid().is_root() {
        own_namespaces::private_mounts().context("making a mount namespace: root needs CAP_SYS_ADMIN for it")?;
        return Ok(Mapping::of_this_process());
    }
    let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
    let mapping = match Tools::find(uid) {
        Ok(tools) => match tools.enter(uid, gid)? {
            Ok(()) => Mapping::Subordinate,
            Err(reason) => {
                // The tools refused. A single id can still be mapped, unless one of the two maps was written.
                map_single(uid, gid).with_context(|| reason.clone())?;
                warn(&format!("{reason}; only one user id is available in containers"));
                Mapping::Single
            }
        },
        Err(reason) => {
            unshare()?;
            map_single(uid, gid)?;
            warn(&format!(
                "{reason}; until then only one user id is available in containers"
            ));
            Mapping::Single
        }
    };
    become_root()?;
    Ok(mapping)
}

/// Joins the user namespace of `process`, one that this user made, and a new mount namespace in it. Must be
/// called while the process has one thread.
pub fn join(process: &Process) -> Result<Mapping> {
    if !is_apart(process)? {
        own_namespaces::private_mounts().context("making a mount namespace")?;
        return Ok(Mapping::of_this_process());
    }
    let namespace = namespaces::open(process, "user").context("opening the container's user namespace")?;
    own_namespaces::enter(&namespace, libc::CLONE_NEWUSER)
        .context("entering the container's user namespace: was it started by another user?")?;
    become_root()?;
    own_namespaces::private_mounts().context("making a mount namespace")?;
    Ok(match Mapping::of_this_process() {
        // A map of all ids, but in a namespace that is not the host's.
        Mapping::Host => Mapping::Subordinate,
        mapping => mapping,
    })
}

/// Whether `process` is in another user namespace than this one.
pub fn is_apart(process: &Process) -> Result<bool> {
    let namespace = |path: String| fs::read_link(&path).with_context(|| format!("reading {path}"));
    let theirs = namespace(format!("/proc/{}/ns/user", process.pid))?;
    namespaces::still(process)?;
    Ok(theirs != namespace("/proc/self/ns/user".into())?)
}

/// Real, effective and saved ids.
fn become_root() -> Result<()> {
    set_thread_res_gid(Gid::ROOT, Gid::ROOT, Gid::ROOT).context("becoming root of the user namespace")?;
    set_thread_res_uid(Uid::ROOT, Uid::ROOT, Uid::ROOT).context("becoming root of the user namespace")
}

/// Leaves the user and mount namespace for new ones; an error has the ways out of each refusal.
pub fn unshare() -> Result<()> {
    let Err(error) = own_namespaces::unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNS) else {
        return Ok(());
    };
    let sysctl = |name: &str| {
        fs::read_to_string(format!("/proc/sys/{name}"))
            .ok()
            .map(|value| value.trim().to_owned())
    };
    let hint = match error.raw_os_error() {
        Some(libc::ENOSPC) => "the limit user.max_user_namespaces is reached or 0; \
                               'sysctl -w user.max_user_namespaces=15000' as root raises it"
            .to_owned(),
        Some(libc::EPERM) if sysctl("kernel/unprivileged_userns_clone").as_deref() == Some("0") => {
            "'sysctl -w kernel.unprivileged_userns_clone=1' as root allows them".to_owned()
        }
        Some(libc::EPERM | libc::EACCES)
            if sysctl("kernel/apparmor_restrict_unprivileged_userns").as_deref() == Some("1") =>
        {
            "AppArmor forbids them to this program; 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0' \
             as root, or an AppArmor profile with 'userns,' for it, allows them"
                .to_owned()
        }
        Some(libc::EPERM) => "is this inside another container, or under a seccomp filter?".to_owned(),
        Some(libc::EUSERS) => "too many user namespaces are nested".to_owned(),
        Some(libc::EINVAL) => {
            "the kernel has none (CONFIG_USER_NS), or this program has more than one thread".to_owned()
        }
        _ => return Err(error).context("making a user namespace"),
    };
    // As text: the error number ENOSPC would look like a full disk.
    Err(anyhow!("making a user namespace: {hint} ({error})"))
}

/// On AppArmor's restriction the unshare succeeds and what follows is denied, so the writes have the hint, too.
fn map_single(uid: u32, gid: u32) -> Result<()> {
    let write = |file: &str, text: String| {
        fs::write(format!("/proc/self/{file}"), text).with_context(|| {
            let restricted = fs::read_to_string("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
            let hint = if restricted.is_ok_and(|value| value.trim() == "1") {
                ": AppArmor restricts user namespaces; \
                 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0' as root lifts that"
            } else {
                ""
            };
            format!("writing /proc/self/{file}{hint}")
        })
    };
    write("setgroups", "deny".into())?;
    write("uid_map", format!("0 {uid} 1"))?;
    write("gid_map", format!("0 {gid} 1"))
}

/// newuidmap and newgidmap, and what they are to map.
struct Tools {
    newuidmap: PathBuf,
    newgidmap: PathBuf,
    uids: Vec<Range>,
    gids: Vec<Range>,
}

impl Tools {
    /// An error says why they cannot be used, and what would help.
    fn find(uid: u32) -> Result<Tools, String> {
        let name = subordinate::user_name(uid);
        let uids = subordinate::ranges("/etc/subuid", name.as_deref(), uid);
        let gids = subordinate::ranges("/etc/subgid", name.as_deref(), uid);
        let user = name.unwrap_or_else(|| uid.to_string());
        let add = match (uids.is_empty(), gids.is_empty()) {
            (true, true) => Some((
                "/etc/subuid and /etc/subgid",
                "--add-subuids 100000-165535 --add-subgids 100000-165535",
            )),
            (true, false) => Some(("/etc/subuid", "--add-subuids 100000-165535")),
            (false, true) => Some(("/etc/subgid", "--add-subgids 100000-165535")),
            (false, false) => None,
        };
        let tools = (find_program("newuidmap"), find_program("newgidmap"));
        match (add, tools) {
            (None, (Some(newuidmap), Some(newgidmap))) => Ok(Tools {
                newuidmap,
                newgidmap,
                uids,
                gids,
            }),
            (None, _) => Err("newuidmap is not installed: install the package uidmap".into()),
            (Some((files, options)), (Some(_), Some(_))) => Err(format!(
                "no subordinate ids for {user} in {files}: 'usermod {options} {user}' as root adds them"
            )),
            (Some((files, options)), _) => Err(format!(
                "no subordinate ids for {user} in {files}, and no newuidmap: \
                 'usermod {options} {user}' as root and the package uidmap add them"
            )),
        }
    }

    /// Enters the namespace and has it mapped. The inner error is the tools' refusal, one line.
    fn enter(&self, uid: u32, gid: u32) -> Result<Result<(), String>> {
        let (go, proceed) = io::pipe().context("making a pipe")?;
        let (mut complaint, complain) = io::pipe().context("making a pipe")?;
        let pid = std::process::id();
        let mut proceed = Some(proceed);
        let helper = fork::spawn(|| {
            // This is the child's own copy of the variable and of the descriptor.
            drop(proceed.take());
            self.map(pid, uid, gid, go, &complain)
        })
        .context("forking")?;
        drop(complain);
        let entered = unshare();
        // The helper gives up where the pipe ends without a byte.
        if let (Ok(()), Some(proceed)) = (&entered, &mut proceed) {
            proceed.write_all(b"x").context("waking the child that maps the ids")?;
        }
        drop(proceed);
        let mut reason = String::new();
        let _ = complaint.by_ref().take(4096).read_to_string(&mut reason);
        let ended = helper.wait().context("waiting for the child that maps the ids")?;
        entered?;
        Ok(match ended.code() {
            0 => Ok(()),
            code if reason.trim().is_empty() => Err(format!("newuidmap or newgidmap ended with {code}")),
            _ => Err(reason.lines().next().unwrap_or_default().trim().to_owned()),
        })
    }

    /// In the child, which stays in the host's user namespace.
    fn map(&self, pid: u32, uid: u32, gid: u32, mut go: PipeReader, complain: &PipeWriter) -> i32 {
        if !matches!(go.read(&mut [0]), Ok(1)) {
            return 1;
        }
        let start = |tool: &Path, own: u32, ranges: &[Range]| -> io::Result<_> {
            let stderr = complain.try_clone()?;
            Command::new(tool)
                .args(map_arguments(pid, own, ranges))
                .stdin(Stdio::null())
                .stderr(stderr)
                .spawn()
        };
        // Both at once: each is an exec and a write of one file.
        let children = [
            start(&self.newuidmap, uid, &self.uids),
            start(&self.newgidmap, gid, &self.gids),
        ];
        let mut code = 0;
        for child in children {
            match child.and_then(|mut child| child.wait()) {
                Ok(status) if status.success() => {}
                Ok(_) => code = 1,
                Err(error) => {
                    let _ = (&*complain).write_all(format!("starting newuidmap: {error}\n").as_bytes());
                    code = 1;
                }
            }
        }
        code
    }
}

fn map_arguments(pid: u32, own: u32, ranges: &[Range]) -> Vec<String> {
    let mut arguments = vec![pid.to_string(), "0".into(), own.to_string(), "1".into()];
    let mut inside = 1;
    for range in ranges {
        arguments.extend([inside.to_string(), range.start.to_string(), range.count.to_string()]);
        inside += range.count;
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_the_own_id_without_a_gap() {
        let ranges = [
            Range {
                start: 100000,
                count: 65536,
            },
            Range {
                start: 300000,
                count: 10,
            },
        ];
        assert_eq!(
            map_arguments(42, 1000, &ranges),
            ["42", "0", "1000", "1", "1", "100000", "65536", "65537", "300000", "10"]
        );
    }
}
