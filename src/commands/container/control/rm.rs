//! `lamel rm`: removes containers.

use crate::commands::context::Context;
use crate::commands::options::containers::selected::SelectedContainers;
use crate::commands::output::each::report;
use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::container::Container;
use crate::container::control::unreadable::Unreadable;
use crate::container::control::{remove, stop};
use crate::container::volume;
use crate::store::Store;
use crate::ui::print;
use anyhow::Result;

/// The options of `rm`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')))]
pub struct Options {
    /// Kill running containers, and remove containers with unreadable records
    #[arg(short, long)]
    force: bool,
    /// Remove anonymous volumes of the containers as well
    #[arg(short, long)]
    volumes: bool,
    /// Seconds to wait after the stop signal before SIGKILL; implies --force (default 0: kill at once)
    #[arg(
        short,
        long,
        visible_alias = "timeout",
        value_name = "SECONDS",
        allow_negative_numbers = true
    )]
    time: Option<i64>,
    /// Ignore containers that do not exist
    #[arg(short, long)]
    ignore: bool,
    #[command(flatten)]
    selected: SelectedContainers,
}

/// A container to remove.
enum ToRemove {
    Container(Box<Container>),
    /// Its record cannot be read.
    Unreadable(Unreadable),
}

/// Removes containers and prints their names. First kills those that run, and only then enters the user namespace:
/// files are removed inside it, and processes cannot be killed from there.
pub fn run(options: Options, context: &Context) -> Outcome {
    let mut failed = false;
    let mut found = Vec::new();
    let store = context.store()?;
    // As in Docker, a missing container is no error with --force.
    let ignore = options.ignore || options.force;
    for name in &options.selected.existing(&store, ignore, &|_| true)? {
        match find_and_stop(&store, name, &options) {
            Ok(one) => found.push((name.clone(), one)),
            Err(error) => failed |= report(error)?,
        }
    }
    if !found.is_empty() {
        context.enter_userns()?;
        let store = context.store()?;
        for (name, one) in found {
            match remove(&store, &one, options.volumes) {
                Ok(()) => print::line(name)?,
                Err(error) => failed |= report(error)?,
            }
        }
    }
    Ok(if failed { SOME_FAILED } else { DONE })
}

/// Finds the container, and ends its processes as far as the options allow.
fn find_and_stop(store: &Store, name: &str, options: &Options) -> Result<ToRemove> {
    let container = match Container::find(store, name) {
        Ok(container) => container,
        Err(error) => match options.force.then(|| Unreadable::find(store, name)).transpose()? {
            Some(Some(unreadable)) => {
                unreadable.kill()?;
                return Ok(ToRemove::Unreadable(unreadable));
            }
            _ => return Err(error),
        },
    };
    if let Some(seconds) = options.time.filter(|seconds| *seconds != 0) {
        stop::stop(&container, None, Some(seconds))?;
    }
    if options.force || options.time.is_some() {
        stop::kill_to_remove(&container)?;
    } else {
        stop::end_orphans(&container)?;
    }
    Ok(ToRemove::Container(Box::new(container)))
}

fn remove(store: &Store, found: &ToRemove, volumes: bool) -> Result<()> {
    let container = match found {
        ToRemove::Container(container) => container,
        ToRemove::Unreadable(unreadable) => return unreadable.remove(store).map(drop),
    };
    remove::remove(store, container)?;
    if volumes || container.config.host.auto_remove {
        volume::remove_own(store, &container.config)?;
    }
    Ok(())
}
