//! Attributes of files on their way between tars, layers and containers: owners, times, extended attributes.

use crate::sys::files::xattr;
use anyhow::{Context, Result};
use rustix::fs::{Gid, Mode, Stat, Timespec, Timestamps, UTIME_OMIT, Uid};
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// The modification time of a layer's root that has no entry in the layer's tar. Overlayfs shows the attributes of the
/// uppermost root, so whoever stacks layers must be able to tell that this one has none to show. No tar dates its root
/// one nanosecond after 1970 began.
pub const ROOT_WITHOUT_ENTRY: Timespec = Timespec { tv_sec: 0, tv_nsec: 1 };

/// Attributes that never come from a tar or go into one: overlayfs's own, which would forge opaque directories and
/// redirects, and the labels of the host that made the tar.
const NOT_PORTABLE: [&[u8]; 3] = [b"trusted.overlay.", b"user.overlay.", b"security.selinux"];

/// Whether a tar may carry this extended attribute, in or out.
pub fn is_portable(name: &[u8]) -> bool {
    !NOT_PORTABLE.iter().any(|prefix| name.starts_with(prefix))
}

/// For utimensat(2): this modification time. The access time stays as it is: nothing reads it, and each write of an
/// inode costs.
pub fn times(mtime: Timespec) -> Timestamps {
    Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: mtime,
    }
}

/// The modification time.
pub fn mtime(stat: &Stat) -> Timespec {
    Timespec {
        tv_sec: stat.st_mtime,
        tv_nsec: stat.st_mtime_nsec as _,
    }
}

/// Gives `to` the owner and the portable extended attributes of `from`.
pub fn copy_owner_and_xattrs(from: BorrowedFd<'_>, to: BorrowedFd<'_>) -> Result<()> {
    let (stat, now) = (rustix::fs::fstat(from)?, rustix::fs::fstat(to)?);
    if (now.st_uid, now.st_gid) != (stat.st_uid, stat.st_gid) {
        rustix::fs::fchown(to, Some(Uid::from_raw(stat.st_uid)), Some(Gid::from_raw(stat.st_gid)))?;
    }
    for (name, value) in xattr::all_at(from, b".")?.iter().filter(|(name, _)| is_portable(name)) {
        xattr::set(to, name, value).with_context(|| format!("attribute {}", String::from_utf8_lossy(name)))?;
    }
    Ok(())
}

/// Calls `chown` with the owner, a user and a group, unless the file, whose `stat` this is, is theirs already.
pub fn set_owner(
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

/// Whether a layer's tar had an entry for the root, whose `stat` this is.
pub fn has_root_entry(stat: &Stat) -> bool {
    (stat.st_mtime, stat.st_mtime_nsec as i64) != (ROOT_WITHOUT_ENTRY.tv_sec, ROOT_WITHOUT_ENTRY.tv_nsec)
}

/// Gives a container's new `upper` directory the attributes of the image's root: those of the first of `lowers` (top
/// first) whose tar has an entry for the root. Overlayfs shows the attributes of the uppermost directory, `upper`.
pub fn inherit_root(lowers: impl Iterator<Item = Result<OwnedFd>>, upper: BorrowedFd<'_>) -> Result<()> {
    for lower in lowers {
        let lower = lower?;
        let stat = rustix::fs::fstat(&lower)?;
        if has_root_entry(&stat) {
            copy_owner_and_xattrs(lower.as_fd(), upper)?;
            rustix::fs::fchmod(upper, Mode::from_raw_mode(stat.st_mode & 0o7777))?;
            return Ok(rustix::fs::futimens(upper, &times(mtime(&stat)))?);
        }
    }
    Ok(())
}
