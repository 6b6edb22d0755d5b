//! Watching work: bars on a terminal, stable lines elsewhere, nothing where nobody wants to know.

mod bars;
mod plain;
mod status;

use crate::progress::Progress;
use std::io::{self, IsTerminal};
use std::sync::Arc;

/// The watcher that fits where the output goes. Stable lines are results and go to stdout; bars go to stderr.
pub fn choose(quiet: bool) -> Arc<dyn Progress> {
    let draws = io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
    match (quiet, draws) {
        (true, _) => Arc::new(Quiet),
        (false, true) => Arc::new(bars::Bars::new(io::stdout().is_terminal())),
        (false, false) => Arc::new(plain::Plain::default()),
    }
}

/// Only warnings.
struct Quiet;

impl Progress for Quiet {
    fn line(&self, _: &str) {}
    fn layers(&self, _: &[String]) {}
    fn step(&self, _: usize, _: crate::progress::Step) {}
    fn warn(&self, text: &str) {
        super::print::warning(super::safe::text(text));
    }
}
