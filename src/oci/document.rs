//! A manifest or an index is read, and in an index an image is chosen.

use crate::oci::manifest::{INDEX_TYPES, MANIFEST_TYPES};
use crate::oci::platform::Platform;
use oci_spec::image::{
    Arch, Descriptor, ImageIndex, ImageManifest, ImageManifestBuilder, MediaType, Os, SCHEMA_VERSION,
};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What a name or an entry of an index may lead to.
#[derive(Debug)]
pub enum Document {
    /// A choice of images by platform.
    Index(Box<ImageIndex>),
    /// One image; layers base first.
    Manifest(Box<ImageManifest>),
}

/// Why it is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDocument {
    #[error("{0}")]
    Malformed(String),
    /// `media_type`: what the document calls itself, if it does.
    #[error("unsupported media type{}{}", quoted(.media_type), in_brackets(.reason))]
    Unsupported {
        media_type: Option<String>,
        reason: &'static str,
    },
}

fn quoted(media_type: &Option<String>) -> String {
    let media_type = media_type.as_ref();
    media_type.map_or_else(String::new, |media_type| format!(" {media_type:?}"))
}

fn in_brackets(reason: &str) -> String {
    match reason.is_empty() {
        true => String::new(),
        false => format!(" ({reason})"),
    }
}

/// The fields of both that are used; what is wrong with another one is no reason to refuse an image. oci-spec's own
/// readers are not used: they refuse a document without `schemaVersion`, and read one document as an index and as a
/// manifest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    schema_version: Option<u32>,
    media_type: Option<MediaType>,
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    /// Of Docker's schema 1.
    fs_layers: Option<IgnoredAny>,
}

impl Document {
    /// Reads OCI's and Docker's (schema 2) forms. The fields tell what it is: the media type is optional in OCI's. A
    /// document that could be taken for both, an index that is also a manifest, is two images under one digest and is
    /// refused (CVE-2021-41190).
    pub fn parse(bytes: &[u8]) -> Result<Document, InvalidDocument> {
        let fields: Fields =
            serde_json::from_slice(bytes).map_err(|error| InvalidDocument::Malformed(error.to_string()))?;
        let unsupported = |media_type: Option<MediaType>, reason| {
            let media_type = media_type.map(String::from);
            Err(InvalidDocument::Unsupported { media_type, reason })
        };
        if fields.schema_version == Some(1) || fields.fs_layers.is_some() {
            let reason = "Docker's schema 1 is no longer supported; the image has to be pushed anew";
            return unsupported(fields.media_type, reason);
        }
        let is_one_of = |types: [&str; 2]| {
            let media_type = fields.media_type.as_ref();
            media_type.is_none_or(|media_type| types.contains(&media_type.as_ref()))
        };
        let version = fields.schema_version.unwrap_or(SCHEMA_VERSION);
        match (fields.manifests, fields.config, fields.layers) {
            (Some(manifests), None, None) if is_one_of(INDEX_TYPES) => {
                let mut index = ImageIndex::default();
                index
                    .set_schema_version(version)
                    .set_media_type(fields.media_type)
                    .set_manifests(manifests);
                Ok(Document::Index(Box::new(index)))
            }
            (None, Some(config), Some(layers)) if is_one_of(MANIFEST_TYPES) => {
                let builder = ImageManifestBuilder::default().schema_version(version);
                let manifest = builder.config(config).layers(layers).build();
                let mut manifest = manifest.expect("no required field is missing");
                manifest.set_media_type(fields.media_type);
                Ok(Document::Manifest(Box::new(manifest)))
            }
            (Some(_), None, None) | (None, Some(_), Some(_)) => unsupported(fields.media_type, ""),
            _ => unsupported(fields.media_type, "neither a manifest nor an index"),
        }
    }
}

