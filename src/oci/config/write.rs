//! An image's configuration is written: the changes that were made to oci-spec's types, into the maker's JSON.

use oci_spec::image::ImageConfiguration;
use serde_json::{Value, json};

/// The fields of the `config` object that oci-spec keeps in maps without order.
const UNORDERED_FIELDS: [&str; 3] = ["ExposedPorts", "Volumes", "Labels"];

/// As oci-spec writes it, but always in the same order: equal images have equal IDs.
pub fn to_json(spec: &ImageConfiguration) -> Value {
    let mut json = serde_json::to_value(spec).expect("a configuration has string keys only");
    for name in UNORDERED_FIELDS {
        if let Some(Value::Object(entries)) = json.get_mut("config").and_then(|config| config.get_mut(name)) {
            entries.sort_keys();
        }
    }
    json
}

/// Makes to `document`, from which `before` was read, the changes that lead from `before` to `after`. Whatever is equal
/// in these, and whatever else `document` has, stays.
pub fn write_changes(document: &mut Value, before: &Value, after: Value) {
    match (document, before, after) {
        (_, before, after) if *before == after => {}
        (Value::Object(document), Value::Object(before), Value::Object(after)) => {
            // Not one by one: each removal would move all that follows.
            document.retain(|name, _| after.contains_key(name) || !before.contains_key(name));
            for (name, after) in after {
                let before = before.get(&name).unwrap_or(&Value::Null);
                // `document` may have a field that `before` lacks: as `null`, or an object with fields of Docker's.
                match document.get_mut(&name) {
                    Some(value @ Value::Object(_)) if before.is_null() => write_changes(value, &json!({}), after),
                    Some(value) => write_changes(value, before, after),
                    None => drop(document.insert(name, after)),
                }
            }
        }
        // Layers and steps are only ever added; what the maker wrote of the others stays.
        (Value::Array(document), Value::Array(before), Value::Array(after))
            if document.len() == before.len() && after.starts_with(before) =>
        {
            document.extend(after.into_iter().skip(before.len()));
        }
        (document, _, after) => *document = after,
    }
}
