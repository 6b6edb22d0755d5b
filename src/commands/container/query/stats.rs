//! `lamel stats`: prints the resource usage of containers, once or repeatedly.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::processes::stats;
use crate::container::processes::stats::Sample;
use crate::container::query::list;
use crate::container::query::list::Selection;
use crate::store::Store;
use crate::text::size;
use crate::ui::listing::{Field, Listing, Row};
use crate::ui::print;
use anyhow::{Error, Result, ensure};
use serde_json::json;
use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

/// The options of `stats`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Show all containers, not only running ones
    #[arg(short, long)]
    all: bool,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Print the statistics once and exit
    #[arg(long)]
    no_stream: bool,
    /// Do not shorten IDs and names
    #[arg(long)]
    no_trunc: bool,
    /// Do not clear the terminal between updates
    #[arg(long)]
    no_reset: bool,
    /// Seconds between updates
    #[arg(short, long, value_name = "SECONDS", default_value_t = 1)]
    interval: u64,
    /// Use the newest container
    #[arg(short, long, conflicts_with_all = ["all", "containers"])]
    latest: bool,
    /// Names or IDs of the containers (default: all running)
    #[arg(value_name = "CONTAINER")]
    containers: Vec<String>,
}

const FIELDS: &[Field] = &[
    ("Container", "CONTAINER"),
    ("ID", "CONTAINER ID"),
    ("Name", "NAME"),
    ("CPUPerc", "CPU %"),
    ("MemUsage", "MEM USAGE / LIMIT"),
    ("MemPerc", "MEM %"),
    ("NetIO", "NET I/O"),
    ("BlockIO", "BLOCK I/O"),
    ("PIDs", "PIDS"),
];
const COLUMNS: &[&str] = &[
    "ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs",
];

/// Prints one table; or one after the other, until the containers that were named are gone.
pub fn run(options: Options, context: &Context) -> Outcome {
    ensure!(options.interval > 0, "the interval is at least one second");
    let store = context.store()?;
    let warn = &mut print::warn_skipped();
    // CPU usage is the difference of two samples.
    let mut before = samples(&store, &select(&store, &options, warn)?)?;
    let pause = match options.no_stream {
        true => Duration::from_secs(1),
        false => Duration::from_secs(options.interval),
    };
    let redraw = !options.no_stream && !options.no_reset && std::io::stdout().is_terminal();
    loop {
        std::thread::sleep(pause);
        let containers = match select(&store, &options, warn) {
            // A container that was named is gone.
            Err(_) if !options.no_stream && !options.containers.is_empty() => return Ok(DONE),
            containers => containers?,
        };
        let now = samples(&store, &containers)?;
        let rows: Vec<Row> = containers
            .iter()
            .map(|(named, container)| {
                let id = &container.record.id;
                row(named, container, now.get(id), before.get(id), !options.no_trunc)
            })
            .collect();
        let listing = Listing {
            fields: FIELDS,
            columns: COLUMNS,
            headings: true,
        };
        if redraw {
            print::clear_screen()?;
        }
        listing.print(options.format.as_deref(), &rows)?;
        if options.no_stream {
            return Ok(DONE);
        }
        before = now;
    }
}

/// The containers, each with the name that it was given by.
fn select(store: &Store, options: &Options, warn: &mut dyn FnMut(Error)) -> Result<Vec<(String, Container)>> {
    if !options.containers.is_empty() {
        let named = options.containers.iter();
        return named
            .map(|name| Ok((name.clone(), Container::find(store, name)?)))
            .collect();
    }
    let selection = Selection {
        last: options.latest.then_some(1),
        all: options.all,
        ..Selection::default()
    };
    let listed = list::list(store, &selection, warn)?
        .into_iter()
        .map(|listed| listed.container);
    Ok(listed
        .map(|container| (container.record.id[..12].to_owned(), container))
        .collect())
}

fn samples(store: &Store, containers: &[(String, Container)]) -> Result<HashMap<String, Sample>> {
    let mut samples = HashMap::new();
    for (_, container) in containers {
        // A container that has ended meanwhile has no sample.
        if let Ok(Some(sample)) = stats::sample(store, container) {
            samples.insert(container.record.id.clone(), sample);
        }
    }
    Ok(samples)
}

fn row(named: &str, container: &Container, now: Option<&Sample>, before: Option<&Sample>, short: bool) -> Row {
    let id = match short {
        true => &container.record.id[..12],
        false => &container.record.id,
    };
    let cells = match now {
        Some(now) => [
            percent(before.map_or(0.0, |before| processors(before, now))),
            format!("{} / {}", size::binary(now.memory), size::binary(now.memory_limit)),
            percent(now.memory as f64 / now.memory_limit.max(1) as f64),
            pair(now.network),
            pair(now.block),
            now.pids.to_string(),
        ],
        // As in Docker, for a container that does not run.
        None => ["0.00%", "0B / 0B", "0.00%", "0B / 0B", "0B / 0B", "0"].map(str::to_owned),
    };
    let [cpu, memory, memory_part, network, block, pids] = cells;
    let row = json!({
        "Container": named, "ID": id, "Name": container.record.name, "CPUPerc": cpu, "MemUsage": memory,
        "MemPerc": memory_part, "NetIO": network, "BlockIO": block, "PIDs": pids,
    });
    match row {
        serde_json::Value::Object(row) => row,
        _ => Row::new(),
    }
}

/// The average number of processors in use between two samples.
fn processors(before: &Sample, now: &Sample) -> f64 {
    let used = now.cpu.saturating_sub(before.cpu).as_secs_f64();
    let passed = now.at.duration_since(before.at).as_secs_f64();
    if passed > 0.0 { used / passed } else { 0.0 }
}

fn percent(part: f64) -> String {
    format!("{:.2}%", part * 100.0)
}

fn pair((one, other): (u64, u64)) -> String {
    format!("{} / {}", size::short(one), size::short(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn two_busy_processors_are_two_hundred_percent() {
        let sample = |at, cpu| Sample {
            at,
            cpu: Duration::from_secs(cpu),
            memory: 0,
            memory_limit: 0,
            network: (0, 0),
            block: (0, 0),
            pids: 1,
        };
        let start = Instant::now();
        let (before, now) = (sample(start, 5), sample(start + Duration::from_secs(2), 9));
        assert_eq!(percent(processors(&before, &now)), "200.00%");
        // CPU time can decrease: that of a child that nobody waited for is lost.
        assert_eq!(
            percent(processors(&now, &sample(start + Duration::from_secs(3), 1))),
            "0.00%"
        );
    }
}
