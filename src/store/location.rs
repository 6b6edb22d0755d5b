//! Where the store and its run root are: for root and for other users, with a login session or without.

use crate::oci::digest::Digest;
use crate::sys::ids::accounts;
use anyhow::{Context, bail, ensure};
use rustix::fs::{CWD, Mode, OFlags, fchmod, fstat, openat};
use std::env;
use std::fs::{DirBuilder, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// Where a store and its run root are. Both paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub root: PathBuf,
    /// The state of running containers, gone after a reboot.
    pub run: PathBuf,
}

impl Location {
    /// The given directories, or this user's defaults, with safe fallbacks where there is no session (su, ssh, cron).
    /// Makes nothing.
    ///
    /// To be called before a user namespace is entered: inside, every user looks like root.
    pub fn find(root: Option<PathBuf>, run: Option<PathBuf>) -> anyhow::Result<Location> {
        let default = default_root();
        let (root, is_default) = match root {
            None => (resolved(&default?)?, true),
            Some(root) => {
                let root = resolved(&root)?;
                let is_default = match default {
                    Ok(default) => resolved(&default)? == root,
                    Err(_) => false,
                };
                (root, is_default)
            }
        };
        let run = match run {
            Some(run) => resolved(&run)?,
            None if is_default => default_run(""),
            // Two stores must not share a run root. The name is short, because the path of a socket has at most 107
            // bytes (unix(7)). It is beside the default and not in it: in /tmp another user may have made the
            // default.
            None => {
                let name = Digest::of(root.as_os_str().as_encoded_bytes());
                default_run(&format!("-{}", &name.hex()[..8]))
            }
        };
        Ok(Location { root, run })
    }
}

fn default_root() -> anyhow::Result<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Ok("/var/lib/lamel".into());
    }
    // An XDG path that is not absolute is to be ignored (XDG Base Directory Specification, "Basics").
    if let Some(data) = absolute_variable("XDG_DATA_HOME") {
        return Ok(data.join("lamel"));
    }
    let home = absolute_variable("HOME")
        .or_else(home_from_passwd)
        .context("no home directory for the store: set HOME, or name a directory with --root")?;
    Ok(home.join(".local/share/lamel"))
}

/// The default run root. `suffix` is added to the directory's name.
fn default_run(suffix: &str) -> PathBuf {
    let uid = rustix::process::geteuid();
    if uid.is_root() {
        return format!("/run/lamel{suffix}").into();
    }
    // After `su` the variable still names the other user's directory. Where it is missing (cron, su -), the directory
    // that logind made for another session of this user is taken, so that all commands of a user find the same
    // running containers.
    let candidates = [
        absolute_variable("XDG_RUNTIME_DIR"),
        Some(format!("/run/user/{}", uid.as_raw()).into()),
    ];
    let own = candidates
        .into_iter()
        .flatten()
        .find(|dir| is_own(std::fs::metadata(dir)));
    let of_session = own.map(|dir| dir.join(format!("lamel{suffix}")));
    of_session_or(of_session, format!("/tmp/lamel-run-{}{suffix}", uid.as_raw()).into())
}

/// The session's directory. Without a session the fallback; also where containers are running there that were started
/// without a session (by cron) before there was one: commands must find them, and containers that start meanwhile
/// join them.
fn of_session_or(of_session: Option<PathBuf>, fallback: PathBuf) -> PathBuf {
    let has_containers = || {
        let containers = std::fs::read_dir(fallback.join("containers"));
        // A symbolic link is not followed: in /tmp other users can make one.
        is_own(std::fs::symlink_metadata(&fallback)) && containers.is_ok_and(|mut entries| entries.next().is_some())
    };
    match of_session {
        Some(dir) if !has_containers() => dir,
        _ => fallback,
    }
}

fn is_own(found: std::io::Result<Metadata>) -> bool {
    let uid = rustix::process::geteuid().as_raw();
    found.is_ok_and(|meta| meta.is_dir() && meta.uid() == uid)
}

