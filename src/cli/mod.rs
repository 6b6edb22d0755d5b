//! The command line's root: global options, the list of commands, dispatch.

mod errors;
#[cfg(test)]
mod generated;

use crate::commands::{self, Context, Outcome};
use crate::settings::{Origin, Setting};
use crate::sys::executable;
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
    /// Where images and containers are kept
    #[arg(long, value_name = "DIR", env = "LAMEL_ROOT", hide_env_values = true)]
    root: Option<PathBuf>,
    /// Where the state of running containers is kept
    #[arg(long, value_name = "DIR", env = "LAMEL_RUNROOT", hide_env_values = true)]
    runroot: Option<PathBuf>,
    /// Show each step of an error on a line of its own
    #[arg(long)]
    debug: bool,
    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: (),
    #[command(subcommand)]
    command: Command,
}

/// All commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run a command in a new container
    Run(commands::run::Options),
    /// Attach to a running container
    Attach(commands::attach::Options),
    /// Run a command in a running container
    Exec(commands::exec::Options),
    /// List containers
    Ps(commands::ps::Options),
    /// Fetch an image from a registry
    Pull(commands::pull::Options),
    /// Send an image to a registry
    Push(commands::push::Options),
    /// List images
    Images(commands::images::Options),
    /// Make an image of a container's changes
    Commit(commands::commit::Options),
    /// List what a container changed
    Diff(commands::diff::Options),
    /// Show how an image was made
    History(commands::history::Options),
    /// Show all that is known of images and containers
    Inspect(commands::inspect::Options),
    /// Give an image one more name
    Tag(commands::tag::Options),
    /// Take names from an image
    Untag(commands::untag::Options),
    /// Remove images
    Rmi(commands::rmi::Options),
    /// Log in to a registry
    Login(commands::login::Options),
    /// Forget the login to a registry
    Logout(commands::logout::Options),
    /// Copy files between a container and this host
    Cp(commands::cp::Options),
    /// Write a container's file system as a tar
    Export(commands::export::Options),
    /// Write images into an archive
    Save(commands::save::Options),
    /// Read images from an archive
    Load(commands::load::Options),
    /// Make an image of one layer from a tar
    Import(commands::import::Options),
    /// Make a container without starting it
    Create(commands::create::Options),
    /// Start containers
    Start(commands::start::Options),
    /// Stop containers
    Stop(commands::stop::Options),
    /// Stop containers and start them again
    Restart(commands::restart::Options),
    /// Make the processes of containers stand still
    Pause(commands::pause::Options),
    /// Let paused containers go on
    Unpause(commands::unpause::Options),
    /// Change what containers may use
    Update(commands::update::Options),
    /// Give a container another name
    Rename(commands::rename::Options),
    /// Send a signal to containers
    Kill(commands::kill::Options),
    /// Wait for containers to stop
    Wait(commands::wait::Options),
    /// Show what a container wrote
    Logs(commands::logs::Options),
    /// List the processes of a container
    Top(commands::top::Options),
    /// Show what containers use
    Stats(commands::stats::Options),
    /// Show where the ports of a container are to be reached
    Port(commands::port::Options),
    /// Remove containers
    Rm(commands::rm::Options),
    /// Remove images and containers that nothing uses, and what interrupted work left behind
    Prune(commands::prune::Options),
    /// Commands on images
    #[command(subcommand)]
    Image(Image),
    /// Commands on containers
    #[command(subcommand)]
    Container(Container),
    /// Commands on networks
    #[command(subcommand)]
    Network(commands::network::Command),
    /// Commands on volumes
    #[command(subcommand)]
    Volume(commands::volume::Command),
    /// Commands on the store
    #[command(subcommand)]
    System(System),
    /// Write what runs a container without being asked each time
    #[command(subcommand)]
    Generate(commands::generate_systemd::Generate),
    /// Show how this host is used
    Info(commands::info::Options),
    /// Show the version
    Version(commands::version::Options),
}

/// `lamel image …`: the long forms.
#[derive(Debug, Subcommand)]
enum Image {
    /// List images
    #[command(visible_alias = "list")]
    Ls(commands::images::Options),
    /// Fetch an image from a registry
    Pull(commands::pull::Options),
    /// Send an image to a registry
    Push(commands::push::Options),
    /// Show all that is known of images
    Inspect(commands::inspect::Options),
    /// Show how an image was made
    History(commands::history::Options),
    /// Give an image one more name
    Tag(commands::tag::Options),
    /// Take names from an image
    Untag(commands::untag::Options),
    /// Show the layers of an image
    Tree(commands::image_tree::Options),
    /// Show what differs between two images
    Diff(commands::image_diff::Options),
    /// List what is in an image, or in one of its layers
    Files(commands::image_files::Options),
    /// Tell by the exit code whether an image is held: 0, or 1 where it is not
    Exists(commands::exists::Options),
    /// Remove images
    #[command(visible_alias = "remove")]
    Rm(commands::rmi::Options),
    /// Remove images that nothing uses
    Prune(commands::image_prune::Options),
    /// Write images into an archive
    Save(commands::save::Options),
    /// Read images from an archive
    Load(commands::load::Options),
    /// Make an image of one layer from a tar
    Import(commands::import::Options),
}

