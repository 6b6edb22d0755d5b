//! From a name to an image: the manifest or index it names, the platform's choice, the configuration.

use super::Resolved;
use super::client::{Client, Object};
use super::error::{Error, Failure, plain};
use super::settings::Attempts;
use crate::oci::{Digest, INDEX_TYPES, MANIFEST_TYPES, MAX_CONFIG, MAX_MANIFEST, Platform, descriptor_digest};
use crate::progress::Progress;
use oci_spec::image::Descriptor;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::Deserialize;

/// What is read of a manifest or index; the fields tell which it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(default)]
    schema_version: u32,
    media_type: Option<String>,
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    #[serde(rename = "fsLayers")]
    fs_layers: Option<serde::de::IgnoredAny>,
}

/// A manifest or index, verified.
struct Fetched {
    name: String,
    bytes: Vec<u8>,
    digest: Digest,
    media_type: Option<String>,
}

/// What the reference's tag names now.
pub(super) async fn head(client: &Client) -> Result<Option<Digest>, Error> {
    let object = Object::Manifest(name(client));
    let mut attempts = Attempts::new(client.settings());
    loop {
        match client.head(&object).await {
            Ok(headers) => return Ok(said_digest(&headers)),
            Err(failure) => tokio::time::sleep(attempts.after(failure)?).await,
        }
    }
}

/// The walk from the reference to the configuration.
pub(super) async fn resolve(client: &Client, platform: &Platform, progress: &dyn Progress) -> Result<Resolved, Error> {
    let top = manifest(client, name(client), client.reference().digest()).await?;
    let document = top.parse(client)?;
    let top_digest = top.digest;
    let (index, image, document) = match document.manifests {
        None => (None, top, document),
        Some(entries) => {
            let chosen = choose(&entries, platform)
                .ok_or_else(|| Error::no_platform(&client.reference().familiar(), platform, offered(&entries)))?;
            let digest = digest(client, &top.name, chosen)?;
            let image = manifest(client, digest.to_string(), Some(digest)).await?;
            let document = image.parse(client)?;
            (Some(top.bytes), image, document)
        }
    };
    let (Some(config), Some(layers)) = (document.config, document.layers) else {
        return Err(image.unsupported("an index inside an index"));
    };
    let config_digest = digest(client, &image.name, &config)?;
    check_types(&image.name, &config, &layers)?;
    for layer in &layers {
        digest(client, &image.name, layer)?;
    }
    let config = small_blob(client, config_digest, config.size()).await?;
    if index.is_none() {
        warn_of_platform(client, &config, platform, progress);
    }
    Ok(Resolved {
        top_digest,
        index,
        manifest: image.bytes,
        manifest_digest: image.digest,
        config,
        config_digest,
        layers,
    })
}

/// How the reference is asked for: a digest says more than a tag.
fn name(client: &Client) -> String {
    let reference = client.reference();
    match reference.digest() {
        Some(digest) => digest.to_string(),
        None => reference.tag().expect("the client gave it a tag").to_owned(),
    }
}

/// Fetches a manifest or index. Without a digest to hold it against, it is held against what the registry says in a header.
async fn manifest(client: &Client, name: String, expected: Option<Digest>) -> Result<Fetched, Error> {
    let object = Object::Manifest(name.clone());
    let mut attempts = Attempts::new(client.settings());
    loop {
        let failure = match fetch(client, &object, MAX_MANIFEST).await {
            Ok((bytes, headers)) => {
                let digest = Digest::of(&bytes);
                let expected = expected.or_else(|| said_digest(&headers)).unwrap_or(digest);
                verify(client, expected, digest)?;
                let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
                let media_type = media_type.and_then(|value| value.split(';').next());
                return Ok(Fetched {
                    name,
                    bytes,
                    digest,
                    media_type: media_type.map(|value| plain(value.trim())),
                });
            }
            Err(failure) => failure,
        };
        tokio::time::sleep(attempts.after(failure)?).await;
    }
}

/// A blob that is small enough for memory: the configuration.
async fn small_blob(client: &Client, digest: Digest, size: u64) -> Result<Vec<u8>, Error> {
    let object = Object::Blob(digest);
    if size > MAX_CONFIG {
        return Err(too_large(client, &object, MAX_CONFIG));
    }
    let mut attempts = Attempts::new(client.settings());
    loop {
        match fetch(client, &object, MAX_CONFIG).await {
            Ok((bytes, _)) => {
                verify(client, digest, Digest::of(&bytes))?;
                if bytes.len() as u64 != size {
                    return Err(Error::SizeMismatch {
                        registry: client.registry().to_owned(),
                        object: digest.to_string(),
                        expected: size,
                        actual: bytes.len().to_string(),
                    });
                }
                return Ok(bytes);
            }
            Err(failure) => tokio::time::sleep(attempts.after(failure)?).await,
        }
    }
}

