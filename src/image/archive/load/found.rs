//! What an archive holds, whichever form it has.

use crate::oci::digest::Digest;
use crate::oci::reference::Reference;
use anyhow::{Result, ensure};

/// An image in an archive.
#[derive(Debug)]
pub struct Found {
    pub config: Vec<u8>,
    pub manifest: Option<Vec<u8>>,
    pub index: Option<Vec<u8>>,
    /// Base first.
    pub layers: Vec<Blob>,
    pub names: Vec<Reference>,
}

/// Bytes of all images' documents together. An archive can name one configuration a great many times.
const MAX_DOCUMENTS: usize = 64 << 20;

/// How much of an archive is in memory.
#[derive(Default)]
pub struct Size(usize);

impl Size {
    pub fn add(&mut self, image: &Found) -> Result<()> {
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
pub struct Blob {
    pub member: String,
    /// What the manifest says of its bytes; where there is no manifest, the diff_id says enough.
    pub expected: Option<(Digest, u64)>,
}

/// A digest that is not the promised one is an error that names both.
pub fn verify(expected: &Digest, actual: &Digest) -> Result<()> {
    ensure!(
        expected == actual,
        "digest mismatch: the archive has {actual} for {expected}"
    );
    Ok(())
}
