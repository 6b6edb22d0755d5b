//! `--rootfs`: a root that is a directory of the host's, and no image's.
//!
//! As with podman the container writes straight into it, unless `:O` stands behind: then it is the lowest layer, and changes are the
//! container's own, as over an image. What is missing to mount /proc and the like on is made in it.

use crate::image::names::resolve::Image;
use crate::oci::config::ImageConfig;
use crate::oci::digest::{Digest, ImageId};
use crate::store::objects::records::ImageRecord;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootDirectory {
    pub path: PathBuf,
    /// Whether the directory stays as it is.
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

    /// An image of nothing, which stands for it where a container is made of an image.
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
