//! The line that shows the progress of a layer, in Docker's words.

use crate::progress::Step;
use crate::text::{safe, size};
use std::borrow::Cow;

/// The maximum length of a bar, without its head.
const MAX_BAR: usize = 50;
/// The minimum length; a shorter bar is left out.
const MIN_BAR: usize = 10;

/// The line of a layer: `a2abf6c4d29d: Downloading [====>      ]   3.1MB/30MB`, within `columns` if possible.
pub fn line(name: &str, step: Step, columns: usize) -> String {
    let name = safe::text(name);
    let what = format!("{name}: {}", words(step));
    match step {
        Step::Downloading { done, total } | Step::Extracting { done, total } | Step::Pushing { done, total } => {
            amount(&what, done, total, columns)
        }
        _ => what,
    }
}

/// The name of a step, without its amounts.
pub fn words(step: Step) -> Cow<'static, str> {
    let word = match step {
        Step::Waiting => "Waiting",
        Step::Exists => "Already exists",
        Step::Downloading { .. } => "Downloading",
        Step::Verifying => "Verifying",
        Step::Extracting { .. } => "Extracting",
        Step::Retrying { attempt, pause } => {
            // Rounded up, so that it never says 0 seconds.
            let seconds = pause.as_millis().div_ceil(1000);
            let plural = if seconds == 1 { "" } else { "s" };
            return format!("Retrying in {seconds} second{plural} (attempt {attempt})").into();
        }
        Step::Complete => "Pull complete",
        Step::Preparing => "Preparing",
        Step::OnRegistry => "Layer already exists",
        Step::Pushing { .. } => "Pushing",
        Step::Pushed => "Pushed",
    };
    word.into()
}

/// The last status of a layer that was mounted from another repository.
pub fn mounted(from: &str) -> String {
    format!("Mounted from {}", safe::text(from))
}

/// Whether this is the last step of a layer; without a terminal only the last one is shown.
pub fn is_last(step: Step) -> bool {
    matches!(step, Step::Exists | Step::Complete | Step::OnRegistry | Step::Pushed)
}

fn amount(what: &str, done: u64, total: u64, columns: usize) -> String {
    if total == 0 || done > total {
        return format!("{what} {:>8}", size::human(done));
    }
    let numbers = format!("{:>8}/{}", size::human(done), size::human(total));
    // Six: the brackets, the head of the bar, and the spaces.
    let room = columns.saturating_sub(what.chars().count() + numbers.len() + 6);
    let length = room.min(MAX_BAR);
    if length < MIN_BAR {
        return format!("{what} {numbers}");
    }
    let filled = (u128::from(done) * length as u128 / u128::from(total)) as usize;
    format!(
        "{what} [{}>{}] {numbers}",
        "=".repeat(filled),
        " ".repeat(length - filled)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn shown(step: Step) -> String {
        line("a2abf6c4d29d", step, 80)
    }

    #[test]
    fn each_step_has_a_name() {
        assert_eq!(shown(Step::Waiting), "a2abf6c4d29d: Waiting");
        assert_eq!(shown(Step::Exists), "a2abf6c4d29d: Already exists");
        assert_eq!(shown(Step::Verifying), "a2abf6c4d29d: Verifying");
        assert_eq!(shown(Step::Complete), "a2abf6c4d29d: Pull complete");
        assert_eq!(shown(Step::Preparing), "a2abf6c4d29d: Preparing");
        assert_eq!(shown(Step::OnRegistry), "a2abf6c4d29d: Layer already exists");
        assert_eq!(shown(Step::Pushed), "a2abf6c4d29d: Pushed");
        assert_eq!(mounted("me/app"), "Mounted from me/app");
        let pause = Duration::from_millis(1500);
        assert_eq!(
            shown(Step::Retrying { attempt: 2, pause }),
            "a2abf6c4d29d: Retrying in 2 seconds (attempt 2)"
        );
    }

    #[test]
    fn a_bar_fills_and_fits() {
        let (done, total) = (3_100_000, 30_000_000);
        assert_eq!(
            shown(Step::Downloading { done, total }),
            "a2abf6c4d29d: Downloading [===>                                 ]    3.1MB/30MB"
        );
        for columns in [60, 80, 200] {
            let line = line("a2abf6c4d29d", Step::Extracting { done: total, total }, columns);
            assert!(line.len() < columns && line.contains("=>]     30MB/30MB"), "{line}");
        }
        let narrow = line("a2abf6c4d29d", Step::Extracting { done, total }, 40);
        assert_eq!(narrow, "a2abf6c4d29d: Extracting    3.1MB/30MB");
    }

    #[test]
    fn without_a_sensible_total_there_is_no_bar() {
        assert_eq!(
            shown(Step::Downloading { done: 1000, total: 0 }),
            "a2abf6c4d29d: Downloading      1kB"
        );
        assert_eq!(
            shown(Step::Downloading { done: 1000, total: 9 }),
            "a2abf6c4d29d: Downloading      1kB"
        );
    }
}
