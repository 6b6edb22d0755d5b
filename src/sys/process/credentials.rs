//! Whose files this thread makes (setfsuid(2)), apart from who it is.

use crate::sys::process::capabilities;
use std::io;

/// Does `action` with the files that it makes belonging to user `uid` and group `gid`, and with all capabilities that
/// this thread may have. For a thread with root's ids.
pub fn act_as<T>(uid: u32, gid: u32, action: impl FnOnce() -> T) -> io::Result<T> {
    // First, since of the two ids one may be set and the other refused.
    let restored = Restore(current());
    set(uid, gid);
    if current() != (uid, gid) {
        return Err(io::Error::from_raw_os_error(libc::EPERM));
    }
    // Those over files went with root's id (capabilities(7), "Effect of user ID changes on capabilities").
    let permitted = capabilities::permitted()?;
    capabilities::set(permitted, permitted, 0)?;
    let done = action();
    drop(restored);
    Ok(done)
}

/// Sets the user and group that were there before.
struct Restore((u32, u32));

impl Drop for Restore {
    fn drop(&mut self) {
        // The kernel refuses nobody the ids that they have.
        let (uid, gid) = self.0;
        set(uid, gid);
    }
}

/// Neither call tells of a failure.
fn set(uid: u32, gid: u32) {
    // SAFETY: setfsgid(2) and setfsuid(2) take plain numbers.
    unsafe {
        libc::setfsgid(gid);
        libc::setfsuid(uid);
    }
}

/// Both calls return what was set before, which an id that does not exist leaves as it is.
fn current() -> (u32, u32) {
    const NONE: u32 = u32::MAX;
    // SAFETY: as in `set`.
    unsafe { (libc::setfsuid(NONE) as u32, libc::setfsgid(NONE) as u32) }
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
            // The group can be set, the user cannot.
            assert!(act_as(u32::MAX, 4321, || ()).is_err());
            assert_eq!(make("still ours"), (0, 0));
        } else {
            let (uid, own) = (rustix::process::geteuid().as_raw(), make("ours"));
            assert!(act_as(uid + 1, own.1, || ()).is_err());
            assert_eq!(make("again"), own);
        }
    }
}
