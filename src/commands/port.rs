//! `lamel port`: where a container's ports are to be reached.

use super::{Context, DONE, Outcome};
use crate::container::{self, Container};
use crate::ui;
use anyhow::ensure;

/// The options of `port`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The container
    container: String,
    /// Only this port of the container's
    #[arg(value_name = "PORT[/PROTOCOL]")]
    port: Option<String>,
}

/// Prints `80/tcp -> 0.0.0.0:8080` for each published port; of one that was asked for, the place alone.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    let places = container::places(&container.ports(&store)?);
    let Some(port) = options.port else {
        let lines = places.iter().map(|(port, place)| format!("{port} -> {place}\n"));
        ui::print::text(&lines.collect::<String>())?;
        return Ok(DONE);
    };
    let wanted = if port.contains('/') { port } else { port + "/tcp" };
    let of_it: String = places
        .iter()
        .filter(|(port, _)| *port == wanted)
        .map(|(_, place)| format!("{place}\n"))
        .collect();
    ensure!(
        !of_it.is_empty(),
        "no public port '{wanted}' published for {}",
        container.record.name
    );
    ui::print::text(&of_it)?;
    Ok(DONE)
}
