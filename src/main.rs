//! lamel: a daemonless container tool that treats an image as a stack of thin read-only layers.
//!
//! # Rooms and ranks
//!
//! A folder is a room: its files serve one purpose, and its `mod.rs` says which. Imports go down the ranks
//! (`imports_test` checks that), and name the file that defines a thing: no room re-exports another one's items.
//!
//! ```text
//! 6  main        process-wide setup; an error becomes an exit code
//! 5  cli         the root command, dispatch, exit codes, completion
//! 4  commands    one file a subcommand: its flags, one operation, what is printed
//! 3  container   one container         ui   the terminal; only commands, cli and main call it
//! 2  image       an image's life: pull, push, archives, lists, removal
//! 1  registry    from a reference to verified bytes      layer    tars, layer directories, and conversions between them
//!    store       what is kept on disk, and its format    runtime  processes in containers; the only import of libcontainer
//! 0  oci  sys  text  progress  settings    words and types; the kernel; text in and out; reports of long work; lamel.toml
//! ```
//!
//! # Walks
//!
//! The three ways through the program, each function in the room of its name (a test checks that they exist):
//!
//! ```text
//! pull    commands::registry::pull::run       names, options
//!         image::pull::pull                   the walk below, for one name
//!         image::pull::up_to_date::up_to_date whether there is anything to do
//!         image::pull::missing::find_missing  which layers the store lacks
//!         image::pull::fetch::fetch           those, side by side
//!         image::layers::unpack::stage        one of them: its bytes into staging
//!         layer::apply::apply                 entry by entry into overlayfs's form
//!         image::publish::record              blobs, the record, and the names last
//!
//! run     commands::container::run::run       flags, the image
//!         sys::userns::enter::enter           an ordinary user's process enters a user namespace
//!         container::create::create           flags over the image's configuration; ID, name, record; the journal is begun
//!         container::run::live                until it ends for good: restarts, teardown, the end in the journal, `--rm`
//!         container::run::run_once            one run of it:
//!         container::run::prepare::container  root, user, /etc, volumes, network, specification
//!         runtime::create::container::create  namespaces, mounts, the first process, which waits
//!         container::state::journal::started  the journal names that process; then it starts
//!         runtime::attach::supervisor::supervise  output, input, signals, the wait for its end
//!         container::run::teardown::after_run mounts, network, cgroup, run directory are removed
//!         container::state::journal::ended    its exit code is recorded
//!
//! commit  commands::container::changes::commit::run  flags, names
//!         container::processes::freeze::hold_still  the container's processes stand still
//!         container::changes::commit::commit  the configuration of the new image, and its layer
//!         layer::pack::pack                   its writable layer becomes a tar
//!         image::layers::unpack::store_layer  which is unpacked and published like any layer
//!         image::publish::publish             configuration, manifest, record, name
//! ```
//!
//! # Words
//!
//! One word for one thing. Beside the words of the OCI specifications, overlayfs (`lower`, `upper`, `whiteout`,
//! `opaque`, `metacopy`) and Docker:
//!
//! ```text
//! layer             an unpacked tar, in overlayfs's form; known by its diff_id
//! stack layer       a layer whose opaque directories and hard links refer to the layers below it, resolved for one stack
//! metacopy layer    a layer without contents, which shows another one's files with other owners
//! record            one JSON file of the store: an image, a container, a volume, a network
//! staging           where something is made before it is published by a rename
//! lease             what a pull holds so that its layers are not removed before the image is recorded
//! use, sweep lock   held shared by whoever makes a reference, exclusively by whoever removes its target, for a moment
//! supervisor        the process that runs one container and records its end; a monitor is one in the background
//! event journal     what happened to a container since its last start, written by its supervisor
//! exec lock         held shared while a process enters a container, exclusively while the container is frozen
//! freeze, pause     stop all threads of a container, for a moment or until `unpause`
//! orphan            a process that outlives its container's first one
//! attach client     a process that shows a container's output and sends its input, over the attach server's socket
//! isolation         the settings of a container's namespaces, mounts and limits, as the runtime is given them
//! user namespace    an ordinary user's commands enter one with the user's subordinate ids before they touch files
//! run root          the directory of what is needed only while containers run
//! tar-split         what is kept beside a layer to give its exact tar back
//! ```
//!
//! # A new flag, a new command, a new test
//!
//! A flag of `run` and `create`, for example `--oom-score-adj`:
//!
//! ```text
//! commands::container::create       the option: in a group of `commands::options::create` where it fits; `options` hands it on
//! container::create                 a field of `Options`; `merge` checks it and puts it over the image's configuration
//! container::config                 a field of `HostConfig`, with `serde(default)`, or records of before could not be read
//! container::config::runtime_spec   what the runtime is given for it: a field of `Isolation` or `Command` in `runtime::model`
//! runtime::create::spec             what the OCI runtime specification has for it (limits: `runtime::cgroup`)
//! container::query::inspect         how `inspect` shows it
//! ```
//!
//! A value in a group that is stored as it is (`Limits`, `Namespaces`, `Supervision`) needs the option, the field and
//! the specification only.
//!
//! A command is a file in `commands`, and a variant in `cli::container`, `cli::image` or `cli`; its examples are in
//! `cli::generated::manual::examples`. `LAMEL_REGENERATE=1 cargo test generated` writes its manual page, and a test
//! fails for each option that `cli::completion::words` does not know.
//!
//! Tests of a function stand beside it; what only the program shows is in `tests/cli`, in one binary, where each test
//! has a store and a registry of its own.
//!
//! # This file
//!
//! It sets up what holds for the whole process, before any thread exists, and turns what a command comes to into an
//! exit code. Two things need no setting up, since Rust's runtime has done them: descriptors 0 to 2 are open (to
//! /dev/null where they were not), so no file of ours can become somebody's stdout; and SIGPIPE is ignored, so a closed
//! pipe is an error that can be told from others ([`ui::print::Closed`]).

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
