//! Reading a manifest or an index, from wherever it came, and choosing in an index.

use crate::oci::manifest::{INDEX_TYPES, MANIFEST_TYPES};
use crate::oci::platform::Platform;
use oci_spec::image::Descriptor;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What a blob that is named where an image is expected turns out to be.
#[derive(Debug)]
pub enum Document {
    /// A choice of images by platform.
    Index(Vec<Descriptor>),
    /// One image; layers base first.
    Manifest {
        config: Box<Descriptor>,
        layers: Vec<Descriptor>,
    },
}

/// Why it is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDocument {
    #[error("{0}")]
    Malformed(String),
    /// The media type as it says itself, if it does.
    #[error("unsupported media type{}{}", media_type.as_ref().map(|t| format!(" {t:?}")).unwrap_or_default(), why(.reason))]
    Unsupported {
        media_type: Option<String>,
        reason: &'static str,
    },
}

fn why(reason: &str) -> String {
    match reason.is_empty() {
        true => String::new(),
        false => format!(" ({reason})"),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    #[serde(default)]
    schema_version: u32,
    media_type: Option<String>,
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    fs_layers: Option<IgnoredAny>,
}

impl Document {
    /// Reads OCI's and Docker's (schema 2) forms. The fields tell what it is: the media type is optional in OCI's. What could be taken for
    /// both, an index that is also a manifest, is two images under one digest and is refused (CVE-2021-41190).
    pub fn parse(bytes: &[u8]) -> Result<Document, InvalidDocument> {
        let fields: Fields =
            serde_json::from_slice(bytes).map_err(|error| InvalidDocument::Malformed(error.to_string()))?;
        let media_type = fields.media_type;
        let unsupported = |media_type, reason| Err(InvalidDocument::Unsupported { media_type, reason });
        if fields.schema_version == 1 || fields.fs_layers.is_some() {
            let reason = "Docker's schema 1 is no longer supported; the image has to be pushed anew";
            return unsupported(media_type, reason);
        }
        let (document, types) = match (fields.manifests, fields.config, fields.layers) {
            (Some(manifests), None, None) => (Document::Index(manifests), INDEX_TYPES),
            (None, Some(config), Some(layers)) => {
                let config = Box::new(config);
                (Document::Manifest { config, layers }, MANIFEST_TYPES)
            }
            _ => return unsupported(media_type, "neither a manifest nor an index"),
        };
        match &media_type {
            Some(own) if !types.contains(&own.as_str()) => unsupported(media_type, ""),
            _ => Ok(document),
        }
    }
}

/// The entry of an index that serves `platform` best: its very variant, else one without a variant, else the first that will do; for 32-bit
/// ARM, an older variant where there is no better one, since newer machines run it.
pub fn choose<'a>(entries: &'a [Descriptor], platform: &Platform) -> Option<&'a Descriptor> {
    let best = |wanted: &Platform| {
        let serving = entries.iter().filter(|entry| {
            entry.platform().as_ref().is_some_and(|p| {
                wanted.accepts(
                    &p.os().to_string(),
                    &p.architecture().to_string(),
                    p.variant().as_deref(),
                )
            })
        });
        serving.min_by_key(
            |entry| match entry.platform().as_ref().and_then(|p| p.variant().as_deref()) {
                variant if variant == wanted.variant.as_deref() => 0,
                None => 1,
                Some(_) => 2,
            },
        )
    };
    let older = match (platform.architecture.as_str(), platform.variant.as_deref()) {
        ("arm", Some("v8")) => &["v7", "v6", "v5"][..],
        ("arm", Some("v7")) => &["v6", "v5"],
        ("arm", Some("v6")) => &["v5"],
        _ => &[],
    };
    best(platform).or_else(|| {
        older.iter().find_map(|variant| {
            best(&Platform {
                variant: Some((*variant).into()),
                ..platform.clone()
            })
        })
    })
}

/// The platforms of an index, sorted; attestations and the like, which are for `unknown`, left out.
pub fn offered(entries: &[Descriptor]) -> Vec<String> {
    let mut platforms: Vec<String> = entries
        .iter()
        .filter_map(|entry| entry.platform().as_ref())
        .filter(|p| p.os().to_string() != "unknown")
        .map(|p| {
            let variant = p.variant().as_ref().map(|v| format!("/{v}")).unwrap_or_default();
            format!("{}/{}{variant}", p.os(), p.architecture())
        })
        .collect();
    platforms.sort();
    platforms.dedup();
    platforms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(platform: &str) -> Descriptor {
        let platform: Platform = platform.parse().unwrap();
        let mut described = serde_json::json!({ "os": platform.os, "architecture": platform.architecture });
        if let Some(variant) = platform.variant {
            described["variant"] = variant.into();
        }
        serde_json::from_value(serde_json::json!({
            "mediaType": MANIFEST_TYPES[0],
            "digest": crate::oci::digest::Digest::of(described.to_string().as_bytes()),
            "size": 1,
            "platform": described,
        }))
        .unwrap()
    }

    #[test]
    fn the_very_variant_is_better_than_none_and_none_than_another() {
        let entries = [
            "linux/arm/v6",
            "linux/arm/v7",
            "linux/amd64/v3",
            "linux/amd64",
            "linux/arm64/v8",
        ]
        .map(entry);
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
            let chosen = choose(&entries, &wanted.parse().unwrap());
            assert_eq!(chosen, found.map(|n| &entries[n]), "{wanted}");
        }
    }

    #[test]
    fn platforms_are_listed_without_attestations() {
        let entries = ["unknown/unknown", "linux/arm64/v8", "linux/amd64", "linux/amd64"].map(entry);
        assert_eq!(offered(&entries), ["linux/amd64", "linux/arm64/v8"]);
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
