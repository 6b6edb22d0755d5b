//! `exec`: a further command in a running container.
//!
//! Called in the host's user namespace, in a process with one thread; the runtime joins the container's namespaces.

use crate::container::Container;
use crate::container::config::process::environment;
use crate::container::config::runtime_spec;
use crate::container::processes::background;
use crate::container::state::lock;
use crate::container::state::status::Status;
use crate::runtime::attach::client::{AttachClient, AttachOutcome, ClientOptions};
use crate::runtime::attach::protocol::Channel;
use crate::runtime::attach::server::AttachServer;
use crate::runtime::attach::streams::{Input, Io, Output};
use crate::runtime::attach::supervisor::Running;
use crate::runtime::attach::terminal::window;
use crate::runtime::create::exec;
use crate::runtime::create::executor::report::CommandError;
use crate::runtime::create::stdio::inherited;
use crate::runtime::security::users;
use crate::store::Store;
use crate::sys::files::lock::Lock;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::process::identity::Process;
use crate::sys::userns::enter;
use crate::text::error::chain;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::PathBuf;

/// The command and how it runs.
#[derive(Debug, Clone, Default)]
pub struct Exec {
    pub args: Vec<String>,
    pub env: Vec<String>,
    pub env_files: Vec<PathBuf>,
    /// Empty: the container's.
    pub working_dir: String,
    /// `None`: the container's.
    pub user: Option<String>,
    pub interactive: bool,
    pub detach: bool,
    pub privileged: bool,
    /// Whether it gets a terminal. `client` is the user's side of it, unless detached.
    pub tty: bool,
    pub client: Option<ClientOptions>,
}

/// Runs the command until it ends or the user detaches; with `detach`, until it has started. `warn` is called if the
/// container's limits do not hold for it.
pub fn exec(store: &Store, container: &Container, mut options: Exec, warn: &dyn Fn(&str)) -> Result<AttachOutcome> {
    // Checked here for an early error, and again by the process that starts the command: a lock that is held here would
    // deadlock with a child's.
    let (exec_lock, init) = admit(container)?;
    drop(exec_lock);
    if !options.working_dir.is_empty() && !options.working_dir.starts_with('/') {
        bail!("working directory {:?} is not an absolute path", options.working_dir);
    }
    let env = variables(&options)?;
    let client = options.client.take();
    let title = format!("lamel: exec in {}", container.record.name);
    let start = |io| enter(store, container, &options, &env, io, warn);
    if options.detach {
        let io = Io {
            input: match options.interactive {
                true => Input::Attached { once: false },
                false => Input::Null,
            },
            output: Output::Null,
            window: None,
        };
        background::leave(&title, |started| {
            supervise(start(io)?, AttachServer::default(), started, warn);
            Ok(())
        })?;
        return Ok(AttachOutcome::Detached);
    }
    let Some(client) = client else {
        let (io, clients) = inherited::stdio(options.interactive, false, false, &ids(&init)?)?;
        return Ok(AttachOutcome::Ended(supervise(start(io)?, clients, &mut || (), warn)));
    };
    // The command is a child of a background process, so it goes on when the user detaches or loses the terminal.
    let client = AttachClient::new(client)?;
    let io = Io {
        input: Input::Attached { once: true },
        output: Output::Attached,
        window: window(),
    };
    let (ours, theirs) = Channel::pair().context("making a connection")?;
    // Each process keeps only its own end.
    let (mut ours, mut theirs) = (Some(ours), Some(theirs));
    background::leave(&title, |started| {
        drop(ours.take());
        let clients = theirs
            .take()
            .map_or_else(AttachServer::default, AttachServer::with_client);
        supervise(start(io)?, clients, started, warn);
        Ok(())
    })?;
    drop(theirs);
    match client.run(ours.context("making a connection")?)? {
        AttachOutcome::Lost => bail!(
            "what supervised the command in container {} is gone",
            container.record.name
        ),
        outcome => Ok(outcome),
    }
}

/// The id maps of the container whose first process is `init`, as this process sees them.
fn ids(init: &Process) -> Result<IdMaps> {
    match enter::is_apart(init)? {
        true => IdMaps::of_process(&init.pid.to_string()),
        false => Ok(IdMaps::identity()),
    }
}

/// A user that does not exist is exit code 126 for `exec`, as in Docker; for `run` it is another.
fn not_there(error: anyhow::Error) -> CommandError {
    CommandError {
        exit_code: 126,
        message: chain(&error),
    }
}

/// Starts the command. The caller supervises it.
pub fn start(store: &Store, container: &Container, options: &Exec, io: Io, warn: &dyn Fn(&str)) -> Result<Running> {
    enter(store, container, options, &variables(options)?, io, warn)
}

/// The command's own environment variables.
fn variables(options: &Exec) -> Result<Vec<String>> {
    let mut env = Vec::new();
    for path in &options.env_files {
        env.extend(environment::read_file("env file", path)?);
    }
    env.extend(options.env.iter().cloned());
    environment::inherit(env, &|name| std::env::var(name).ok())
}

/// Starts the command in the container's namespaces, under the exec lock. Called in the process that supervises it.
fn enter(
    store: &Store,
    container: &Container,
    options: &Exec,
    env: &[String],
    io: Io,
    warn: &dyn Fn(&str),
) -> Result<Running> {
    let (user, groups) = match &options.user {
        Some(user) => (user, [].as_slice()),
        None => (&container.config.user, container.config.groups.as_slice()),
    };
    let command = |root: &File| {
        runtime_spec::exec(
            &container.config,
            runtime_spec::Exec {
                args: options.args.clone(),
                env,
                working_dir: &options.working_dir,
                user: &users::resolve(root, user, groups).map_err(not_there)?,
                tty: options.tty,
                privileged: options.privileged,
            },
        )
    };
    let (_exec_lock, init) = admit(container)?;
    exec::exec(&container.run_dir(store), &init, &command, io, warn)
}

/// Supervises the command until it has ended and all clients have its output. Returns its exit code; `warn` is called
/// for what went wrong.
fn supervise(mut running: Running, mut clients: AttachServer, started: &mut dyn FnMut(), warn: &dyn Fn(&str)) -> i32 {
    started();
    let (code, relayed) = running.supervise(&mut clients, &mut (), &mut |_, _| ());
    if let Err(error) = relayed {
        warn(&chain(&error));
    }
    clients.close(code, running.signals(), None);
    // A late signal must not replace the exit code; neither must an error here.
    let _ = running.signals().discard();
    code
}

/// The exec lock, and the first process of a running container; an error where it does not run or is paused.
fn admit(container: &Container) -> Result<(Lock, Process)> {
    let name = &container.record.name;
    let exec_lock = lock::exec_shared(&container.dir)?;
    let state = container.state()?;
    if state.status == Status::Restarting {
        bail!("container {name} is restarting, wait until it is running");
    }
    if state.status == Status::Paused {
        bail!("container {name} is paused: unpause it first");
    }
    match state.init {
        Some(init) => Ok((exec_lock, init)),
        None => bail!("container {name} is not running"),
    }
}
