//! Commands over several objects: each object is tried, even after others failed.

use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::ui::print;
use anyhow::{Error, Result};

/// Calls `one` for each name and prints errors when they happen. The error of a single name is returned instead, with
/// its own exit code.
pub fn each(names: &[String], mut one: impl FnMut(&str) -> Result<()>) -> Outcome {
    if let [name] = names {
        return one(name).map(|()| DONE);
    }
    let mut failed = false;
    for name in names {
        if let Err(error) = one(name) {
            failed |= report(error)?;
        }
    }
    Ok(if failed { SOME_FAILED } else { DONE })
}

/// Prints the error of one object among several, and returns true: something failed. A closed stdout ends the command.
pub fn report(error: Error) -> Result<bool> {
    if error.is::<print::Closed>() {
        return Err(error);
    }
    print::error(&error);
    Ok(true)
}
