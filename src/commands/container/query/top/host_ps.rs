//! The host's ps(1).

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Runs ps and returns its output.
pub fn ps<S: AsRef<OsStr>>(args: &[S]) -> Result<String> {
    let output = Command::new("ps")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .context("ps of the host: the package procps has it")?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("ps: {}", why.lines().next().unwrap_or("it failed without a word"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
