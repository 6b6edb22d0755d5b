//! The functions of templates: Go's own (`text/template`, `funcs.go`), and those that Docker adds (docker/cli,
//! `templates`).
//!
//! `and` and `or` are here only by name: they do not evaluate all their operands, so [`crate::ui::template::run`] does
//! their work.

use crate::ui::template::printf::printf;
use crate::ui::template::value::Value;
use std::cmp::Ordering;

/// A template function.
pub type Function = for<'a> fn(&[Value<'a>]) -> Result<Value<'a>, String>;

/// What the functions of a template do.
#[derive(Clone, Copy, PartialEq)]
pub enum FunctionSet {
    /// They work on data.
    Data,
    /// Those that change a text return it unchanged: the column `{{upper .Name}}` has the heading of `{{.Name}}`.
    Headings,
}

impl FunctionSet {
    /// Finds a function by its name.
    pub fn find(self, name: &str) -> Option<(&'static str, Function)> {
        let (name, function) = FUNCTIONS.into_iter().find(|(known, _)| *known == name)?;
        let changes_text = ["json", "join", "len", "lower", "split", "title", "truncate", "upper"].contains(&name);
        match self == FunctionSet::Headings && changes_text {
            true => Some((name, same)),
            false => Some((name, function)),
        }
    }
}

const FUNCTIONS: [(&str, Function); 27] = [
    ("and", same),
    ("call", call),
    ("eq", eq),
    ("ge", |args| ordered("ge", args, Ordering::is_ge)),
    ("gt", |args| ordered("gt", args, Ordering::is_gt)),
    ("html", |args| Ok(escaped(args, HTML))),
    ("index", index),
    ("join", join),
    ("js", |args| Ok(escaped(args, JS))),
    ("json", |args| Ok(one("json", args)?.json().to_string().into())),
    ("le", |args| ordered("le", args, Ordering::is_le)),
    ("len", len),
    ("lower", |args| {
        Ok(text("lower", one("lower", args)?)?.to_lowercase().into())
    }),
    ("lt", |args| ordered("lt", args, Ordering::is_lt)),
    ("ne", ne),
    ("not", |args| Ok(Value::Bool(!one("not", args)?.is_true()))),
    ("or", same),
    ("pad", pad),
    ("print", |args| Ok(print(args).into())),
    ("printf", |args| match args.split_first() {
        Some((format, args)) => Ok(printf(&text("printf", format)?, args).into()),
        None => Err(wrong_count("printf", "at least 1", 0)),
    }),
    ("println", |args| Ok(println(args).into())),
    ("slice", slice),
    ("split", split),
    ("title", |args| Ok(title(&text("title", one("title", args)?)?).into())),
    ("truncate", truncate),
    ("upper", |args| {
        Ok(text("upper", one("upper", args)?)?.to_uppercase().into())
    }),
    ("urlquery", |args| Ok(url_query(&print(args)).into())),
];

/// Returns the first argument.
fn same<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    args.first()
        .cloned()
        .ok_or_else(|| wrong_count("function", "at least 1", 0))
}

fn call<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    Err(match args.first() {
        Some(value) => format!("error calling call: non-function of type {}", value.kind()),
        None => wrong_count("call", "at least 1", 0),
    })
}

/// Whether the first argument equals one of the others.
fn eq<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let Some((first, others)) = args.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Err("error calling eq: missing argument for comparison".to_owned());
    };
    for other in others {
        if first.compare(other).map_err(|error| call_error("eq", &error))? == Some(Ordering::Equal) {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn ne<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let [a, b] = two("ne", args)?;
    let order = a.compare(b).map_err(|error| call_error("ne", &error))?;
    Ok(Value::Bool(order != Some(Ordering::Equal)))
}

fn ordered<'a>(name: &str, args: &[Value<'a>], wanted: fn(Ordering) -> bool) -> Result<Value<'a>, String> {
    let [a, b] = two(name, args)?;
    if matches!(a, Value::Bool(_) | Value::Nil | Value::Missing) {
        return Err(call_error(name, "invalid type for comparison"));
    }
    let order = a.compare(b).map_err(|error| call_error(name, &error))?;
    Ok(Value::Bool(order.is_some_and(wanted)))
}

