//! Off a terminal: a line for each layer when it is done, and nothing that moves.

use super::status;
use crate::progress::{Progress, Step};
use crate::ui::{print, safe};
use std::sync::{Mutex, PoisonError};

/// Stable lines on stdout. That nobody reads them is no reason to stop a pull, so a closed pipe is not reported from here.
#[derive(Default)]
pub struct Plain {
    names: Mutex<Vec<String>>,
}

impl Progress for Plain {
    fn line(&self, text: &str) {
        let _ = print::line(safe::text(text));
    }

    fn layers(&self, names: &[String]) {
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = names.to_vec();
    }

    fn step(&self, index: usize, step: Step) {
        if !status::is_last(step) {
            return;
        }
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = names.get(index) {
            let _ = print::line(status::line(name, step, 0));
        }
    }

    fn warn(&self, text: &str) {
        print::warning(safe::text(text));
    }
}
