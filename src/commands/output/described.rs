//! What `inspect` of volumes and of networks prints.

use crate::ui::print;
use crate::ui::template::Template;
use anyhow::Result;
use serde_json::Value;

/// Prints what `find` knows of each name, as `format` says or as one array, and returns the names of which it knows nothing.
pub fn print<'a>(
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
