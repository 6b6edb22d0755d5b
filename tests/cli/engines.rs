//! The engines that lamel is compared with, each with a storage of the test's own: Debian's docker, in a daemon of its own, and podman.
//! Both want root.

use crate::env::{Outcome, finish};
use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A Docker daemon that nobody else talks to (`tests/dockerd`).
pub struct Docker {
    dir: tempfile::TempDir,
    host: String,
}

impl Docker {
    pub fn start() -> Docker {
        let dir = directory();
        let started = Command::new(script("dockerd"))
            .arg(dir.path())
            .stderr(Stdio::inherit())
            .output()
            .expect("tests/dockerd runs");
        assert!(
            started.status.success(),
            "dockerd does not start: is docker.io installed, is this root?"
        );
        let host = String::from_utf8(started.stdout).expect("an address").trim().to_owned();
        Docker { dir, host }
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

impl Drop for Docker {
    fn drop(&mut self) {
        let stop = Command::new(script("dockerd"))
            .arg("--stop")
            .arg(self.dir.path())
            .status();
        assert!(
            stop.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "dockerd does not stop"
        );
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
