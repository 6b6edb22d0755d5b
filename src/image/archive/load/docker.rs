//! Docker's archive: `manifest.json` lists images, each with the names of its configuration and its layers' tars
//! (moby, image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset Format").

use crate::image::archive::load::found::{ArchivedImage, ArchivedLayer, DocumentsSize, check_digest};
use crate::image::archive::reader::Archive;
use crate::oci::digest::Digest;
use crate::oci::manifest::{MAX_CONFIG, MAX_MANIFEST};
use crate::oci::reference::Reference;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The member by which the format is recognised.
pub const MANIFEST: &str = "manifest.json";

/// An entry of `manifest.json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Option<Vec<String>>,
}

/// The images of the archive.
pub fn find(archive: &Archive) -> Result<Vec<ArchivedImage>> {
    let bytes = archive.bytes(MANIFEST, MAX_MANIFEST)?.context("no manifest.json")?;
    let items: Vec<Item> = serde_json::from_slice(&bytes).context("manifest.json cannot be read")?;
    let mut size = DocumentsSize::default();
    let mut images = Vec::new();
    for item in items {
        let image = image(archive, item)?;
        size.add(&image)?;
        images.push(image);
    }
    Ok(images)
}

/// A name to give. A digest is refused: whoever asks for a name by digest is promised content that hashes to it.
fn name_to_give(name: &str) -> Result<Reference> {
    let name: Reference = name.parse()?;
    ensure!(
        name.digest().is_none(),
        "the archive cannot give an image the digest {name}"
    );
    Ok(name.or_latest())
}

fn image(archive: &Archive, item: Item) -> Result<ArchivedImage> {
    let config = archive
        .bytes(&item.config, MAX_CONFIG)?
        .with_context(|| format!("the archive has no configuration {:?}", item.config))?;
    // A configuration that is named by a digest, as is usual, must have that digest.
    let name = item.config.rsplit('/').next().unwrap_or_default();
    if let Ok(expected) = Digest::from_hex(name.trim_end_matches(".json")) {
        check_digest(&expected, &Digest::of(&config))?;
    }
    let names = item.repo_tags.unwrap_or_default();
    let names = names
        .iter()
        .map(|name| name_to_give(name))
        .collect::<Result<Vec<_>>>()?;
    let layers = item.layers.unwrap_or_default();
    Ok(ArchivedImage {
        config,
        manifest: None,
        index: None,
        layers: layers
            .into_iter()
            .map(|member| ArchivedLayer { member, expected: None })
            .collect(),
        names,
    })
}
