//! What is requested from a repository: its path, its name in errors, and what a 404 for it means.

use crate::oci::digest::Digest;
use crate::registry::errors::Error;
use std::fmt;

/// Something to fetch.
pub enum Object {
    /// A manifest or index, by tag or digest.
    Manifest(String),
    Blob(Digest),
    /// A page of the list of tags, by its query.
    Tags(String),
}

impl Object {
    /// Returns the path and query below the repository's URL.
    pub fn path(&self) -> String {
        match self {
            Object::Manifest(name) => format!("manifests/{name}"),
            Object::Blob(digest) => format!("blobs/{digest}"),
            Object::Tags(query) => format!("tags/list?{query}"),
        }
    }

    /// The error for a 404.
    pub fn not_found(&self, registry: &str, repository: &str) -> Error {
        let registry = registry.to_owned();
        let name = match self {
            Object::Blob(digest) => {
                return Error::NoBlob {
                    registry,
                    repository: repository.to_owned(),
                    digest: *digest,
                };
            }
            Object::Manifest(name) if name.parse::<Digest>().is_ok() => format!("{repository}@{name}"),
            Object::Manifest(name) => format!("{repository}:{name}"),
            Object::Tags(_) => repository.to_owned(),
        };
        Error::NoImage { registry, name }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Manifest(name) => write!(f, "manifest {name}"),
            Object::Blob(digest) => write!(f, "{digest}"),
            Object::Tags(_) => f.write_str("the list of tags"),
        }
    }
}
