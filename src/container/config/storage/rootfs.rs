//! `--rootfs`: a directory of the host as the container's root, without an image.
//!
//! As with podman, the container writes straight into the directory. With `:O`, the directory is the lowest layer, and
//! changes go to the container's writable layer. Missing mount points for /proc and the like are made in it.

use crate::image::names::resolve::Image;
use crate::oci::config::ImageConfig;
use crate::oci::digest::{Digest, ImageId};
use crate::store::objects::records::ImageRecord;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// `--rootfs`, parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootDirectory {
    pub path: PathBuf,
    /// Whether changes go to a writable layer (`:O`).
    pub overlay: bool,
}

impl RootDirectory {
    /// `DIRECTORY[:O]`.
    pub fn find(text: &str) -> Result<RootDirectory> {
        let (path, overlay) = match text.strip_suffix(":O") {
            Some(path) => (path, true),
            None => (text, false),
        };
        let path = Path::new(path)
            .canonicalize()
            .with_context(|| format!("root directory {path}"))?;
        ensure!(path.is_dir(), "root directory {} is not a directory", path.display());
        ensure!(path != Path::new("/"), "the host's own root cannot be a container's");
        Ok(RootDirectory { path, overlay })
    }

    /// An image without layers, in the place of one when the container is made.
    pub fn image(&self) -> Image {
        let nothing = Digest::of(b"");
        Image {
            record: ImageRecord {
                id: ImageId(nothing),
                manifest: nothing,
                index: None,
                created: None,
                size: 0,
                layers: Vec::new(),
                parent: None,
                labels: None,
                named: false,
            },
            config: ImageConfig::default(),
            name: None,
        }
    }
}
