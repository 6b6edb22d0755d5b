//! The files of an image, and the entries of one of its layers.

use crate::image::contents::{Contents, open_split, stored_layer};
use crate::layer::model::{EntryKind, LayerEntry};
use crate::layer::split::contents;
use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use anyhow::{Result, bail};
use std::path::PathBuf;

/// One entry of an image or of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// Without the slash in front; the root of a layer is empty.
    pub path: PathBuf,
    /// The number of the layer that it comes from; the base is 1.
    pub layer: usize,
    /// `None` for a directory that has no entry of its own, only entries below it.
    pub entry: Option<LayerEntry>,
}

/// All files that a container made from the image sees, sorted by path, directories before their contents.
pub fn files(store: &Store, image: &ImageRecord) -> Result<Vec<ImageFile>> {
    let (contents, _) = Contents::read(store, &image.layers)?;
    let mut files = Vec::new();
    contents.visit(&mut |path, node| {
        let (layer, entry) = match contents.entry(node) {
            Some((layer, entry)) => (layer + 1, Some(as_hard_link(entry.clone(), &path))),
            None => (0, None),
        };
        files.push(ImageFile { path, layer, entry });
    });
    Ok(files)
}

/// A file whose entry has another path is a hard link to that path.
fn as_hard_link(mut entry: LayerEntry, path: &std::path::Path) -> LayerEntry {
    if entry.path != path {
        entry.kind = EntryKind::HardLink;
        entry.link = std::mem::replace(&mut entry.path, path.to_owned());
    }
    entry
}

/// The entries of one layer, as its tar has them. `layer`: see [`layer_number`].
pub fn layer_files(store: &Store, image: &ImageRecord, layer: &str) -> Result<Vec<ImageFile>> {
    let number = layer_number(&image.layers, layer)?;
    let split = open_split(&stored_layer(store, &image.layers[number - 1])?)?;
    let mut files = Vec::new();
    contents::entries(&split, &mut |entry| {
        files.push(ImageFile {
            path: entry.path.clone(),
            layer: number,
            entry: Some(entry),
        });
        Ok(())
    })?;
    Ok(files)
}

/// The number of a layer, the base being 1, that is given as such, as its diff_id or as the start of its diff_id.
fn layer_number(layers: &[DiffId], text: &str) -> Result<usize> {
    let count = layers.len();
    if let Ok(number) = text.parse::<usize>()
        && (1..=count).contains(&number)
    {
        return Ok(number);
    }
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let found: Vec<usize> = (0..count)
        .filter(|&index| digits.len() >= 4 && layers[index].hex().starts_with(digits))
        .collect();
    match (found.as_slice(), count) {
        ([], 0) => bail!("the image has no layers"),
        ([], _) => bail!("the image has no layer {text:?}: give a number from 1 (the base) to {count}, or a diff_id"),
        // An image may have one layer twice.
        ([first, rest @ ..], _) if rest.iter().all(|index| layers[*index] == layers[*first]) => Ok(first + 1),
        (many, _) => bail!(
            "the start {text:?} of a diff_id is ambiguous: {} layers have it",
            many.len()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;

    #[test]
    fn a_layer_is_named_by_its_number_or_its_diff_id() {
        let layers = [b"a", b"b"].map(|text| DiffId(Digest::of(text)));
        let hex = layers[1].hex();
        for text in ["2", &hex, &format!("sha256:{hex}"), &hex[..6]] {
            assert_eq!(layer_number(&layers, text).unwrap(), 2, "{text}");
        }
        for (text, message) in [
            (
                "0",
                "the image has no layer \"0\": give a number from 1 (the base) to 2, or a diff_id",
            ),
            (
                "3",
                "the image has no layer \"3\": give a number from 1 (the base) to 2, or a diff_id",
            ),
        ] {
            assert_eq!(layer_number(&layers, text).unwrap_err().to_string(), message);
        }
        assert_eq!(
            layer_number(&[], "1").unwrap_err().to_string(),
            "the image has no layers"
        );
        assert_eq!(layer_number(&[layers[0], layers[0]], &layers[0].hex()).unwrap(), 1);
    }
}
