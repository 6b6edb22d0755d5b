//! Names in records. A file's name is any bytes, and JSON has only text: a name that is no UTF-8 is written as the list of
//! its bytes.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Read {
    Text(String),
    Bytes(Vec<u8>),
}

fn written(path: &Path) -> Written<'_> {
    match path.to_str() {
        Some(text) => Written::Text(text),
        None => Written::Bytes(path.as_os_str().as_bytes()),
    }
}

fn read(name: Read) -> PathBuf {
    match name {
        Read::Text(text) => text.into(),
        Read::Bytes(bytes) => OsString::from_vec(bytes).into(),
    }
}

/// Lists of paths.
pub mod paths {
    use super::*;

    pub fn serialize<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(paths.iter().map(|path| written(path)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().map(read).collect())
    }
}

/// Lists of pairs of paths.
pub mod pairs {
    use super::*;

    pub fn serialize<S: Serializer>(pairs: &[(PathBuf, PathBuf)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(pairs.iter().map(|(one, other)| (written(one), written(other))))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(PathBuf, PathBuf)>, D::Error> {
        let pairs: Vec<(Read, Read)> = Vec::deserialize(deserializer)?;
        Ok(pairs.into_iter().map(|(one, other)| (read(one), read(other))).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::model::Needs;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::PathBuf;

    #[test]
    fn names_that_are_no_text_come_back_from_a_record() {
        let latin = PathBuf::from(OsStr::from_bytes(b"usr/caf\xe9"));
        let needs = Needs {
            implicit_dirs: vec!["usr".into(), latin.clone()],
            links: vec![(latin, "usr/x".into())],
            opaque: false,
        };
        let json = serde_json::to_string(&needs).unwrap();
        assert!(json.starts_with(r#"{"implicit_dirs":["usr",[117,"#), "{json}");
        assert_eq!(serde_json::from_str::<Needs>(&json).unwrap(), needs);
    }
}
