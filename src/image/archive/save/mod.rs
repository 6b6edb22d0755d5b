//! Images are written into an archive.
//!
//! All formats are OCI's image layout (image-spec, image-layout.md) with the layers as plain tars, which come out of
//! the store byte for byte: an image that is loaded again has the same ID. Docker's archive has two more files, as
//! Docker itself writes since version 25: `manifest.json`, from which readers of Docker's archives take the images, and
//! `repositories`. Each layer is in the archive once, however many images have it.
//!
//! The archive may be a pipe, whose reader has what was written before an error: where a layer proves damaged, the
//! archive lacks its end.

pub mod sink;

use crate::image::archive::save::sink::ArchiveSink;
use crate::image::layers::verify::write_tar;
use crate::image::names::resolve::{find, parse_name};
use crate::image::publish::manifest::{layer_sizes, plain_manifest};
use crate::oci::config::ImageConfig;
use crate::oci::digest::{DiffId, Digest};
use crate::oci::manifest::{descriptor, index_bytes};
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use anyhow::{Context, Result};
use oci_spec::image::{Descriptor, ImageIndex, MediaType};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// The format of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveFormat {
    Docker,
    Oci,
}

/// An image, and the names under which it was asked for.
struct ImageToSave {
    record: ImageRecord,
    names: Vec<Reference>,
}

/// The images to save, found before anything is written.
pub struct ImagesToSave {
    images: Vec<ImageToSave>,
}

/// Finds the images. A repository without a tag stands for all its tags, as for Docker; an image that is given by its
/// ID is saved without a name.
pub fn images_to_save(store: &Store, names: &[String]) -> Result<ImagesToSave> {
    let mut images: Vec<ImageToSave> = Vec::new();
    let mut add = |record: ImageRecord, name: Option<Reference>| {
        let name = name.filter(|name| name.tag().is_some());
        match images.iter_mut().find(|image| image.record.id == record.id) {
            Some(image) => image.names.extend(name.filter(|name| !image.names.contains(name))),
            None => images.push(ImageToSave {
                record,
                names: name.into_iter().collect(),
            }),
        }
    };
    for text in names {
        let tags = tags_of_repository(store, text)?;
        if tags.is_empty() {
            let (record, name) = find(store, text)?;
            add(record, name);
        }
        for tag in tags {
            let (record, name) = find(store, &tag.to_string())?;
            add(record, name);
        }
    }
    Ok(ImagesToSave { images })
}

/// All tags of a repository, sorted; none where `text` is not a repository without a tag.
fn tags_of_repository(store: &Store, text: &str) -> Result<Vec<Reference>> {
    let Some(name) = parse_name(text)
        .ok()
        .filter(|name| name.tag().is_none() && name.digest().is_none())
    else {
        return Ok(Vec::new());
    };
    let mut tags: Vec<Reference> = store
        .tags()?
        .into_iter()
        .map(|tag| tag.reference)
        .filter(|tag| tag.tag().is_some())
        .filter(|tag| (tag.registry(), tag.repository()) == (name.registry(), name.repository()))
        .collect();
    tags.sort();
    Ok(tags)
}

impl ImagesToSave {
    /// Writes the archive. Only documents are in memory. A lease keeps the layers meanwhile.
    pub fn write<'a>(self, store: &'a Store, format: ArchiveFormat, sink: ArchiveSink<'a>) -> Result<()> {
        let layers: Vec<DiffId> = self
            .images
            .iter()
            .flat_map(|image| image.record.layers.clone())
            .collect();
        let _lease = store.lease(&layers)?;
        let mut archive = ArchiveWriter {
            store,
            sink,
            written: HashSet::new(),
            index: Vec::new(),
            docker_images: Vec::new(),
            repositories: Map::new(),
        };
        archive.sink.bytes("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#)?;
        archive.sink.directory("blobs")?;
        archive.sink.directory("blobs/sha256")?;
        for image in &self.images {
            archive
                .image(image)
                .with_context(|| format!("image {}", image.record.id))?;
        }
        archive.finish(format)
    }
}

struct ArchiveWriter<'a> {
    store: &'a Store,
    sink: ArchiveSink<'a>,
    /// Blobs that are in the archive.
    written: HashSet<Digest>,
    /// The entries of `index.json`.
    index: Vec<Descriptor>,
    /// The entries of Docker's `manifest.json`.
    docker_images: Vec<Value>,
    /// Docker's `repositories`.
    repositories: Map<String, Value>,
}

impl ArchiveWriter<'_> {
    fn image(&mut self, image: &ImageToSave) -> Result<()> {
        let id = image.record.id;
        let bytes = self.store.blob(&id.0)?;
        let config = ImageConfig::parse(&bytes).with_context(|| format!("configuration {id}"))?;
        let manifest = plain_manifest(&bytes, &layer_sizes(self.store, &config)?);
        self.document(&bytes)?;
        for layer in config.diff_ids() {
            self.layer(layer).with_context(|| format!("layer {layer}"))?;
        }
        self.document(&manifest)?;
        self.list_for_oci(image, &manifest);
        self.list_for_docker(image, config.diff_ids());
        Ok(())
    }

    /// Writes a configuration or a manifest, under its digest.
    fn document(&mut self, bytes: &[u8]) -> Result<()> {
        let digest = Digest::of(bytes);
        match self.written.insert(digest) {
            true => self.sink.bytes(&path(&digest), bytes),
            false => Ok(()),
        }
    }

    fn layer(&mut self, id: &DiffId) -> Result<()> {
        if !self.written.insert(id.0) {
            return Ok(());
        }
        let layer = self.store.layer(id)?.context("it is not in the store")?;
        self.sink
            .file(&path(&id.0), layer.info.tar_size, |out| write_tar(&layer, out))
    }

    fn list_for_oci(&mut self, image: &ImageToSave, manifest: &[u8]) {
        let entry = descriptor(MediaType::ImageManifest, Digest::of(manifest), manifest.len() as u64);
        for name in &image.names {
            let mut named = entry.clone();
            // podman and skopeo read the first, Docker and containerd the second.
            let annotations = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];
            let annotations = annotations.map(|key| (key.to_owned(), name.to_string()));
            named.set_annotations(Some(annotations.into()));
            self.index.push(named);
        }
        if image.names.is_empty() {
            self.index.push(entry);
        }
    }

    fn list_for_docker(&mut self, image: &ImageToSave, layers: &[DiffId]) {
        let names: Vec<String> = image.names.iter().map(Reference::familiar).collect();
        self.docker_images.push(json!({
            "Config": path(&image.record.id.0),
            "RepoTags": (!names.is_empty()).then_some(names),
            "Layers": layers.iter().map(|layer| path(&layer.0)).collect::<Vec<_>>(),
        }));
        for name in &image.names {
            let tags = self.repositories.entry(name.familiar_repository());
            let tags = tags.or_insert_with(|| json!({}));
            tags[name.tag().unwrap_or_default()] = layers.last().map(DiffId::hex).into();
        }
    }

    fn finish(mut self, format: ArchiveFormat) -> Result<()> {
        let mut index = ImageIndex::default();
        index
            .set_media_type(Some(MediaType::ImageIndex))
            .set_manifests(self.index);
        self.sink.bytes("index.json", &index_bytes(&index))?;
        if format == ArchiveFormat::Docker {
            let images = Value::Array(self.docker_images).to_string();
            self.sink.bytes("manifest.json", images.as_bytes())?;
            let repositories = Value::Object(self.repositories).to_string();
            self.sink.bytes("repositories", repositories.as_bytes())?;
        }
        self.sink.finish()
    }
}

fn path(digest: &Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}
