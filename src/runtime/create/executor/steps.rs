//! What a container's process does before it executes its program. Everything is decided, and all that can fail without
//! the process has been done, before the process exists: in it there are only system calls.

use crate::runtime::attach::streams::Io;
use crate::runtime::model::command::Command;
use crate::runtime::security::{capabilities, seccomp};
use crate::sys::process::seccomp::Instruction;
use crate::sys::userns::enter::Mapping;
use anyhow::Result;
use rustix::termios::Winsize;
use std::io::PipeWriter;
use std::os::fd::OwnedFd;
use std::rc::Rc;

#[derive(Clone)]
pub struct Steps {
    pub args: Vec<String>,
    pub env: Vec<String>,
    pub cwd: String,
    /// Whether its user is root.
    pub root: bool,
    /// Whether its standard descriptors are a terminal of the container's own.
    pub terminal: bool,
    /// Whether it may open files whatever their owner and mode: root with CAP_DAC_OVERRIDE.
    pub opens_others_files: bool,
    /// Whether to drop all supplementary groups: libcontainer keeps the caller's if the command has none.
    pub clear_groups: bool,
    /// The bounding set, as a bit mask.
    pub capabilities: u64,
    pub no_new_privileges: bool,
    /// The seccomp filter.
    pub filter: Option<Vec<Instruction>>,
    /// The size of the terminal, set before the program can ask for it.
    pub window: Option<Winsize>,
    /// How many descriptors after the first three the program inherits.
    pub preserved: u32,
    pub role: Role,
    /// Tells the parent what went wrong ([`crate::runtime::create::executor::report`]).
    pub report: Rc<PipeWriter>,
}

/// Which of the container's processes it is.
#[derive(Debug, Clone)]
pub enum Role {
    First(First),
    /// A process that enters the container whose first process has this pidfd.
    Further(Rc<OwnedFd>),
}

/// What only the container's first process does.
#[derive(Debug, Clone)]
pub struct First {
    /// The supervisor's pidfd: the first process dies with its supervisor. Until the container is recorded nobody else
    /// knows of the process, and afterwards nobody would read its output, restart or remove it.
    pub supervisor: Rc<OwnedFd>,
    /// Whether only the default device nodes may work.
    pub confine_devices: bool,
    /// Whether the network namespace is new, with its `lo` still down.
    pub loopback: bool,
}

impl Steps {
    pub fn new(command: &Command, io: Io, mapping: Mapping, report: PipeWriter, role: Role) -> Result<Steps> {
        let mask = capabilities::mask_of(&command.capabilities);
        let groups = &command.user;
        Ok(Steps {
            args: command.args.clone(),
            env: command.env.clone(),
            cwd: if command.cwd.is_empty() {
                "/".into()
            } else {
                command.cwd.clone()
            },
            root: command.user.uid == 0,
            terminal: command.terminal,
            opens_others_files: command.user.uid == 0 && mask & capabilities::mask_of(&["CAP_DAC_OVERRIDE"]) != 0,
            clear_groups: groups.additional.is_empty() && !groups.keeps_groups && mapping != Mapping::Single,
            capabilities: mask,
            no_new_privileges: command.no_new_privileges,
            filter: seccomp::program(&command.seccomp, &command.container_capabilities)?,
            window: io.window,
            preserved: 0,
            role,
            report: Rc::new(report),
        })
    }
}
