//! The store's records, as they are written in JSON. Later versions may add fields; readers ignore those they do not
//! know.

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
    /// Bytes that it takes on disk, with its tar-split and this record: what `system df` shows. 0 where an early
    /// version wrote it.
    #[serde(default)]
    pub disk: u64,
    /// What the tar refers to in the layers below. The alias is the name in stores of early versions.
    #[serde(default, alias = "needs", skip_serializing_if = "LowerRefs::is_empty")]
    pub lower_refs: LowerRefs,
}

/// A layer that the store holds.
#[derive(Debug, Clone)]
pub struct Layer {
    pub info: LayerInfo,
    /// `layers/HEX`.
    pub path: PathBuf,
    /// It was published before the machine last started and was not known to be synced then, so it must be verified
    /// before it is used: then follows [`Store::confirm_layer`](crate::store::Store::confirm_layer), or
    /// [`Store::discard_layer`](crate::store::Store::discard_layer) where it is broken.
    pub suspect: bool,
}

impl Layer {
    /// The unpacked tree.
    pub fn diff(&self) -> PathBuf {
        self.path.join("diff")
    }

    /// The tar-split.
    pub fn split(&self) -> PathBuf {
        self.path.join("tar-split.zst")
    }
}

/// What is recorded of an image. A listing reads nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageRecord {
    pub id: ImageId,
    /// The manifest it came or was made with, in blobs/.
    pub manifest: Digest,
    /// The index that the manifest was chosen from, in blobs/.
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
    /// The configuration's labels, for filters. `None` where they are too long to be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// It has or had a name. An image that never had one, and that another image was made from, is an intermediate
    /// image.
    #[serde(default)]
    pub named: bool,
}

/// A name and the image that has it. The reference has a tag or a digest, not both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    pub reference: Reference,
    pub image: ImageId,
    /// When the name was given, RFC 3339.
    pub tagged: String,
    /// The name is a digest that was recorded when a tag was pulled; nobody asked for the image by it. It finds the
    /// image, but an image that has only such names counts as one without a name.
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
    /// The image as the user named it.
    pub image_name: String,
    /// The image's layers, base first. The record keeps them from removal.
    pub layers: Vec<DiffId>,
    /// RFC 3339.
    pub created: String,
    /// The configuration; only `container` reads it.
    pub config: serde_json::Value,
}
