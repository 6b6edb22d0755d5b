//! Errors become lines on stderr and exit codes.

use crate::commands::Failure;
use crate::text::safe;
use crate::ui::print;
use clap::error::{ContextKind, ContextValue, ErrorKind as Usage};
use rustix::io::Errno;
use std::io::{self, ErrorKind};

/// Exit code of a command that failed.
pub const FAILED: u8 = 1;
/// Exit code of an invalid command line.
pub const USAGE: u8 = 2;
/// Exit code of `run`, `exec` and `create` where lamel itself failed, as opposed to the command in the container.
pub const ENGINE_FAILED: u8 = 125;

/// Prints a message of clap: help and version on stdout, an invalid command line on stderr. Returns the exit code: 0
/// for the former, `failed` for the latter.
pub fn usage(error: &clap::Error, failed: impl FnOnce() -> u8) -> u8 {
    match error.kind() {
        Usage::DisplayHelp | Usage::DisplayVersion => {
            // `lamel --help | head -1` succeeds: a closed pipe is no error.
            let _ = print::text(&error.render().to_string());
            return 0;
        }
        Usage::InvalidSubcommand => {
            let named = error
                .get(ContextKind::InvalidSubcommand)
                .map_or_else(String::new, ToString::to_string);
            let named = safe::text(&named);
            let hint = match error.get(ContextKind::SuggestedSubcommand) {
                // clap has the most similar last.
                Some(ContextValue::Strings(similar)) => {
                    let similar: Vec<_> = similar.iter().rev().map(String::as_str).collect();
                    format!("did you mean {}?", similar.join(", "))
                }
                Some(similar) => format!("did you mean {similar}?"),
                None => "'lamel --help' lists all".to_owned(),
            };
            print::note(format_args!("lamel: unknown command: {named} ({hint})"));
        }
        _ => print::note(error.render().to_string().trim_end()),
    }
    failed()
}

/// Prints an error, with a hint where there is one. Returns the exit code: that of a [`Failure`] in the chain, or else
/// `failed`. A closed stdout prints nothing and counts as success. `debug`: each cause on its own line.
pub fn report(error: &anyhow::Error, failed: u8, debug: bool) -> u8 {
    if error.is::<print::Closed>() {
        return 0;
    }
    if debug {
        print::error_in_full(error);
    } else {
        print::error(error);
    }
    if let Some(hint) = hint(error) {
        print::note(format_args!("lamel: hint: {hint}"));
    }
    error.downcast_ref::<Failure>().map_or(failed, |failure| failure.code)
}

/// What a user can do about an error whichever command it comes from. Hints for one operation are in that operation's
/// own errors.
fn hint(error: &anyhow::Error) -> Option<&'static str> {
    let kinds = error.chain().filter_map(|cause| match cause.downcast_ref::<Errno>() {
        Some(errno) => Some(io::Error::from(*errno).kind()),
        None => cause.downcast_ref::<io::Error>().map(io::Error::kind),
    });
    match kinds.last()? {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("'lamel system df' shows what takes room, 'lamel prune' makes room")
        }
        ErrorKind::ReadOnlyFilesystem => Some("--root names a directory that can be written to"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::print;

    #[test]
    fn a_full_disk_has_a_hint_wherever_it_is_in_the_chain() {
        let full = anyhow::Error::new(Errno::NOSPC).context("layer sha256:1");
        assert!(hint(&full).unwrap().contains("lamel prune"));
        let full = anyhow::Error::new(io::Error::from(ErrorKind::StorageFull)).context("layer sha256:1");
        assert!(hint(&full).unwrap().contains("lamel prune"));
        assert_eq!(hint(&anyhow::anyhow!("no such image: x")), None);
    }

    #[test]
    fn a_failure_brings_its_code_through_added_context() {
        let failure = Failure {
            code: 127,
            message: "no such command".into(),
        };
        let error = anyhow::Error::new(failure).context("container x");
        assert_eq!(report(&error, 125, false), 127);
        assert_eq!(report(&anyhow::anyhow!("other"), 125, false), 125);
        assert_eq!(report(&print::Closed.into(), 125, false), 0);
    }
}