/// All bytes of an answer, if they are not more than `limit`.
async fn fetch(client: &Client, object: &Object, limit: u64) -> Result<(Vec<u8>, HeaderMap), Failure> {
    let mut response = client.get(object, None).await?;
    let headers = response.headers().clone();
    let mut bytes = Vec::new();
    loop {
        match client.chunk(&mut response).await {
            Ok(None) => return Ok((bytes, headers)),
            Ok(Some(chunk)) if (bytes.len() + chunk.len()) as u64 > limit => {
                return Err(too_large(client, object, limit).into());
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Err(cause) => {
                return Err(Failure::passing(Error::Broken {
                    registry: client.registry().to_owned(),
                    object: object.to_string(),
                    done: bytes.len() as u64,
                    total: response.content_length().unwrap_or(limit),
                    cause,
                }));
            }
        }
    }
}

fn too_large(client: &Client, object: &Object, limit: u64) -> Error {
    Error::TooLarge {
        registry: client.registry().to_owned(),
        object: object.to_string(),
        limit,
    }
}

fn verify(client: &Client, expected: Digest, actual: Digest) -> Result<(), Error> {
    match expected == actual {
        true => Ok(()),
        false => Err(Error::DigestMismatch {
            registry: client.registry().to_owned(),
            expected,
            actual,
        }),
    }
}

/// The digest that a registry gives with a manifest.
fn said_digest(headers: &HeaderMap) -> Option<Digest> {
    headers.get("docker-content-digest")?.to_str().ok()?.parse().ok()
}

fn digest(client: &Client, name: &str, descriptor: &Descriptor) -> Result<Digest, Error> {
    descriptor_digest(descriptor).map_err(|error| malformed(client, name, error))
}

fn malformed(client: &Client, name: &str, cause: impl std::fmt::Display) -> Error {
    Error::Malformed {
        registry: client.registry().to_owned(),
        object: Object::Manifest(name.to_owned()).to_string(),
        cause: plain(cause),
    }
}

impl Fetched {
    /// Reads it, and refuses what is neither manifest nor index, or could be taken for both.
    fn parse(&self, client: &Client) -> Result<Document, Error> {
        let document: Document =
            serde_json::from_slice(&self.bytes).map_err(|error| malformed(client, &self.name, error))?;
        if document.schema_version == 1 || document.fs_layers.is_some() {
            return Err(self.unsupported("Docker's schema 1 is no longer supported; the image has to be pushed anew"));
        }
        // An index that is also a manifest is two images under one digest (CVE-2021-41190).
        match (&document.manifests, &document.config, &document.layers) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => {}
            _ => return Err(self.unsupported("neither a manifest nor an index")),
        }
        let types = match document.manifests {
            Some(_) => INDEX_TYPES,
            None => MANIFEST_TYPES,
        };
        match &document.media_type {
            Some(own) if !types.contains(&own.as_str()) => Err(self.unsupported("")),
            _ => Ok(document),
        }
    }

    fn unsupported(&self, reason: &'static str) -> Error {
        let own = serde_json::from_slice::<serde_json::Value>(&self.bytes).ok();
        let own = own.and_then(|value| value["mediaType"].as_str().map(plain));
        Error::MediaType {
            object: Object::Manifest(self.name.clone()).to_string(),
            media_type: own
                .or_else(|| self.media_type.clone())
                .unwrap_or_else(|| "unknown".into()),
            reason,
        }
    }
}

/// Refuses what is no container image: charts, signatures, encrypted layers.
fn check_types(name: &str, config: &Descriptor, layers: &[Descriptor]) -> Result<(), Error> {
    const CONFIGS: [&str; 2] = [
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
    ];
    const LAYERS: [&str; 2] = [
        "application/vnd.oci.image.layer.",
        "application/vnd.docker.image.rootfs.",
    ];
    let refuse = |what: String, descriptor: &Descriptor, reason| {
        Err(Error::MediaType {
            object: what,
            media_type: plain(descriptor.media_type()),
            reason,
        })
    };
    if !CONFIGS.contains(&config.media_type().to_string().as_str()) {
        return refuse(format!("manifest {name}"), config, "it is no container image");
    }
    for layer in layers {
        let media_type = layer.media_type().to_string();
        if media_type.contains("encrypted") || !LAYERS.iter().any(|known| media_type.starts_with(known)) {
            return refuse(format!("layer {}", layer.digest()), layer, "");
        }
    }
    Ok(())
}

/// The entry of an index that serves `platform` best: its very variant, else one without a variant, else the first that will do; for 32-bit
/// ARM, an older variant where there is no better one, since newer machines run it.
fn choose<'a>(entries: &'a [Descriptor], platform: &Platform) -> Option<&'a Descriptor> {
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
fn offered(entries: &[Descriptor]) -> Vec<String> {
    let mut platforms: Vec<String> = entries
        .iter()
        .filter_map(|entry| entry.platform().as_ref())
        .filter(|p| p.os().to_string() != "unknown")
        .map(|p| {
            let variant = p.variant().as_ref().map(|v| format!("/{v}")).unwrap_or_default();
            plain(format!("{}/{}{variant}", p.os(), p.architecture()))
        })
        .collect();
    platforms.sort();
    platforms.dedup();
    platforms
}

/// A name that offers no choice gives what it has; that it cannot run here is worth a warning.
fn warn_of_platform(client: &Client, config: &[u8], platform: &Platform, progress: &dyn Progress) {
    let Ok(config) = crate::oci::ImageConfig::parse(config) else {
        return;
    };
    let known = !config.os.is_empty() && !config.architecture.is_empty();
    if known && !platform.accepts(&config.os, &config.architecture, config.variant.as_deref()) {
        let is = plain(format!("{}/{}", config.os, config.architecture));
        progress.warn(&format!(
            "{} is for {is}, not for {platform}",
            client.reference().familiar()
        ));
    }
}
