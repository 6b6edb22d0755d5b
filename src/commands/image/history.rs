//! `lamel history`: prints the history of an image.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::image::contents::count::{Count, LayerChanges};
use crate::image::history;
use crate::image::history::HistoryStep;
use crate::image::names::resolve;
use crate::text::{size, time, truncate};
use crate::ui::listing::{Field, Fields, Listing};
use crate::ui::print;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::borrow::Cow;

const FIELDS: &[Field] = &[
    ("ID", "IMAGE"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("CreatedBy", "CREATED BY"),
    ("Size", "SIZE"),
    ("Comment", "COMMENT"),
];
const COLUMNS: &[&str] = &["ID", "CreatedSince", "CreatedBy", "Size", "Comment"];
const LAYER_FIELDS: &[Field] = &[
    ("ID", "IMAGE"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("CreatedBy", "CREATED BY"),
    ("Size", "SIZE"),
    ("Comment", "COMMENT"),
    ("DiffID", "LAYER"),
    ("Added", "ADDED"),
    ("Changed", "CHANGED"),
    ("Deleted", "DELETED"),
    ("FilesAdded", "FILES ADDED"),
    ("BytesAdded", "BYTES ADDED"),
    ("FilesChanged", "FILES CHANGED"),
    ("BytesChanged", "BYTES CHANGED"),
    ("FilesDeleted", "FILES DELETED"),
    ("BytesDeleted", "BYTES DELETED"),
];
const LAYER_COLUMNS: &[&str] = &["ID", "CreatedBy", "Size", "DiffID", "Added", "Changed", "Deleted"];
const EXACT_COLUMNS: &[&str] = &["ID", "CreatedAt", "CreatedBy", "Size", "Comment"];

/// The maximum length of CREATED BY without `--no-trunc`, in characters.
const CREATED_BY_WIDTH: usize = 45;

/// The options of `history`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    image: String,
    /// Do not shorten IDs and commands
    #[arg(long)]
    no_trunc: bool,
    /// Show the layer of each step, with the files and bytes that it added, changed and deleted
    #[arg(long, conflicts_with = "quiet")]
    layers: bool,
    /// Print only IDs
    #[arg(short, long)]
    quiet: bool,
    /// Print readable sizes and times; =false prints bytes and dates
    #[arg(
        short = 'H',
        long,
        value_name = "BOOL",
        default_value_t = true,
        default_missing_value = "true",
        num_args = 0..=1,
        require_equals = true,
        action = clap::ArgAction::Set
    )]
    human: bool,
    /// Set the output format: 'table', 'table TEMPLATE', 'json' or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

/// Prints the history, the newest step first.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let image = resolve::resolve(&store, &options.image)?;
    let steps = history::history(&store, &image)?;
    let table = matches!(options.format.as_deref(), None | Some("table"));
    if options.quiet && table {
        let ids: String = steps.iter().map(|step| id(step, &options) + "\n").collect();
        return print::text(&ids).map(|()| DONE);
    }
    let changes = match options.layers {
        true => history::layer_changes(&store, &image, &steps)?,
        false => vec![None; steps.len()],
    };
    let now = Utc::now();
    let rows: Vec<HistoryRow> = steps
        .iter()
        .zip(changes)
        .map(|(step, changes)| HistoryRow {
            step,
            changes,
            options: &options,
            now,
        })
        .collect();
    let (fields, columns) = match (options.layers, options.human) {
        (true, _) => (LAYER_FIELDS, LAYER_COLUMNS),
        (false, true) => (FIELDS, COLUMNS),
        (false, false) => (FIELDS, EXACT_COLUMNS),
    };
    let listing = Listing {
        fields,
        columns,
        headings: true,
    };
    listing.print(options.format.as_deref(), &rows)?;
    Ok(DONE)
}

/// A row of the table.
struct HistoryRow<'a> {
    step: &'a HistoryStep,
    /// The changes of the layer that the step made, with `--layers`.
    changes: Option<LayerChanges>,
    options: &'a Options,
    now: DateTime<Utc>,
}

impl Fields for HistoryRow<'_> {
    fn text(&self, field: &str) -> Cow<'_, str> {
        let step = self.step;
        let at = || match time::parse(step.created.as_deref()) {
            Some(time) => time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            None => time::UNKNOWN.to_owned(),
        };
        let created_by = || step.created_by.replace('\t', " ");
        let layer = |count: fn(&LayerChanges) -> Count| match &self.changes {
            Some(changes) => self.count(count(changes)),
            None => String::new(),
        };
        let text = match field {
            "ID" => id(step, self.options),
            "CreatedSince" if !self.options.human => at(),
            "CreatedSince" => time::ago(time::parse(step.created.as_deref()), self.now),
            "CreatedAt" => at(),
            "CreatedBy" if self.options.no_trunc => created_by(),
            "CreatedBy" => truncate::ellipsis(&created_by(), CREATED_BY_WIDTH),
            "Size" => self.bytes(step.size),
            "Comment" => return Cow::Borrowed(&step.comment),
            "DiffID" => step.layer.map_or(String::new(), |id| match self.options.no_trunc {
                true => id.to_string(),
                false => id.short(),
            }),
            "Added" => layer(|changes| changes.added),
            "Changed" => layer(|changes| changes.changed),
            "Deleted" => layer(|changes| changes.deleted),
            other => self.value(other).to_string(),
        };
        text.into()
    }

    fn value(&self, field: &str) -> Value {
        let changes = self.changes.unwrap_or_default();
        match field {
            "FilesAdded" => changes.added.files.into(),
            "BytesAdded" => changes.added.bytes.into(),
            "FilesChanged" => changes.changed.files.into(),
            "BytesChanged" => changes.changed.bytes.into(),
            "FilesDeleted" => changes.deleted.files.into(),
            "BytesDeleted" => changes.deleted.bytes.into(),
            // Not truncated, for programs.
            "DiffID" => self.step.layer.map_or(String::new(), |id| id.to_string()).into(),
            text => self.text(text).into(),
        }
    }
}

impl HistoryRow<'_> {
    /// `3 (1.2kB)`, or `0`.
    fn count(&self, count: Count) -> String {
        match count.files {
            0 => "0".to_owned(),
            files => format!("{files} ({})", self.bytes(count.bytes)),
        }
    }

    fn bytes(&self, bytes: u64) -> String {
        match self.options.human {
            true => size::short(bytes),
            false => bytes.to_string(),
        }
    }
}

fn id(step: &HistoryStep, options: &Options) -> String {
    match step.image {
        Some(id) if options.no_trunc => id.to_string(),
        Some(id) => id.short(),
        None => "<missing>".to_owned(),
    }
}
