//! Parsing of the command line: flags with a value (`--rm=false`), and options that are repeated.
//!
//! Docker accepts a value for every flag, and takes the last value of an option that is given twice. Both are rare, and
//! a definition that allows them shows every flag as `--rm[=<REMOVE>]` in the help. So a command line is parsed by the
//! strict definition first, and by the lenient one only where that fails.

use clap::builder::ArgAction;
use clap::error::ErrorKind::{ArgumentConflict, TooManyValues, UnknownArgument};
use clap::{ArgMatches, Command};
use std::ffi::OsString;

/// Parses the command line. Where both definitions fail in the same way, the error is that of the strict one.
pub fn parse(command: impl Fn() -> Command, args: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let first = match command().try_get_matches_from(args) {
        // These three come of `--rm=true`, `-a=true` and `--rm --rm`.
        Err(error) if [TooManyValues, UnknownArgument, ArgumentConflict].contains(&error.kind()) => error,
        result => return result,
    };
    match lenient(command()).try_get_matches_from(args) {
        Err(error) if error.kind() == first.kind() => Err(first),
        result => result,
    }
}

/// Parses what can be parsed of an invalid or unfinished command line: the command that the error is in, and those
/// above it. `None` where help was asked for.
pub fn parse_partially(command: Command, args: &[OsString]) -> Option<ArgMatches> {
    lenient(command).ignore_errors(true).try_get_matches_from(args).ok()
}

/// The definition in which flags may have a value, and options may be repeated.
fn lenient(command: Command) -> Command {
    let with_value = |arg: clap::Arg| match arg.get_action() {
        ArgAction::SetTrue => arg
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .default_value("false")
            .value_parser(parse_bool),
        _ => arg,
    };
    command
        .args_override_self(true)
        .mut_args(with_value)
        .mut_subcommands(lenient)
}

/// As Go's `strconv.ParseBool`.
fn parse_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("expected true or false".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    fn command() -> Command {
        let flag = |name: &'static str, short| Arg::new(name).long(name).short(short).action(ArgAction::SetTrue);
        let words = Arg::new("words").num_args(0..).trailing_var_arg(true);
        let run = Command::new("run")
            .args([flag("rm", 'r'), flag("tty", 't').conflicts_with("cap"), words])
            .arg(Arg::new("cap").long("cap").action(ArgAction::Append))
            .arg(Arg::new("name").long("name"));
        Command::new("x").subcommand(run)
    }

    /// The values of `--rm`, `--tty` and `--name`.
    fn read(line: &str) -> Result<(bool, bool, Option<String>), String> {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let matches = parse(command, &args).map_err(|error| error.to_string())?;
        let (_, run) = matches.subcommand().expect("it is given");
        let flag = |name| *run.get_one::<bool>(name).expect("it has a default");
        Ok((flag("rm"), flag("tty"), run.get_one("name").cloned()))
    }

    #[test]
    fn flags_take_a_value_and_the_last_one_counts() {
        for (line, rm, tty) in [
            ("x run --rm", true, false),
            ("x run --rm=true image", true, false),
            ("x run --rm=0 -t=1", false, true),
            ("x run -rt --rm=false", false, true),
            ("x run --rm --rm", true, false),
            // The words after the image are not lamel's options.
            ("x run --tty=f image --rm=true", false, false),
        ] {
            assert_eq!(read(line), Ok((rm, tty, None)), "{line}");
        }
        assert_eq!(read("x run -t=true -r=F").unwrap(), (false, true, None));
        assert_eq!(
            read("x run --name a --name b --rm=T").unwrap(),
            (true, false, Some("b".into()))
        );
    }

    #[test]
    fn errors_show_the_command_line_as_it_was_typed() {
        let told = |line| read(line).unwrap_err().lines().next().unwrap_or_default().to_owned();
        assert_eq!(
            told("x run --rm=maybe"),
            "error: invalid value 'maybe' for '--rm[=<rm>]': expected true or false"
        );
        assert_eq!(told("x run -x=true"), "error: unexpected argument '-x' found");
        assert_eq!(
            told("x run --tty --cap a"),
            "error: the argument '--tty' cannot be used with '--cap <cap>'"
        );
    }
}
