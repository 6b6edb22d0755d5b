//! Manifests, indexes and configurations: bytes as received, by digest.

use crate::oci::digest::Digest;
use crate::oci::manifest::MAX_MANIFEST;
use crate::store::Store;
use crate::store::write::locks::UseLock;
use anyhow::{Context, bail, ensure};

pub fn path(digest: &Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

impl Store {
    /// Stores bytes as received, verified against `digest`. Storing them again succeeds, and repairs a damaged blob.
    /// Not synced ([`Store::sync`]): damage by power loss is found by the digest.
    pub fn put_blob(&self, _lock: &UseLock, digest: &Digest, bytes: &[u8]) -> anyhow::Result<()> {
        ensure!(
            Digest::of(bytes) == *digest,
            "{digest} is not the digest of the {} bytes given for it",
            bytes.len()
        );
        if self.read_blob(digest)?.as_deref() == Some(bytes) {
            return Ok(());
        }
        self.dir.replace(&path(digest), bytes, false)
    }

    /// The bytes, verified. An error that names the digest where they are missing or damaged.
    pub fn blob(&self, digest: &Digest) -> anyhow::Result<Vec<u8>> {
        let bytes = self
            .read_blob(digest)?
            .with_context(|| format!("blob {digest} is missing from the store: pull the image again"))?;
        if Digest::of(&bytes) != *digest {
            bail!("blob {digest} is damaged: pull the image again");
        }
        Ok(bytes)
    }

    fn read_blob(&self, digest: &Digest) -> anyhow::Result<Option<Vec<u8>>> {
        self.dir.read(&path(digest), MAX_MANIFEST)
    }
}
