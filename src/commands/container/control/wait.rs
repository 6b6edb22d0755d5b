//! `lamel wait`: waits for containers to stop.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::containers::latest::SeveralContainers;
use crate::commands::output::each::each;
use crate::container::Container;
use crate::container::control::stop;
use crate::text::moment;
use crate::ui::print;
use chrono::Utc;
use std::time::Duration;

/// The options of `wait`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Wait for one of these states instead of the exit
    #[arg(long, value_name = "STATE", value_parser = ["created", "running", "paused", "exited", "stopped", "dead", "healthy", "unhealthy"])]
    condition: Vec<String>,
    /// Interval between checks of the condition, as 1m30s or in milliseconds
    #[arg(short, long, value_name = "TIME", default_value = "250ms", value_parser = interval)]
    interval: Duration,
    /// Ignore containers that do not exist
    #[arg(long)]
    ignore: bool,
    #[command(flatten)]
    containers: SeveralContainers,
}

/// Parses a number of milliseconds, or a duration in Go's notation.
fn interval(text: &str) -> Result<Duration, String> {
    let milliseconds = text.parse().ok().map(Duration::from_millis);
    let now = Utc::now();
    let ago = || (now - moment::moment(text, now)?).to_std().ok();
    let interval = milliseconds.or_else(ago).filter(|interval| !interval.is_zero());
    interval.ok_or_else(|| "expected a duration like 250ms".into())
}

/// Waits for containers one after the other and prints their exit codes. As in podman, the code is -1 for a container
/// that is missing, or that runs when its condition is met.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let names = options.containers.names(&store)?;
    // A missing container is told before waiting for another one, which may never end.
    let found: Vec<Option<Container>> = names
        .iter()
        .map(|name| match store.find_container(name)? {
            None if options.ignore => Ok(None),
            _ => Container::find(&store, name).map(Some),
        })
        .collect::<anyhow::Result<_>>()?;
    let mut found = found.into_iter();
    each(&names, |_| {
        let Some(container) = found.next().flatten() else {
            return print::line(-1);
        };
        if options.condition.is_empty() {
            return print::line(stop::wait(&container)?);
        }
        let state = loop {
            let state = container.state()?;
            let is_met = |word: &String| match word.as_str() {
                "stopped" => state.has_ended(),
                "healthy" | "unhealthy" => {
                    let health = container.health(&state);
                    health.is_some_and(|health| health.status.word() == word)
                }
                word => word == state.status.word(),
            };
            if options.condition.iter().any(is_met) {
                break state;
            }
            std::thread::sleep(options.interval);
        };
        print::line(if state.has_ended() { state.code } else { -1 })
    })
}
