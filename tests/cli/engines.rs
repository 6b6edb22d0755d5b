//! The engines that lamel is compared with: Debian's docker, in the one daemon that `tests/run` starts for all comparisons, and podman, with a
//! storage of the test's own. Both want root.

use crate::env::{Outcome, finish};
use crate::real;
use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The Docker daemon (`tests/dockerd`), which one test has at a time.
pub struct Docker {
    /// Of the client's configuration.
    dir: tempfile::TempDir,
    host: String,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Docker {
    /// Waits for the turn, and clears away whatever the test before left.
    pub fn take() -> Docker {
        // One that failed has had its turn, too.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let docker = Docker {
            dir: directory(),
            host: real::docker_host(),
            _turn: turn,
        };
        for (list, remove) in [
            (&["ps", "-a", "-q"][..], &["rm", "-f", "-v"][..]),
            (&["volume", "ls", "-q"], &["volume", "rm", "-f"]),
            (&["images", "-a", "-q", "--no-trunc"], &["rmi", "-f"]),
        ] {
            let listed = docker.docker(list).success();
            let all: Vec<&str> = listed.text().lines().collect();
            if !all.is_empty() {
                // What one of them brings down with it is not there any more for the next.
                docker.docker([remove, &all].concat());
            }
            docker.docker(list).success().stdout("");
        }
        docker
    }

    /// Runs `docker ARGS` to its end.
    pub fn docker<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        // Debian's own: a Docker from elsewhere, earlier on the path, is another version.
        let mut command = Command::new("/usr/bin/docker");
        command.arg("--config").arg(self.dir.path().join("client"));
        command.args(args).env("DOCKER_HOST", &self.host).stdin(Stdio::null());
        let line = format!("{command:?}");
        finish(&mut command, line)
    }
}

/// Podman with a storage of its own.
pub struct Podman {
    dir: tempfile::TempDir,
    /// Holds the mount namespace in which it runs containers.
    view: Option<Child>,
}

impl Podman {
    pub fn new() -> Podman {
        Podman {
            dir: directory(),
            view: None,
        }
    }

    /// One that can run containers. Its runtime, crun, wants cgroup v2 and nothing else: it sees no more, on whatever host. All its commands are in one
    /// mount namespace, since a container's root is mounted there as long as it runs.
    pub fn with_containers() -> Podman {
        let mut view = Command::new("unshare")
            .args(["--mount", "sh", "-c"])
            .arg("mount -t cgroup2 cgroup2 /sys/fs/cgroup && echo && exec sleep infinity")
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare runs");
        let mut ready = [0];
        let stdout = view.stdout.as_mut().expect("piped above");
        stdout.read_exact(&mut ready).expect("root may mount cgroup2");
        Podman {
            dir: directory(),
            view: Some(view),
        }
    }

    /// Runs `podman ARGS` to its end.
    pub fn podman<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        let mut command = match &self.view {
            Some(view) => {
                let mut command = Command::new("nsenter");
                command.args(["--mount", "--target", &view.id().to_string(), "podman"]);
                // The fastest, and the one whose leftovers are its own.
                command.args(["--runtime", "crun"]);
                command
            }
            None => Command::new("podman"),
        };
        command.arg("--root").arg(self.dir.path().join("root"));
        command.arg("--runroot").arg(self.dir.path().join("run"));
        command.args([
            "--storage-driver",
            "overlay",
            "--cgroup-manager",
            "cgroupfs",
            "--events-backend",
            "none",
        ]);
        command.args(args).stdin(Stdio::null());
        let line = format!("{command:?}");
        finish(&mut command, line)
    }
}

impl Drop for Podman {
    fn drop(&mut self) {
        if self.view.is_some() && !std::thread::panicking() {
            self.podman(["rm", "-a", "-f", "-v", "-t", "0"]).success();
        }
        if let Some(view) = &mut self.view {
            // And its mounts with it.
            let _ = view.kill();
            let _ = view.wait();
        }
        // It keeps its overlay directory mounted on itself.
        let _ = Command::new("umount")
            .arg(self.dir.path().join("root/overlay"))
            .stderr(Stdio::null())
            .status();
    }
}

fn directory() -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix("engine")
        .tempdir()
        .expect("a temporary directory")
}

/// A script beside the tests' sources, which are where the tests run.
pub fn script(name: &str) -> std::path::PathBuf {
    std::fs::canonicalize(Path::new("tests").join(name)).expect("the tests run where the sources are")
}
