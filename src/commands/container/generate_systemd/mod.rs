//! `lamel generate systemd`: writes a systemd unit that runs a container.
//!
//! The unit runs the container in the foreground: the supervisor is the main process of the unit and reports READY=1,
//! the output and exit code of the container are those of the unit, and the cgroup of the container is below that of
//! the unit.

pub mod command_line;
pub mod unit;

use crate::commands::container::generate_systemd::command_line::CommandLine;
use crate::commands::container::generate_systemd::unit::{Command, Unit};
use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::config::supervision::Notify;
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::settings::{Origin, Setting};
use crate::sys::process::executable;
use crate::ui::print;
use anyhow::{Context as _, Result, ensure};
use chrono::Local;
use std::fs;
use std::path::PathBuf;

/// `lamel generate …`.
#[derive(Debug, clap::Subcommand)]
pub enum Generate {
    /// Generate a systemd unit for a container
    Systemd(Options),
}

/// The options of `generate systemd`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write the unit to a file in the current directory and print the file's path
    #[arg(short, long)]
    files: bool,
    /// Refer to the container by name instead of ID
    #[arg(short, long)]
    name: bool,
    /// Create a new container at each start and remove it at each stop
    #[arg(long)]
    new: bool,
    /// Generate a template unit, each instance of which has a container of its own; implies --new
    #[arg(long)]
    template: bool,
    /// Restart= of the unit (default: the container's restart policy)
    #[arg(long, value_name = "POLICY",
        value_parser = ["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"])]
    restart_policy: Option<String>,
    /// Seconds before systemd restarts the container
    #[arg(long, value_name = "SECONDS")]
    restart_sec: Option<u64>,
    /// Seconds between the stop signal and SIGKILL (default: the container's own)
    #[arg(short = 't', long, visible_alias = "time", value_name = "SECONDS")]
    stop_timeout: Option<u64>,
    /// Seconds that the container may take to start
    #[arg(long, value_name = "SECONDS")]
    start_timeout: Option<u64>,
    /// Prefix of the unit's name
    #[arg(long, value_name = "PREFIX", default_value = "container")]
    container_prefix: String,
    /// Separator between the prefix and the container name
    #[arg(long, value_name = "SEPARATOR", default_value = "-")]
    separator: String,
    /// Add After= to the unit
    #[arg(long, value_name = "UNIT")]
    after: Vec<String>,
    /// Add Wants= to the unit
    #[arg(long, value_name = "UNIT")]
    wants: Vec<String>,
    /// Add Requires= to the unit
    #[arg(long, value_name = "UNIT")]
    requires: Vec<String>,
    /// Set an environment variable in the unit
    #[arg(short, long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Omit the comments at the top
    #[arg(long)]
    no_header: bool,
    /// Name or ID of the container
    #[arg(value_name = "CONTAINER")]
    container: String,
}

/// The file of `--cidfile` in a unit with `--new`.
const ID_FILE: &str = "%t/%n.ctr-id";

/// Prints the unit, or writes it into a file.
pub fn run(command: Generate, context: &Context) -> Outcome {
    let Generate::Systemd(options) = command;
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    let unit = unit(&options, context, &container)?;
    if !options.files {
        print::text(&unit.text())?;
        return Ok(DONE);
    }
    let path = std::env::current_dir()
        .context("current directory")?
        .join(format!("{}.service", unit.name));
    fs::write(&path, unit.text()).with_context(|| path.display().to_string())?;
    print::line(path.display())?;
    Ok(DONE)
}

