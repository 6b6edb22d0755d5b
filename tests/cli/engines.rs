//! The engines that lamel is compared with, each with a storage of the test's own: Debian's docker, in a daemon of its own, and podman.
//! Both want root.

use crate::env::{Outcome, PATIENCE, finish};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

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
        let pid = std::fs::read_to_string(self.dir.path().join("pid")).unwrap_or_default();
        let kill = |signal: &str| Command::new("kill").args([signal, pid.trim()]).status();
        let _ = kill("-TERM");
        // It takes its own file of its id away when it has ended its helpers and unmounted everything.
        let (file, start) = (self.dir.path().join("dockerd.pid"), Instant::now());
        while file.exists() && start.elapsed() < PATIENCE {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        if file.exists() {
            let _ = kill("-KILL");
        }
    }
}

/// Podman with a storage of its own.
pub struct Podman {
    dir: tempfile::TempDir,
}

impl Podman {
    pub fn new() -> Podman {
        Podman { dir: directory() }
    }

    /// Runs `podman ARGS` to its end.
    pub fn podman<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        let mut command = Command::new("podman");
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
