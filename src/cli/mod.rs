//! The command line: global options, the list of commands, dispatch, exit codes.

pub mod completion;
pub mod container;
pub mod errors;
pub mod flags;
#[cfg(test)]
mod generated;
pub mod image;

use crate::commands::Outcome;
use crate::commands::container::control::rm;
use crate::commands::container::generate_systemd;
use crate::commands::container::query::{healthcheck, ps};
use crate::commands::context::Context;
use crate::commands::image::{images, rmi};
use crate::commands::prune::system_prune;
use crate::commands::registry::{login, logout};
use crate::commands::system::completion as completion_script;
use crate::commands::system::{df, hello, info, inspect, reset, version};
use crate::commands::{network, volume};
use crate::settings::{Origin, Setting};
use crate::sys::process::executable;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "lamel",
    version,
    about = "Images as stacks of thin layers, containers as plain processes",
    disable_version_flag = true,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_long_help = "Settings, registries and certificates are described in lamel.toml(5)."
)]
struct Lamel {
    /// Directory of images and containers
    #[arg(long, value_name = "DIR", env = "LAMEL_ROOT", hide_env_values = true)]
    root: Option<PathBuf>,
    /// Directory of the state of running containers
    #[arg(long, value_name = "DIR", env = "LAMEL_RUNROOT", hide_env_values = true)]
    runroot: Option<PathBuf>,
    /// Print each step of an error on its own line
    #[arg(long)]
    debug: bool,
    /// Print version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: (),
    #[command(subcommand)]
    command: Command,
}

/// All commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// List containers
    Ps(ps::Options),
    #[command(flatten)]
    ContainerTopLevel(Box<container::TopLevel>),
    /// Remove containers
    Rm(rm::Options),
    /// List images
    Images(images::Options),
    #[command(flatten)]
    ImageTopLevel(image::TopLevel),
    /// Remove images
    Rmi(rmi::Options),
    /// Show details of images and containers
    Inspect(inspect::Options),
    /// Log in to a registry
    Login(login::Options),
    /// Log out of a registry
    Logout(logout::Options),
    /// Remove unused data: stopped containers, unused images and leftovers of interrupted work
    Prune(system_prune::Options),
    /// Manage images
    #[command(subcommand)]
    Image(image::Image),
    /// Manage containers
    #[command(subcommand)]
    Container(container::Container),
    /// Manage health checks
    #[command(subcommand)]
    Healthcheck(healthcheck::Command),
    /// Manage networks
    #[command(subcommand)]
    Network(network::Command),
    /// Manage volumes
    #[command(subcommand)]
    Volume(volume::Command),
    /// Manage the store
    #[command(subcommand)]
    System(System),
    /// Generate systemd units
    #[command(subcommand)]
    Generate(generate_systemd::Generate),
    /// Show information about the host and the store
    Info(info::Options),
    /// Show version information
    Version(version::Options),
    /// Print the completion script of a shell
    Completion(completion_script::Options),
}

/// `lamel system …`.
#[derive(Debug, Subcommand)]
enum System {
    /// Show disk usage
    Df(df::Options),
    /// Show information about the host and the store
    Info(info::Options),
    /// Remove unused data: stopped containers, unused images and leftovers of interrupted work
    Prune(system_prune::Options),
    /// Remove all containers and images, and the store itself
    Reset(reset::Options),
}

/// Runs the command line `args` (the program's name first) and returns the process's exit code. Errors are printed here
/// and nowhere else.
pub fn main(args: Vec<OsString>) -> u8 {
    if let Some(shell) = completion::shell() {
        completion::run(command, &shell, &args);
        return 0;
    }
    if args.get(1).is_some_and(|word| word == hello::NAME) {
        return code(hello::run(), errors::FAILED, false);
    }
    // May execute this program again, which is cheaper before the command line is parsed. The words are only a hint:
    // where they are values of something else, the call is harmless, and commands that enter containers call it
    // themselves and report its errors.
    let enters_container = |word| ["run", "start", "restart", "exec"].iter().any(|name| word == name);
    if args.iter().any(enters_container) {
        let _ = executable::protect();
    }
    let matches = match flags::parse(command, &args) {
        Ok(matches) => matches,
        Err(error) => {
            let partial = || flags::parse_partially(command(), &args);
            return errors::usage(&error, || {
                partial().map_or(errors::USAGE, |matches| usage_code(&matches))
            });
        }
    };
    let lamel = match Lamel::from_arg_matches(&matches) {
        Ok(lamel) => lamel,
        Err(error) => return errors::usage(&error, || usage_code(&matches)),
    };
    let failed = match returns_container_code(&matches) {
        true => errors::ENGINE_FAILED,
        false => errors::FAILED,
    };
    let root = setting(&matches, "root", ["--root", "LAMEL_ROOT"], lamel.root);
    let run_root = setting(&matches, "runroot", ["--runroot", "LAMEL_RUNROOT"], lamel.runroot);
    let outcome = lamel.command.run(&Context::new(root, run_root));
    code(outcome, failed, lamel.debug)
}

