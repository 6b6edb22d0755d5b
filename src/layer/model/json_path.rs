//! Paths in JSON. A file's name is any bytes, and JSON has only text: a path that is not UTF-8 is written as the list
//! of its bytes.

use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

#[derive(Serialize)]
#[serde(untagged)]
enum JsonPathRef<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum JsonPath {
    Text(String),
    Bytes(Vec<u8>),
}

fn to_json(path: &Path) -> JsonPathRef<'_> {
    match path.to_str() {
        Some(text) => JsonPathRef::Text(text),
        None => JsonPathRef::Bytes(path.as_os_str().as_bytes()),
    }
}

fn from_json(path: JsonPath) -> PathBuf {
    match path {
        JsonPath::Text(text) => text.into(),
        JsonPath::Bytes(bytes) => OsString::from_vec(bytes).into(),
    }
}

/// For lists of paths: `#[serde(with = "json_path::paths")]`.
pub mod paths {
    use crate::layer::model::json_path::{from_json, to_json};
    use serde::{Deserialize, Deserializer, Serializer};
    use std::path::PathBuf;

    pub fn serialize<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(paths.iter().map(|path| to_json(path)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().map(from_json).collect())
    }
}

/// For lists of pairs of paths.
pub mod pairs {
    use crate::layer::model::json_path::{JsonPath, from_json, to_json};
    use serde::{Deserialize, Deserializer, Serializer};
    use std::path::PathBuf;

    pub fn serialize<S: Serializer>(pairs: &[(PathBuf, PathBuf)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(pairs.iter().map(|(one, other)| (to_json(one), to_json(other))))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(PathBuf, PathBuf)>, D::Error> {
        let pairs: Vec<(JsonPath, JsonPath)> = Vec::deserialize(deserializer)?;
        Ok(pairs
            .into_iter()
            .map(|(one, other)| (from_json(one), from_json(other)))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Record {
        #[serde(with = "paths")]
        paths: Vec<PathBuf>,
        #[serde(with = "pairs")]
        pairs: Vec<(PathBuf, PathBuf)>,
    }

    #[test]
    fn paths_that_are_not_utf_8_survive_json() {
        let latin = PathBuf::from(OsStr::from_bytes(b"usr/caf\xe9"));
        let record = Record {
            paths: vec!["usr".into(), latin.clone()],
            pairs: vec![(latin, "usr/x".into())],
        };
        let json = serde_json::to_string(&record).unwrap();
        assert!(json.starts_with(r#"{"paths":["usr",[117,"#), "{json}");
        assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
    }
}
