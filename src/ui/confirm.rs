//! Asks before something is removed for good, in Docker's words.
//!
//! Like Docker, it asks on stdout and reads the answer from stdin, whether that is a terminal, a pipe, a file or
//! /dev/null: a script that gives no answer removes nothing, and needs `--force`.

use crate::ui::print;
use std::io::{self, BufRead};

/// The longest answer that is read, bytes: stdin may be a file without newlines.
const MAX_ANSWER: u64 = 4096;

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// The input ended, or could not be read.
    Missing,
}

/// Asks whether to go on. No answer is a no.
pub fn confirm(warning: &str) -> anyhow::Result<bool> {
    Ok(ask(warning)? == Answer::Yes)
}

/// Asks whether to go on, and distinguishes a no from no answer.
pub fn ask(warning: &str) -> anyhow::Result<Answer> {
    print::text(&format!(
        "WARNING! {warning}\nAre you sure you want to continue? [y/N] "
    ))?;
    Ok(read(io::stdin().lock()))
}

/// Reads the first line: only `y` or `yes`, in upper or lower case, is a yes.
fn read(input: impl BufRead) -> Answer {
    let mut line = Vec::new();
    match input.take(MAX_ANSWER).read_until(b'\n', &mut line) {
        Ok(0) | Err(_) => Answer::Missing,
        Ok(_) => match String::from_utf8_lossy(&line).trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Answer::Yes,
            _ => Answer::No,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_a_yes() {
        for yes in ["y\n", " Yes\r\n", "Y", "y\nn\n"] {
            assert_eq!(read(yes.as_bytes()), Answer::Yes, "{yes:?}");
        }
        for no in ["\n", "n\n", "yeah\n", "n\ny\n", "y y\n"] {
            assert_eq!(read(no.as_bytes()), Answer::No, "{no:?}");
        }
        assert_eq!(read(&b"\xff\n"[..]), Answer::No);
    }

    #[test]
    fn end_of_input_is_no_answer_and_an_endless_line_is_not_read_to_its_end() {
        assert_eq!(read(&b""[..]), Answer::Missing);
        let mut endless = io::BufReader::new(io::repeat(b'y'));
        assert_eq!(read(&mut endless), Answer::No);
    }
}
