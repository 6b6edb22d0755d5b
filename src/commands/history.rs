//! `lamel history`: prints how an image was made.

use super::{Context, DONE, Outcome};
use crate::image::{self, Step};
use crate::ui::listing::{Field, Listing, Row};
use crate::ui::{print, size, time, truncate};
use chrono::Utc;
use serde_json::json;

const FIELDS: &[Field] = &[
    ("ID", "IMAGE"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("CreatedBy", "CREATED BY"),
    ("Size", "SIZE"),
    ("Comment", "COMMENT"),
];
const COLUMNS: &[&str] = &["ID", "CreatedSince", "CreatedBy", "Size", "Comment"];
const EXACT_COLUMNS: &[&str] = &["ID", "CreatedAt", "CreatedBy", "Size", "Comment"];

/// Characters of CREATED BY that are shown unless `--no-trunc` is given.
const CREATED_BY: usize = 45;

/// The options of `history`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The image, by name, ID or the start of an ID
    image: String,
    /// Show whole IDs and commands
    #[arg(long)]
    no_trunc: bool,
    /// Show IDs alone
    #[arg(short, long)]
    quiet: bool,
    /// Show sizes and times for people (=false: in bytes, as dates)
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
    /// Show with a Go template, 'table TEMPLATE' or 'json'
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

/// Prints an image's history, newest first.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    let image = image::resolve(&store, &options.image)?;
    let steps = image::history(&store, &image)?;
    let rows: Vec<Row> = steps.iter().map(|step| row(step, &options)).collect();
    if options.quiet && options.format.is_none() {
        for step in &steps {
            print::line(id(step, &options))?;
        }
        return Ok(DONE);
    }
    let listing = Listing {
        fields: FIELDS,
        columns: if options.human { COLUMNS } else { EXACT_COLUMNS },
        headings: true,
    };
    listing.print(options.format.as_deref(), &rows)?;
    Ok(DONE)
}

fn row(step: &Step, options: &Options) -> Row {
    let created = time::parse(step.created.as_deref());
    let created_by = step.created_by.replace('\t', " ");
    let mut row = Row::new();
    let mut put = |field: &str, text: String| row.insert(field.to_owned(), json!(text));
    put("ID", id(step, options));
    put("CreatedSince", time::ago(created, Utc::now()));
    put(
        "CreatedAt",
        created.map_or_else(
            || time::UNKNOWN.to_owned(),
            |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        ),
    );
    put(
        "CreatedBy",
        if options.no_trunc {
            created_by
        } else {
            truncate::ellipsis(&created_by, CREATED_BY)
        },
    );
    put(
        "Size",
        if options.human {
            size::short(step.size)
        } else {
            step.size.to_string()
        },
    );
    put("Comment", step.comment.clone());
    row
}

fn id(step: &Step, options: &Options) -> String {
    match step.image {
        Some(id) if options.no_trunc => id.to_string(),
        Some(id) => id.short(),
        None => "<missing>".to_owned(),
    }
}
