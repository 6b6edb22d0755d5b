//! `lamel exec`: runs a command in a running container.

use crate::commands::Outcome;
use crate::commands::container::control::attach::{check_terminal, detach_keys, parted};
use crate::commands::container::run::with_code;
use crate::commands::context::Context;
use crate::commands::options::newest;
use crate::container::control::exec;
use crate::container::control::exec::Exec;
use crate::runtime::attach::client::FrontOptions;
use crate::runtime::attach::detach_keys::DetachKeys;
use crate::sys::process::executable;
use crate::ui::print;
use anyhow::ensure;
use std::path::PathBuf;

/// The options of `exec`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Pass our input on
    #[arg(short, long)]
    interactive: bool,
    /// Give the command a terminal
    #[arg(short, long)]
    tty: bool,
    /// Do not wait for the command
    #[arg(short, long)]
    detach: bool,
    /// Run as this user
    #[arg(short, long, value_name = "USER[:GROUP]")]
    user: Option<String>,
    /// Run in this directory
    #[arg(short, long, value_name = "DIR", default_value = "", hide_default_value = true)]
    workdir: String,
    /// Set a variable; NAME alone takes the value it has here
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,
    /// Set the variables that a file lists
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// With all capabilities; the container's seccomp filter stays
    #[arg(long)]
    privileged: bool,
    /// The keys that leave the command's terminal, such as ctrl-p,ctrl-q; none where empty
    #[arg(long, value_name = "KEYS")]
    detach_keys: Option<DetachKeys>,
    /// In the newest container, which is not named then
    #[arg(short, long)]
    latest: bool,
    /// The container, and the command and its arguments
    // One list: everything after the container is the command's, options too.
    #[arg(required = true, trailing_var_arg = true, value_names = ["CONTAINER", "COMMAND"])]
    words: Vec<String>,
}

/// Runs a command in a container and returns its exit code.
pub fn run(options: Options, context: &Context) -> Outcome {
    if !options.detach {
        check_terminal(options.interactive, options.tty)?;
    }
    executable::protect()?;
    // The container's own user namespace is joined, by way of the host's.
    let store = context.store()?;
    let (container, args) = newest::split(&store, options.latest, options.words)?;
    ensure!(!args.is_empty(), "a command is missing");
    let front = FrontOptions {
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
        front: (options.tty && !options.detach).then_some(front),
    };
    parted(exec::exec(&store, &container, exec, &|warning| print::warning(warning)).map_err(with_code)?)
}