/// `lamel container …`: the long forms.
#[derive(Debug, Subcommand)]
enum Container {
    /// List containers
    #[command(visible_aliases = ["list", "ps"])]
    Ls(commands::ps::Options),
    /// Run a command in a new container
    Run(commands::run::Options),
    /// Make a container without starting it
    Create(commands::create::Options),
    /// Start containers
    Start(commands::start::Options),
    /// Stop containers
    Stop(commands::stop::Options),
    /// Stop containers and start them again
    Restart(commands::restart::Options),
    /// Make the processes of containers stand still
    Pause(commands::pause::Options),
    /// Let paused containers go on
    Unpause(commands::unpause::Options),
    /// Change what containers may use
    Update(commands::update::Options),
    /// Give a container another name
    Rename(commands::rename::Options),
    /// Send a signal to containers
    Kill(commands::kill::Options),
    /// Wait for containers to stop
    Wait(commands::wait::Options),
    /// Show what a container wrote
    Logs(commands::logs::Options),
    /// List the processes of a container
    Top(commands::top::Options),
    /// Show what containers use
    Stats(commands::stats::Options),
    /// Show where the ports of a container are to be reached
    Port(commands::port::Options),
    /// Attach to a running container
    Attach(commands::attach::Options),
    /// Run a command in a running container
    Exec(commands::exec::Options),
    /// List what a container changed
    Diff(commands::diff::Options),
    /// Copy files between a container and this host
    Cp(commands::cp::Options),
    /// Write a container's file system as a tar
    Export(commands::export::Options),
    /// Make an image of a container's changes
    Commit(commands::commit::Options),
    /// Show all that is known of containers
    Inspect(commands::inspect::Options),
    /// Remove containers
    #[command(visible_alias = "remove")]
    Rm(commands::rm::Options),
    /// Tell by the exit code whether there is a container
    Exists(commands::container_exists::Options),
    /// Remove containers that do not run
    Prune(commands::container_prune::Options),
}

/// `lamel system …`.
#[derive(Debug, Subcommand)]
enum System {
    /// Show what takes how much room
    Df(commands::df::Options),
    /// Show how this host is used
    Info(commands::info::Options),
    /// Remove images and containers that nothing uses, and what interrupted work left behind
    Prune(commands::prune::Options),
    /// Remove all containers, all images and the store itself
    Reset(commands::reset::Options),
}

/// Runs the command line `args` (the program's name first) and returns the process's exit code. Errors are printed here and nowhere else.
pub fn main(args: Vec<OsString>) -> u8 {
    if args.get(1).is_some_and(|word| word == commands::hello::NAME) {
        return code(commands::hello::run(), errors::FAILED, false);
    }
    // The commands that start containers see to this themselves, and report where it fails; but when it executes this
    // program again, reading the command line first would be wasted. Too often does no harm.
    if args
        .iter()
        .any(|word| ["run", "start", "restart", "exec"].iter().any(|name| word == name))
    {
        let _ = executable::protect();
    }
    let matches = match command().try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(error) => return errors::usage(&error, &args),
    };
    let lamel = match Lamel::from_arg_matches(&matches) {
        Ok(lamel) => lamel,
        Err(error) => return errors::usage(&error, &args),
    };
    let failed = lamel.command.failure_code();
    let root = setting(&matches, "root", ["--root", "LAMEL_ROOT"], lamel.root);
    let run_root = setting(&matches, "runroot", ["--runroot", "LAMEL_RUNROOT"], lamel.runroot);
    let outcome = lamel.command.run(&Context::new(root, run_root));
    code(outcome, failed, lamel.debug)
}

/// A global option's value, and whether it was the option or its variable that gave it.
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

/// The command line as clap knows it; manual pages and completions are made from it.
pub fn command() -> clap::Command {
    Lamel::command()
}

