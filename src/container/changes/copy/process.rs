//! One side of a copy in a process of its own.

use crate::container::changes::copy::copied::Copied;
use crate::sys::process::fork;
use crate::sys::process::fork::Child;
use crate::text::error::chain;
use anyhow::{Context, Error, Result, anyhow};
use serde::{Deserialize, Serialize};
use std::io::{self, PipeReader, Read, Write};

/// A process that does one side of a copy; it ends when its pipes are closed.
pub struct SideProcess {
    child: Child,
    report: PipeReader,
}

/// What the process reports to its parent.
#[derive(Debug, Serialize, Deserialize)]
enum SideReport {
    Copied {
        size: u64,
        left_out: Vec<String>,
    },
    /// The other side ended first.
    OtherSideEnded,
    Failed(String),
}

/// A broken pipe between the sides: the other side knows the reason.
#[derive(Debug, thiserror::Error)]
#[error("the other side has ended")]
struct OtherSideEnded;

impl SideProcess {
    /// Forks; the child does `work` and ends. Values that `work` takes out of their options are closed in the child;
    /// this process keeps its own copies.
    pub fn start(work: impl FnOnce() -> Result<Copied>) -> Result<SideProcess> {
        let (report, mut out) = io::pipe().context("making a pipe")?;
        let child = fork::spawn(|| {
            let report = match work() {
                Ok(Copied { size, left_out }) => SideReport::Copied { size, left_out },
                Err(error) if is_broken_pipe(&error) => SideReport::OtherSideEnded,
                Err(error) => SideReport::Failed(chain(&error)),
            };
            let told = serde_json::to_vec(&report).map(|text| out.write_all(&text));
            i32::from(!matches!(told, Ok(Ok(()))))
        })
        .context("starting a process for the container's side")?;
        Ok(SideProcess { child, report })
    }

    /// Waits for its end.
    pub fn finish(mut self) -> Result<Copied> {
        let mut text = Vec::new();
        self.report.read_to_end(&mut text).context("the container's side")?;
        self.child.wait().context("the container's side")?;
        match serde_json::from_slice(&text) {
            Ok(SideReport::Copied { size, left_out }) => Ok(Copied { size, left_out }),
            Ok(SideReport::OtherSideEnded) => Err(OtherSideEnded.into()),
            Ok(SideReport::Failed(message)) => Err(anyhow!(message)),
            Err(_) => Err(anyhow!("the process of the container's side was killed")),
        }
    }
}

/// The result of both sides: the error of the one that failed first.
pub fn result_of(source: Result<()>, sink: Result<Copied>) -> Result<Copied> {
    match source {
        Ok(()) => sink,
        Err(error) if is_broken_pipe(&error) && sink.is_err() => sink,
        // The tar broke off, and the other side's error is a consequence of that.
        Err(error) => Err(error),
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    error.chain().any(|cause| {
        cause.is::<OtherSideEnded>()
            || cause
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
