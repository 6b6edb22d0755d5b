//! Progress without a terminal: one line for each layer, when it is done.

use crate::progress::{Progress, Step};
use crate::text::safe;
use crate::ui::print;
use crate::ui::progress::lines::Lines;
use crate::ui::progress::status;
use std::sync::{Mutex, PoisonError};

/// Prints only stable lines.
pub struct Plain {
    lines: Lines,
    names: Mutex<Vec<String>>,
}

impl Plain {
    pub fn new(lines: Lines) -> Plain {
        Plain {
            lines,
            names: Mutex::default(),
        }
    }
}

impl Progress for Plain {
    fn line(&self, text: &str) {
        self.lines.print(&safe::text(text));
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
            self.lines.print(&status::line(name, step, 0));
        }
    }

    fn mounted(&self, index: usize, from: &str) {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = names.get(index) {
            let name = safe::text(name);
            self.lines.print(&format!("{name}: {}", status::mounted(from)));
        }
    }

    fn warn(&self, text: &str) {
        print::warning(text);
    }
}
