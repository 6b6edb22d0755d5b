//! `lamel logs`: prints what a container wrote.

use super::{Context, DONE, Outcome};
use crate::container::{Container, log};
use crate::runtime::Stream;
use crate::ui;
use anyhow::{Context as _, Result};
use std::time::Duration;

/// How often to look for more.
const STEP: Duration = Duration::from_millis(50);

/// The options of `logs`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Go on until the container ends
    #[arg(short, long)]
    follow: bool,
    /// Only this many lines from the end, or all
    #[arg(short = 'n', long, value_name = "LINES", default_value = "all", value_parser = tail)]
    tail: Tail,
    /// With the time before each line
    #[arg(short, long)]
    timestamps: bool,
    /// The container
    container: String,
}

/// How much of the end.
#[derive(Debug, Clone, Copy)]
struct Tail(Option<u64>);

fn tail(text: &str) -> Result<Tail, String> {
    match text {
        "all" => Ok(Tail(None)),
        number => Ok(Tail(Some(number.parse().map_err(|_| "expected a number or all")?))),
    }
}

/// Prints a container's output: to stdout what it wrote there, to stderr what it wrote there.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    let mut reader = log::Reader::open(&container.dir, options.tail.0)?;
    if reader.is_none() && container.config.attached {
        ui::print::warning("the container was made to run in the foreground, where nothing of its output is kept");
    }
    loop {
        // Looked at before the log: what was written until the end is there when the end is.
        let active = container.state().context("container's state")?.is_active();
        if reader.is_none() {
            reader = log::Reader::open(&container.dir, None)?;
        }
        while let Some(entry) = reader.as_mut().map(log::Reader::next).transpose()?.flatten() {
            let stamp = if options.timestamps {
                format!("{} ", entry.stamp)
            } else {
                String::new()
            };
            let text = stamp + &entry.text;
            match entry.stream {
                Stream::Stdout => ui::print::bytes(text.as_bytes())?,
                Stream::Stderr => ui::print::bytes_to_stderr(text.as_bytes())?,
            }
        }
        if !options.follow || !active {
            return Ok(DONE);
        }
        std::thread::sleep(STEP);
    }
}
