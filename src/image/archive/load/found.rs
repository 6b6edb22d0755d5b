//! The images of an archive, in whichever format it is.

use crate::oci::digest::Digest;
use crate::oci::reference::Reference;
use anyhow::{Result, ensure};

/// An image in an archive.
#[derive(Debug)]
pub struct ArchivedImage {
    pub config: Vec<u8>,
    pub manifest: Option<Vec<u8>>,
    pub index: Option<Vec<u8>>,
    /// Base first.
    pub layers: Vec<ArchivedLayer>,
    pub names: Vec<Reference>,
}

/// Bytes of all images' documents together: an archive can name one configuration for a great many images.
const MAX_DOCUMENTS: usize = 64 << 20;

/// Bytes of the documents that were read into memory.
#[derive(Default)]
pub struct DocumentsSize(usize);

impl DocumentsSize {
    /// Counts an image's documents; an error where there are too many bytes of them.
    pub fn add(&mut self, image: &ArchivedImage) -> Result<()> {
        let documents = [Some(&image.config), image.manifest.as_ref(), image.index.as_ref()];
        self.0 += documents.into_iter().flatten().map(Vec::len).sum::<usize>();
        ensure!(
            self.0 <= MAX_DOCUMENTS,
            "the archive's configurations and manifests are larger than {MAX_DOCUMENTS} bytes"
        );
        Ok(())
    }
}

/// A layer in an archive.
#[derive(Debug)]
pub struct ArchivedLayer {
    pub member: String,
    /// Digest and size of its bytes, by the manifest. None without a manifest: the diff_id proves the layer.
    pub expected: Option<(Digest, u64)>,
}

/// An error that names both digests where they differ.
pub fn check_digest(expected: &Digest, actual: &Digest) -> Result<()> {
    ensure!(
        expected == actual,
        "digest mismatch: the archive has {actual} for {expected}"
    );
    Ok(())
}
