//! `--rm=true`, `--rm=false`, and options that are given again.
//!
//! Docker's command line takes a value with every flag, and of an option that is there twice the last one. Both are rare, and would stand as
//! `--rm[=<REMOVE>]` in every help text; so a command line is first read without them, and again with them where that did not do.

use clap::builder::ArgAction;
use clap::error::ErrorKind::{ArgumentConflict, TooManyValues, UnknownArgument};
use clap::{ArgMatches, Command};
use std::ffi::OsString;

/// Reads the command line. The error is of the first reading where the second comes no further.
pub fn matches(command: impl Fn() -> Command, args: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let first = match command().try_get_matches_from(args) {
        // `--rm=true`, `-a=true` and `--rm --rm`.
        Err(error) if [TooManyValues, UnknownArgument, ArgumentConflict].contains(&error.kind()) => error,
        result => return result,
    };
    match lenient(command()).try_get_matches_from(args) {
        Err(error) if error.kind() == first.kind() => Err(first),
        result => result,
    }
}

/// What can be read of a command line that cannot be read as a whole: the command that the error is in, and those above it. `None` where
/// help was asked for.
pub fn partly(command: Command, args: &[OsString]) -> Option<ArgMatches> {
    lenient(command).ignore_errors(true).try_get_matches_from(args).ok()
}

fn lenient(command: Command) -> Command {
    let with_value = |arg: clap::Arg| match arg.get_action() {
        ArgAction::SetTrue => arg
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .default_value("false")
            .value_parser(value),
        _ => arg,
    };
    command
        .args_override_self(true)
        .mut_args(with_value)
        .mut_subcommands(lenient)
}

/// As Go's `strconv.ParseBool`.
fn value(text: &str) -> Result<bool, String> {
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

    /// `--rm`, `--tty` and `--name` as they were read.
    fn read(line: &str) -> Result<(bool, bool, Option<String>), String> {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let matches = matches(command, &args).map_err(|error| error.to_string())?;
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
            // What is after the image is the command's.
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
    fn what_is_wrong_is_told_as_it_is() {
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