fn absolute_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

fn home_from_passwd() -> Option<PathBuf> {
    let uid = rustix::process::geteuid().as_raw();
    let passwd = accounts::read_host("/etc/passwd");
    let home = accounts::users(&passwd).find(|user| user.uid == uid)?.home;
    Some(PathBuf::from(home)).filter(|home| home.is_absolute())
}

/// The path with symbolic links resolved as far as it exists, so that one store has one name, also before it is made.
fn resolved(path: &Path) -> anyhow::Result<PathBuf> {
    let path = std::path::absolute(path).with_context(|| format!("directory {path:?}"))?;
    for existing in path.ancestors() {
        match existing.canonicalize() {
            Ok(real) => {
                let rest = path.strip_prefix(existing).expect("an ancestor is a prefix");
                // Joining an empty path would add a slash.
                return Ok(if rest.as_os_str().is_empty() {
                    real
                } else {
                    real.join(rest)
                });
            }
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("directory {}", path.display())),
        }
    }
    bail!("directory {} has no existing parent", path.display())
}

/// Makes the directory and its parents with mode 0700. An error where it is not a directory of this user; then makes
/// sure that nobody else can enter it. The fallback is in /tmp, where another user may have made it first.
pub fn make_private(dir: &Path) -> anyhow::Result<()> {
    let name = || format!("directory {}", dir.display());
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(name)?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = openat(CWD, dir, flags, Mode::empty()).with_context(name)?;
    let stat = fstat(&fd).with_context(name)?;
    ensure!(
        stat.st_uid == rustix::process::geteuid().as_raw(),
        "directory {} belongs to another user: name another one with --runroot",
        dir.display()
    );
    if stat.st_mode & 0o077 != 0 {
        fchmod(&fd, Mode::RWXU).with_context(name)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn two_stores_have_two_run_roots_and_one_store_has_one_by_all_its_paths() {
        let tmp = tempfile::tempdir().unwrap();
        let link = tmp.path().join("link");
        symlink(tmp.path(), &link).unwrap();
        let find = |root: PathBuf| Location::find(Some(root), None).unwrap();
        let (a, b) = (find(tmp.path().join("a")), find(tmp.path().join("b")));
        assert_ne!(a.run, b.run);
        assert_eq!(find(link.join("a")), a);
        std::fs::create_dir(tmp.path().join("a")).unwrap();
        assert_eq!(find(link.join("a")), a);
        assert!(a.run.as_os_str().len() < 60, "{}", a.run.display());
    }

    #[test]
    fn containers_started_without_a_session_are_found_in_one() {
        let tmp = tempfile::tempdir().unwrap();
        let (session, other) = (tmp.path().join("session"), tmp.path().join("other"));
        let found = || of_session_or(Some(session.clone()), other.clone());
        assert_eq!(of_session_or(None, other.clone()), other);
        assert_eq!(found(), session);
        std::fs::create_dir_all(other.join("containers")).unwrap();
        assert_eq!(found(), session);
        std::fs::create_dir(other.join("containers/one")).unwrap();
        assert_eq!(found(), other);
        // A symbolic link may be another user's.
        std::fs::rename(&other, tmp.path().join("elsewhere")).unwrap();
        symlink(tmp.path().join("elsewhere"), &other).unwrap();
        assert_eq!(found(), session);
    }

    #[test]
    fn the_run_root_is_made_private_and_a_symbolic_link_is_refused() {
        let tmp = tempfile::tempdir().unwrap();
        let dir = tmp.path().join("run");
        std::fs::create_dir(&dir).unwrap();
        std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o777)).unwrap();
        make_private(&dir).unwrap();
        assert_eq!(std::fs::metadata(&dir).unwrap().mode() & 0o777, 0o700);
        let link = tmp.path().join("link");
        symlink(&dir, &link).unwrap();
        assert!(make_private(&link).is_err());
    }
}
