//! `lamel update`: changes the limits and restart policy of containers.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::create::limits::LimitOptions;
use crate::commands::output::each::each;
use crate::container::Container;
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::container::control::update;
use crate::container::control::update::Update;
use crate::ui::print;
use anyhow::ensure;

/// The options of `update`.
#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    limits: LimitOptions,
    /// Restart policy: no, always, unless-stopped, on-failure[:NUMBER]
    #[arg(long, value_name = "POLICY")]
    restart: Option<RestartPolicy>,
    /// Names or IDs of the containers
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
}

/// Updates containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let update = Update {
        unlimited_processes: options.limits.has_unlimited_processes(),
        limits: options.limits.parse()?,
        restart: options.restart,
    };
    ensure!(
        update != Update::default(),
        "you must provide one or more flags when using this command"
    );
    each(&options.containers, |name| {
        let container = Container::find(&store, name)?;
        update::update(&store, &container, &update)?;
        print::line(name)
    })
}
