//! The last steps of a container's process before its program runs, the same for the first process and for a further
//! one: libcontainer has set up namespaces, mounts and ids, and calls here in the new process.
//!
//! libcontainer's own executor is not used. It gives `exec` no seccomp filter, refuses programs that others may not
//! execute, runs a script without an interpreter through a shell, and knows no exit codes.

use crate::runtime::create::check;
use crate::runtime::create::stdio::{dev_null, handles};
use crate::sys::files::rooted;
use crate::sys::process::seccomp::Instruction;
use crate::sys::process::{capabilities, fork, identity, seccomp, signal};
use crate::sys::{mount, net};
use libcontainer::oci_spec::runtime::Spec;
use libcontainer::workload::{Executor, ExecutorError, ExecutorSetEnvsError, ExecutorValidationError};
use nix::errno::Errno;
use rustix::fs::{Gid, Mode, OFlags, Uid};
use rustix::mount::MountAttrFlags;
use rustix::termios::Winsize;
use std::any::Any;
use std::collections::HashMap;
use std::ffi::CString;
use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;

/// The command could not be run in the container.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    /// 127: there is no such program; 126: it cannot be run; 125: a bug kept it from being run.
    pub exit_code: i32,
    pub message: String,
}

/// What the process does before it execs. Everything is decided beforehand: here are only system calls.
#[derive(Clone)]
pub struct Steps {
    pub args: Vec<String>,
    pub env: Vec<String>,
    pub cwd: String,
    pub root: bool,
    /// Whether its standard descriptors are a terminal of the container's own.
    pub terminal: bool,
    /// Whether it may open files whatever their owner and mode: root with CAP_DAC_OVERRIDE.
    pub opens_others_files: bool,
    /// Supplementary groups were set by libcontainer, which keeps the caller's where there are none.
    pub clear_groups: bool,
    pub capabilities: u64,
    pub no_new_privileges: bool,
    pub filter: Option<Vec<Instruction>>,
    /// The size of the terminal, set before the program can ask for it.
    pub window: Option<Winsize>,
    /// How many descriptors after the first three the program gets.
    pub preserved: u32,
    pub role: Role,
    /// Tells the parent what went wrong; closed by the exec where nothing did.
    pub report: Rc<PipeWriter>,
}

/// Which of the container's processes it is.
#[derive(Debug, Clone)]
pub enum Role {
    First(First),
    /// One that entered the container whose first process has this pidfd.
    Further(Rc<OwnedFd>),
}

/// What only the container's first process does.
#[derive(Debug, Clone)]
pub struct First {
    /// The supervisor's pidfd: the container ends with it. Until the container is recorded nobody else knows of the process,
    /// and afterwards nobody would take its output, restart or remove it.
    pub supervisor: Rc<OwnedFd>,
    /// Whether device nodes other than the default ones must not work (see [`confine_devices`]).
    pub confine_devices: bool,
    /// Whether the network namespace is new, and its `lo` still down.
    pub loopback: bool,
}

/// Why a container cannot be entered any more.
pub const ENDED: &str = "the container has ended";

/// Docker's, where the environment has none.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Executor for Steps {
    fn exec(&self, _: &Spec) -> Result<(), ExecutorError> {
        // A panic must not unwind further: the descriptors of the frames above are closed by then.
        let error = match catch_unwind(AssertUnwindSafe(|| self.run())) {
            Ok(Ok(never)) => match never {},
            Ok(Err(error)) => error,
            Err(panic) => bug(&*panic),
        };
        let mut report = Vec::from(error.exit_code.to_ne_bytes());
        report.extend(error.message.bytes());
        // Nobody left to tell: then the code alone must do.
        let _ = (&*self.report).write_all(&report);
        fork::exit(error.exit_code)
    }

    /// Called before the parent hears that the container is created.
    fn validate(&self, _: &Spec) -> Result<(), ExecutorValidationError> {
        let failed = |step: &str, error| ExecutorValidationError::ArgValidationError(format!("{step}: {error}"));
        let first = match &self.role {
            Role::First(first) => first,
            // libcontainer found the namespaces, which are entered by now, by the first process's number.
            Role::Further(init) => {
                return match identity::has_ended(init) {
                    Ok(false) => Ok(()),
                    Ok(true) => Err(failed("entering", io::Error::other(ENDED))),
                    Err(error) => Err(failed("entering", error)),
                };
            }
        };
        // The ids are set by now; to change them would take it back.
        identity::die_with(&first.supervisor).map_err(|error| failed("looking after the supervisor", error))?;
        // A place for a mount that another mount leads to /proc is not seen before.
        if !File::open("/").is_ok_and(check::has_proc) {
            return Err(failed(
                "mounting",
                io::Error::other("a mount covers the container's /proc"),
            ));
        }
        if first.loopback {
            net::loopback_up().map_err(|error| failed("bringing lo up", error))?;
        }
        if first.confine_devices {
            confine_devices().map_err(|error| failed("confining devices", error))?;
        }
        Ok(())
    }

    /// The environment is given to execve as it is; this process's own does not matter.
    fn setup_envs(&self, _: HashMap<String, String>) -> Result<(), ExecutorSetEnvsError> {
        Ok(())
    }
}

