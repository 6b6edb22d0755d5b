//! What the store records, as it is written in JSON. Fields may be added; readers pass over those they do not know.

use crate::layer::model::LowerRefs;
use crate::oci::digest::{DiffId, Digest, ImageId};
use crate::oci::reference::Reference;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is recorded with a layer when it is published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerInfo {
    pub diff_id: DiffId,
    pub tar_size: u64,
    /// Sum of regular files' sizes, bytes: what `images` and `history` show.
    pub size: u64,
    pub entries: u64,
    /// Bytes that it takes on disk, its tar-split and this record included: what `system df` shows.
    #[serde(default)]
    pub disk: u64,
    #[serde(default, skip_serializing_if = "LowerRefs::is_empty")]
    pub needs: LowerRefs,
}

/// A layer that is held.
#[derive(Debug, Clone)]
pub struct Layer {
    pub info: LayerInfo,
    /// `layers/HEX`.
    pub path: PathBuf,
    /// It was published before the machine last started and never known to be synced: to be verified before it is used
    /// (then [`Store::confirm_layer`](crate::store::Store::confirm_layer), or
    /// [`Store::discard_layer`](crate::store::Store::discard_layer) where it is broken).
    pub suspect: bool,
}

impl Layer {
    /// The unpacked tree.
    pub fn diff(&self) -> PathBuf {
        self.path.join("diff")
    }

    /// The tar-split, as it was written while staging.
    pub fn split(&self) -> PathBuf {
        self.path.join("tar-split.zst")
    }
}

/// What is recorded of an image. Listing reads these alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageRecord {
    pub id: ImageId,
    /// The manifest it came or was made with, in blobs/.
    pub manifest: Digest,
    /// The index that chose it, in blobs/.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<Digest>,
    /// RFC 3339, from the configuration.
    pub created: Option<String>,
    /// Sum of the layers' sizes, bytes.
    pub size: u64,
    /// Base first.
    pub layers: Vec<DiffId>,
    /// The image that `commit` made it from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ImageId>,
    /// Of the configuration, for filters; `None` where they are too long to be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// It has or had a name. One that never had, and that another was made from, is an intermediate image.
    #[serde(default)]
    pub named: bool,
}

/// A name and what it names. The reference has a tag or a digest, not both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    pub reference: Reference,
    pub image: ImageId,
    /// When the name was given, RFC 3339.
    pub tagged: String,
    /// A digest that came along when a tag was pulled, and by which nobody asked for the image: it finds the image, but
    /// an image that has no other name has none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub implied: bool,
}

/// What is recorded of a container. Its status is computed, not stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContainerRecord {
    /// 64 hexadecimal digits.
    pub id: String,
    pub name: String,
    pub image: ImageId,
    /// The image as it was asked for.
    pub image_name: String,
    /// The image's layers, base first: kept while the container is.
    pub layers: Vec<DiffId>,
    /// RFC 3339.
    pub created: String,
    /// What `container` keeps with it; the store does not read it.
    pub config: serde_json::Value,
}
