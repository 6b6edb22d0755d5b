//! Parses the command line of a `run` or `create` into its options, by their definition.

use crate::commands::container::run;
use anyhow::{Context, Result, bail};
use clap::{Arg, Args};

/// A command line without the program and the name of the command.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandLine {
    pub options: Vec<GivenOption>,
    /// The image, and the command with its arguments.
    pub image: Vec<String>,
}

/// An option of a command line.
#[derive(Debug, PartialEq, Eq)]
pub struct GivenOption {
    /// Its ID in the definition.
    pub id: String,
    pub value: Option<String>,
    /// The words that give it again.
    words: Vec<String>,
}

impl CommandLine {
    /// Parses all words, of which the first is the name of the program.
    pub fn parse(words: &[String]) -> Result<CommandLine> {
        let mut definition = run::Options::augment_args(clap::Command::new("run").disable_help_flag(true));
        definition.build();
        let mut words = words.iter().skip(1);
        skip_to_command(&mut words)?;
        let mut line = CommandLine {
            options: Vec::new(),
            image: Vec::new(),
        };
        while let Some(word) = words.next() {
            if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, None),
                };
                let arg = find(&definition, &|arg| has_long(arg, name)).with_context(|| word.clone())?;
                let value = match value {
                    None if takes_word(arg) => {
                        Some(words.next().with_context(|| format!("{word} has no value"))?.as_str())
                    }
                    value => value,
                };
                let written = value.map_or(format!("--{name}"), |value| format!("--{name}={value}"));
                line.options.push(GivenOption::new(arg, value, vec![written]));
            } else if let Some(shorts) = word
                .strip_prefix('-')
                .filter(|shorts| !shorts.is_empty() && *shorts != "-")
            {
                let mut shorts = shorts.chars();
                while let Some(short) = shorts.next() {
                    let arg = find(&definition, &|arg| arg.get_short() == Some(short)).with_context(|| word.clone())?;
                    if !takes_word(arg) {
                        line.options
                            .push(GivenOption::new(arg, None, vec![format!("-{short}")]));
                        continue;
                    }
                    let rest = shorts.as_str();
                    let value = match rest.strip_prefix('=').unwrap_or(rest) {
                        "" => words.next().with_context(|| format!("{word} has no value"))?,
                        rest => rest,
                    };
                    let written = vec![format!("-{short}"), value.to_owned()];
                    line.options.push(GivenOption::new(arg, Some(value), written));
                    break;
                }
            } else {
                // The image is the first word that is no option, also after `--`.
                line.image.extend((word != "--").then(|| word.clone()));
                line.image.extend(words.by_ref().cloned());
            }
        }
        Ok(line)
    }

    /// Whether an option was given.
    pub fn has(&self, id: &str) -> bool {
        self.options.iter().any(|given| given.id == id)
    }

    /// Removes options.
    pub fn remove(&mut self, ids: &[&str]) {
        self.options.retain(|given| !ids.contains(&given.id.as_str()));
    }

    /// The words of all options.
    pub fn option_words(&self) -> Vec<String> {
        self.options
            .iter()
            .map(|given| given.words.clone())
            .collect::<Vec<_>>()
            .concat()
    }
}

impl GivenOption {
    fn new(arg: &Arg, value: Option<&str>, words: Vec<String>) -> GivenOption {
        GivenOption {
            id: arg.get_id().to_string(),
            value: value.map(str::to_owned),
            words,
        }
    }
}

/// Skips the global options and the name of the command.
fn skip_to_command<'a>(words: &mut impl Iterator<Item = &'a String>) -> Result<()> {
    while let Some(word) = words.next() {
        match word.as_str() {
            "run" | "create" => return Ok(()),
            "--root" | "--runroot" => {
                words.next();
            }
            _ => {}
        }
    }
    bail!("the container's record does not say how it was made")
}

fn find<'a>(definition: &'a clap::Command, is: &dyn Fn(&Arg) -> bool) -> Result<&'a Arg> {
    definition.get_arguments().find(|arg| is(arg)).context("unknown option")
}

fn has_long(arg: &Arg, name: &str) -> bool {
    arg.get_long() == Some(name) || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
}

/// Whether the value of the option may be the next word.
fn takes_word(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> CommandLine {
        CommandLine::parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>()).unwrap()
    }

    fn joined(line: &CommandLine) -> String {
        [line.option_words(), line.image.clone()].concat().join(" ")
    }

    #[test]
    fn clusters_aliases_and_values_are_told_apart() {
        let line = parsed("lamel --root /r run -dit --name web -eA=1 -e B=2 --net=host -p 80:80 nginx -g -d");
        assert_eq!(line.image, ["nginx", "-g", "-d"]);
        assert_eq!(
            joined(&line),
            "-d -i -t --name=web -e A=1 -e B=2 --net=host -p 80:80 nginx -g -d"
        );
        let ids: Vec<_> = line.options.iter().map(|given| given.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "detach",
                "interactive",
                "tty",
                "name",
                "env",
                "env",
                "network",
                "publish"
            ]
        );
        assert_eq!(line.options[3].value.as_deref(), Some("web"));
    }

    #[test]
    fn options_are_removed_from_the_middle_of_a_cluster() {
        let mut line = parsed("lamel container create -itd --rm -- nginx --rm");
        line.remove(&["tty", "remove"]);
        assert_eq!(joined(&line), "-i -d nginx --rm");
        assert!(line.has("detach") && !line.has("tty"));
    }

    #[test]
    fn an_invalid_command_line_is_an_error() {
        for bad in ["lamel", "lamel ps", "lamel run --no-such x", "lamel run --name"] {
            let words: Vec<_> = bad.split(' ').map(str::to_owned).collect();
            assert!(CommandLine::parse(&words).is_err(), "{bad}");
        }
    }
}
