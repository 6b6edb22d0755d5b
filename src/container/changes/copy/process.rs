//! One side of a copy in a process of its own.

use crate::container::changes::copy::Copied;
use crate::sys::process::fork;
use crate::sys::process::fork::Child;
use anyhow::{Context, Error, Result, anyhow};
use serde::{Deserialize, Serialize};
use std::io::{self, PipeReader, Read, Write};

/// A process that does one side; it ends when its pipes do.
pub struct Beside {
    child: Child,
    report: PipeReader,
}

/// How it went.
#[derive(Debug, Serialize, Deserialize)]
enum Report {
    Copied {
        size: u64,
        left_out: Vec<String>,
    },
    /// The other side ended first.
    Left,
    Failed(String),
}

/// Nobody read on; why, the other side knows.
#[derive(Debug, thiserror::Error)]
#[error("the other side has ended")]
struct Left;

impl Beside {
    /// Forks; the child does `work` and ends. Values that `work` takes out of their places are closed there; in this process they stay.
    pub fn start(work: impl FnOnce() -> Result<Copied>) -> Result<Beside> {
        let (report, mut out) = io::pipe().context("making a pipe")?;
        let child = fork::spawn(|| {
            let report = match work() {
                Ok(Copied { size, left_out }) => Report::Copied { size, left_out },
                Err(error) if is_left(&error) => Report::Left,
                Err(error) => Report::Failed(format!("{error:#}")),
            };
            let told = serde_json::to_vec(&report).map(|text| out.write_all(&text));
            i32::from(!matches!(told, Ok(Ok(()))))
        })
        .context("starting a process for the container's side")?;
        Ok(Beside { child, report })
    }

    /// Waits for its end.
    pub fn finish(mut self) -> Result<Copied> {
        let mut text = Vec::new();
        self.report.read_to_end(&mut text).context("the container's side")?;
        self.child.wait().context("the container's side")?;
        match serde_json::from_slice(&text) {
            Ok(Report::Copied { size, left_out }) => Ok(Copied { size, left_out }),
            Ok(Report::Left) => Err(Left.into()),
            Ok(Report::Failed(message)) => Err(anyhow!(message)),
            Err(_) => Err(anyhow!("the process of the container's side was killed")),
        }
    }
}

/// What both sides came to: the error of the one that failed first.
pub fn settle(source: Result<()>, sink: Result<Copied>) -> Result<Copied> {
    match source {
        Ok(()) => sink,
        Err(error) if is_left(&error) && sink.is_err() => sink,
        // The tar broke off: what the other side says of it is a consequence.
        Err(error) => Err(error),
    }
}

fn is_left(error: &Error) -> bool {
    error.chain().any(|cause| {
        cause.is::<Left>()
            || cause
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
