//! `lamel port`: lists the published ports of a container.

use crate::commands::context::Context;
use crate::commands::options::containers::latest;
use crate::commands::{DONE, Outcome};
use crate::container::config::ports;
use crate::container::query::list;
use crate::container::query::list::Selection;
use crate::store::Store;
use crate::ui::print;
use anyhow::ensure;
use std::fmt::Write as _;

/// The options of `port`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Show the ports of all running containers
    #[arg(short, long, conflicts_with_all = ["latest", "words"])]
    all: bool,
    /// Use the newest container; CONTAINER is then omitted
    #[arg(short, long)]
    latest: bool,
    /// Name or ID of the container, and one of its ports
    #[arg(required_unless_present_any = ["latest", "all"], num_args = 1..=2, value_names = ["CONTAINER", "PORT[/PROTOCOL]"])]
    words: Vec<String>,
}

/// Prints `80/tcp -> 0.0.0.0:8080` for each published port; for a single port of the container, only the address of the
/// host.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    if options.all {
        return all(&store);
    }
    let (container, mut ports) = latest::split_words(&store, options.latest, options.words)?;
    let published = ports::places(&container.ports(&store)?);
    let Some(port) = ports.pop() else {
        let lines = published.iter().map(|(port, address)| format!("{port} -> {address}\n"));
        print::text(&lines.collect::<String>())?;
        return Ok(DONE);
    };
    let wanted = if port.contains('/') { port } else { port + "/tcp" };
    let addresses: String = published
        .iter()
        .filter(|(port, _)| *port == wanted)
        .map(|(_, address)| format!("{address}\n"))
        .collect();
    ensure!(
        !addresses.is_empty(),
        "no public port '{wanted}' published for {}",
        container.record.name
    );
    print::text(&addresses)?;
    Ok(DONE)
}

/// Prints the ports of all running containers, each after the ID of its container, as podman does.
fn all(store: &Store) -> Outcome {
    let mut text = String::new();
    for listed in list::list(store, &Selection::default(), &mut print::warn_skipped())? {
        for (port, address) in ports::places(&listed.container.ports(store)?) {
            writeln!(text, "{}\t{port} -> {address}", listed.container.record.id).expect("a string takes all");
        }
    }
    print::text(&text)?;
    Ok(DONE)
}