/// The entry of an index that serves `platform` best: the same variant, else an entry without a variant, else the first
/// of the architecture; for 32-bit ARM, an older variant where there is no better one, since newer machines run it.
pub fn choose<'a>(index: &'a ImageIndex, platform: &Platform) -> Option<&'a Descriptor> {
    let best = |wanted: &Platform| {
        let entries = index
            .manifests()
            .iter()
            .filter_map(|entry| Some((entry, platform_of(entry)?)));
        let serving = entries.filter(|(_, offered)| wanted.accepts(offered));
        let best = serving.min_by_key(|(_, offered)| match offered.variant() {
            variant if variant == wanted.variant() => 0,
            None => 1,
            Some(_) => 2,
        });
        best.map(|(entry, _)| entry)
    };
    let older = match (platform.architecture(), platform.variant()) {
        (Arch::ARM, Some("v8")) => &["v7", "v6", "v5"][..],
        (Arch::ARM, Some("v7")) => &["v6", "v5"],
        (Arch::ARM, Some("v6")) => &["v5"],
        _ => &[],
    };
    let mut older = older.iter();
    best(platform).or_else(|| older.find_map(|variant| best(&platform.with_variant(variant))))
}

/// The platforms of an index, sorted; attestations and the like, which are for `unknown`, left out.
pub fn offered(index: &ImageIndex) -> Vec<String> {
    let platforms = index.manifests().iter().filter_map(platform_of);
    let known = platforms.filter(|platform| *platform.os() != Os::from("unknown"));
    let mut names: Vec<String> = known.map(|platform| platform.to_string()).collect();
    names.sort();
    names.dedup();
    names
}

fn platform_of(entry: &Descriptor) -> Option<Platform> {
    entry.platform().clone().map(Platform::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;
    use crate::oci::manifest::descriptor;

    fn entry(text: &str) -> Descriptor {
        let platform: Platform = text.parse().unwrap();
        let mut entry = descriptor(MediaType::ImageManifest, Digest::of(text.as_bytes()), 1);
        entry.set_platform(Some(platform.into()));
        entry
    }

    fn index<const N: usize>(platforms: [&str; N]) -> ImageIndex {
        let mut index = ImageIndex::default();
        index.set_manifests(platforms.map(entry).into());
        index
    }

    #[test]
    fn the_same_variant_is_better_than_none_and_none_than_another() {
        let index = index([
            "linux/arm/v6",
            "linux/arm/v7",
            "linux/amd64/v3",
            "linux/amd64",
            "linux/arm64/v8",
        ]);
        for (wanted, found) in [
            ("linux/amd64", Some(3)),
            ("linux/amd64/v3", Some(2)),
            ("linux/amd64/v2", Some(3)),
            ("linux/arm64", Some(4)),
            ("linux/arm/v7", Some(1)),
            ("linux/arm/v8", Some(1)),
            ("linux/arm/v6", Some(0)),
            ("linux/arm/v5", None),
            ("linux/s390x", None),
        ] {
            let chosen = choose(&index, &wanted.parse().unwrap());
            assert_eq!(chosen, found.map(|n| &index.manifests()[n]), "{wanted}");
        }
    }

    #[test]
    fn platforms_are_listed_without_attestations() {
        let index = index(["unknown/unknown", "linux/arm64/v8", "linux/amd64", "linux/amd64"]);
        assert_eq!(offered(&index), ["linux/amd64", "linux/arm64/v8"]);
    }

    #[test]
    fn what_is_neither_manifest_nor_index_is_refused() {
        let config = serde_json::to_string(&entry("linux/amd64")).unwrap();
        for text in [
            "<html>".to_owned(),
            "{}".into(),
            r#"{"schemaVersion":1,"fsLayers":[]}"#.into(),
            format!(r#"{{"schemaVersion":2,"manifests":[],"config":{config},"layers":[]}}"#),
            format!(r#"{{"schemaVersion":2,"config":{config}}}"#),
            format!(
                r#"{{"schemaVersion":2,"mediaType":"{}","manifests":[]}}"#,
                MANIFEST_TYPES[0]
            ),
        ] {
            assert!(Document::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(matches!(
            Document::parse(br#"{"manifests":[]}"#),
            Ok(Document::Index(_))
        ));
    }
}
