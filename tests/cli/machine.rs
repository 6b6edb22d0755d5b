//! A machine with an `/etc` of the test's own: in a mount namespace where this directory's entries lie over the machine's. Nothing of it is seen
//! outside.

use crate::env::{Env, Outcome, finish, is_root, program};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// See the module.
pub struct Machine<'e> {
    env: &'e Env,
}

impl<'e> Machine<'e> {
    pub fn new(env: &'e Env) -> Machine<'e> {
        std::fs::create_dir(env.work().join("etc")).expect("a directory");
        Machine { env }
    }

    /// What is seen as `/etc/PATH`; the directories above it are made.
    pub fn etc(&self, path: &str) -> PathBuf {
        let path = self.env.work().join("etc").join(path);
        std::fs::create_dir_all(path.parent().expect("it is below a directory")).expect("directories");
        path
    }

    /// Runs `lamel ARGS` there, to its end. An ordinary user is root of a namespace of their own there, since others cannot mount.
    pub fn lamel(&self, args: &[&str]) -> Outcome {
        let script = "
            mkdir -p was && mount --rbind /etc was
            over=$(mktemp -d -p .)
            for entry in was/* etc/*; do ln -sfn \"$PWD/$entry\" \"$over/${entry#*/}\"; done
            mount --rbind \"$over\" /etc
            exec \"$@\"";
        let line = format!("lamel {args:?} with an /etc of its own");
        let mut command = Command::new("unshare");
        // Of the environment's variables and directory.
        let inside = self.env.command::<&str>([]);
        command
            .env_clear()
            .envs(inside.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(self.env.work());
        if !is_root() {
            command.arg("--map-root-user");
        }
        command.args(["--mount", "--propagation", "private", "/bin/sh", "-ec", script, "sh"]);
        command.arg(program()).args(args);
        finish(command.stdin(Stdio::null()), line)
    }
}