/// `index VALUE KEY…`: an item of a list, a byte of a text, or the value under a key of a map. A key that is missing
/// gives the zero value of the map's values.
fn index<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let Some((first, keys)) = args.split_first() else {
        return Err(wrong_count("index", "at least 1", 0));
    };
    let mut value = first.clone();
    for key in keys {
        value = match (&value, key) {
            (Value::List(items), key) => {
                Value::items(items)[index_below(key, Value::items(items).len(), "index")?].clone()
            }
            (Value::Text(text), key) => Value::Int(text.as_bytes()[index_below(key, text.len(), "index")?].into()),
            (Value::Map(map), Value::Text(key)) => match (value.key(key), map.and_then(|map| map.values().next())) {
                // Another value of the map shows the type of its values.
                (Value::Missing, Some(serde_json::Value::Array(_))) => Value::List(None),
                (Value::Missing, Some(serde_json::Value::Object(_))) => Value::Nil,
                (Value::Missing, _) => Value::Text("".into()),
                (found, _) => found,
            },
            (Value::Map(_), key) => {
                return Err(call_error(
                    "index",
                    &format!("value has type {}; should be string", key.kind()),
                ));
            }
            (Value::Nil | Value::Missing, _) => return Err(call_error("index", "index of untyped nil")),
            (other, _) => {
                return Err(call_error(
                    "index",
                    &format!("can't index item of type {}", other.kind()),
                ));
            }
        };
    }
    Ok(value)
}

/// Checks that the key is an index below `length`.
fn index_below(key: &Value<'_>, length: usize, function: &str) -> Result<usize, String> {
    let Some(at) = key.int() else {
        return Err(call_error(
            function,
            &format!("cannot index slice/array with type {}", key.kind()),
        ));
    };
    let within = usize::try_from(at).ok().filter(|at| *at < length);
    within.ok_or_else(|| call_error(function, &format!("index out of range: {at}")))
}

/// `slice VALUE [FROM [TO]]` of a list, or of a text in bytes.
fn slice<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let Some((value, limits)) = args.split_first().filter(|(_, limits)| limits.len() <= 2) else {
        return Err(wrong_count("slice", "from 1 to 3", args.len()));
    };
    let bounds = |length: usize| {
        // Both bounds may be the length itself.
        let from = limits
            .first()
            .map_or(Ok(0), |from| index_below(from, length + 1, "slice"))?;
        let to = limits
            .get(1)
            .map_or(Ok(length), |to| index_below(to, length + 1, "slice"))?;
        match from <= to {
            true => Ok(from..to),
            false => Err(call_error("slice", &format!("invalid slice index: {from} > {to}"))),
        }
    };
    match value {
        Value::List(items) => {
            let items = Value::items(items);
            Ok(Value::List(Some(items[bounds(items.len())?].into())))
        }
        Value::Text(text) => {
            let bytes = &text.as_bytes()[bounds(text.len())?];
            Ok(String::from_utf8_lossy(bytes).into_owned().into())
        }
        other => Err(call_error(
            "slice",
            &format!("can't slice item of type {}", other.kind()),
        )),
    }
}

/// The number of items, entries or bytes.
fn len<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let length = match one("len", args)? {
        Value::Text(text) => text.len(),
        Value::List(items) => Value::items(items).len(),
        Value::Map(map) => map.map_or(0, |map| map.len()),
        // A missing list is as good as an empty one.
        Value::Nil | Value::Missing => 0,
        other => return Err(call_error("len", &format!("len of type {}", other.kind()))),
    };
    Ok(Value::Int(length as i128))
}

/// `join LIST SEPARATOR`.
fn join<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let [list, separator] = two("join", args)?;
    match list {
        Value::List(items) => {
            let items: Vec<String> = Value::items(items).iter().map(|item| item.shown(false)).collect();
            Ok(items.join(&text("join", separator)?).into())
        }
        Value::Nil | Value::Missing => Ok("".to_owned().into()),
        other => Err(wrong_type("join", "a list", other)),
    }
}

/// `split TEXT SEPARATOR`.
fn split<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let [whole, separator] = two("split", args)?;
    let (whole, separator) = (text("split", whole)?, text("split", separator)?);
    let parts = match separator.is_empty() {
        true => whole.chars().map(|c| c.to_string().into()).collect(),
        false => whole.split(&separator).map(|part| part.to_owned().into()).collect(),
    };
    Ok(Value::List(Some(parts)))
}

/// Converts the first letter of each word to upper case.
fn title(text: &str) -> String {
    let mut starts_word = true;
    let mut out = String::new();
    for c in text.chars() {
        match starts_word {
            true => out.extend(c.to_uppercase()),
            false => out.push(c),
        }
        starts_word = !(c.is_alphanumeric() || c == '_' || c == '\'');
    }
    out
}

