//! Attributes of files on their way between tars, layers and containers.

use crate::sys::files::xattr;
use anyhow::{Context, Result};
use rustix::fs::{Gid, Mode, Stat, Timespec, Timestamps, UTIME_OMIT, Uid};
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// The time of a layer's root that has no entry in the tar. Overlayfs shows the uppermost root, so whoever stacks layers
/// has to know that this one says nothing; no tar dates its root one nanosecond after 1970 began.
pub const NO_ROOT: Timespec = Timespec { tv_sec: 0, tv_nsec: 1 };

/// Attributes that are never taken from a tar: overlayfs's own, which would forge opaque directories and redirects, and
/// the labels of the host that made the tar.
const FOREIGN: [&[u8]; 3] = [b"trusted.overlay.", b"user.overlay.", b"security.selinux"];

/// Whether a tar may carry the attribute, either way.
pub fn is_portable(name: &[u8]) -> bool {
    !FOREIGN.iter().any(|foreign| name.starts_with(foreign))
}

/// The access time stays what it is: nothing reads it, and each write of an inode costs.
pub fn times(mtime: Timespec) -> Timestamps {
    Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: mtime,
    }
}

/// The time of last modification.
pub fn mtime(stat: &Stat) -> Timespec {
    Timespec {
        tv_sec: stat.st_mtime,
        tv_nsec: stat.st_mtime_nsec as _,
    }
}

/// Gives `to` the owner and the extended attributes of `from`.
pub fn copy(from: BorrowedFd<'_>, to: BorrowedFd<'_>) -> Result<()> {
    let (stat, now) = (rustix::fs::fstat(from)?, rustix::fs::fstat(to)?);
    if (now.st_uid, now.st_gid) != (stat.st_uid, stat.st_gid) {
        rustix::fs::fchown(to, Some(Uid::from_raw(stat.st_uid)), Some(Gid::from_raw(stat.st_gid)))?;
    }
    for (name, value) in xattr::all_at(from, b".")?.iter().filter(|(name, _)| is_portable(name)) {
        xattr::set(to, name, value).with_context(|| format!("attribute {}", String::from_utf8_lossy(name)))?;
    }
    Ok(())
}

/// Gives what `stat` is of to `owner`, a user and a group, if it is not theirs.
pub fn own(
    stat: &Stat,
    (uid, gid): (u32, u32),
    chown: impl FnOnce(Option<Uid>, Option<Gid>) -> rustix::io::Result<()>,
) -> Result<()> {
    if (stat.st_uid, stat.st_gid) == (uid, gid) {
        return Ok(());
    }
    let result = chown(Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
    result.with_context(|| match result {
        Err(Errno::INVAL) => format!(
            "owner {uid}:{gid} is not among the ids mapped here (more can be granted in /etc/subuid and /etc/subgid)"
        ),
        _ => format!("owner {uid}:{gid}"),
    })
}

/// Gives a container's new `upper` directory the root's attributes: those of the first of `lowers` (top first) whose tar
/// says something about the root. Overlayfs shows the uppermost directory's own, which says nothing yet.
pub fn inherit_root(lowers: impl Iterator<Item = Result<OwnedFd>>, upper: BorrowedFd<'_>) -> Result<()> {
    for lower in lowers {
        let lower = lower?;
        let stat = rustix::fs::fstat(&lower)?;
        let mtime = mtime(&stat);
        if (mtime.tv_sec, mtime.tv_nsec) != (NO_ROOT.tv_sec, NO_ROOT.tv_nsec) {
            copy(lower.as_fd(), upper)?;
            rustix::fs::fchmod(upper, Mode::from_raw_mode(stat.st_mode & 0o7777))?;
            return Ok(rustix::fs::futimens(upper, &times(mtime))?);
        }
    }
    Ok(())
}
