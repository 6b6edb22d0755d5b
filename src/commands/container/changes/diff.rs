//! `lamel diff`: lists the changes to the files of a container.

use crate::commands::context::Context;
use crate::commands::options::containers::latest::OneContainer;
use crate::commands::{DONE, Outcome};
use crate::container::changes::diff;
use crate::layer::model::{Change, ChangeKind};
use crate::text::safe;
use crate::ui::print;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The options of `diff`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Set the output format: json is an object that lists the paths by kind of change
    #[arg(long, value_name = "FORMAT", value_parser = ["json"])]
    format: Option<String>,
    #[command(flatten)]
    container: OneContainer,
}

/// Prints a line for each change, sorted by path.
pub fn run(options: Options, context: &Context) -> Outcome {
    context.enter_userns()?;
    let store = context.store()?;
    let container = options.container.find(&store)?;
    let changes = diff::changes(&store, &container)?;
    if options.format.is_some() {
        return print_json(&changes);
    }
    let mut text = String::new();
    for change in changes {
        let letter = match change.kind {
            ChangeKind::Changed => 'C',
            ChangeKind::Added => 'A',
            ChangeKind::Deleted => 'D',
        };
        writeln!(text, "{letter} {}", safe::path(&change.path)).expect("a string takes all");
    }
    print::text(&text)?;
    Ok(DONE)
}

/// As in podman, a kind without changes has no list.
fn print_json(changes: &[Change]) -> Outcome {
    let kinds = [
        ("changed", ChangeKind::Changed),
        ("added", ChangeKind::Added),
        ("deleted", ChangeKind::Deleted),
    ];
    let mut object = Map::new();
    for (name, kind) in kinds {
        let of_kind = changes.iter().filter(|change| change.kind == kind);
        let paths: Vec<Value> = of_kind.map(|change| json!(change.path.to_string_lossy())).collect();
        if !paths.is_empty() {
            object.insert(name.into(), paths.into());
        }
    }
    print::line(safe::on_terminal(&serde_json::to_string_pretty(&object)?))?;
    Ok(DONE)
}
