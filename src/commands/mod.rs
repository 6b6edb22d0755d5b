//! One file per subcommand: its options, and a `run` that resolves its inputs, calls one operation, and prints.
//!
//! A `run` returns the exit code of success ([`DONE`], or a container's own code), or an error, which `main` prints; the
//! code of an error is the command's ([`crate::cli`]), unless the error is a [`Failure`], which brings its own.

pub mod access_options;
pub mod attach;
pub mod chosen;
pub mod commit;
pub mod container_exists;
pub mod container_prune;
pub mod context;
pub mod cp;
pub mod create;
pub mod described;
pub mod df;
pub mod diff;
pub mod each;
pub mod exec;
pub mod exists;
pub mod export;
pub mod generate_systemd;
pub mod health_options;
pub mod healthcheck;
pub mod hello;
pub mod history;
pub mod id_file;
pub mod image_diff;
pub mod image_files;
pub mod image_prune;
pub mod image_tree;
pub mod images;
pub mod images_tree;
pub mod import;
pub mod info;
pub mod inspect;
pub mod kill;
pub mod labels;
pub mod limit_options;
pub mod load;
pub mod login;
pub mod logout;
pub mod logs;
pub mod mount_options;
pub mod name_options;
pub mod namespace_options;
pub mod network;
pub mod network_options;
pub mod newest;
pub mod outlive;
pub mod output;
pub mod pause;
pub mod port;
pub mod prune;
pub mod pruned;
pub mod ps;
pub mod pull;
pub mod push;
pub mod record_filter;
pub mod rename;
pub mod replacement;
pub mod reset;
pub mod restart;
pub mod rm;
pub mod rmi;
pub mod run;
pub mod save;
pub mod source;
pub mod start;
pub mod stats;
pub mod stop;
pub mod supervision_options;
pub mod tag;
pub mod top;
pub mod unpause;
pub mod untag;
pub mod update;
pub mod version;
pub mod volume;
pub mod wait;

use crate::ui::template::Template;

/// What a command comes to: an exit code, or why it could not be done.
pub type Outcome = anyhow::Result<u8>;

/// The exit code of a command that did all that was asked.
pub const DONE: u8 = 0;

/// The exit code of a command over several objects, when some could not be done; each was reported when it failed.
pub const SOME_FAILED: u8 = 1;

/// An error with an exit code of its own: 126 where a container's command cannot be run, 127 where it is not found.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub code: u8,
    pub message: String,
}

/// The template by which one object is shown. What is none has an exit code of its own there, as with Docker, whose lists exit with 1.
fn template(format: &str) -> anyhow::Result<Template> {
    const NO_TEMPLATE: u8 = 64;
    let failure = |error: anyhow::Error| Failure {
        code: NO_TEMPLATE,
        message: format!("{error:#}"),
    };
    Ok(Template::parse(format).map_err(failure)?)
}
