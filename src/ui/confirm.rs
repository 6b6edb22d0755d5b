//! Asking before something goes for good.

use std::io::{self, IsTerminal, Write};

/// Asks on the terminal whether to go on; only `y` or `yes` is a yes. Where nobody is there to ask, that the command was
/// given is the answer.
pub fn confirm(warning: &str) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(true);
    }
    let mut err = io::stderr().lock();
    let _ = write!(err, "WARNING! {warning}\nAre you sure you want to continue? [y/N] ");
    let _ = err.flush();
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_a_yes() {
        assert!(is_yes("y\n") && is_yes(" Yes\r\n"));
        assert!(!is_yes("") && !is_yes("\n") && !is_yes("n\n") && !is_yes("yeah"));
    }
}
