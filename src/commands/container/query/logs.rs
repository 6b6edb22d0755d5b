//! `lamel logs`: prints the output of containers.

use crate::commands::context::Context;
use crate::commands::options::containers::latest::SeveralContainers;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::log::read;
use crate::runtime::attach::streams::Stream;
use crate::text::moment;
use crate::ui::print;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::time::Duration;

/// The time between two looks for a log that does not exist yet.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The options of `logs`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Follow the output until the container exits
    #[arg(short, long)]
    follow: bool,
    /// Number of lines to show from the end, or all
    #[arg(short = 'n', long, value_name = "LINES", default_value = "all", allow_negative_numbers = true, value_parser = tail)]
    tail: Tail,
    /// Show output since a time (RFC 3339, Unix seconds) or since a duration ago, such as 10m
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<DateTime<Utc>>,
    /// Show output before a time (RFC 3339, Unix seconds) or before a duration ago, such as 10m
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<DateTime<Utc>>,
    /// Show the time of each line
    #[arg(short, long)]
    timestamps: bool,
    /// Show the fields that --log-opt labels, env and tag add to each line
    #[arg(long)]
    details: bool,
    /// Prefix lines of several containers by name instead of ID
    #[arg(long)]
    names: bool,
    #[command(flatten)]
    containers: SeveralContainers,
}

/// The number of lines from the end; `None` for all.
#[derive(Debug, Clone, Copy)]
struct Tail(Option<u64>);

fn tail(text: &str) -> Result<Tail, String> {
    match text.parse::<i64>() {
        Ok(number) => Ok(Tail(u64::try_from(number).ok())),
        Err(_) if text == "all" => Ok(Tail(None)),
        Err(_) => Err("expected a number or all".into()),
    }
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    moment::moment(text, Utc::now())
        .ok_or_else(|| "expected a duration like 10m, or a time like 2024-05-01T12:00:00Z".into())
}

/// The log of a container, and how far it was printed.
struct ContainerLog {
    container: Container,
    /// `None` until the log exists.
    reader: Option<read::Reader>,
    /// Printed before each line.
    prefix: String,
    ended: bool,
}

/// Prints the output of containers: what they wrote to stdout on stdout, and what they wrote to stderr on stderr.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let names = options.containers.names(&store)?;
    let open = |name: &String| -> Result<ContainerLog> {
        let container = Container::find(&store, name)?;
        let reader = read::Reader::open(&container, options.tail.0)?;
        if reader.is_none() && container.config.attached && container.config.host.auto_remove {
            print::warning("the container runs in the foreground with --rm, where nothing of its output is kept");
        }
        let prefix = match (names.len(), options.names) {
            (1, _) => String::new(),
            (_, true) => format!("{} ", container.record.name),
            (_, false) => format!("{} ", &container.record.id[..12]),
        };
        Ok(ContainerLog {
            container,
            reader,
            prefix,
            ended: false,
        })
    };
    let mut logs = names.iter().map(open).collect::<Result<Vec<ContainerLog>>>()?;
    loop {
        for log in logs.iter_mut().filter(|log| !log.ended) {
            log.print(&options)?;
        }
        let is_over = options.until.is_some_and(|until| Utc::now() > until);
        if !options.follow || is_over || logs.iter().all(|log| log.ended) {
            return Ok(DONE);
        }
        let readers = logs.iter().filter_map(|log| log.reader.as_ref());
        std::thread::sleep(readers.map(read::Reader::step).max().unwrap_or(POLL_INTERVAL));
    }
}

impl ContainerLog {
    /// Prints the new entries of the log.
    fn print(&mut self, options: &Options) -> Result<()> {
        // The state is read before the log: if the container has ended by then, the log is complete.
        self.ended = !self.container.state().context("container's state")?.is_active();
        if self.reader.is_none() {
            self.reader = read::Reader::open(&self.container, None)?;
        }
        while let Some(entry) = self.reader.as_mut().map(read::Reader::next).transpose()?.flatten() {
            // An entry whose time cannot be parsed is printed.
            let is_before = |limit: &Option<DateTime<Utc>>| limit.zip(entry.time).map(|(limit, at)| at < limit);
            if is_before(&options.since) == Some(true) || is_before(&options.until) == Some(false) {
                continue;
            }
            let stamp = if options.timestamps {
                format!("{} ", entry.stamp)
            } else {
                String::new()
            };
            let details = match options.details {
                true => details(&entry.attributes) + " ",
                false => String::new(),
            };
            let text = format!("{}{stamp}{details}{}", self.prefix, entry.text);
            match entry.stream {
                Stream::Stdout => print::bytes(text.as_bytes())?,
                Stream::Stderr => print::bytes_to_stderr(text.as_bytes())?,
            }
        }
        Ok(())
    }
}

/// The attributes in Docker's form, each escaped as in the query of a URL (Go's `url.QueryEscape`): `B=x+y,a=1`.
fn details(attributes: &BTreeMap<String, String>) -> String {
    let escaped = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs = attributes
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join(",")
}