fn unit(options: &Options, context: &Context, container: &Container) -> Result<Unit> {
    let Container { record, config, .. } = container;
    let new = options.new || options.template;
    // As in podman: with --new each start creates another container, so the ID of this one is of no use.
    let called = if options.name || new { &record.name } else { &record.id };
    let named = [options.container_prefix.as_str(), called]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(&options.separator);
    let name = format!("{named}{}", if options.template { "@" } else { "" });
    ensure!(
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":-_.\\@".contains(&byte)),
        "{name:?} cannot be a unit's name"
    );
    let program = executable::path()?.display().to_string();
    let lamel = |command: &str| -> Result<String> {
        let mut words = vec![unit::quote(&program)];
        words.extend(global_options(context)?.iter().map(|word| unit::quote(word)));
        words.push(command.to_owned());
        Ok(words.join(" "))
    };
    let stop_timeout = options.stop_timeout.unwrap_or(config.stop_timeout());
    let seconds = stop_timeout.to_string();
    let lamel_words = |command: &str, words: &[&str]| -> Result<Vec<String>> {
        let words = words.iter().map(|word| word.to_string());
        Ok(std::iter::once(lamel(command)?).chain(words).collect())
    };
    let id_file = format!("--cidfile={ID_FILE}");
    let (start, stop, stop_post) = match new {
        false => (
            Command {
                expanded: lamel_words("start", &["--attach", "--sdnotify=conmon"])?,
                literal: vec![called.clone()],
            },
            Command {
                expanded: lamel_words("stop", &["-t", &seconds])?,
                literal: vec![called.clone()],
            },
            None,
        ),
        true => (
            start_new(options, container, lamel_words("run", &[&id_file, "--rm"])?)?,
            Command {
                expanded: lamel_words("stop", &["--ignore", "-t", &seconds, &id_file])?,
                literal: Vec::new(),
            },
            Some(Command {
                expanded: lamel_words("rm", &["--force", "--ignore", "-t", &seconds, &id_file])?,
                literal: Vec::new(),
            }),
        ),
    };
    let header = match options.no_header {
        true => Vec::new(),
        false => vec![
            format!("{name}.service"),
            format!("autogenerated by lamel {}", env!("CARGO_PKG_VERSION")),
            Local::now().format("%a %b %e %H:%M:%S %Z %Y").to_string(),
        ],
    };
    // The service manager of a user does not know the targets of the system.
    let targets = match rustix::process::geteuid().is_root() {
        true => vec!["network-online.target".to_owned()],
        false => Vec::new(),
    };
    let store = context.store()?;
    Ok(Unit {
        name,
        header,
        wants: [targets.clone(), options.wants.clone()].concat(),
        after: [targets, options.after.clone()].concat(),
        requires: options.requires.clone(),
        paths: vec![store.root().to_owned()],
        environment: options.env.clone(),
        restart: restart(options, config.host.restart),
        restart_seconds: options.restart_sec,
        start_timeout: options.start_timeout,
        stop_timeout,
        success: 128 + config.stop_signal()?,
        delegate: !config.host.limits.is_empty(),
        start_pre: new.then(|| vec!["/bin/rm".into(), "-f".into(), ID_FILE.into()]),
        start,
        stop,
        stop_post,
    })
}

/// The restart policy of the unit: of the option, of the container, or podman's default.
fn restart(options: &Options, policy: RestartPolicy) -> String {
    let of_container = match policy {
        RestartPolicy::Always | RestartPolicy::UnlessStopped => "always",
        RestartPolicy::No | RestartPolicy::OnFailure { .. } => "on-failure",
    };
    options.restart_policy.as_deref().unwrap_or(of_container).to_owned()
}

/// The global options for the location of the store, if an option or variable sets it. lamel.toml applies to the unit
/// anyway.
fn global_options(context: &Context) -> Result<Vec<String>> {
    let settings = context.settings()?;
    let mut words = Vec::new();
    let store = context.store()?;
    let is_given = |setting: &Option<Setting<PathBuf>>| {
        setting
            .as_ref()
            .is_some_and(|setting| matches!(setting.origin, Origin::Option(_) | Origin::Variable(_)))
    };
    if is_given(&settings.root) {
        words.push(format!("--root={}", store.root().display()));
    }
    if is_given(&settings.runroot) {
        words.push(format!("--runroot={}", store.run_root().display()));
    }
    Ok(words)
}

/// The command that creates the container anew: its own command line, without the options that the unit sets itself.
fn start_new(options: &Options, container: &Container, mut expanded: Vec<String>) -> Result<Command> {
    let Container { record, config, .. } = container;
    let mut line = CommandLine::parse(&config.create_command).with_context(|| format!("container {}", record.name))?;
    // By default a program in the container would have to report READY=1. Few do, so that is only expected where
    // --sdnotify was given.
    let asked = line.options.iter().rev().find(|given| given.id == "sdnotify");
    let notify = asked.and_then(|given| given.value.as_deref()).unwrap_or("conmon");
    let notify = match notify.parse()? {
        Notify::Ignore => "conmon",
        _ => notify,
    };
    expanded.push(format!("--sdnotify={notify}"));
    if options.template || options.name {
        line.remove(&["name"]);
        let instance = if options.template { "-%i" } else { "" };
        expanded.push(format!("--name={}{instance}", record.name));
    }
    // There is no input in a unit. A terminal without --interactive can still be allocated.
    if line.has("tty") {
        line.remove(&["interactive"]);
    }
    line.remove(&["detach", "remove", "cidfile", "sdnotify", "restart"]);
    let mut literal = line.option_words();
    literal.extend(line.image);
    Ok(Command { expanded, literal })
}