/// `pad TEXT BEFORE AFTER`: adds so many spaces before and after the text, unless it is empty.
fn pad<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let [source, before, after] = args else {
        return Err(wrong_count("pad", "3", args.len()));
    };
    let source = text("pad", source)?;
    if source.is_empty() {
        return Ok(source.into());
    }
    let (before, after) = (" ".repeat(count("pad", before)?), " ".repeat(count("pad", after)?));
    Ok(format!("{before}{source}{after}").into())
}

/// `truncate TEXT LENGTH`.
fn truncate<'a>(args: &[Value<'a>]) -> Result<Value<'a>, String> {
    let [source, length] = two("truncate", args)?;
    let length = count("truncate", length)?;
    let cut: String = text("truncate", source)?.chars().take(length).collect();
    Ok(cut.into())
}

/// Joins the values, with a space between two values of which neither is a text (Go's `fmt.Sprint`).
fn print(values: &[Value<'_>]) -> String {
    let mut out = String::new();
    let mut before_is_text = true;
    for value in values {
        let is_text = matches!(value, Value::Text(_));
        if !before_is_text && !is_text {
            out.push(' ');
        }
        out += &value.shown(false);
        before_is_text = is_text;
    }
    out
}

fn println(values: &[Value<'_>]) -> String {
    let values: Vec<String> = values.iter().map(|value| value.shown(false)).collect();
    values.join(" ") + "\n"
}

/// How a character is escaped; `None` where it needs no escape.
type Escape = fn(char) -> Option<&'static str>;

const HTML: Escape = |c| match c {
    '\0' => Some("\u{fffd}"),
    '"' => Some("&#34;"),
    '\'' => Some("&#39;"),
    '&' => Some("&amp;"),
    '<' => Some("&lt;"),
    '>' => Some("&gt;"),
    _ => None,
};
const JS: Escape = |c| match c {
    '\\' => Some("\\\\"),
    '\'' => Some("\\'"),
    '"' => Some("\\\""),
    '<' => Some("\\u003C"),
    '>' => Some("\\u003E"),
    '&' => Some("\\u0026"),
    '=' => Some("\\u003D"),
    '\n' => Some("\\u000A"),
    '\r' => Some("\\u000D"),
    '\t' => Some("\\u0009"),
    _ => None,
};

fn escaped<'a>(args: &[Value<'a>], escape: Escape) -> Value<'a> {
    let mut out = String::new();
    for c in print(args).chars() {
        match escape(c) {
            Some(escaped) => out.push_str(escaped),
            None => out.push(c),
        }
    }
    out.into()
}

fn url_query(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'_' | b'.' | b'~' => out.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => out.push(byte.into()),
            byte => out += &format!("%{byte:02X}"),
        }
    }
    out
}

fn one<'v, 'a>(name: &str, args: &'v [Value<'a>]) -> Result<&'v Value<'a>, String> {
    match args {
        [only] => Ok(only),
        _ => Err(wrong_count(name, "1", args.len())),
    }
}

fn two<'v, 'a>(name: &str, args: &'v [Value<'a>]) -> Result<&'v [Value<'a>; 2], String> {
    args.try_into().map_err(|_| wrong_count(name, "2", args.len()))
}

fn text(name: &str, value: &Value<'_>) -> Result<String, String> {
    match value {
        Value::Nil | Value::Missing => Ok(String::new()),
        Value::Text(text) => Ok(text.to_string()),
        Value::Time(text) => Ok((*text).to_owned()),
        other => Err(wrong_type(name, "a text", other)),
    }
}

/// The largest number of spaces or characters: far more than a line has, and still little memory.
const MAX_COUNT: i128 = 1 << 16;

fn count(name: &str, value: &Value<'_>) -> Result<usize, String> {
    match value.int() {
        Some(count @ 0..=MAX_COUNT) => Ok(usize::try_from(count).expect("it is small")),
        _ => Err(wrong_type(name, "a number from 0 to 65536", value)),
    }
}

fn wrong_type(name: &str, wanted: &str, value: &Value<'_>) -> String {
    format!("{name} wants {wanted}, not {}", value.shown(false))
}

fn wrong_count(name: &str, wanted: &str, got: usize) -> String {
    format!("wrong number of args for {name}: want {wanted} got {got}")
}

fn call_error(name: &str, error: &str) -> String {
    format!("error calling {name}: {error}")
}
