//! What is known of a layer's compressed copies in registries: `layers/HEX/copies.json`.
//!
//! A hint, no more: it spares compressing and sending what a registry already has. It is never synced; losing it costs time, and a registry is
//! asked before anything in it is believed. Of two commands that write it at a time, one wins.

use crate::layer::compression::compress::Compression;
use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use serde::{Deserialize, Serialize};

/// Copies that are remembered of one layer, and places of each copy; the oldest are forgotten.
const MAX: usize = 16;

/// A layer, compressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    pub compression: Compression,
    /// Where it was put: registry and repository.
    pub places: Vec<(String, String)>,
}

fn path(layer: &DiffId) -> String {
    format!("layers/{}/copies.json", layer.hex())
}

impl Store {
    /// The copies that are known of, newest last. None where what is written cannot be read.
    pub fn copies(&self, layer: &DiffId) -> Vec<Copy> {
        let copies: anyhow::Result<Option<Vec<Copy>>> = self.dir.record(&path(layer));
        copies.ok().flatten().unwrap_or_default()
    }

    /// Remembers one more copy, or one more place of one.
    pub fn add_copy(&self, layer: &DiffId, copy: Copy) -> anyhow::Result<()> {
        let mut copies = self.copies(layer);
        let before = copies.clone();
        match copies.iter_mut().find(|known| known.digest == copy.digest) {
            Some(known) => {
                for place in copy.places {
                    if !known.places.contains(&place) {
                        known.places.push(place);
                    }
                }
                let old = known.places.len().saturating_sub(MAX);
                known.places.drain(..old);
            }
            None => copies.push(copy),
        }
        let old = copies.len().saturating_sub(MAX);
        copies.drain(..old);
        match copies == before {
            true => Ok(()),
            false => self.dir.put_record(&path(layer), &copies, false),
        }
    }
}
