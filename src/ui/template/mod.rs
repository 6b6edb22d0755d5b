//! `--format`: Go templates over JSON, with the functions that Docker adds to Go's own.
//!
//! An engine of our own, because scripts depend on two things that the engines for Rust do not do: values are printed
//! as Go prints its types (`map[80/tcp:{}]`, `5s`), and `json` keeps the order of fields. A template passes through
//! [`lexer`], [`parse`] and [`run`]. [`types`] says which Go type a field of the JSON has, [`value`] holds values of
//! these types, and [`functions`], [`printf`] and [`number`] are Go's functions over them.

pub mod functions;
pub mod lexer;
pub mod number;
pub mod parse;
pub mod printf;
pub mod run;
#[cfg(test)]
mod tests;
pub mod types;
pub mod value;

use crate::ui::template::functions::FunctionSet;
use crate::ui::template::value::Value;
use anyhow::anyhow;
use serde_json::Value as Json;

/// A parsed template.
pub struct Template {
    text: String,
    tree: parse::Tree,
}

impl Template {
    /// Parses a template. Outside `{{ }}`, `\t` and `\n` typed as two characters are a tab and a newline, since a shell
    /// does not produce them from quotes.
    pub fn parse(text: &str) -> anyhow::Result<Template> {
        Template::parse_with(text, FunctionSet::Data)
    }

    /// Parses a template for table headings: functions that change a text return it unchanged.
    pub fn parse_for_headings(text: &str) -> anyhow::Result<Template> {
        Template::parse_with(text, FunctionSet::Headings)
    }

    fn parse_with(text: &str, functions: FunctionSet) -> anyhow::Result<Template> {
        let text = unescape(text);
        match parse::parse(&text, functions) {
            Ok(tree) => Ok(Template { text, tree }),
            Err(reason) => Err(anyhow!("invalid template {text:?}: {reason}")),
        }
    }

    /// Executes the template over `data`. An unknown field is an error that lists the known ones.
    pub fn render(&self, data: &Json) -> anyhow::Result<String> {
        self.render_with(data, &Json::Null)
    }

    /// Like [`Template::render`], with methods: `.METHOD "key"` is `methods[METHOD][key]`, or the key itself where
    /// `methods` is `true`.
    pub fn render_with(&self, data: &Json, methods: &Json) -> anyhow::Result<String> {
        run::run(&self.tree, Value::document(data), methods).map_err(|error| match error.starts_with("no field ") {
            true => anyhow!(error),
            false => anyhow!("template {:?}: {error}", self.text),
        })
    }
}

/// Renders one object with the value of `--format`: `json`, or a template.
pub fn render_one(format: &str, data: &Json) -> anyhow::Result<String> {
    match format {
        "json" => Ok(data.to_string()),
        template => Template::parse(template)?.render(data),
    }
}

/// Replaces `\t` and `\n` outside actions. Inside, they are escapes of Go's string literals.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        out.push_str(&rest[..start].replace("\\t", "\t").replace("\\n", "\n"));
        let end = rest[start..].find("}}").map_or(rest.len(), |end| start + end + 2);
        out.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    out.push_str(&rest.replace("\\t", "\t").replace("\\n", "\n"));
    out
}
