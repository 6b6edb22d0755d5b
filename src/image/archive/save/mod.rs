//! Images into an archive.
//!
//! All formats are OCI's image layout (image-spec, image-layout.md) with the layers as plain tars, which come out of the store byte for
//! byte: an image that is loaded again has the ID that it had. Docker's archive is the same with two more files, as Docker itself writes since
//! version 25: `manifest.json`, from which everything that reads Docker's archives takes the images, and `repositories`. Each layer is in the archive
//! once, however many images have it.
//!
//! What reads a pipe cannot be told to forget what it has read: a layer that turns out to be damaged is an error, and the archive then has no end.

pub mod sink;

use crate::image::archive::save::sink::Sink;
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

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Docker,
    Oci,
}

/// An image, and the names under which it was asked for.
struct Chosen {
    record: ImageRecord,
    names: Vec<Reference>,
}

/// Images that are to be saved, found before anything is written.
pub struct Save {
    images: Vec<Chosen>,
}

/// Finds the images. A repository without a tag stands for all its tags, as it does for Docker; an ID for an image without a name.
pub fn save(store: &Store, names: &[String]) -> Result<Save> {
    let mut images: Vec<Chosen> = Vec::new();
    let mut add = |record: ImageRecord, name: Option<Reference>| {
        let name = name.filter(|name| name.tag().is_some());
        match images.iter_mut().find(|image| image.record.id == record.id) {
            Some(image) => image.names.extend(name.filter(|name| !image.names.contains(name))),
            None => images.push(Chosen {
                record,
                names: name.into_iter().collect(),
            }),
        }
    };
    for text in names {
        let tags = repository(store, text)?;
        if tags.is_empty() {
            let (record, name) = find(store, text)?;
            add(record, name);
        }
        for tag in tags {
            let (record, name) = find(store, &tag.to_string())?;
            add(record, name);
        }
    }
    Ok(Save { images })
}

/// All tags of a repository, sorted; none where `text` is something else.
fn repository(store: &Store, text: &str) -> Result<Vec<Reference>> {
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

impl Save {
    /// Writes the archive. Nothing is held in memory but the images' documents, and no sweep takes the layers meanwhile.
    pub fn write<'a>(self, store: &'a Store, format: Format, sink: Sink<'a>) -> Result<()> {
        let layers: Vec<DiffId> = self
            .images
            .iter()
            .flat_map(|image| image.record.layers.clone())
            .collect();
        let _lease = store.lease(&layers)?;
        let mut archive = Archive {
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

struct Archive<'a> {
    store: &'a Store,
    sink: Sink<'a>,
    /// Blobs that are in the archive.
    written: HashSet<Digest>,
    /// The entries of `index.json`.
    index: Vec<Descriptor>,
    /// The entries of Docker's `manifest.json`.
    docker_images: Vec<Value>,
    /// Docker's `repositories`.
    repositories: Map<String, Value>,
}

impl Archive<'_> {
    fn image(&mut self, image: &Chosen) -> Result<()> {
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

    fn list_for_oci(&mut self, image: &Chosen, manifest: &[u8]) {
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

    fn list_for_docker(&mut self, image: &Chosen, layers: &[DiffId]) {
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

    fn finish(mut self, format: Format) -> Result<()> {
        let mut index = ImageIndex::default();
        index
            .set_media_type(Some(MediaType::ImageIndex))
            .set_manifests(self.index);
        self.sink.bytes("index.json", &index_bytes(&index))?;
        if format == Format::Docker {
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
