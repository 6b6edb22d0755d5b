//! `lamel rm`: removes containers.

use super::{Context, DONE, Outcome, SOME_FAILED, report};
use crate::container::{self, Container};
use crate::ui;
use anyhow::Result;

/// The options of `rm`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Kill what runs
    #[arg(short, long)]
    force: bool,
    /// Remove their anonymous volumes as well
    #[arg(short, long)]
    volumes: bool,
    /// The containers
    #[arg(required = true, value_name = "CONTAINER")]
    names: Vec<String>,
}

/// Removes containers and prints their names: first kills all that run, then enters the user namespace, where their files can be
/// removed and from where nothing can be killed.
pub fn run(options: Options, context: &Context) -> Outcome {
    let mut failed = false;
    let mut found = Vec::new();
    let store = context.store()?;
    let find = |name: &str| -> Result<Container> {
        let container = Container::find(&store, name)?;
        if options.force {
            container::kill_to_remove(&container)?;
        }
        Ok(container)
    };
    for name in &options.names {
        match find(name) {
            Ok(container) => found.push((name, container)),
            Err(error) => failed |= report(error)?,
        }
    }
    if !found.is_empty() {
        context.enter_userns()?;
        let store = context.store()?;
        for (name, container) in found {
            let own_volumes = options.volumes || container.config.host.auto_remove;
            let removed = container::remove(&store, &container).and_then(|_| match own_volumes {
                true => container::volume::remove_own(&store, &container.config),
                false => Ok(0),
            });
            match removed {
                Ok(_) => ui::print::line(name)?,
                Err(error) => failed |= report(error)?,
            }
        }
    }
    Ok(if failed { SOME_FAILED } else { DONE })
}