/// Waits until the process has exec'd (the pipe ends), or returns why it could not.
pub fn outcome(mut report: PipeReader) -> io::Result<Result<(), CommandError>> {
    let mut bytes = Vec::new();
    report.by_ref().take(64 << 10).read_to_end(&mut bytes)?;
    let Some((code, message)) = bytes.split_first_chunk() else {
        return Ok(Ok(()));
    };
    let message = String::from_utf8_lossy(message).into_owned();
    Ok(Err(CommandError {
        exit_code: i32::from_ne_bytes(*code),
        message,
    }))
}

/// Device nodes must not work outside a user namespace, or a container that makes one (CAP_MKNOD is in the default
/// set) or an image that has one reads the host's disk: there is no device cgroup. So no mount of the container allows
/// them, and the default devices are mounts of their own, each of one node.
fn confine_devices() -> io::Result<()> {
    let devices = ["null", "zero", "full", "tty", "urandom", "random"].map(|name| Path::new("/dev").join(name));
    let mut nodes = Vec::new();
    for path in &devices {
        nodes.push((path, mount::copy(path)?));
    }
    mount::restrict(Path::new("/dev"), MountAttrFlags::MOUNT_ATTR_NODEV)?;
    nodes.into_iter().try_for_each(|(path, node)| mount::attach(node, path))
}

/// A value of this type is never made: the process became another program.
enum Never {}

impl Steps {
    fn run(&self) -> Result<Never, CommandError> {
        let preserved = 3..3 + self.preserved as i32;
        let keep: Vec<i32> = preserved.chain([self.report.as_raw_fd()]).collect();
        fork::close_descriptors_but(&keep);
        signal::reset();
        let is_first = matches!(self.role, Role::First(_));
        enter_directory(&self.cwd, is_first).map_err(|error| self.no_directory(error))?;
        dev_null::own().map_err(|error| CommandError {
            exit_code: 126,
            message: format!("opening /dev/null: {}", reason(&error)),
        })?;
        if let Some(size) = self.window {
            // A program runs in a terminal of no size, too.
            let _ = rustix::termios::tcsetwinsize(io::stdin(), size);
        }
        if !self.opens_others_files {
            handles::give_to_user(self.terminal);
        }
        self.give_up_privileges().map_err(|(step, error)| CommandError {
            exit_code: 126,
            message: format!("{step}: {}", reason(&error)),
        })?;
        self.exec_program()
    }

    /// Order matters: installing the filter without no_new_privs takes CAP_SYS_ADMIN, so it comes before the
    /// capabilities go; with no_new_privs it comes last, so that it need not allow the steps before it.
    fn give_up_privileges(&self) -> Result<(), (&'static str, io::Error)> {
        if self.clear_groups {
            rustix::thread::set_thread_groups(&[]).map_err(|error| ("setting groups", error.into()))?;
        }
        capabilities::limit_bounding(self.capabilities).map_err(|error| ("limiting capabilities", error))?;
        if self.no_new_privileges {
            capabilities::no_new_privileges().map_err(|error| ("setting no_new_privs", error))?;
        } else {
            self.install_filter()?;
        }
        // As execve would for a user who is not root; inheritable and ambient are empty for all (CVE-2022-24769).
        let own = if self.root {
            self.capabilities & capabilities::permitted().unwrap_or(u64::MAX)
        } else {
            0
        };
        capabilities::set(own, own, 0).map_err(|error| ("setting capabilities", error))?;
        if self.no_new_privileges {
            self.install_filter()?;
        }
        Ok(())
    }

    fn install_filter(&self) -> Result<(), (&'static str, io::Error)> {
        match &self.filter {
            Some(filter) => seccomp::install(filter).map_err(|error| ("installing the seccomp filter", error)),
            None => Ok(()),
        }
    }

