//! The values that a template works with.

use crate::text::time;
use crate::ui::template::number;
use crate::ui::template::types;
use crate::ui::template::types::ZeroValue;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;

/// A value, borrowed from the document or from a constant of the template.
#[derive(Clone)]
pub enum Value<'a> {
    /// The value of a key that a map does not have.
    Missing,
    /// A nil pointer.
    Nil,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Cow<'a, str>),
    /// `None`: a nil slice, which is null in JSON.
    List(Option<Rc<[Value<'a>]>>),
    /// `None`: a nil map, which is null in JSON.
    Map(Option<&'a Map<String, Json>>),
    Struct(Struct<'a>),
    /// Nanoseconds.
    Duration(i64),
    /// A time, RFC 3339.
    Time(&'a str),
}

/// An object with fields.
#[derive(Clone, Copy)]
pub struct Struct<'a> {
    pub fields: &'a Map<String, Json>,
    /// The field that it is in, by which its type is known.
    name: &'a str,
}

impl<'a> Value<'a> {
    /// The value of a whole document.
    pub fn document(data: &'a Json) -> Value<'a> {
        Value::in_field("", types::DOCUMENT, data)
    }

    /// The value of `field` of the struct that is in the field `parent`.
    fn in_field(parent: &str, field: &'a str, json: &'a Json) -> Value<'a> {
        match json {
            Json::Null => Value::zero(types::null(parent, field)),
            Json::Bool(bool) => Value::Bool(*bool),
            Json::String(text) if types::is_time(field) => Value::Time(text),
            Json::String(text) => Value::Text(text.into()),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(int), _) if types::is_duration(parent, field) => Value::Duration(int),
                (Some(int), _) => Value::Int(int.into()),
                (None, Some(int)) => Value::Int(int.into()),
                (None, None) => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::Array(items) => Value::List(Some(items.iter().map(|item| Value::item(field, item)).collect())),
            Json::Object(object) if types::is_map(parent, field) => Value::Map(Some(object)),
            Json::Object(fields) => Value::Struct(Struct { fields, name: field }),
        }
    }

    /// An item of the list or map that is in `field`. Such an item is never a map itself.
    fn item(field: &'a str, json: &'a Json) -> Value<'a> {
        match json {
            Json::Object(fields) => Value::Struct(Struct { fields, name: field }),
            other => Value::in_field("", "", other),
        }
    }

    fn zero(kind: ZeroValue) -> Value<'a> {
        match kind {
            ZeroValue::Duration => Value::Duration(0),
            ZeroValue::Bool => Value::Bool(false),
            ZeroValue::List => Value::List(None),
            ZeroValue::Map => Value::Map(None),
            ZeroValue::Nil => Value::Nil,
            ZeroValue::Text => Value::Text("".into()),
            ZeroValue::Int => Value::Int(0),
        }
    }

    /// Looks up `.name`. A field that a struct does not have is an error that lists the known ones.
    pub fn field(&self, name: &str) -> Result<Value<'a>, String> {
        match self {
            Value::Struct(this) => this.field(name).ok_or_else(|| {
                let known: Vec<String> = this.fields.keys().map(|key| format!(".{key}")).collect();
                format!("no field .{name}: known are {}", known.join(" "))
            }),
            Value::Map(_) => Ok(self.key(name)),
            Value::Missing => Ok(Value::Missing),
            Value::Nil => Err(format!("nothing is there that could have a field .{name}")),
            other => Err(format!("no field .{name}: a {} has none", other.kind())),
        }
    }

    /// Looks up a key of a map.
    pub fn key(&self, key: &str) -> Value<'a> {
        match self {
            Value::Map(Some(map)) => match map.get_key_value(key) {
                // Without a field name: what is in a value of a map, such as the list of a port, is never a map.
                Some((_, value)) => Value::item("", value),
                None => Value::Missing,
            },
            _ => Value::Missing,
        }
    }

    /// The keys and values of a map, sorted by key.
    pub fn entries(map: &'a Map<String, Json>) -> Vec<(&'a str, Value<'a>)> {
        let mut entries: Vec<_> = map
            .iter()
            .map(|(key, value)| (key.as_str(), Value::item("", value)))
            .collect();
        entries.sort_by_key(|(key, _)| *key);
        entries
    }

    /// Whether `if` takes it for true: it is not empty.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Missing | Value::Nil => false,
            Value::Bool(bool) => *bool,
            Value::Int(int) => *int != 0,
            Value::Float(float) => *float != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::List(items) => items.as_ref().is_some_and(|items| !items.is_empty()),
            Value::Map(map) => map.is_some_and(|map| !map.is_empty()),
            Value::Struct(_) | Value::Time(_) => true,
            Value::Duration(nanoseconds) => *nanoseconds != 0,
        }
    }

    /// The items of a list; a nil slice has none.
    pub fn items<'v>(list: &'v Option<Rc<[Value<'a>]>>) -> &'v [Value<'a>] {
        list.as_deref().unwrap_or_default()
    }

    /// The name of its Go type.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Missing | Value::Nil => "nil",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int64",
            Value::Float(_) => "float64",
            Value::Text(_) => "string",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::Struct(_) => "struct",
            Value::Duration(_) => "time.Duration",
            Value::Time(_) => "time.Time",
        }
    }

    /// Compares two values of one kind. Other kinds are an error, as in Go.
    pub fn compare(&self, other: &Value<'_>) -> Result<Option<Ordering>, String> {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Ok(Some(a.cmp(b))),
            (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b)),
            (Value::Text(a), Value::Text(b)) => Ok(Some(a.cmp(b))),
            (Value::Missing | Value::Nil, Value::Missing | Value::Nil) => Ok(Some(Ordering::Equal)),
            _ => match (self.int(), other.int()) {
                (Some(a), Some(b)) => Ok(Some(a.cmp(&b))),
                _ => Err("incompatible types for comparison".to_owned()),
            },
        }
    }

    /// Its value, if it is an integer or a duration.
    pub fn int(&self) -> Option<i128> {
        match self {
            Value::Int(int) => Some(*int),
            Value::Duration(nanoseconds) => Some((*nanoseconds).into()),
            _ => None,
        }
    }

    /// Converts to JSON, with fields in the document's order.
    pub fn json(&self) -> Json {
        match self {
            Value::Missing | Value::Nil | Value::List(None) | Value::Map(None) => Json::Null,
            Value::Bool(bool) => Json::Bool(*bool),
            Value::Int(int) => match (i64::try_from(*int), u64::try_from(*int)) {
                (Ok(int), _) => int.into(),
                (Err(_), Ok(int)) => int.into(),
                (Err(_), Err(_)) => (*int as f64).into(),
            },
            Value::Float(float) => (*float).into(),
            Value::Text(text) => text.as_ref().into(),
            Value::List(Some(items)) => items.iter().map(Value::json).collect(),
            Value::Map(Some(object)) | Value::Struct(Struct { fields: object, .. }) => Json::Object((*object).clone()),
            Value::Duration(nanoseconds) => (*nanoseconds).into(),
            Value::Time(text) => (*text).into(),
        }
    }

    /// Formats as an action `{{ }}` prints it.
    pub fn written(&self) -> String {
        match self {
            Value::Missing => "<no value>".to_owned(),
            other => other.shown(false),
        }
    }

    /// Formats as Go's `%v`; with `names`, as its `%+v`.
    pub fn shown(&self, names: bool) -> String {
        let all = |values: &mut dyn Iterator<Item = String>| values.collect::<Vec<_>>().join(" ");
        match self {
            Value::Missing | Value::Nil => "<nil>".to_owned(),
            Value::Bool(bool) => bool.to_string(),
            Value::Int(int) => int.to_string(),
            Value::Float(float) => number::float(*float),
            Value::Text(text) => text.to_string(),
            Value::List(items) => format!(
                "[{}]",
                all(&mut Value::items(items).iter().map(|item| item.shown(names)))
            ),
            Value::Map(map) => {
                let entries = map.map(Value::entries).unwrap_or_default();
                let mut shown = entries
                    .iter()
                    .map(|(key, value)| format!("{key}:{}", value.shown(names)));
                format!("map[{}]", all(&mut shown))
            }
            Value::Struct(this) => {
                let mut shown = this.all().into_iter().map(|(name, value)| match names {
                    true => format!("{name}:{}", value.shown(names)),
                    false => value.shown(names),
                });
                format!("{{{}}}", all(&mut shown))
            }
            Value::Duration(nanoseconds) => time::exact(*nanoseconds),
            Value::Time(text) => time::exactly_at(text),
        }
    }
}

impl<'a> Struct<'a> {
    fn field(&self, name: &str) -> Option<Value<'a>> {
        if let Some((name, value)) = self.fields.get_key_value(name) {
            return Some(Value::in_field(self.name, name, value));
        }
        let left_out = types::fields_of(self.name).iter().find(|(known, _)| *known == name);
        left_out.map(|(_, zero)| Value::zero(*zero))
    }

    /// All fields with their values: first those whose order in Go is known, then the others in the document's order.
    pub fn all(&self) -> Vec<(&'a str, Value<'a>)> {
        let known = match self.name {
            types::DOCUMENT => &[],
            name => types::fields_of(name),
        };
        let first = known.iter().filter_map(|(name, _)| Some((*name, self.field(name)?)));
        let is_known = |name: &str| known.iter().any(|(known, _)| *known == name);
        let others = self.fields.iter().filter(|(name, _)| !is_known(name));
        first
            .chain(others.map(|(name, value)| (name.as_str(), Value::in_field(self.name, name, value))))
            .collect()
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}
