//! Runs the steps in the new process.

use crate::runtime::create::executor::report::CommandError;
use crate::runtime::create::executor::steps::{Role, Steps};
use crate::runtime::create::executor::{directory, program};
use crate::runtime::create::stdio::{dev_null, handles};
use crate::runtime::create::{check, libcontainer_workarounds};
use crate::sys::mount::detached;
use crate::sys::mount::tree;
use crate::sys::net;
use crate::sys::process::{capabilities, fork, identity, seccomp, signal};
use crate::text::error::words_in_sentence;
use libcontainer::oci_spec::runtime::Spec;
use libcontainer::workload::{Executor, ExecutorError, ExecutorSetEnvsError, ExecutorValidationError};
use rustix::mount::MountAttrFlags;
use std::any::Any;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

impl Executor for Steps {
    fn exec(&self, _: &Spec) -> Result<(), ExecutorError> {
        // A panic must not unwind further: the descriptors of the frames above are closed by then.
        let ran = catch_unwind(AssertUnwindSafe(|| self.run()));
        let error = ran.unwrap_or_else(|panic| bug(&*panic));
        error.send(&*self.report);
        fork::exit(error.exit_code)
    }

    /// Called before the parent is told that the container has been created. The ids are set by then.
    fn validate(&self, _: &Spec) -> Result<(), ExecutorValidationError> {
        let failed = |step: &str, error| ExecutorValidationError::ArgValidationError(format!("{step}: {error}"));
        let first = match &self.role {
            Role::First(first) => first,
            Role::Further(init) => {
                return libcontainer_workarounds::check_not_ended(init).map_err(|error| failed("entering", error));
            }
        };
        // Not earlier: changing the ids would clear the parent death signal (prctl(2), PR_SET_PDEATHSIG).
        identity::die_with(&first.supervisor).map_err(|error| failed("looking after the supervisor", error))?;
        // A mount point that another mount leads to /proc cannot be recognized before the mounts are made.
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

    /// Nothing to do: the environment is given to execve(2) as it is, and this process's own does not matter.
    fn setup_envs(&self, _: HashMap<String, String>) -> Result<(), ExecutorSetEnvsError> {
        Ok(())
    }
}

/// Makes all device nodes but the default ones unusable.
///
/// Outside a user namespace there is no device cgroup here, so a container that makes a node (CAP_MKNOD is in the
/// default set), or an image that has one, could read the host's disk. So every mount of the container is `nodev`, and
/// each default device is a mount of its own, of one node.
fn confine_devices() -> io::Result<()> {
    let devices = ["null", "zero", "full", "tty", "urandom", "random"].map(|name| Path::new("/dev").join(name));
    let mut nodes = Vec::new();
    for path in &devices {
        nodes.push((path, detached::copy(path)?));
    }
    tree::restrict(Path::new("/dev"), MountAttrFlags::MOUNT_ATTR_NODEV)?;
    nodes
        .into_iter()
        .try_for_each(|(path, node)| detached::attach(node, path))
}

impl Steps {
    /// Becomes the program. Returns only if that fails.
    fn run(&self) -> CommandError {
        let Err(error) = self.prepare() else {
            return program::execute(&self.args, &self.env);
        };
        error
    }

    fn prepare(&self) -> Result<(), CommandError> {
        let preserved = 3..3 + self.preserved as i32;
        let keep: Vec<i32> = preserved.chain([self.report.as_raw_fd()]).collect();
        fork::close_descriptors_but(&keep);
        signal::reset();
        let is_first = matches!(self.role, Role::First(_));
        directory::enter(&self.cwd, is_first).map_err(|error| self.no_directory(error))?;
        let cannot_run = |step: &str, error: io::Error| CommandError {
            exit_code: 126,
            message: format!("{step}: {}", words_in_sentence(&error)),
        };
        dev_null::use_the_containers().map_err(|error| cannot_run("opening /dev/null", error))?;
        if let Some(size) = self.window {
            // The program also runs in a terminal without a size.
            let _ = rustix::termios::tcsetwinsize(io::stdin(), size);
        }
        if !self.opens_others_files {
            handles::give_to_user(self.terminal);
        }
        self.drop_privileges().map_err(|(step, error)| cannot_run(step, error))
    }

    /// The order matters: without no_new_privs installing the filter needs CAP_SYS_ADMIN, so it comes before the
    /// capabilities are dropped. With no_new_privs it comes last, so that the filter need not allow the other steps.
    fn drop_privileges(&self) -> Result<(), (&'static str, io::Error)> {
        if self.clear_groups {
            rustix::thread::set_thread_groups(&[]).map_err(|error| ("setting groups", error.into()))?;
        }
        capabilities::limit_bounding(self.capabilities).map_err(|error| ("limiting capabilities", error))?;
        if self.no_new_privileges {
            capabilities::no_new_privileges().map_err(|error| ("setting no_new_privs", error))?;
        } else {
            self.install_filter()?;
        }
        // For a user who is not root, as execve(2) would. Inheritable and ambient are empty for everybody
        // (CVE-2022-24769).
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

    fn no_directory(&self, error: io::Error) -> CommandError {
        let exit_code = if error.kind() == io::ErrorKind::NotFound {
            127
        } else {
            126
        };
        CommandError {
            exit_code,
            message: format!("chdir to {:?}: {}", self.cwd, words_in_sentence(&error)),
        }
    }
}

/// Reports a panic as an error of the command.
fn bug(panic: &(dyn Any + Send)) -> CommandError {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    CommandError {
        exit_code: 125,
        message: format!("bug: {}; please report it", text.unwrap_or("no message")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::create::executor::report;
    use std::mem::ManuallyDrop;
    use std::rc::Rc;

    #[test]
    fn a_panic_before_the_command_runs_is_reported_as_its_error() {
        let (reader, writer) = io::pipe().unwrap();
        let ended = fork::alone(|| {
            // The steps close descriptors that are owned here.
            let steps = ManuallyDrop::new(Steps {
                // Without arguments there is no args[0].
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
        let error = report::receive(reader).unwrap().unwrap_err();
        assert_eq!(error.exit_code, 125);
        assert!(
            error.message.starts_with("bug: index out of bounds: "),
            "{}",
            error.message
        );
    }
}
