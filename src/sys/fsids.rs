//! Whose files this thread makes (setfsuid(2)), apart from who it is.

use super::caps;
use std::io;

/// Does `action` with files that it makes being those of user `uid` and group `gid`, and all capabilities that this thread may have. For
/// a thread with root's ids.
pub fn act_as<T>(uid: u32, gid: u32, action: impl FnOnce() -> T) -> io::Result<T> {
    set(uid, gid)?;
    let restored = Restore;
    // Those over files went with root's id (capabilities(7), "Effect of user ID changes on capabilities").
    let permitted = caps::permitted()?;
    caps::set(permitted, permitted, 0)?;
    let done = action();
    drop(restored);
    Ok(done)
}

/// Root's again.
struct Restore;

impl Drop for Restore {
    fn drop(&mut self) {
        // The kernel refuses nobody the ids that they have.
        let _ = set(0, 0);
    }
}

/// Both calls return what was set before, and tell of no failure but by that.
fn set(uid: u32, gid: u32) -> io::Result<()> {
    const ASK: u32 = u32::MAX;
    // SAFETY: setfsgid(2) and setfsuid(2) take plain numbers.
    let now = unsafe {
        libc::setfsgid(gid);
        libc::setfsuid(uid);
        (libc::setfsuid(ASK) as u32, libc::setfsgid(ASK) as u32)
    };
    match now == (uid, gid) {
        true => Ok(()),
        false => Err(io::Error::from_raw_os_error(libc::EPERM)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn files_are_anothers_for_that_time_alone() {
        let dir = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            std::fs::write(dir.path().join(name), "").unwrap();
            let metadata = dir.path().join(name).metadata().unwrap();
            (metadata.uid(), metadata.gid())
        };
        if rustix::process::geteuid().is_root() {
            assert_eq!(act_as(1234, 4321, || make("theirs")).unwrap(), (1234, 4321));
            assert_eq!(make("ours"), (0, 0));
        } else {
            let (uid, own) = (rustix::process::geteuid().as_raw(), make("ours"));
            assert!(act_as(uid + 1, own.1, || ()).is_err());
            assert_eq!(make("again"), own);
        }
    }
}
