//! `lamel diff`: lists what a container changed.

use super::{Context, DONE, Outcome};
use crate::container::{self, Container};
use crate::layer::ChangeKind;
use crate::ui;
use std::fmt::Write;

/// The options of `diff`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The container
    container: String,
}

/// Prints a line for each change, sorted by path.
pub fn run(options: Options, context: &Context) -> Outcome {
    context.enter_userns()?;
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    let mut text = String::new();
    for change in container::changes(&store, &container)? {
        let letter = match change.kind {
            ChangeKind::Changed => 'C',
            ChangeKind::Added => 'A',
            ChangeKind::Deleted => 'D',
        };
        writeln!(text, "{letter} {}", ui::safe::path(&change.path)).expect("a string takes all");
    }
    ui::print::text(&text)?;
    Ok(DONE)
}
