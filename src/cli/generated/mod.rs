//! The manual pages in `man/` are made from the command line's own definition, and are kept in the repository so that packages need no build
//! step. Here they are compared with what would be made now; `LAMEL_REGENERATE=1 cargo test generated` writes them.

pub mod settings_page;

use crate::cli::command;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files by path from the repository's root.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn manual_pages() -> Files {
    let mut files = Files::new();
    let mut root = command().disable_help_subcommand(true);
    root.build();
    let mut commands = vec![root];
    while let Some(command) = commands.pop() {
        commands.extend(
            command
                .get_subcommands()
                .filter(|command| !command.is_hide_set())
                .cloned(),
        );
        // No version: a release does not rewrite every page.
        let page = clap_mangen::Man::new(command).source("lamel").manual("lamel");
        let mut text = Vec::new();
        page.render(&mut text).unwrap();
        files.insert(Path::new("man").join(page.get_filename()), text);
    }
    files.insert("man/lamel.toml.5".into(), settings_page::page());
    files
}

fn read(folder: &Path, shown_as: &Path) -> Files {
    let Ok(entries) = fs::read_dir(folder) else {
        return Files::new();
    };
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        (shown_as.join(entry.file_name()), fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

fn names(files: &Files) -> Vec<&PathBuf> {
    files.keys().collect()
}

fn compare_or_write(folder: &str, made: Files) {
    // Relative to the package, where tests are run; the directory of who compiled may be closed to who tests.
    let kept = read(Path::new(folder), Path::new(folder));
    if std::env::var_os("LAMEL_REGENERATE").is_some() {
        fs::create_dir_all(folder).unwrap();
        kept.keys().for_each(|path| fs::remove_file(path).unwrap());
        made.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
        return;
    }
    let hint = "LAMEL_REGENERATE=1 cargo test generated";
    assert_eq!(names(&kept), names(&made), "{hint}");
    for (path, bytes) in &made {
        assert!(
            &kept[path] == bytes,
            "{} is not what it would be now: {hint}",
            path.display()
        );
    }
}

#[test]
fn manual_pages_are_those_of_the_commands() {
    compare_or_write("man", manual_pages());
}

#[test]
fn the_definition_of_the_command_line_is_sound() {
    command().debug_assert();
}
