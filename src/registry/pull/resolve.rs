//! From a name to an image: the manifest or index that it names, the choice of a platform, the configuration.

use crate::oci::digest::Digest;
use crate::oci::document::{Document, InvalidDocument, choose, offered};
use crate::oci::manifest::{MAX_CONFIG, MAX_MANIFEST, descriptor_digest};
use crate::oci::platform::Platform;
use crate::registry::errors::{Error, one_line};
use crate::registry::http::client::Client;
use crate::registry::http::object::Object;
use crate::registry::http::retry::retry;
use oci_client::manifest::{IMAGE_CONFIG_MEDIA_TYPE, IMAGE_DOCKER_CONFIG_MEDIA_TYPE};
use oci_spec::image::Descriptor;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// What a reference names in a registry, verified.
pub struct ResolvedImage {
    /// Digest of what the name points to: an index, or the manifest itself. `RepoDigests` shows it.
    pub top_digest: Digest,
    /// The index's bytes, where the name points to one.
    pub index: Option<Vec<u8>>,
    pub manifest: Vec<u8>,
    /// The image configuration's bytes.
    pub config: Vec<u8>,
    pub config_digest: Digest,
    /// Base first, as the manifest lists them. Their digests are SHA-256.
    pub layers: Vec<Descriptor>,
}

/// A manifest or index, verified.
struct Fetched {
    name: String,
    bytes: Vec<u8>,
    digest: Digest,
    /// Its `Content-Type`.
    media_type: Option<String>,
}

/// Asks for the digest of what the reference names now; `None` where the registry does not say.
pub async fn head(client: &Client) -> Result<Option<Digest>, Error> {
    let object = Object::Manifest(name(client));
    let headers = retry(client.settings(), || client.head(&object)).await?;
    Ok(content_digest(&headers))
}

/// Walks from the reference to the configuration, choosing `platform` in an index.
pub async fn resolve(client: &Client, platform: &Platform) -> Result<ResolvedImage, Error> {
    let top = manifest(client, name(client), client.reference().digest()).await?;
    let top_digest = top.digest;
    let (index, image, document) = match top.parse(client)? {
        Document::Index(choices) => {
            let chosen = choose(&choices, platform).ok_or_else(|| {
                let offered = offered(&choices).iter().map(one_line).collect();
                Error::no_platform(&client.reference().familiar(), platform, offered)
            })?;
            let digest = digest(client, &top.name, chosen)?;
            let image = manifest(client, digest.to_string(), Some(digest)).await?;
            let document = image.parse(client)?;
            (Some(top.bytes), image, document)
        }
        document => (None, top, document),
    };
    let Document::Manifest(listed) = document else {
        return Err(image.unsupported(None, "an index inside an index"));
    };
    let (config, layers) = (listed.config(), listed.layers());
    let config_digest = digest(client, &image.name, config)?;
    check_types(&image.name, config, layers)?;
    for layer in layers {
        digest(client, &image.name, layer)?;
    }
    let config = configuration(client, config_digest, config.size()).await?;
    Ok(ResolvedImage {
        top_digest,
        index,
        manifest: image.bytes,
        config,
        config_digest,
        layers: layers.clone(),
    })
}

/// The name under which the manifest is requested: the digest where the reference has one, since a tag may have moved.
fn name(client: &Client) -> String {
    let reference = client.reference();
    match reference.digest() {
        Some(digest) => digest.to_string(),
        None => reference.tag().expect("the client gave it a tag").to_owned(),
    }
}

/// Fetches a manifest or index. Without an expected digest it is verified against the one in the answer's headers, if
/// there is one.
async fn manifest(client: &Client, name: String, expected: Option<Digest>) -> Result<Fetched, Error> {
    let object = Object::Manifest(name.clone());
    let (bytes, headers) = retry(client.settings(), || client.get_bytes(&object, MAX_MANIFEST)).await?;
    let digest = Digest::of(&bytes);
    verify(
        client,
        expected.or_else(|| content_digest(&headers)).unwrap_or(digest),
        digest,
    )?;
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|value| value.split(';').next());
    Ok(Fetched {
        name,
        bytes,
        digest,
        media_type: media_type.map(|value| one_line(value.trim())),
    })
}

/// Fetches the image configuration into memory.
async fn configuration(client: &Client, digest: Digest, size: u64) -> Result<Vec<u8>, Error> {
    let object = Object::Blob(digest);
    if size > MAX_CONFIG {
        return Err(client.too_large(&object, MAX_CONFIG));
    }
    let (bytes, _) = retry(client.settings(), || client.get_bytes(&object, MAX_CONFIG)).await?;
    verify(client, digest, Digest::of(&bytes))?;
    if bytes.len() as u64 != size {
        return Err(Error::SizeMismatch {
            registry: client.registry().to_owned(),
            object: digest.to_string(),
            expected: size,
            actual: bytes.len().to_string(),
        });
    }
    Ok(bytes)
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

/// The digest that a registry sends with a manifest.
fn content_digest(headers: &HeaderMap) -> Option<Digest> {
    headers.get("docker-content-digest")?.to_str().ok()?.parse().ok()
}

fn digest(client: &Client, name: &str, descriptor: &Descriptor) -> Result<Digest, Error> {
    descriptor_digest(descriptor).map_err(|error| malformed(client, name, error))
}

fn malformed(client: &Client, name: &str, cause: impl std::fmt::Display) -> Error {
    Error::Malformed {
        registry: client.registry().to_owned(),
        object: Object::Manifest(name.to_owned()).to_string(),
        cause: one_line(cause),
    }
}

impl Fetched {
    fn parse(&self, client: &Client) -> Result<Document, Error> {
        Document::parse(&self.bytes).map_err(|error| match error {
            InvalidDocument::Malformed(cause) => malformed(client, &self.name, cause),
            InvalidDocument::Unsupported { media_type, reason } => self.unsupported(media_type, reason),
        })
    }

    /// The error for a document of another kind. `own`: the `mediaType` in the document, which is preferred to the
    /// `Content-Type`.
    fn unsupported(&self, own: Option<String>, reason: &'static str) -> Error {
        let media_type = own.map(one_line).or_else(|| self.media_type.clone());
        Error::MediaType {
            object: Object::Manifest(self.name.clone()).to_string(),
            media_type: media_type.unwrap_or_else(|| "unknown".into()),
            reason,
        }
    }
}

/// Rejects artifacts that are no container image: charts, signatures, encrypted layers.
fn check_types(name: &str, config: &Descriptor, layers: &[Descriptor]) -> Result<(), Error> {
    const CONFIGS: [&str; 2] = [IMAGE_CONFIG_MEDIA_TYPE, IMAGE_DOCKER_CONFIG_MEDIA_TYPE];
    // Prefixes: a layer may be plain or compressed in any way.
    const LAYERS: [&str; 2] = [
        "application/vnd.oci.image.layer.",
        "application/vnd.docker.image.rootfs.",
    ];
    let refuse = |what: String, descriptor: &Descriptor, reason| {
        Err(Error::MediaType {
            object: what,
            media_type: one_line(descriptor.media_type()),
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