impl Command {
    fn run(self, context: &Context) -> Outcome {
        match self {
            Command::Run(options) => commands::run::run(options, context),
            Command::Attach(options) => commands::attach::run(options, context),
            Command::Exec(options) => commands::exec::run(options, context),
            Command::Ps(options) => commands::ps::run(options, context),
            Command::Pull(options) => commands::pull::run(options, context),
            Command::Push(options) => commands::push::run(options, context),
            Command::Images(options) => commands::images::run(options, context),
            Command::Commit(options) => commands::commit::run(options, context),
            Command::Diff(options) => commands::diff::run(options, context),
            Command::History(options) => commands::history::run(options, context),
            Command::Inspect(options) => commands::inspect::run(options, context),
            Command::Tag(options) => commands::tag::run(options, context),
            Command::Untag(options) => commands::untag::run(options, context),
            Command::Rmi(options) => commands::rmi::run(options, context),
            Command::Login(options) => commands::login::run(options, context),
            Command::Logout(options) => commands::logout::run(options, context),
            Command::Cp(options) => commands::cp::run(options, context),
            Command::Export(options) => commands::export::run(options, context),
            Command::Save(options) => commands::save::run(options, context),
            Command::Load(options) => commands::load::run(options, context),
            Command::Import(options) => commands::import::run(options, context),
            Command::Create(options) => commands::create::run(options, context),
            Command::Start(options) => commands::start::run(options, context),
            Command::Stop(options) => commands::stop::run(options, context),
            Command::Restart(options) => commands::restart::run(options, context),
            Command::Pause(options) => commands::pause::run(options, context),
            Command::Unpause(options) => commands::unpause::run(options, context),
            Command::Update(options) => commands::update::run(options, context),
            Command::Rename(options) => commands::rename::run(options, context),
            Command::Kill(options) => commands::kill::run(options, context),
            Command::Wait(options) => commands::wait::run(options, context),
            Command::Logs(options) => commands::logs::run(options, context),
            Command::Top(options) => commands::top::run(options, context),
            Command::Stats(options) => commands::stats::run(options, context),
            Command::Port(options) => commands::port::run(options, context),
            Command::Rm(options) => commands::rm::run(options, context),
            Command::Prune(options) => commands::prune::run(options, context),
            Command::Image(command) => command.run(context),
            Command::Container(command) => command.run(context),
            Command::Network(command) => commands::network::run(command, context),
            Command::Volume(command) => commands::volume::run(command, context),
            Command::System(command) => command.run(context),
            Command::Generate(command) => commands::generate_systemd::run(command, context),
            Command::Info(options) => commands::info::run(options, context),
            Command::Version(options) => commands::version::run(options, context),
        }
    }

    /// The exit code of an error: where a container's own code is returned, 125 tells lamel's failures from the container's.
    fn failure_code(&self) -> u8 {
        match self {
            Command::Run(_) | Command::Exec(_) | Command::Create(_) => errors::ENGINE_FAILED,
            Command::Container(Container::Run(_) | Container::Exec(_) | Container::Create(_)) => errors::ENGINE_FAILED,
            _ => errors::FAILED,
        }
    }
}

impl Image {
    fn run(self, context: &Context) -> Outcome {
        match self {
            Image::Ls(options) => commands::images::run(options, context),
            Image::Pull(options) => commands::pull::run(options, context),
            Image::Push(options) => commands::push::run(options, context),
            Image::Inspect(options) => commands::inspect::run(options.of_images(), context),
            Image::History(options) => commands::history::run(options, context),
            Image::Tag(options) => commands::tag::run(options, context),
            Image::Untag(options) => commands::untag::run(options, context),
            Image::Tree(options) => commands::image_tree::run(options, context),
            Image::Diff(options) => commands::image_diff::run(options, context),
            Image::Files(options) => commands::image_files::run(options, context),
            Image::Exists(options) => commands::exists::run(options, context),
            Image::Rm(options) => commands::rmi::run(options, context),
            Image::Prune(options) => commands::image_prune::run(options, context),
            Image::Save(options) => commands::save::run(options, context),
            Image::Load(options) => commands::load::run(options, context),
            Image::Import(options) => commands::import::run(options, context),
        }
    }
}

impl Container {
    fn run(self, context: &Context) -> Outcome {
        match self {
            Container::Ls(options) => commands::ps::run(options, context),
            Container::Run(options) => commands::run::run(options, context),
            Container::Create(options) => commands::create::run(options, context),
            Container::Start(options) => commands::start::run(options, context),
            Container::Stop(options) => commands::stop::run(options, context),
            Container::Restart(options) => commands::restart::run(options, context),
            Container::Pause(options) => commands::pause::run(options, context),
            Container::Unpause(options) => commands::unpause::run(options, context),
            Container::Update(options) => commands::update::run(options, context),
            Container::Rename(options) => commands::rename::run(options, context),
            Container::Kill(options) => commands::kill::run(options, context),
            Container::Wait(options) => commands::wait::run(options, context),
            Container::Logs(options) => commands::logs::run(options, context),
            Container::Top(options) => commands::top::run(options, context),
            Container::Stats(options) => commands::stats::run(options, context),
            Container::Port(options) => commands::port::run(options, context),
            Container::Attach(options) => commands::attach::run(options, context),
            Container::Exec(options) => commands::exec::run(options, context),
            Container::Cp(options) => commands::cp::run(options, context),
            Container::Export(options) => commands::export::run(options, context),
            Container::Diff(options) => commands::diff::run(options, context),
            Container::Commit(options) => commands::commit::run(options, context),
            Container::Inspect(options) => commands::inspect::run(options.of_containers(), context),
            Container::Rm(options) => commands::rm::run(options, context),
            Container::Exists(options) => commands::container_exists::run(options, context),
            Container::Prune(options) => commands::container_prune::run(options, context),
        }
    }
}

impl System {
    fn run(self, context: &Context) -> Outcome {
        match self {
            System::Df(options) => commands::df::run(options, context),
            System::Info(options) => commands::info::run(options, context),
            System::Prune(options) => commands::prune::run(options, context),
            System::Reset(options) => commands::reset::run(options, context),
        }
    }
}
