//! Commands over several objects: every one is tried, whatever became of those before.

use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::ui::print;
use anyhow::{Error, Result};

/// Does `one` for each name; errors are printed as they come. A single name's error is returned, with the code that it
/// may bring.
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

/// Prints the error of one object among several: there is a failure. Nobody listening any more ends them all.
pub fn report(error: Error) -> Result<bool> {
    if error.is::<print::Closed>() {
        return Err(error);
    }
    print::error(&error);
    Ok(true)
}
