//! From a name to an image: the manifest or index it names, the platform's choice, the configuration.

use crate::oci::digest::Digest;
use crate::oci::document::{Document, InvalidDocument, choose, offered};
use crate::oci::manifest::{MAX_CONFIG, MAX_MANIFEST, descriptor_digest};
use crate::oci::platform::Platform;
use crate::registry::Resolved;
use crate::registry::errors::{Error, Failure, plain};
use crate::registry::http::client::{Client, Object};
use crate::registry::http::retry::Attempts;
use oci_spec::image::Descriptor;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// A manifest or index, verified.
struct Fetched {
    name: String,
    bytes: Vec<u8>,
    digest: Digest,
    media_type: Option<String>,
}

/// What the reference's tag names now.
pub async fn head(client: &Client) -> Result<Option<Digest>, Error> {
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
pub async fn resolve(client: &Client, platform: &Platform) -> Result<Resolved, Error> {
    let top = manifest(client, name(client), client.reference().digest()).await?;
    let top_digest = top.digest;
    let (index, image, document) = match top.parse(client)? {
        Document::Index(entries) => {
            let chosen = choose(&entries, platform).ok_or_else(|| {
                let offered = offered(&entries).iter().map(plain).collect();
                Error::no_platform(&client.reference().familiar(), platform, offered)
            })?;
            let digest = digest(client, &top.name, chosen)?;
            let image = manifest(client, digest.to_string(), Some(digest)).await?;
            let document = image.parse(client)?;
            (Some(top.bytes), image, document)
        }
        document => (None, top, document),
    };
    let Document::Manifest { config, layers } = document else {
        return Err(image.unsupported(None, "an index inside an index"));
    };
    let config_digest = digest(client, &image.name, &config)?;
    check_types(&image.name, &config, &layers)?;
    for layer in &layers {
        digest(client, &image.name, layer)?;
    }
    let config = small_blob(client, config_digest, config.size()).await?;
    Ok(Resolved {
        top_digest,
        index,
        manifest: image.bytes,
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
pub async fn fetch(client: &Client, object: &Object, limit: u64) -> Result<(Vec<u8>, HeaderMap), Failure> {
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
    fn parse(&self, client: &Client) -> Result<Document, Error> {
        Document::parse(&self.bytes).map_err(|error| match error {
            InvalidDocument::Malformed(cause) => malformed(client, &self.name, cause),
            InvalidDocument::Unsupported { media_type, reason } => self.unsupported(media_type, reason),
        })
    }

    /// `own`: the media type that it gives itself, which says more than the one that it came with.
    fn unsupported(&self, own: Option<String>, reason: &'static str) -> Error {
        let media_type = own.map(plain).or_else(|| self.media_type.clone());
        Error::MediaType {
            object: Object::Manifest(self.name.clone()).to_string(),
            media_type: media_type.unwrap_or_else(|| "unknown".into()),
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