    /// As execvp(3) does, but without its shell for files of an unknown format.
    fn exec_program(&self) -> Result<Never, CommandError> {
        let name = &self.args[0];
        let strings = |list: &[String]| {
            list.iter()
                .map(|text| CString::new(text.as_str()))
                .collect::<Result<Vec<_>, _>>()
        };
        let (args, env) = match (strings(&self.args), strings(&self.env)) {
            (Ok(args), Ok(env)) => (args, env),
            _ => return Err(self.cannot_run(126, "an argument or variable has a NUL character")),
        };
        let path = self
            .env
            .iter()
            .find_map(|variable| variable.strip_prefix("PATH="))
            .unwrap_or(PATH);
        let candidates: Vec<String> = match name.contains('/') {
            true => vec![name.clone()],
            false if name.is_empty() => Vec::new(),
            false => path
                .split(':')
                .map(|dir| format!("{}/{name}", if dir.is_empty() { "." } else { dir }))
                .collect(),
        };
        let mut denied = None;
        for candidate in &candidates {
            let Ok(file) = CString::new(candidate.as_str()) else {
                continue;
            };
            match nix::unistd::execve(&file, &args, &env) {
                Ok(never) => match never {},
                // The file is there, so what is not is the interpreter that its first line or its header names.
                Err(Errno::ENOENT) if Path::new(candidate).exists() => {
                    return Err(
                        self.cannot_run(127, "no such file or directory (its interpreter or loader is missing)")
                    );
                }
                Err(Errno::ENOENT | Errno::ENOTDIR) => {}
                Err(Errno::EACCES) if Path::new(candidate).is_dir() => denied = denied.or(Some("is a directory")),
                Err(Errno::EACCES) => denied = Some("permission denied"),
                Err(errno) => return Err(self.cannot_run(126, &lower(errno.desc()))),
            }
        }
        Err(match denied {
            Some(reason) => self.cannot_run(126, reason),
            None if name.contains('/') => self.cannot_run(127, &format!("stat {name}: no such file or directory")),
            None => self.cannot_run(127, "executable file not found in $PATH"),
        })
    }

    fn cannot_run(&self, exit_code: i32, reason: &str) -> CommandError {
        CommandError {
            exit_code,
            message: format!("exec: {:?}: {reason}", self.args[0]),
        }
    }

    fn no_directory(&self, error: io::Error) -> CommandError {
        let exit_code = if error.kind() == io::ErrorKind::NotFound {
            127
        } else {
            126
        };
        CommandError {
            exit_code,
            message: format!("chdir to {:?}: {}", self.cwd, reason(&error)),
        }
    }
}

/// The error that a panic is reported as.
fn bug(panic: &(dyn Any + Send)) -> CommandError {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    CommandError {
        exit_code: 125,
        message: format!("bug: {}; please report it", text.unwrap_or("no message")),
    }
}

/// Goes to `path` without a magic link of /proc on the way (CVE-2024-21626). `make`: as root's, where it is missing.
fn enter_directory(path: &str, make: bool) -> io::Result<()> {
    let root = File::open("/")?;
    let directory = OFlags::PATH | OFlags::DIRECTORY;
    let fd = match rooted::open(&root, path, directory, Mode::empty()) {
        Err(error) if make && error.kind() == io::ErrorKind::NotFound => {
            make_directories(&root, Path::new(path))?;
            rooted::open(&root, path, directory, Mode::empty())?
        }
        result => result?,
    };
    Ok(rustix::process::fchdir(fd)?)
}

fn make_directories(root: &File, path: &Path) -> io::Result<()> {
    let mut parents: Vec<_> = path.ancestors().filter(|parent| parent.file_name().is_some()).collect();
    parents.reverse();
    for path in parents {
        let directory = OFlags::PATH | OFlags::DIRECTORY;
        match rooted::open(root, path, directory, Mode::empty()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => {
                result?;
                continue;
            }
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            continue;
        };
        let parent = rooted::open(root, parent, directory, Mode::empty())?;
        rustix::fs::mkdirat(&parent, name, Mode::from_raw_mode(0o755))?;
        let root = (Some(Uid::ROOT), Some(Gid::ROOT));
        rustix::fs::chownat(&parent, name, root.0, root.1, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)?;
    }
    Ok(())
}

/// The kernel's words without Rust's number.
fn reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(errno) => lower(Errno::from_raw(errno).desc()),
        None => error.to_string(),
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::ManuallyDrop;

    #[test]
    fn a_panic_before_the_command_runs_is_its_error() {
        let (reader, writer) = io::pipe().unwrap();
        let ended = fork::alone(|| {
            // It closes descriptors that are owned here.
            let steps = ManuallyDrop::new(Steps {
                // A command without arguments is not provided for.
                args: Vec::new(),
                env: Vec::new(),
                cwd: "/".into(),
                root: true,
                terminal: false,
                opens_others_files: true,
                clear_groups: false,
                capabilities: u64::MAX,
                no_new_privileges: true,
                filter: None,
                window: None,
                preserved: 0,
                role: Role::Further(Rc::new(File::open("/dev/null").unwrap().into())),
                report: Rc::new(writer),
            });
            let _ = steps.exec(&Spec::default());
            0
        });
        assert_eq!(ended, fork::Ended::Exited(125));
        let error = outcome(reader).unwrap().unwrap_err();
        assert_eq!(error.exit_code, 125);
        assert!(
            error.message.starts_with("bug: index out of bounds: "),
            "{}",
            error.message
        );
    }
}
