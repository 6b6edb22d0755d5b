//! `lamel image diff`: lists the differences between two images.

use crate::commands::context::Context;
use crate::commands::image::files::kind;
use crate::commands::{DONE, Outcome};
use crate::image::contents::difference;
use crate::image::contents::difference::config::FieldChange;
use crate::image::contents::difference::{Difference, FileChange};
use crate::image::names::resolve;
use crate::layer::model::{ChangeKind, EntryKind, LayerEntry};
use crate::text::{safe, size};
use crate::ui::listing::{Field, Fields, Listing};
use crate::ui::print;
use serde_json::{Value, json};
use std::borrow::Cow;

/// The options of `image diff`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the older image
    #[arg(value_name = "IMAGE")]
    first: String,
    /// Name or ID of the image to compare with it
    #[arg(value_name = "IMAGE")]
    second: String,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

const FIELDS: &[Field] = &[
    ("Kind", "KIND"),
    ("What", "WHAT"),
    ("Before", "BEFORE"),
    ("After", "AFTER"),
];
const COLUMNS: &[&str] = &["Kind", "What", "Before", "After"];

/// Lists the fields of the configuration that differ, and then the files.
pub fn run(options: Options, context: &Context) -> Outcome {
    // Only root of the user namespace can read every file of a layer.
    context.enter_userns()?;
    let store = context.store()?;
    let first = resolve::resolve(&store, &options.first)?;
    let second = resolve::resolve(&store, &options.second)?;
    let difference = difference::difference(&store, &first, &second)?;
    if options.format.as_deref() == Some("json") {
        return print::line(safe::on_terminal(&document(&difference).to_string())).map(|()| DONE);
    }
    let fields = difference.config.iter().map(Row::Field);
    let rows: Vec<Row> = fields.chain(difference.files.iter().map(Row::File)).collect();
    let listing = Listing {
        fields: FIELDS,
        columns: COLUMNS,
        headings: true,
    };
    listing.print(options.format.as_deref(), &rows)?;
    Ok(DONE)
}

/// A row of the table.
enum Row<'a> {
    Field(&'a FieldChange),
    File(&'a FileChange),
}

impl Fields for Row<'_> {
    fn text(&self, field: &str) -> Cow<'_, str> {
        let value = |value: &Option<Value>| value.as_ref().map_or(String::new(), shown);
        let text = match (self, field) {
            (Row::Field(change), "Kind") => letter(change.kind()).to_owned(),
            (Row::Field(change), "What") => change.field.clone(),
            (Row::Field(change), "Before") => value(&change.before),
            (Row::Field(change), "After") => value(&change.after),
            (Row::File(file), "Kind") => letter(file.change.kind).to_owned(),
            (Row::File(file), "What") => safe::path(&file.change.path).into_owned(),
            (Row::File(file), "Before") => description(file.before.as_ref(), file.after.as_ref()),
            (Row::File(file), "After") => description(file.after.as_ref(), file.before.as_ref()),
            _ => String::new(),
        };
        text.into()
    }
}

fn letter(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Changed => "C",
        ChangeKind::Added => "A",
        ChangeKind::Deleted => "D",
    }
}

/// A text without quotes, or another value as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Describes a file: its size, the target of a symlink, or its type; and mode and owner if they differ from the
/// other's.
fn description(entry: Option<&LayerEntry>, other: Option<&LayerEntry>) -> String {
    let Some(entry) = entry else { return String::new() };
    let mut facts = Vec::new();
    match entry.kind {
        EntryKind::File => facts.push(size::short(entry.size)),
        EntryKind::Symlink => facts.push(format!("-> {}", safe::path(&entry.link))),
        EntryKind::Directory if other.is_none_or(|other| other.kind == EntryKind::Directory) => {}
        EntryKind::CharDevice | EntryKind::BlockDevice => {
            facts.push(format!("{} {}:{}", kind(entry.kind), entry.device.0, entry.device.1));
        }
        other => facts.push(kind(other).to_owned()),
    }
    if let Some(other) = other {
        if entry.mode != other.mode {
            facts.push(format!("{:04o}", entry.mode));
        }
        if (entry.uid, entry.gid) != (other.uid, other.gid) {
            facts.push(format!("{}:{}", entry.uid, entry.gid));
        }
    }
    facts.join(" ")
}

fn document(difference: &Difference) -> Value {
    let word = |kind: ChangeKind| match kind {
        ChangeKind::Changed => "changed",
        ChangeKind::Added => "added",
        ChangeKind::Deleted => "deleted",
    };
    let config: Vec<Value> = difference
        .config
        .iter()
        .map(|change| {
            json!({
                "Field": change.field,
                "Kind": word(change.kind()),
                "Before": change.before,
                "After": change.after,
            })
        })
        .collect();
    let entry = |entry: &Option<LayerEntry>| match entry {
        None => Value::Null,
        Some(entry) => json!({
            "Type": kind(entry.kind),
            "Mode": format!("{:04o}", entry.mode),
            "Uid": entry.uid,
            "Gid": entry.gid,
            "Size": entry.size,
            "Link": entry.link.display().to_string(),
        }),
    };
    let files: Vec<Value> = difference
        .files
        .iter()
        .map(|file| {
            json!({
                "Path": file.change.path.display().to_string(),
                "Kind": word(file.change.kind),
                "Before": entry(&file.before),
                "After": entry(&file.after),
            })
        })
        .collect();
    json!({ "Config": config, "Files": files })
}
