//! Which filesystem a file is on: the numbers that statfs(2) tells (linux/magic.h).

use rustix::fs::FsWord;
use std::os::fd::AsFd;
use std::path::Path;

pub const BPF: FsWord = 0xcafe_4a11;
pub const CGROUP: FsWord = 0x0027_e0eb;
pub const CGROUP2: FsWord = 0x6367_7270;
/// fs/configfs/mount.c
pub const CONFIGFS: FsWord = 0x6265_6570;
pub const DEBUGFS: FsWord = 0x6462_6720;
pub const DEVPTS: FsWord = 0x1cd1;
/// ipc/mqueue.c
pub const MQUEUE: FsWord = 0x1980_0202;
/// The filesystem of namespaces.
pub const NSFS: FsWord = 0x6e73_6673;
pub const OVERLAYFS: FsWord = 0x794c_7630;
pub const PIPEFS: FsWord = 0x5049_5045;
pub const PROC: FsWord = 0x9fa0;
pub const PSTORE: FsWord = 0x6165_676c;
pub const SECURITYFS: FsWord = 0x7363_6673;
pub const SYSFS: FsWord = 0x6265_6572;
pub const TMPFS: FsWord = 0x0102_1994;
pub const TRACEFS: FsWord = 0x7472_6163;

/// Returns the number of the filesystem at `path`; none where it cannot be asked.
pub fn at(path: impl AsRef<Path>) -> Option<FsWord> {
    rustix::fs::statfs(path.as_ref()).ok().map(|found| found.f_type)
}

/// Returns the number of the filesystem that an open file is on; none where it cannot be asked.
pub fn of_file(file: impl AsFd) -> Option<FsWord> {
    rustix::fs::fstatfs(file).ok().map(|found| found.f_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn the_kernels_filesystems_are_told_apart() {
        assert_eq!((at("/proc"), at("/sys")), (Some(PROC), Some(SYSFS)));
        assert_eq!(of_file(File::open("/proc/self/ns/net").unwrap()), Some(NSFS));
        assert_eq!(of_file(std::io::pipe().unwrap().0), Some(PIPEFS));
        assert_eq!(at("/does/not/exist"), None);
    }
}
