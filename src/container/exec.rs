//! A further command in a running container.
//!
//! Called in the host's user namespace, in a process with one thread; the runtime joins the container's namespaces.

use super::{Container, Status, environment, plan};
use crate::runtime::{self, Input, Io, Output, users};
use crate::store::Store;
use crate::sys::{detach, fork};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// What `exec` was asked for.
#[derive(Debug, Clone, Default)]
pub struct Exec {
    pub args: Vec<String>,
    pub env: Vec<String>,
    pub env_files: Vec<PathBuf>,
    /// Empty: the container's own.
    pub working_dir: String,
    /// None: the container's own.
    pub user: Option<String>,
    pub interactive: bool,
    pub tty: bool,
    pub detach: bool,
    pub privileged: bool,
}

/// Runs the command and returns its exit code; at once, and 0, where it is to run detached.
pub fn exec(store: &Store, container: &Container, options: Exec) -> Result<i32> {
    let name = &container.record.name;
    let state = container.state()?;
    if state.status == Status::Paused {
        bail!("container {name} is paused: unpause it first");
    }
    let Some(init) = state.init else {
        bail!("container {name} is not running");
    };
    if !options.working_dir.is_empty() && !options.working_dir.starts_with('/') {
        bail!("working directory {:?} is not an absolute path", options.working_dir);
    }
    let mut env = Vec::new();
    for path in &options.env_files {
        env.extend(environment::read_file(path)?);
    }
    env.extend(options.env);
    let env = environment::inherit(env, &|name| std::env::var(name).ok())?;
    // The first process's own view of the root: what is mounted there counts.
    let root = PathBuf::from(format!("/proc/{}/root", init.pid));
    let (user, groups) = match &options.user {
        Some(user) => (user, [].as_slice()),
        None => (&container.config.user, container.config.groups.as_slice()),
    };
    let command = plan::exec(
        &container.config,
        plan::Exec {
            args: options.args,
            env: &env,
            working_dir: &options.working_dir,
            user: &users::resolve(&root, user, groups)?,
            tty: options.tty,
            privileged: options.privileged,
        },
    )?;
    let run_dir = container.run_dir(store);
    let io = Io {
        input: match (options.detach, options.interactive) {
            (false, true) => Input::Inherit,
            (true, true) => Input::Held,
            (_, false) => Input::Null,
        },
        output: if options.detach { Output::Null } else { Output::Inherit },
    };
    if !options.detach {
        return runtime::exec(&run_dir, &init, &command, io, &mut |_, _| ());
    }
    fork::spawn(|| {
        let run = || -> Result<i32> {
            detach::detach()?;
            runtime::exec(&run_dir, &init, &command, io, &mut |_, _| ())
        };
        // Whoever asked has gone on.
        run().unwrap_or(125)
    })
    .context("starting a process to run it from")?;
    Ok(0)
}
