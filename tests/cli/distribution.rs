//! Debian's docker-registry, a registry as others run it, for one test (`tests/registry`).

use crate::engines::script;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A running one, empty at first. It ends with the value.
pub struct Distribution {
    dir: tempfile::TempDir,
    address: String,
}

impl Distribution {
    pub fn start() -> Distribution {
        Distribution::with(&[])
    }

    /// One that speaks https, with `server.crt` and `server.key` of this directory.
    pub fn with_certificate(dir: &Path) -> Distribution {
        Distribution::with(&[dir.join("server.crt"), dir.join("server.key")])
    }

    fn with(certificate: &[PathBuf]) -> Distribution {
        let dir = tempfile::Builder::new()
            .prefix("registry")
            .tempdir()
            .expect("a temporary directory");
        let started = Command::new(script("registry"))
            .args([dir.path().join("storage"), dir.path().join("pid")])
            .args(certificate)
            .output()
            .expect("tests/registry runs");
        let errors = String::from_utf8_lossy(&started.stderr);
        assert!(started.status.success(), "docker-registry does not start: {errors}");
        let address = String::from_utf8(started.stdout).expect("an address").trim().to_owned();
        Distribution { dir, address }
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A name of an image here.
    pub fn name(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }

    /// The requests that it has answered, in its words: `POST /v2/app/blobs/uploads/ HTTP/1.1`.
    pub fn requests(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.dir.path().join("pid.log")).expect("its log");
        let lines = log.lines().filter_map(|line| line.split('"').nth(1));
        lines
            .filter(|request| request.contains(" HTTP/"))
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Distribution {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.dir.path().join("pid")).expect("its id");
        let _ = Command::new("kill").args(["-KILL", pid.trim()]).status();
    }
}
