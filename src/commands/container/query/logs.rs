//! `lamel logs`: prints what containers wrote.

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

/// How often to look for what is not there yet.
const STEP: Duration = Duration::from_millis(50);

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

/// How much of the end.
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

/// A container's log, as far as it was printed.
struct Source {
    container: Container,
    /// `None` until there is one.
    reader: Option<read::Reader>,
    /// Before each line.
    prefix: String,
    ended: bool,
}

/// Prints containers' output: to stdout what they wrote there, to stderr what they wrote there.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let names = options.containers.names(&store)?;
    let source = |name: &String| -> Result<Source> {
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
        Ok(Source {
            container,
            reader,
            prefix,
            ended: false,
        })
    };
    let mut sources = names.iter().map(source).collect::<Result<Vec<Source>>>()?;
    loop {
        for source in sources.iter_mut().filter(|source| !source.ended) {
            source.print(&options)?;
        }
        let is_over = options.until.is_some_and(|until| Utc::now() > until);
        if !options.follow || is_over || sources.iter().all(|source| source.ended) {
            return Ok(DONE);
        }
        let steps = sources.iter().filter_map(|source| source.reader.as_ref());
        std::thread::sleep(steps.map(read::Reader::step).max().unwrap_or(STEP));
    }
}

impl Source {
    /// Prints what there is now.
    fn print(&mut self, options: &Options) -> Result<()> {
        // Looked at before the log: what was written until the end is there when the end is.
        self.ended = !self.container.state().context("container's state")?.is_active();
        if self.reader.is_none() {
            self.reader = read::Reader::open(&self.container, None)?;
        }
        while let Some(entry) = self.reader.as_mut().map(read::Reader::next).transpose()?.flatten() {
            // One whose time cannot be read is kept.
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

/// As Docker shows them, each as in a query of a URL (Go's `url.QueryEscape`): `B=x+y,a=1`.
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
