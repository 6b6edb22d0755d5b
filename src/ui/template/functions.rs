//! The functions that Docker adds to Go's (docker/cli, `templates`): json, join, split, lower, upper, title, pad, truncate.

use gtmpl_ng::{Func, FuncError, NumberKind, Value};
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::collections::HashMap;

/// What templates over data can call.
pub const FUNCTIONS: &[(&str, Func)] = &[
    ("json", json),
    ("join", join),
    ("split", split),
    ("lower", lower),
    ("upper", upper),
    ("title", title),
    ("pad", pad),
    ("truncate", truncate),
    ("len", len),
    ("index", index),
];

/// The same names for a table's headings: `{{upper .Name}}` has the heading of `{{.Name}}`.
pub const FUNCTIONS_ON_HEADINGS: &[(&str, Func)] = &[
    ("json", same),
    ("join", same),
    ("split", same),
    ("lower", same),
    ("upper", same),
    ("title", same),
    ("pad", pad),
    ("truncate", same),
    ("len", same),
];

thread_local! {
    static ORDER: RefCell<HashMap<String, usize>> = RefCell::default();
}

/// While it lives, `json` writes keys in the order in which a document first names them.
pub struct KeyOrder;

impl KeyOrder {
    pub fn of(data: &Json) -> KeyOrder {
        ORDER.with_borrow_mut(|order| note_keys(data, order));
        KeyOrder
    }
}

impl Drop for KeyOrder {
    fn drop(&mut self) {
        ORDER.with_borrow_mut(HashMap::clear);
    }
}

fn note_keys(data: &Json, order: &mut HashMap<String, usize>) {
    match data {
        Json::Object(object) => {
            for key in object.keys() {
                let next = order.len();
                order.entry(key.clone()).or_insert(next);
            }
            object.values().for_each(|value| note_keys(value, order));
        }
        Json::Array(items) => items.iter().for_each(|item| note_keys(item, order)),
        _ => {}
    }
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::NoValue | Value::Nil | Value::Function(_) => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::String(text) => Json::String(text.clone()),
        Value::Number(number) => match number.kind() {
            NumberKind::Signed(signed) => signed.into(),
            NumberKind::Unsigned(unsigned) => unsigned.into(),
            NumberKind::Float(float) => float.into(),
        },
        Value::Array(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Object(entries) | Value::Map(entries) => {
            let mut keys: Vec<&String> = entries.keys().collect();
            ORDER.with_borrow(|order| keys.sort_by_key(|key| (order.get(*key), *key)));
            let ordered = keys.into_iter().map(|key| (key.clone(), to_json(&entries[key])));
            Json::Object(ordered.collect::<Map<_, _>>())
        }
    }
}

fn json(args: &[Value]) -> Result<Value, FuncError> {
    Ok(to_json(one("json", args)?).to_string().into())
}

/// `join LIST SEPARATOR`; nothing at all joins to nothing.
fn join(args: &[Value]) -> Result<Value, FuncError> {
    let [list, separator] = two("join", args)?;
    match list {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            Ok(items.join(&text("join", separator)?).into())
        }
        Value::Nil | Value::NoValue => Ok("".into()),
        other => Err(wrong("join", "a list", other)),
    }
}

/// `split TEXT SEPARATOR`.
fn split(args: &[Value]) -> Result<Value, FuncError> {
    let [whole, separator] = two("split", args)?;
    let (whole, separator) = (text("split", whole)?, text("split", separator)?);
    let parts: Vec<Value> = match separator.is_empty() {
        true => whole.chars().map(|c| c.to_string().into()).collect(),
        false => whole.split(&separator).map(Value::from).collect(),
    };
    Ok(Value::Array(parts))
}

fn lower(args: &[Value]) -> Result<Value, FuncError> {
    Ok(text("lower", one("lower", args)?)?.to_lowercase().into())
}

fn upper(args: &[Value]) -> Result<Value, FuncError> {
    Ok(text("upper", one("upper", args)?)?.to_uppercase().into())
}

/// Go's own, but for a key that is missing: Docker's maps are of texts, of which the one that is not there is empty.
fn index(args: &[Value]) -> Result<Value, FuncError> {
    Ok(match gtmpl_ng::funcs::index(args)? {
        Value::NoValue => "".into(),
        found => found,
    })
}

/// The first letter of each word in upper case.
fn title(args: &[Value]) -> Result<Value, FuncError> {
    let mut starts_word = true;
    let mut out = String::new();
    for c in text("title", one("title", args)?)?.chars() {
        match starts_word {
            true => out.extend(c.to_uppercase()),
            false => out.push(c),
        }
        starts_word = !(c.is_alphanumeric() || c == '_' || c == '\'');
    }
    Ok(out.into())
}

/// `pad TEXT BEFORE AFTER`: so many spaces around it, unless it is empty.
fn pad(args: &[Value]) -> Result<Value, FuncError> {
    let [source, before, after] = args else {
        return Err(FuncError::ExactlyXArgs("pad".into(), 3));
    };
    let source = text("pad", source)?;
    if source.is_empty() {
        return Ok(source.into());
    }
    let (before, after) = (" ".repeat(count("pad", before)?), " ".repeat(count("pad", after)?));
    Ok(format!("{before}{source}{after}").into())
}

/// `truncate TEXT LENGTH`.
fn truncate(args: &[Value]) -> Result<Value, FuncError> {
    let [source, length] = two("truncate", args)?;
    let length = count("truncate", length)?;
    let cut: String = text("truncate", source)?.chars().take(length).collect();
    Ok(cut.into())
}

/// Go's `len`, for which a list or map that is not there is empty.
fn len(args: &[Value]) -> Result<Value, FuncError> {
    let length = match one("len", args)? {
        Value::Nil | Value::NoValue => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.len(),
        Value::Object(entries) | Value::Map(entries) => entries.len(),
        other => return Err(wrong("len", "a list, a map or a text", other)),
    };
    Ok(length.into())
}

fn same(args: &[Value]) -> Result<Value, FuncError> {
    args.first()
        .cloned()
        .ok_or(FuncError::AtLeastXArgs("function".into(), 1))
}

fn one<'a>(name: &str, args: &'a [Value]) -> Result<&'a Value, FuncError> {
    match args {
        [only] => Ok(only),
        _ => Err(FuncError::ExactlyXArgs(name.into(), 1)),
    }
}

fn two<'a>(name: &str, args: &'a [Value]) -> Result<&'a [Value; 2], FuncError> {
    args.try_into().map_err(|_| FuncError::ExactlyXArgs(name.into(), 2))
}

fn text(name: &str, value: &Value) -> Result<String, FuncError> {
    match value {
        Value::Nil | Value::NoValue => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong(name, "a text", other)),
    }
}

/// Far more spaces or characters than a line has, and far fewer than memory has.
const MOST: usize = 1 << 16;

fn count(name: &str, value: &Value) -> Result<usize, FuncError> {
    let count = match value {
        Value::Number(number) => number.as_u64().and_then(|count| usize::try_from(count).ok()),
        _ => None,
    };
    match count {
        Some(count) if count <= MOST => Ok(count),
        _ => Err(wrong(name, "a number from 0 to 65536", value)),
    }
}

fn wrong(name: &str, wanted: &str, value: &Value) -> FuncError {
    FuncError::Generic(format!("{name} wants {wanted}, not {value}"))
}
