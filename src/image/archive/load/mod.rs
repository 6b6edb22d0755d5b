//! Images from an archive: what it holds, its layers, the records, the names.
//!
//! Docker's archives ([`docker`]) and OCI's layouts ([`layout`]) are read into the same form, [`found`]; from there on the walk is a pull's,
//! with the archive in the registry's place. Nothing in an archive is believed: configurations and manifests are held against the digests that
//! name them, layers against the configuration's diff_ids.

pub mod docker;
pub mod found;
pub mod layout;
#[cfg(test)]
mod tests;

use crate::image::archive::load::found::{Blob, Found, verify};
use crate::image::archive::reader::{Archive, Part};
use crate::image::layers::unpack::{skipped_warning, store_layer};
use crate::image::layers::verify::is_intact;
use crate::image::publish::usable::{check_layer_count, usable_config};
use crate::image::publish::{Publication, record};
use crate::oci::config::ImageConfig;
use crate::oci::digest::{DiffId, Digest, Hasher, ImageId};
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::progress::{Progress, Step};
use crate::store::Store;
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::io::{self, Read};

/// An image that was loaded.
#[derive(Debug)]
pub struct Loaded {
    pub image: ImageId,
    /// The names it was given; none where the archive has none for it.
    pub names: Vec<Reference>,
}

/// Loads every image of an archive (see [`Archive::open`] for what `input` can be); of a choice, the one for `platform`. What cannot be
/// fetched again is on disk when this returns. Images before one that fails stay.
pub fn load(
    store: &Store,
    input: File,
    platform: &Platform,
    single_id: bool,
    progress: &dyn Progress,
) -> Result<Vec<Loaded>> {
    let archive = Archive::open(store, input)?;
    let found = find(&archive, platform)?;
    let mut images = Vec::with_capacity(found.len());
    for image in found {
        let id = ImageId(Digest::of(&image.config));
        let config = usable_config(&image.config, &id.0)?;
        images.push((id, config, image));
    }
    let names = images.iter().flat_map(|(_, config, _)| config.diff_ids());
    progress.layers(&names.map(|id| id.short()).collect::<Vec<_>>());
    let mut first = 0;
    let mut loaded = Vec::with_capacity(images.len());
    for (id, config, image) in images {
        let walk = Walk {
            store,
            archive: &archive,
            single_id,
            progress,
            first,
        };
        walk.image(id, &config, &image).with_context(|| format!("image {id}"))?;
        first += config.diff_ids().len();
        loaded.push(Loaded {
            image: id,
            names: image.names,
        });
    }
    Ok(loaded)
}

/// The images of an archive. Newer Dockers write an archive that is both; the layout says more.
fn find(archive: &Archive, platform: &Platform) -> Result<Vec<Found>> {
    let found = if archive.has(layout::MARK)? {
        layout::find(archive, platform)?
    } else if archive.has(docker::MANIFEST)? {
        docker::find(archive)?
    } else {
        ensure!(
            !archive.has("repositories")?,
            "the archive is of Docker's first format, which is no longer supported; it has to be saved anew"
        );
        anyhow::bail!(
            "no images: there is neither {:?} nor {:?} (`lamel import` takes the tar of a file system)",
            docker::MANIFEST,
            layout::MARK
        );
    };
    ensure!(!found.is_empty(), "the archive holds no image");
    Ok(found)
}

/// What bringing one image takes.
struct Walk<'a> {
    store: &'a Store,
    archive: &'a Archive,
    single_id: bool,
    progress: &'a dyn Progress,
    /// The place of its first layer in the reports.
    first: usize,
}

impl Walk<'_> {
    fn image(&self, id: ImageId, config: &ImageConfig, image: &Found) -> Result<()> {
        let diff_ids = config.diff_ids();
        check_layer_count(config, image.layers.len())?;
        let _lease = self.store.lease(diff_ids)?;
        for (place, (diff_id, blob)) in diff_ids.iter().zip(&image.layers).enumerate() {
            let place = self.first + place;
            // A pull may be fetching it.
            let _claim = self.store.claim_layer(diff_id)?;
            if is_intact(self.store, diff_id)? {
                self.progress.step(place, Step::Exists);
                continue;
            }
            let bytes = self.bytes(blob, diff_id, place);
            let stored = bytes
                .and_then(|bytes| store_layer(self.store, Box::new(bytes), Some(*diff_id), self.single_id, true))
                .with_context(|| format!("layer {:?}", blob.member))?;
            if let Some(warning) = skipped_warning(&stored.skipped) {
                self.progress.warn(&format!("layer {diff_id}: {warning}"));
            }
            self.progress.step(place, Step::Complete);
        }
        self.record(id, image)
    }

    fn bytes(&self, blob: &Blob, diff_id: &DiffId, place: usize) -> Result<Bytes<'_>> {
        let part = self.archive.part(&blob.member)?;
        if let Some((digest, size)) = &blob.expected {
            ensure!(
                part.size == *size,
                "size mismatch: the archive has {} bytes for {digest}, expected {size}",
                part.size
            );
        }
        Ok(Bytes {
            total: part.size,
            part,
            // Unpacking verifies the diff_id; where the layer is not compressed, that is all there is to verify.
            expected: blob
                .expected
                .map(|(digest, _)| digest)
                .filter(|digest| *digest != diff_id.0),
            hasher: Hasher::default(),
            progress: self.progress,
            place,
        })
    }

    /// An image that is held keeps the manifest that it came with: the archive's may be one that `save` made.
    fn record(&self, id: ImageId, image: &Found) -> Result<()> {
        let before = self.store.image(&id)?;
        let kept = before.as_ref().and_then(|before| {
            let index = before.index.as_ref().map(|index| self.store.blob(index)).transpose();
            Some((self.store.blob(&before.manifest).ok()?, index.ok()?))
        });
        let (manifest, index) = match &kept {
            Some((manifest, index)) => (Some(&manifest[..]), index.as_deref()),
            None => (image.manifest.as_deref(), image.index.as_deref()),
        };
        let publication = Publication {
            config: &image.config,
            manifest,
            index,
            parent: before.and_then(|before| before.parent),
            names: &image.names,
            durable: true,
        };
        record(self.store, &publication).map(drop)
    }
}

/// A layer's bytes: reports how far they have been read, and ends with an error where they are not what the manifest says.
struct Bytes<'a> {
    part: Part,
    total: u64,
    /// What they have to hash to, as long as that is open.
    expected: Option<Digest>,
    hasher: Hasher,
    progress: &'a dyn Progress,
    place: usize,
}

impl Read for Bytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.part.read(buffer)?;
        if let Some(expected) = self.expected {
            self.hasher.update(&buffer[..count]);
            if self.part.size == 0 {
                self.expected = None;
                let actual = std::mem::take(&mut self.hasher).finish();
                verify(&expected, &actual).map_err(io::Error::other)?;
            }
        }
        let (done, total) = (self.total - self.part.size, self.total);
        self.progress.step(self.place, Step::Extracting { done, total });
        Ok(count)
    }
}
