//! lamel: a daemonless container tool that treats an image as a stack of thin read-only layers.
//!
//! This file sets up what holds for the whole process, before any thread exists, and turns what a command comes to into an
//! exit code. Two things need no setting up, since Rust's runtime has done them: descriptors 0 to 2 are open (to /dev/null where they
//! were not), so no file of ours can become somebody's stdout; and SIGPIPE is ignored, so a closed pipe is an error that can be told
//! from others ([`ui::print::Closed`]).

mod cli;
mod commands;
mod container;
mod image;
#[cfg(test)]
mod imports_test;
mod layer;
mod oci;
mod progress;
mod registry;
mod runtime;
mod settings;
mod store;
mod sys;
mod text;
mod ui;

use crate::runtime::create::init;
use crate::ui::print;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// The exit code after a bug: for `run` it must not be mistaken for the container's own.
const BUG: u8 = 125;

fn main() -> ExitCode {
    // Modes in the store and in containers are what we say, whatever the caller's shell is set to.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    std::panic::set_hook(Box::new(print::bug));
    let args: Vec<OsString> = std::env::args_os().collect();
    let code = std::panic::catch_unwind(|| match is_init(&args) {
        true => init::main(args) as u8,
        false => cli::main(args),
    });
    ExitCode::from(code.unwrap_or(BUG))
}

/// Whether this process is to be the init of a container: the same binary, started in there by another name.
fn is_init(args: &[OsString]) -> bool {
    args.first()
        .and_then(|name| Path::new(name).file_name())
        .is_some_and(|name| name == init::NAME)
}
