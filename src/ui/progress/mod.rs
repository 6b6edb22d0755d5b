//! Shows the progress of long work: bars on a terminal, stable lines elsewhere, JSON for programs, or nothing.

pub mod bars;
pub mod json;
pub mod lines;
pub mod pace;
pub mod plain;
pub mod status;

use crate::progress::Progress;
use crate::ui::progress::lines::Lines;
use std::io::{self, IsTerminal};
use std::sync::Arc;

/// The value of `--progress`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Style {
    /// Progress bars if stderr is a terminal, otherwise plain
    #[default]
    Auto,
    /// One line for each finished layer
    Plain,
    /// One JSON object per line on stdout, as in Docker's API: status, id (of a layer), progressDetail (current and
    /// total bytes); at the end aux (Name and ID of the image), or error
    Json,
    /// Only the image's name at the end
    None,
}

/// The progress reporter for a style. `lines`: where stable lines go.
pub fn styled(style: Style, lines: Lines) -> Arc<dyn Progress> {
    match style {
        Style::Auto => choose(lines),
        Style::Plain => Arc::new(plain::Plain::new(lines)),
        Style::Json => Arc::new(json::Json::default()),
        Style::None => choose(Lines::None),
    }
}

/// The progress reporter that fits the terminal: bars where stderr is one, and else stable lines.
pub fn choose(lines: Lines) -> Arc<dyn Progress> {
    let draws = io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
    match (lines, draws) {
        (Lines::None, _) => Arc::new(Quiet),
        (lines, true) => Arc::new(bars::Bars::new(lines)),
        (lines, false) => Arc::new(plain::Plain::new(lines)),
    }
}

/// Prints only warnings.
struct Quiet;

impl Progress for Quiet {
    fn line(&self, _: &str) {}
    fn layers(&self, _: &[String]) {}
    fn step(&self, _: usize, _: crate::progress::Step) {}
    fn mounted(&self, _: usize, _: &str) {}
    fn warn(&self, text: &str) {
        crate::ui::print::warning(text);
    }
}
