//! Making a container's processes stand still, by the cgroup freezer (kernel: cgroup-v2.rst, `cgroup.freeze`; v1: freezer-subsystem.rst).
//!
//! A container without a cgroup of its own, or with one that this user may not write, is left running: a commit then sees files as they are at the moment
//! each of them is read.

use super::Container;
use anyhow::Result;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long to wait for the processes to stand still.
const TIMEOUT: Duration = Duration::from_secs(2);

/// A frozen container; dropping it lets it go on.
pub struct Frozen {
    control: PathBuf,
    thawed: &'static str,
}

impl Frozen {
    /// Freezes a running container; `None` where there is nothing to freeze or no way to.
    pub fn freeze(container: &Container) -> Result<Option<Frozen>> {
        let Some(init) = container.state()?.init else {
            return Ok(None);
        };
        let groups = fs::read_to_string(format!("/proc/{}/cgroup", init.pid)).unwrap_or_default();
        Ok(
            control(&groups, &container.record.id).and_then(|(control, frozen, thawed)| {
                fs::write(&control, frozen).ok()?;
                let frozen = Frozen { control, thawed };
                frozen.settle();
                Some(frozen)
            }),
        )
    }

    /// Version 1 freezes bit by bit, and says FREEZING meanwhile.
    fn settle(&self) {
        let begun = Instant::now();
        let freezing = || fs::read_to_string(&self.control).is_ok_and(|state| state.trim() == "FREEZING");
        while freezing() && begun.elapsed() < TIMEOUT {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        // Gone with the container, where that ended meanwhile.
        let _ = fs::write(&self.control, self.thawed);
    }
}

/// The control file of the container's own group, what freezes and what thaws. A group that is not named for the container is somebody
/// else's as well, perhaps ours.
fn control(groups: &str, id: &str) -> Option<(PathBuf, &'static str, &'static str)> {
    groups.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, path) = (fields.next()?, fields.next()?);
        if !path.contains(id) || path.split('/').any(|part| part == "..") {
            return None;
        }
        let path = path.trim_start_matches('/');
        match controllers {
            "" => ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
                .map(|root| PathBuf::from(root).join(path).join("cgroup.freeze"))
                .into_iter()
                .find(|file| file.exists())
                .map(|file| (file, "1", "0")),
            _ if controllers.split(',').any(|name| name == "freezer") => {
                let file = PathBuf::from("/sys/fs/cgroup/freezer").join(path).join("freezer.state");
                Some((file, "FROZEN", "THAWED"))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_group_that_is_the_containers_own_is_frozen() {
        let own = "5:freezer:/lamel/abc\n4:memory:/lamel/abc\n0::/\n";
        let (file, frozen, thawed) = control(own, "abc").unwrap();
        assert_eq!(file, PathBuf::from("/sys/fs/cgroup/freezer/lamel/abc/freezer.state"));
        assert_eq!((frozen, thawed), ("FROZEN", "THAWED"));
        assert!(control("5:freezer:/user/shell\n0::/init.scope\n", "abc").is_none());
        assert!(control("5:freezer:/../abc\n", "abc").is_none());
    }
}
