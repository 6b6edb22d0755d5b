//! Completion: what a shell offers when the Tab key is pressed.
//!
//! The scripts in `completions/` call `lamel -- WORD…` with the words of the command line up to the cursor, and with
//! the variable [`VARIABLE`], which names the shell. clap_complete's engine finds commands and options in the command
//! line's own definition; [`words`] says what the value of each option can be, and [`store`] which containers, images,
//! volumes and networks there are. Each candidate is printed on a line: for bash the word alone, for other shells also
//! a tab and a description.
//!
//! A person who presses Tab wants no side effects: nothing is written, made or locked, errors are not printed, and a
//! store that is missing or damaged has no names.

pub mod store;
pub mod words;

use crate::cli::completion::store::Names;
use crate::cli::flags;
use crate::ui::print;
use clap::{ArgMatches, Command};
use clap_complete::CompletionCandidate;
use clap_complete::engine::complete;
use std::ffi::OsString;
use std::path::PathBuf;

/// Names the shell that asks. Set by the scripts, for this program alone.
const VARIABLE: &str = "LAMEL_COMPLETE";

/// The shell that asks for candidates, where this process was started by its script.
pub fn shell() -> Option<OsString> {
    std::env::var_os(VARIABLE).filter(|shell| !shell.is_empty())
}

/// Prints the candidates for the last of the words. `command` makes the definition of the command line; `args` are
/// those of the process: its own name, `--`, and the words.
pub fn run(command: fn() -> Command, shell: &OsString, args: &[OsString]) {
    let words = args.iter().position(|arg| arg == "--").map(|at| &args[at + 1..]);
    let lines: String = candidates(command, words.unwrap_or_default())
        .iter()
        .filter_map(|candidate| line(candidate, shell != "bash"))
        .collect();
    // The shell asks again at the next key; what it shows is no place for errors.
    let _ = print::text(&lines);
}

fn candidates(command: fn() -> Command, words: &[OsString]) -> Vec<CompletionCandidate> {
    let Some((last, before)) = words.split_last() else {
        return Vec::new();
    };
    let matches = flags::parse_partially(command(), before);
    if matches.as_ref().is_some_and(|matches| is_foreign(&command(), matches)) {
        return Vec::new();
    }
    let directory = |id| matches.as_ref()?.get_one::<PathBuf>(id).cloned();
    let names = Names::new(directory("root"), directory("runroot"));
    let mut command = words::with_candidates(command(), &names);
    let current = std::env::current_dir().ok();
    let found = complete(&mut command, words.to_vec(), before.len(), current.as_deref());
    let mut found = found.unwrap_or_default();
    // The engine offers options everywhere. Where no dash was typed, they would hide the names, or be taken where there
    // are none.
    let is_dashed = |word: &std::ffi::OsStr| word.as_encoded_bytes().starts_with(b"-");
    found.retain(|candidate| is_dashed(last) || !is_dashed(candidate.get_value()));
    found
}

/// The line of a candidate. One that is not text, or that would be two lines, has none.
fn line(candidate: &CompletionCandidate, is_described: bool) -> Option<String> {
    let value = candidate.get_value().to_str()?;
    if value.contains(char::is_control) {
        return None;
    }
    match candidate.get_help().filter(|_| is_described) {
        Some(help) => Some(format!(
            "{value}\t{}\n",
            help.to_string().lines().next().unwrap_or_default()
        )),
        None => Some(format!("{value}\n")),
    }
}

/// Whether the word at the cursor is not lamel's: after the image or the container, where a command for inside begins.
/// The engine takes every value of such a list for the first, and its options for lamel's.
fn is_foreign(command: &Command, matches: &ArgMatches) -> bool {
    if let Some((name, matches)) = matches.subcommand() {
        return command
            .find_subcommand(name)
            .is_some_and(|command| is_foreign(command, matches));
    }
    let is_list = |arg: &&clap::Arg| arg.get_value_names().is_some_and(|names| names.len() > 1);
    let Some(list) = command.get_positionals().find(is_list) else {
        return false;
    };
    let flag = |name| matches.try_get_one::<bool>(name).ok().flatten().is_some_and(|set| *set);
    let given = matches.get_raw(list.get_id().as_str()).map_or(0, Iterator::count);
    // The newest container is not named.
    given + usize::from(flag("latest")) > 0
}
