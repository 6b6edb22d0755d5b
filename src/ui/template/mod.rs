//! `--format`: Go templates over JSON, with the functions that Docker adds to Go's own.
//!
//! An engine of our own: templates of scripts print what Go's types print (`map[80/tcp:{}]`, `5s`), and `json` keeps the order of
//! fields, neither of which the engines for Rust know of. From text to text: [`lexer`] → [`parse`] → [`run`], over
//! [`value`]s whose Go types are told by [`types`], with [`functions`] and [`printf`].

pub mod functions;
pub mod lexer;
pub mod parse;
pub mod printf;
pub mod run;
#[cfg(test)]
mod tests;
pub mod types;
pub mod value;

use crate::ui::template::value::Value;
use anyhow::anyhow;
use serde_json::Value as Json;

/// A parsed template.
pub struct Template {
    text: String,
    tree: parse::Tree,
}

impl Template {
    /// Reads a template. `\t` and `\n` typed as two characters outside `{{ }}` are a tab
    /// and a line end, since shells do not make them.
    pub fn parse(text: &str) -> anyhow::Result<Template> {
        Template::parse_with(text, functions::Set::Data)
    }

    /// A template whose functions leave their argument as it is, to make headings with.
    pub fn parse_for_headings(text: &str) -> anyhow::Result<Template> {
        Template::parse_with(text, functions::Set::Headings)
    }

    fn parse_with(text: &str, functions: functions::Set) -> anyhow::Result<Template> {
        let text = unescape(text);
        match parse::parse(&text, functions) {
            Ok(tree) => Ok(Template { text, tree }),
            Err(reason) => Err(anyhow!("invalid template {text:?}: {reason}")),
        }
    }

    /// The template filled in from `data`. A field that is not there is an error that lists those that are.
    pub fn render(&self, data: &Json) -> anyhow::Result<String> {
        self.render_with(data, &Json::Null)
    }

    /// Likewise, where `.METHOD "key"` is what the object `methods` has under both names; the key itself where `methods` is `true`.
    pub fn render_with(&self, data: &Json, methods: &Json) -> anyhow::Result<String> {
        run::run(&self.tree, Value::document(data), methods).map_err(|error| match error.starts_with("no field ") {
            true => anyhow!(error),
            false => anyhow!("template {:?}: {error}", self.text),
        })
    }
}

/// One object as `--format` asks: `json`, or a template.
pub fn one(format: &str, data: &Json) -> anyhow::Result<String> {
    match format {
        "json" => Ok(data.to_string()),
        template => Template::parse(template)?.render(data),
    }
}

/// `\t` and `\n` outside actions; inside, Go's own string literals know them.
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
