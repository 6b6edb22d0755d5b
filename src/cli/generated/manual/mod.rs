//! The manual pages: what clap knows of a command, and what [`examples`] and [`exit_status`] add.

pub mod examples;
pub mod exit_status;
pub mod page_examples;
pub mod settings_page;

use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};
use std::collections::BTreeMap;

/// Where a long form is another command than `GROUP NAME` and `NAME`.
const FORMS: [(&str, &str); 4] = [
    ("container ls", "ps"),
    ("container rm", "rm"),
    ("image ls", "images"),
    ("image rm", "rmi"),
];

/// Lets `\*(Aq` stand for an apostrophe, as what clap_mangen writes needs it.
const APOSTROPHE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// All pages, by the names of their files.
pub fn pages(root: clap::Command) -> BTreeMap<String, Vec<u8>> {
    let mut root = root.disable_help_subcommand(true);
    root.build();
    let mut commands = Vec::new();
    collect("", &root, &mut commands);
    let mut forms: BTreeMap<&str, Vec<&clap::Command>> = BTreeMap::new();
    let mut pages = BTreeMap::new();
    for (path, command) in &commands {
        if let Some(short) = short_form(path, command, &commands) {
            forms.entry(short).or_default().push(command);
            let text = format!(".so man1/lamel-{short}.1\n");
            pages.insert(file_name(path), text.into_bytes());
        }
    }
    for (path, command) in &commands {
        let others = forms.remove(path.as_str()).unwrap_or_default();
        pages
            .entry(file_name(path))
            .or_insert_with(|| page(path, command, &others));
    }
    pages
}

/// The command and those below, each with its words after `lamel`.
fn collect<'a>(path: &str, command: &'a clap::Command, found: &mut Vec<(String, &'a clap::Command)>) {
    found.push((path.to_owned(), command));
    for below in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        collect(format!("{path} {}", below.get_name()).trim_start(), below, found);
    }
}

/// The command that says the same without a group before it, whose page serves both.
fn short_form<'a>(path: &str, command: &clap::Command, all: &'a [(String, &clap::Command)]) -> Option<&'a str> {
    let (_, name) = path.split_once(' ')?;
    let known = FORMS.iter().find(|(long, _)| *long == path).map(|(_, short)| *short);
    let is_same = |other: &clap::Command| {
        let about = |command: &clap::Command| command.get_about().map(ToString::to_string);
        let ids = |command: &clap::Command| {
            let ids = command.get_arguments().map(|arg| arg.get_id().to_string());
            ids.collect::<Vec<_>>()
        };
        about(command) == about(other) && ids(command) == ids(other)
    };
    let mut others = all.iter().filter(|(path, _)| path == known.unwrap_or(name));
    others.find(|(_, other)| is_same(other)).map(|(path, _)| path.as_str())
}

fn file_name(path: &str) -> String {
    format!("{}.1", page_name(path))
}

fn page_name(path: &str) -> String {
    format!("lamel {path}").trim_end().replace(' ', "-")
}

/// The page of a command; `others` are its long forms.
fn page(path: &str, command: &clap::Command, others: &[&clap::Command]) -> Vec<u8> {
    let man = Man::new(command.clone());
    let part = |render: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut text = Vec::new();
        render(&mut text).expect("a vector takes all");
        String::from_utf8(text).expect("roff is text")
    };
    let mut roff = Roff::default();
    synopsis(&mut roff, command, others);
    description(&mut roff, command);
    // A date that is empty has to be quoted to count as one.
    let mut text = format!("{APOSTROPHE}.TH {} 1 \"\" lamel lamel\n", page_name(path));
    text.push_str(without_preamble(&part(&|w| man.render_name_section(w))));
    text.push_str(without_preamble(&roff.render()));
    text.push_str(&options(without_preamble(&part(&|w| man.render_options_section(w)))));
    if command.has_subcommands() {
        text.push_str(without_preamble(&part(&|w| man.render_subcommands_section(w))));
    }
    let mut roff = Roff::default();
    if path.is_empty() || !command.has_subcommands() {
        exit_status(&mut roff, path);
        examples(&mut roff, path);
    }
    see_also(&mut roff, path);
    text.push_str(without_preamble(&roff.render()));
    text.into_bytes()
}

/// What comes after the definition of an apostrophe, which each text begins with.
fn without_preamble(text: &str) -> &str {
    text.find(".SH").map_or("", |start| &text[start..])
}

/// The headings under which options are grouped become parts of the section OPTIONS.
fn options(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix(".SH ") {
        Some(heading) if heading != "OPTIONS" => {
            let heading = heading.trim_matches('"').to_lowercase();
            let (first, rest) = heading.split_at(1);
            format!(".SS \"{}{rest}\"\n", first.to_uppercase())
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// A line for each form, without each option by itself.
fn synopsis(roff: &mut Roff, command: &clap::Command, others: &[&clap::Command]) {
    roff.control("SH", ["SYNOPSIS"]);
    for (index, form) in std::iter::once(&command).chain(others).enumerate() {
        if index > 0 {
            roff.control("br", []);
        }
        let usage = (*form).clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ");
        let name = form.get_bin_name().unwrap_or("lamel");
        roff.text([bold(name), roman(usage.strip_prefix(name).unwrap_or(usage))]);
    }
}

fn description(roff: &mut Roff, command: &clap::Command) {
    roff.control("SH", ["DESCRIPTION"]);
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    roff.text([roman(format!("{about}."))]);
    let more = command.get_after_long_help().or(command.get_after_help());
    for line in more.map(ToString::to_string).unwrap_or_default().lines() {
        roff.control("PP", []);
        roff.text([roman(line)]);
    }
}

fn exit_status(roff: &mut Roff, path: &str) {
    roff.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in exit_status::of(path) {
        roff.control("TP", []);
        roff.text([if code == "other" { italic(code) } else { bold(code) }]);
        roff.text([roman(meaning)]);
    }
}

fn examples(roff: &mut Roff, path: &str) {
    let Some(examples) = examples::find(path) else {
        return;
    };
    roff.control("SH", ["EXAMPLES"]);
    for (index, (purpose, line)) in examples.examples.iter().enumerate() {
        if index > 0 {
            roff.control("PP", []);
        }
        roff.text([roman(*purpose)]);
        roff.control("PP", []);
        roff.control("EX", []);
        roff.text([roman(format!("  {line}"))]);
        roff.control("EE", []);
    }
}

fn see_also(roff: &mut Roff, path: &str) {
    roff.control("SH", ["SEE ALSO"]);
    let mut pages = Vec::new();
    if path.is_empty() {
        pages.push("lamel.toml(5)".to_owned());
    } else {
        pages.push("lamel(1)".to_owned());
        if let Some((group, _)) = path.split_once(' ') {
            pages.push(format!("{}(1)", page_name(group)));
        }
        let related = examples::find(path).map_or(&[][..], |examples| examples.see_also);
        pages.extend(related.iter().map(|page| format!("lamel-{page}(1)")));
    }
    let inlines: Vec<Inline> = vec![roman(pages.join(", "))];
    roff.text(inlines);
}
