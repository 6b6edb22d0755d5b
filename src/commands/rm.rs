//! `lamel rm`: removes containers.

use super::chosen::Chosen;
use super::{Context, DONE, Outcome, SOME_FAILED, report};
use crate::container::{self, Container};
use crate::ui;
use anyhow::Result;

/// The options of `rm`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')))]
pub struct Options {
    /// End what runs
    #[arg(short, long)]
    force: bool,
    /// Remove their anonymous volumes as well
    #[arg(short, long)]
    volumes: bool,
    /// Seconds between the stop signal and SIGKILL, for what is ended; without, and with 0, it is killed at once; implies --force
    #[arg(
        short,
        long,
        visible_alias = "timeout",
        value_name = "SECONDS",
        allow_negative_numbers = true
    )]
    time: Option<i64>,
    /// Pass over containers that are not there
    #[arg(short, long)]
    ignore: bool,
    #[command(flatten)]
    chosen: Chosen,
}

/// Removes containers and prints their names: first kills all that run, then enters the user namespace, where their files can be
/// removed and from where nothing can be killed.
pub fn run(options: Options, context: &Context) -> Outcome {
    let mut failed = false;
    let mut found = Vec::new();
    let store = context.store()?;
    // As in Docker, one that is not there is no failure of --force.
    let ignore = options.ignore || options.force;
    let find = |name: &str| -> Result<Container> {
        let container = Container::find(&store, name)?;
        if let Some(seconds) = options.time.filter(|seconds| *seconds != 0) {
            container::stop(&container, None, Some(seconds))?;
        }
        if options.force || options.time.is_some() {
            container::kill_to_remove(&container)?;
        } else {
            container::end_strays(&container)?;
        }
        Ok(container)
    };
    for name in &options.chosen.existing(&store, ignore, &|_| true)? {
        match find(name) {
            Ok(container) => found.push((name.clone(), container)),
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
