//! `lamel exec`: runs a command in a running container.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::attach::{check_terminal, detach_keys};
use crate::commands::options::containers::latest;
use crate::commands::output::exit_code;
use crate::container::processes::exec;
use crate::container::processes::exec::Exec;
use crate::runtime::attach::client::ClientOptions;
use crate::runtime::attach::detach_keys::DetachKeys;
use crate::sys::process::executable;
use crate::ui::print;
use anyhow::ensure;
use std::path::PathBuf;

/// The options of `exec`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Keep standard input open
    #[arg(short, long, help_heading = "Input and output")]
    interactive: bool,
    /// Allocate a terminal
    #[arg(short, long, help_heading = "Input and output")]
    tty: bool,
    /// Run in the background
    #[arg(short, long, help_heading = "Input and output")]
    detach: bool,
    /// User and group of the command, by name or number
    #[arg(short, long, value_name = "USER[:GROUP]", help_heading = "Process")]
    user: Option<String>,
    /// Working directory of the command
    #[arg(
        short,
        long,
        value_name = "DIR",
        default_value = "",
        hide_default_value = true,
        help_heading = "Process"
    )]
    workdir: String,
    /// Set an environment variable; NAME alone passes on the value from this environment
    #[arg(short, long, value_name = "NAME[=VALUE]", help_heading = "Process")]
    env: Vec<String>,
    /// Set the environment variables listed in a file
    #[arg(long, value_name = "FILE", help_heading = "Process")]
    env_file: Vec<PathBuf>,
    /// Grant all capabilities; the container's seccomp filter stays in force
    #[arg(long, help_heading = "Security")]
    privileged: bool,
    /// Set the keys that detach from the terminal, such as ctrl-p,ctrl-q; an empty value disables detaching
    #[arg(long, value_name = "KEYS", help_heading = "Input and output")]
    detach_keys: Option<DetachKeys>,
    /// Use the newest container; CONTAINER is then omitted
    #[arg(short, long, help_heading = "Container")]
    latest: bool,
    /// Name or ID of the container, and the command with its arguments
    // A single list, since everything after the container belongs to the command, options too.
    #[arg(required = true, trailing_var_arg = true, value_names = ["CONTAINER", "COMMAND"])]
    words: Vec<String>,
}

/// Runs a command in a container and returns its exit code.
pub fn run(options: Options, context: &Context) -> Outcome {
    if !options.detach {
        check_terminal(options.interactive, options.tty)?;
    }
    executable::protect()?;
    // Not inside a user namespace: that of the container is joined, which is possible only from the host's.
    let store = context.store()?;
    let (container, args) = latest::split_words(&store, options.latest, options.words)?;
    ensure!(!args.is_empty(), "a command is missing");
    let client = ClientOptions {
        input: options.interactive,
        stdout: true,
        stderr: true,
        terminal: true,
        keys: detach_keys(options.detach_keys, context)?,
        proxy: true,
        redraw: false,
    };
    let exec = Exec {
        args,
        env: options.env,
        env_files: options.env_file,
        working_dir: options.workdir,
        user: options.user,
        interactive: options.interactive,
        tty: options.tty,
        detach: options.detach,
        privileged: options.privileged,
        client: (options.tty && !options.detach).then_some(client),
    };
    exit_code::of_attach(exec::exec(&store, &container, exec, &|warning| print::warning(warning)))
}
