//! The manual pages in `man/` are made from the command line's own definition, and are kept in the repository so that
//! packages need no build step. Here they are compared with what would be made now; `LAMEL_REGENERATE=1 cargo test
//! generated` writes them.

pub mod manual;

use crate::cli::generated::manual::{examples, settings_page};
use crate::cli::{command, flags};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Contents by file name.
type Files = BTreeMap<String, Vec<u8>>;

fn manual_pages() -> Files {
    let mut files = manual::pages(command());
    files.insert("lamel.toml.5".into(), settings_page::page());
    files
}

fn read(folder: &Path) -> Files {
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    };
    fs::read_dir(folder).unwrap().map(file).collect()
}

#[test]
fn manual_pages_are_those_of_the_commands() {
    // Relative to the package, where tests are run; the directory of who compiled may be closed to who tests.
    let folder = Path::new("man");
    let (kept, made) = (read(folder), manual_pages());
    if std::env::var_os("LAMEL_REGENERATE").is_some() {
        kept.keys().for_each(|name| fs::remove_file(folder.join(name)).unwrap());
        made.iter()
            .for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
        return;
    }
    let hint = "LAMEL_REGENERATE=1 cargo test generated";
    assert!(kept.keys().eq(made.keys()), "{hint}");
    for (name, bytes) in &made {
        assert!(&kept[name] == bytes, "man/{name} is not what it would be now: {hint}");
    }
}

#[test]
fn every_commands_page_has_examples_exit_status_and_references_to_pages_that_exist() {
    let pages = manual_pages();
    for (name, bytes) in &pages {
        let text = std::str::from_utf8(bytes).unwrap();
        if !name.ends_with(".1") {
            continue;
        }
        if let Some(target) = text.strip_prefix(".so man1/") {
            assert!(pages.contains_key(target.trim_end()), "{name}: {target}");
            continue;
        }
        let is_group = name != "lamel.1" && text.contains("\n.SH SUBCOMMANDS\n");
        for heading in ["\n.SH \"EXIT STATUS\"\n", "\n.SH EXAMPLES\n"] {
            assert!(is_group || text.contains(heading), "{name}: {heading}");
        }
        let (_, references) = text.split_once("\n.SH \"SEE ALSO\"\n").expect(name);
        for page in references
            .split(", ")
            .filter_map(|page| page.trim().strip_suffix("(1)"))
        {
            let file = format!("{}.1", page.replace('\\', ""));
            assert!(pages.contains_key(&file), "{name}: {page}");
        }
    }
    for of in examples::all() {
        let file = format!("lamel {}", of.command).trim_end().replace(' ', "-") + ".1";
        let text = pages.get(&file).unwrap_or_else(|| panic!("no page {file}"));
        assert!(!text.starts_with(b".so"), "{file} is that of another command");
    }
}

/// The words of each `lamel …` in a line of shell; what a shell does with them is for the command tests.
fn command_lines(line: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut quoted = false;
    let mut word: Option<String> = None;
    for c in line.chars().chain([';']) {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            _ if quoted => word.get_or_insert_default().push(c),
            ' ' => words.extend(word.take()),
            ';' | '|' | '&' | '<' | '>' | '(' | ')' => {
                words.extend(word.take());
                found.push(std::mem::take(&mut words));
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    found.retain(|words| words.first().is_some_and(|word| word == "lamel"));
    found
}

#[test]
fn the_examples_are_command_lines_that_can_be_read() {
    for of in examples::all() {
        let mut is_of_command = false;
        for (_, line) in of.examples {
            for words in command_lines(line) {
                is_of_command |= words[1..].join(" ").starts_with(of.command);
                let args: Vec<_> = words.iter().map(Into::into).collect();
                if let Err(error) = flags::parse(command, &args) {
                    panic!("{line}: {error}");
                }
            }
        }
        assert!(is_of_command, "no example is one of {}", of.command);
    }
}

#[test]
fn the_definition_of_the_command_line_is_sound() {
    command().debug_assert();
}

/// Calls `check` with each command, by its words after `lamel`, and each of its options and arguments.
fn for_each_argument(check: &dyn Fn(&str, &clap::Arg)) {
    fn walk(path: &str, command: &clap::Command, check: &dyn Fn(&str, &clap::Arg)) {
        command.get_arguments().for_each(|arg| check(path, arg));
        for below in command.get_subcommands() {
            walk(format!("{path} {}", below.get_name()).trim_start(), below, check);
        }
    }
    walk("", &command(), check);
}

#[test]
fn every_argument_has_a_help_text_that_begins_like_a_sentence_and_has_no_full_stop() {
    for_each_argument(&|path, arg| {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let is_text = help.starts_with(|c: char| c.is_ascii_uppercase()) && !help.ends_with('.');
        assert!(is_text, "{path} {}: {help:?}", arg.get_id());
        assert!(arg.get_long_help().is_none(), "{path} {}: has two texts", arg.get_id());
    });
}

#[test]
fn the_options_of_run_create_and_exec_are_grouped() {
    for_each_argument(&|path, arg| {
        let is_long = ["run", "create", "exec"].contains(&path);
        let needs_group = is_long && !arg.is_positional() && arg.get_id() != "help";
        assert!(
            !needs_group || arg.get_help_heading().is_some(),
            "{path} {}: it has no help_heading",
            arg.get_id()
        );
    });
}