/// The exit code of an invalid command line of which this much could be parsed.
fn usage_code(matches: &ArgMatches) -> u8 {
    match returns_container_code(matches) {
        true => errors::ENGINE_FAILED,
        false => errors::USAGE,
    }
}

/// Whether the command returns the exit code of a container's command, so that lamel's own failures need another code.
fn returns_container_code(matches: &ArgMatches) -> bool {
    let command = match matches.subcommand() {
        Some(("container", matches)) => matches.subcommand_name(),
        _ => matches.subcommand_name(),
    };
    command.is_some_and(|name| container::RETURN_CONTAINER_CODE.contains(&name))
}

/// The value of a global option, and whether it comes from the option or from its environment variable.
fn setting<T>(
    matches: &ArgMatches,
    id: &str,
    [option, variable]: [&'static str; 2],
    value: Option<T>,
) -> Option<Setting<T>> {
    let origin = match matches.value_source(id) {
        Some(ValueSource::EnvVariable) => Origin::Variable(variable),
        _ => Origin::Option(option),
    };
    value.map(|value| Setting { value, origin })
}

fn code(outcome: Outcome, failed: u8, debug: bool) -> u8 {
    match outcome {
        Ok(code) => code,
        Err(error) => errors::report(&error, failed, debug),
    }
}

/// The definition of the command line, of which help texts, manual pages and completions are made.
pub fn command() -> clap::Command {
    Lamel::command()
}

impl Command {
    fn run(self, context: &Context) -> Outcome {
        match self {
            Command::ContainerTopLevel(command) => command.run(context),
            Command::ImageTopLevel(command) => command.run(context),
            Command::Ps(options) => ps::run(options, context),
            Command::Images(options) => images::run(options, context),
            Command::Inspect(options) => inspect::run(options, context),
            Command::Rmi(options) => rmi::run(options, context),
            Command::Login(options) => login::run(options, context),
            Command::Logout(options) => logout::run(options, context),
            Command::Rm(options) => rm::run(options, context),
            Command::Prune(options) => system_prune::run(options, context),
            Command::Image(command) => command.run(context),
            Command::Container(command) => command.run(context),
            Command::Healthcheck(command) => healthcheck::run(command, context),
            Command::Network(command) => network::run(command, context),
            Command::Volume(command) => volume::run(command, context),
            Command::System(command) => command.run(context),
            Command::Generate(command) => generate_systemd::run(command, context),
            Command::Info(options) => info::run(options, context),
            Command::Version(options) => version::run(options, context),
            Command::Completion(options) => completion_script::run(options),
        }
    }
}

impl System {
    fn run(self, context: &Context) -> Outcome {
        match self {
            System::Df(options) => df::run(options, context),
            System::Info(options) => info::run(options, context),
            System::Prune(options) => system_prune::run(options, context),
            System::Reset(options) => reset::run(options, context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exit code of an invalid command line.
    fn code_of(line: &str) -> u8 {
        let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
        match flags::parse(command, &args) {
            Ok(_) => panic!("{line} is valid"),
            Err(_) => flags::parse_partially(command(), &args).map_or(errors::USAGE, |matches| usage_code(&matches)),
        }
    }

    #[test]
    fn usage_errors_of_commands_that_return_a_containers_code_exit_with_125() {
        for line in [
            "lamel run --bad",
            "lamel run",
            "lamel --root /x --debug exec",
            "lamel --debug=true run --bad",
            "lamel container create -z",
            "lamel --root=/x run",
            "lamel run --preserve-fds many image",
        ] {
            assert_eq!(code_of(line), errors::ENGINE_FAILED, "{line}");
        }
        for line in [
            "lamel",
            "lamel --bad images",
            "lamel images --bad run",
            "lamel --root run images --bad",
            "lamel image run",
            "lamel network create --bad",
            "lamel volume create --bad run",
            "lamel container",
            "lamel container rm",
        ] {
            assert_eq!(code_of(line), errors::USAGE, "{line}");
        }
    }

    #[test]
    fn the_commands_that_return_a_containers_code_exist() {
        let root = command();
        let container = root.find_subcommand("container").expect("it is one");
        for name in container::RETURN_CONTAINER_CODE {
            assert!(
                root.find_subcommand(name).is_some() && container.find_subcommand(name).is_some(),
                "{name}"
            );
        }
    }
}
