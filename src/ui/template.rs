//! `--format`: Go templates over JSON, with the functions that Docker adds to Go's own.
//!
//! The engine keeps objects as hash maps, and its functions are plain `fn`s without a context. `json` must still write fields in their
//! order, so the order in which a document names its keys is kept, for one rendering, in a thread-local.

mod functions;

use anyhow::anyhow;
use gtmpl_ng::{Context, Limits, Value};
use serde_json::Value as Json;

/// Fields whose objects are maps: a key that is missing there is no error but an empty value, as in Go. All other objects have the fields they have.
const MAPS: [&str; 10] = [
    "Annotations",
    "Data",
    "ExposedPorts",
    "Labels",
    "Networks",
    "Options",
    "Ports",
    "Sysctls",
    "Tmpfs",
    "Volumes",
];

/// A parsed template.
pub struct Template {
    text: String,
    engine: gtmpl_ng::Template,
}

impl Template {
    /// Reads a template. `\t` and `\n` typed as two characters outside `{{ }}` are a tab and a line end, since shells do not make them.
    pub fn parse(text: &str) -> anyhow::Result<Template> {
        Template::parse_with(text, functions::FUNCTIONS)
    }

    /// A template whose functions leave their argument as it is, to make headings with.
    pub fn parse_for_headings(text: &str) -> anyhow::Result<Template> {
        Template::parse_with(text, functions::FUNCTIONS_ON_HEADINGS)
    }

    fn parse_with(text: &str, functions: &[(&'static str, gtmpl_ng::Func)]) -> anyhow::Result<Template> {
        let text = unescape(text);
        // Users write their own templates: only what would hang or fill the memory by accident is limited.
        let mut engine = gtmpl_ng::Template::with_limits(Limits::default());
        engine.add_funcs(functions);
        engine
            .parse(&text)
            .map_err(|error| anyhow!("invalid template {text:?}: {}", one_line(&error.to_string())))?;
        Ok(Template { text, engine })
    }

    /// The template filled in from `data`. A field that is not there is an error that lists those that are.
    pub fn render(&self, data: &Json) -> anyhow::Result<String> {
        let value = convert("", data);
        let _order = functions::KeyOrder::of(data);
        let mut out = Vec::new();
        let context = Context::from(value);
        match self.engine.execute(&mut out, &context) {
            Ok(()) => Ok(String::from_utf8_lossy(&out).into_owned()),
            Err(error) => Err(self.explain(&error, data)),
        }
    }

    fn explain(&self, error: &gtmpl_ng::ExecError, data: &Json) -> anyhow::Error {
        let Some(at) = error.as_structured() else {
            return anyhow!("template {:?}: {}", self.text, one_line(&error.to_string()));
        };
        let missing = at
            .message
            .strip_prefix("no field `")
            .and_then(|rest| rest.split_once("` in "));
        let Some((field, receiver)) = missing else {
            return anyhow!("template {:?}: {}", self.text, one_line(&at.message));
        };
        match object_shown_as(data, receiver) {
            Some(object) => {
                let known: Vec<String> = object.keys().map(|key| format!(".{key}")).collect();
                anyhow!("no field .{field}: known are {}", known.join(" "))
            }
            None => anyhow!("no field .{field}"),
        }
    }
}

/// The object in `data` that the engine's message shows as `text`.
fn object_shown_as<'a>(data: &'a Json, text: &str) -> Option<&'a serde_json::Map<String, Json>> {
    match data {
        Json::Object(object) => {
            if convert("", data).to_string() == text {
                return Some(object);
            }
            object.values().find_map(|value| object_shown_as(value, text))
        }
        Json::Array(items) => items.iter().find_map(|item| object_shown_as(item, text)),
        _ => None,
    }
}

/// One object as `--format` asks: `json`, or a template.
pub fn one(format: &str, data: &Json) -> anyhow::Result<String> {
    match format {
        "json" => Ok(data.to_string()),
        template => Template::parse(template)?.render(data),
    }
}

fn convert(field: &str, json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::String(text) => Value::String(text.clone()),
        Json::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(unsigned), _) => Value::from(unsigned),
            (None, Some(signed)) => Value::from(signed),
            (None, None) => Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::Array(items) => Value::Array(items.iter().map(|item| convert("", item)).collect()),
        Json::Object(object) => {
            let entries = object.iter().map(|(key, value)| (key.clone(), convert(key, value)));
            match MAPS.contains(&field) {
                true => Value::Map(entries.collect()),
                false => Value::Object(entries.collect()),
            }
        }
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

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
