//! Images from an archive.
//!
//! Docker's archives ([`docker`]) and OCI's layouts ([`layout`]) are read into the same types, [`found`]; from there on
//! all is as in a pull, with the archive in place of the registry. Nothing in an archive is trusted: configurations and
//! manifests are verified by the digests that name them, layers by the configuration's diff_ids.

pub mod docker;
pub mod found;
pub mod layout;
#[cfg(test)]
mod tests;

use crate::image::archive::load::found::{ArchivedImage, ArchivedLayer, check_digest};
use crate::image::archive::reader::{Archive, MemberReader};
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

/// Loads every image of an archive, and of an index the one for `platform`. See [`Archive::open`] for what `input` can
/// be. The images are synced when this returns. Those before an image that fails stay.
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
        let load = ImageLoad {
            store,
            archive: &archive,
            single_id,
            progress,
            first,
        };
        load.load(id, &config, &image).with_context(|| format!("image {id}"))?;
        first += config.diff_ids().len();
        loaded.push(Loaded {
            image: id,
            names: image.names,
        });
    }
    Ok(loaded)
}

/// The images of an archive. Docker since version 25 writes an archive in both formats; the layout has the manifests,
/// too.
fn find(archive: &Archive, platform: &Platform) -> Result<Vec<ArchivedImage>> {
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

/// The load of one image.
struct ImageLoad<'a> {
    store: &'a Store,
    archive: &'a Archive,
    single_id: bool,
    progress: &'a dyn Progress,
    /// The index of its first layer in the reports.
    first: usize,
}

impl ImageLoad<'_> {
    fn load(&self, id: ImageId, config: &ImageConfig, image: &ArchivedImage) -> Result<()> {
        let diff_ids = config.diff_ids();
        check_layer_count(config, image.layers.len())?;
        let _lease = self.store.lease(diff_ids)?;
        for (index, (diff_id, layer)) in diff_ids.iter().zip(&image.layers).enumerate() {
            let index = self.first + index;
            // A pull may be fetching the layer.
            let _claim = self.store.claim_layer(diff_id)?;
            if is_intact(self.store, diff_id)? {
                self.progress.step(index, Step::Exists);
                continue;
            }
            let bytes = self.open(layer, diff_id, index);
            let stored = bytes
                .and_then(|bytes| store_layer(self.store, Box::new(bytes), Some(*diff_id), self.single_id, true))
                .with_context(|| format!("layer {:?}", layer.member))?;
            if let Some(warning) = skipped_warning(&stored.skipped) {
                self.progress.warn(&format!("layer {diff_id}: {warning}"));
            }
            self.progress.step(index, Step::Complete);
        }
        self.record(id, image)
    }

    /// The layer's bytes, which are verified while they are read.
    fn open(&self, layer: &ArchivedLayer, diff_id: &DiffId, index: usize) -> Result<VerifyingReader<'_>> {
        let member = self.archive.open_member(&layer.member)?;
        if let Some((digest, size)) = &layer.expected {
            ensure!(
                member.left == *size,
                "size mismatch: the archive has {} bytes for {digest}, expected {size}",
                member.left
            );
        }
        let digest = layer.expected.map(|(digest, _)| digest);
        Ok(VerifyingReader {
            total: member.left,
            member,
            // Unpacking verifies the diff_id, which of a layer that is not compressed is the blob's digest.
            expected: digest.filter(|digest| *digest != diff_id.0),
            hasher: Hasher::default(),
            progress: self.progress,
            index,
        })
    }

    /// Records the image. One that the store has already keeps its manifest: the archive's may be one that `save` made.
    fn record(&self, id: ImageId, image: &ArchivedImage) -> Result<()> {
        let recorded = self.store.image(&id)?;
        let own = recorded.and_then(|recorded| {
            let index = recorded.index.map(|index| self.store.blob(&index)).transpose();
            Some((self.store.blob(&recorded.manifest).ok()?, index.ok()?))
        });
        let (manifest, index) = match &own {
            Some((manifest, index)) => (Some(&manifest[..]), index.as_deref()),
            None => (image.manifest.as_deref(), image.index.as_deref()),
        };
        let publication = Publication {
            config: &image.config,
            manifest,
            index,
            parent: None,
            names: &image.names,
            durable: true,
        };
        record(self.store, &publication).map(drop)
    }
}

/// A layer's bytes: reports how many were read, and fails at their end where they do not have the manifest's digest.
struct VerifyingReader<'a> {
    member: MemberReader,
    total: u64,
    /// None once it was compared.
    expected: Option<Digest>,
    hasher: Hasher,
    progress: &'a dyn Progress,
    index: usize,
}

impl Read for VerifyingReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.member.read(buffer)?;
        if let Some(expected) = self.expected {
            self.hasher.update(&buffer[..count]);
            if self.member.left == 0 {
                self.expected = None;
                let actual = std::mem::take(&mut self.hasher).finish();
                check_digest(&expected, &actual).map_err(io::Error::other)?;
            }
        }
        let (done, total) = (self.total - self.member.left, self.total);
        self.progress.step(self.index, Step::Extracting { done, total });
        Ok(count)
    }
}
