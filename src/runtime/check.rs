//! What is looked at before a container is made: what would lead out of its root, and common mistakes that libcontainer
//! refuses without a reason.

use super::{Command, Mount, MountKind, UserIds};
use crate::sys::idmap::IdMaps;
use crate::sys::rooted;
use crate::sys::userns::Mapping;
use anyhow::{Context, Result, bail};
use rustix::fs::{FileType, Mode, OFlags};
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::Path;

/// libcontainer makes the default devices and links by joining paths to the root's, so /dev must not lead anywhere:
/// as a symlink of the image's it would lead to the host's directory of that name. The other two are checked by
/// libcontainer where it mounts them, but not when the host's /sys is bound.
pub fn root(rootfs: &Path, mounts: &[Mount]) -> Result<()> {
    let root = File::open(rootfs).with_context(|| format!("opening {}", rootfs.display()))?;
    for name in ["dev", "proc", "sys"] {
        match rooted::open_exact(&root, name, OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                bail!("the image's /{name} is not a directory, so nothing can be mounted there");
            }
            _ => {}
        }
    }
    mounts.iter().try_for_each(|one| mount(&root, one, mounts))
}

/// Whether the whole of a proc filesystem is at /proc in a container's root, and nothing covers it (CVE-2019-16884): libcontainer, and what
/// confines a process, find their way by it.
pub fn has_proc(root: impl AsFd) -> bool {
    const PROC_SUPER_MAGIC: i64 = 0x9fa0;
    const PROC_ROOT_INO: u64 = 1;
    rooted::open(root, "/proc", OFlags::PATH, Mode::empty()).is_ok_and(|proc| {
        rustix::fs::fstatfs(&proc).is_ok_and(|fs| fs.f_type == PROC_SUPER_MAGIC)
            && rustix::fs::fstat(&proc).is_ok_and(|stat| stat.st_ino == PROC_ROOT_INO)
    })
}

/// libcontainer does not say why a mount failed, so the common mistakes are found here.
fn mount(root: &File, mount: &Mount, all: &[Mount]) -> Result<()> {
    let destination = &mount.destination;
    if destination.starts_with("/proc") {
        bail!(
            "nothing can be mounted at {}: what is below /proc is the kernel's",
            destination.display()
        );
    }
    let source_is_directory = match &mount.kind {
        MountKind::Tmpfs => true,
        MountKind::Bind { source, .. } | MountKind::Device { source } => fs::metadata(source)
            .with_context(|| format!("mounting {}", source.display()))?
            .is_dir(),
    };
    // What another mount covers is not to be seen in the root.
    let covered = |other: &Mount| destination.starts_with(&other.destination) && *destination != other.destination;
    if all.iter().any(covered) || ["/dev", "/sys"].iter().any(|own| destination.starts_with(own)) {
        return Ok(());
    }
    let Ok(found) = rooted::open(root, destination, OFlags::PATH, Mode::empty()) else {
        return Ok(());
    };
    // Nor where the image leads there (CVE-2019-16884).
    let place = |fd: BorrowedFd<'_>| fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd()));
    if place(found.as_fd())?.starts_with(place(root.as_fd())?.join("proc")) {
        bail!(
            "nothing can be mounted at {}: in the image that is /proc",
            destination.display()
        );
    }
    let found_is_directory = FileType::from_raw_mode(rustix::fs::fstat(found)?.st_mode) == FileType::Directory;
    match (source_is_directory, found_is_directory) {
        (true, false) => bail!(
            "a directory cannot be mounted at {}: the image has a file there",
            destination.display()
        ),
        (false, true) => bail!(
            "a file cannot be mounted at {}: the image has a directory there",
            destination.display()
        ),
        _ => Ok(()),
    }
}

/// More mercy than this process has itself takes CAP_SYS_RESOURCE of the host (proc(5), /proc/pid/oom_score_adj).
pub fn oom_score(command: &Command) -> Result<()> {
    let Some(wanted) = command.oom_score_adj else {
        return Ok(());
    };
    const FILE: &str = "/proc/self/oom_score_adj";
    let own = fs::read_to_string(FILE).unwrap_or_default();
    if wanted >= own.trim().parse::<i32>().unwrap_or(0) {
        return Ok(());
    }
    // Asked of the kernel, and taken back.
    let granted = fs::write(FILE, wanted.to_string());
    granted.with_context(|| {
        format!(
            "--oom-score-adj {wanted} cannot be honoured: this user's least is {}",
            own.trim()
        )
    })?;
    fs::write(FILE, own).context(FILE)
}

/// Every id must be in the user namespace, or setting it fails without a reason. `maps`: that of the container's own, where it has one.
pub fn ids(command: &Command, mapping: Mapping, maps: Option<&IdMaps>) -> Result<()> {
    let UserIds {
        uid, gid, additional, ..
    } = &command.user;
    let gids = [&[*gid], additional.as_slice()].concat();
    match (maps, mapping) {
        (Some(maps), _) => maps.check_ids(*uid, &gids),
        (None, Mapping::Subordinate) => IdMaps::of_process("self")?.check_ids(*uid, &gids),
        // All, or one: that the specification minds.
        (None, Mapping::Host | Mapping::Single) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(image: &Path, source: &Path, destination: &str) -> Result<(), String> {
        let one = Mount {
            kind: MountKind::Bind {
                source: source.into(),
                recursive: true,
                propagation: None,
                map_ids: false,
            },
            destination: destination.into(),
            read_only: false,
            options: Vec::new(),
        };
        root(image, &[one]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_dev_that_leads_elsewhere_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        root(dir.path(), &[]).unwrap();
        std::os::unix::fs::symlink("/etc", dir.path().join("dev")).unwrap();
        assert_eq!(
            root(dir.path(), &[]).unwrap_err().to_string(),
            "the image's /dev is not a directory, so nothing can be mounted there"
        );
    }

    #[test]
    fn a_mount_must_fit_what_the_image_has() {
        let dir = tempfile::tempdir().unwrap();
        let image = dir.path().join("image");
        fs::create_dir_all(image.join("etc")).unwrap();
        fs::write(image.join("file"), "").unwrap();
        std::os::unix::fs::symlink("/etc", image.join("link")).unwrap();
        let (a_dir, a_file) = (dir.path(), image.join("file"));
        assert_eq!(check(&image, a_dir, "/etc"), Ok(()));
        assert_eq!(check(&image, a_dir, "/new/dir"), Ok(()));
        assert_eq!(check(&image, &a_file, "/file"), Ok(()));
        let error = |source, destination| check(&image, source, destination).unwrap_err();
        assert_eq!(
            error(&a_file, "/link"),
            "a file cannot be mounted at /link: the image has a directory there"
        );
        assert_eq!(
            error(a_dir, "/file"),
            "a directory cannot be mounted at /file: the image has a file there"
        );
        assert_eq!(
            error(a_dir, "/proc/x"),
            "nothing can be mounted at /proc/x: what is below /proc is the kernel's"
        );
        fs::create_dir(image.join("proc")).unwrap();
        std::os::unix::fs::symlink("/etc/../proc", image.join("led")).unwrap();
        assert_eq!(
            error(a_dir, "/led"),
            "nothing can be mounted at /led: in the image that is /proc"
        );
        assert_eq!(error(Path::new("/no/such"), "/etc"), "mounting /no/such");
    }
}
