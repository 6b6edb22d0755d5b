//! The pushed-blob cache: which compressed forms of a layer are in which registries, `layers/HEX/pushed-blobs.json`.
//!
//! It only saves compressing and sending what a registry has already. It is never synced: losing it costs time, and
//! the registry is asked before anything in it is believed. Where two commands write it at the same time, one change
//! is lost.

use crate::layer::compression::compress::Compression;
use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use serde::{Deserialize, Serialize};

/// How many blobs are kept for a layer, and how many repositories for a blob. The oldest are forgotten.
const MAX: usize = 16;

/// A compressed layer that has been pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedBlob {
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    pub compression: Compression,
    /// Where it was pushed to: registry and repository.
    pub repositories: Vec<(String, String)>,
}

fn path(layer: &DiffId) -> String {
    format!("layers/{}/pushed-blobs.json", layer.hex())
}

impl Store {
    /// The blobs that a layer was pushed as, newest last. None where the file is missing or cannot be read.
    pub fn pushed_blobs(&self, layer: &DiffId) -> Vec<CachedBlob> {
        let blobs: anyhow::Result<Option<Vec<CachedBlob>>> = self.dir.record(&path(layer));
        blobs.ok().flatten().unwrap_or_default()
    }

    /// Records one more blob, or more repositories of one.
    pub fn add_pushed_blob(&self, layer: &DiffId, blob: CachedBlob) -> anyhow::Result<()> {
        let mut blobs = self.pushed_blobs(layer);
        let before = blobs.clone();
        match blobs.iter_mut().find(|cached| cached.digest == blob.digest) {
            Some(cached) => {
                for repository in blob.repositories {
                    if !cached.repositories.contains(&repository) {
                        cached.repositories.push(repository);
                    }
                }
                let old = cached.repositories.len().saturating_sub(MAX);
                cached.repositories.drain(..old);
            }
            None => blobs.push(blob),
        }
        let old = blobs.len().saturating_sub(MAX);
        blobs.drain(..old);
        match blobs == before {
            true => Ok(()),
            false => self.dir.put_record(&path(layer), &blobs, false),
        }
    }
}
