//! What `ls` and `inspect` of networks and volumes print.

use crate::commands::{DONE, Outcome};
use crate::ui::listing::{Fields, Listing, Row};
use crate::ui::print;
use crate::ui::template::Template;
use anyhow::Result;
use serde_json::Value;

/// Prints a list of records. `only`: the field that `--quiet` prints alone, unless there is a format.
pub fn print_list(
    listing: Listing<'_>,
    rows: &[Row],
    only: Option<&str>,
    noheading: bool,
    format: Option<&str>,
) -> Outcome {
    let listing = Listing {
        headings: !noheading,
        ..listing
    };
    match (only, format) {
        (Some(field), None) => {
            let lines = rows.iter().map(|row| row.text(field).into_owned() + "\n");
            print::text(&lines.collect::<String>())?;
        }
        _ => listing.print(format, rows)?,
    }
    Ok(DONE)
}

/// Prints the object that `find` returns for each name, with the template `format` or as one array, and returns the
/// names for which there is none.
pub fn inspect<'a>(
    names: &'a [String],
    format: Option<&str>,
    find: impl Fn(&str) -> Result<Option<Value>>,
) -> Result<Vec<&'a str>> {
    let template = format.map(Template::parse).transpose()?;
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for name in names {
        match find(name)? {
            Some(object) => found.push(object),
            None => missing.push(name.as_str()),
        }
    }
    let text = match template {
        Some(template) => {
            let lines = found.iter().map(|object| Ok(template.render(object)? + "\n"));
            lines.collect::<Result<String>>()?
        }
        None => serde_json::to_string_pretty(&found)? + "\n",
    };
    print::text(&text)?;
    Ok(missing)
}
