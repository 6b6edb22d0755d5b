//! Layers, images and indexes, made in code. Everything is deterministic: the same calls give the same digests.

use flate2::Compression as Level;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::io::Write;

const OCI: &str = "application/vnd.oci.image";
const DOCKER: &str = "application/vnd.docker";

/// `sha256:HEX` of these bytes.
pub fn digest_of(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}

/// A layer: a tar being written, until one of [`gzip`](Layer::gzip), [`zstd`](Layer::zstd), [`plain`](Layer::plain) finishes it.
pub struct Layer {
    tar: tar::Builder<Vec<u8>>,
}

impl Layer {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Layer {
        Layer {
            tar: tar::Builder::new(Vec::new()),
        }
    }

    /// A directory, mode 0755.
    pub fn dir(self, path: &str) -> Layer {
        self.entry(tar::EntryType::Directory, path, 0o755, None, b"")
    }

    /// A regular file, mode 0644.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Layer {
        self.entry(tar::EntryType::Regular, path, 0o644, None, content.as_ref())
    }

    /// A regular file, mode 0755.
    pub fn program(self, path: &str, content: impl AsRef<[u8]>) -> Layer {
        self.entry(tar::EntryType::Regular, path, 0o755, None, content.as_ref())
    }

    pub fn symlink(self, path: &str, target: &str) -> Layer {
        self.entry(tar::EntryType::Symlink, path, 0o777, Some(target), b"")
    }

    pub fn hard_link(self, path: &str, target: &str) -> Layer {
        self.entry(tar::EntryType::Link, path, 0o644, Some(target), b"")
    }

    /// Deletes `path` of a lower layer.
    pub fn whiteout(self, path: &str) -> Layer {
        let (parent, name) = path.rsplit_once('/').map_or(("", path), |(p, n)| (p, n));
        let slash = if parent.is_empty() { "" } else { "/" };
        self.file(&format!("{parent}{slash}.wh.{name}"), b"")
    }

    /// Hides what lower layers have in the directory `path`.
    pub fn opaque(self, path: &str) -> Layer {
        self.file(&format!("{path}/.wh..wh..opq"), b"")
    }

    /// Any entry; owner root, mtime 1700000000 (2023-11-14).
    pub fn entry(mut self, kind: tar::EntryType, path: &str, mode: u32, target: Option<&str>, content: &[u8]) -> Layer {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(1_700_000_000);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(content.len() as u64);
        let done = match target {
            Some(target) => self.tar.append_link(&mut header, path, target),
            None => self.tar.append_data(&mut header, path, content),
        };
        done.expect("a tar in memory takes any entry");
        self
    }

    /// Whatever else the `tar` crate can write.
    pub fn with(mut self, write: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Layer {
        write(&mut self.tar);
        self
    }

    pub fn gzip(self) -> Packed {
        let tar = self.bytes();
        let mut encoder = GzEncoder::new(Vec::new(), Level::fast());
        encoder.write_all(&tar).expect("memory takes any bytes");
        let blob = encoder.finish().expect("memory takes any bytes");
        Packed::new(tar, blob, "gzip")
    }

    pub fn zstd(self) -> Packed {
        let tar = self.bytes();
        let blob = zstd::encode_all(&tar[..], 3).expect("memory takes any bytes");
        Packed::new(tar, blob, "zstd")
    }

    pub fn plain(self) -> Packed {
        let tar = self.bytes();
        Packed::new(tar.clone(), tar, "")
    }

    fn bytes(self) -> Vec<u8> {
        self.tar.into_inner().expect("memory takes any bytes")
    }
}

/// A finished layer.
#[derive(Debug, Clone)]
pub struct Packed {
    tar: Vec<u8>,
    blob: Vec<u8>,
    compression: &'static str,
}

impl Packed {
    fn new(tar: Vec<u8>, blob: Vec<u8>, compression: &'static str) -> Packed {
        Packed { tar, blob, compression }
    }

    /// A layer whose tar is these bytes, whatever they are, uncompressed.
    pub fn raw(tar: Vec<u8>) -> Packed {
        Packed::new(tar.clone(), tar, "")
    }

    pub fn tar(&self) -> &[u8] {
        &self.tar
    }

    /// The bytes that travel.
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// Digest of the bytes that travel.
    pub fn digest(&self) -> String {
        digest_of(&self.blob)
    }

    /// Digest of the tar.
    pub fn diff_id(&self) -> String {
        digest_of(&self.tar)
    }
}

/// An image: layers, base first, and a configuration.
#[derive(Debug, Clone)]
pub struct Image {
    layers: Vec<Packed>,
    run: Map<String, Value>,
    os: String,
    architecture: String,
    variant: Option<String>,
    docker: bool,
    created: String,
}

impl Image {
    /// For this machine's platform, in OCI's media types, created 2024-01-02.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Image {
        Image {
            layers: Vec::new(),
            run: Map::new(),
            os: "linux".into(),
            architecture: match std::env::consts::ARCH {
                "x86_64" => "amd64",
                "aarch64" => "arm64",
                other => other,
            }
            .into(),
            variant: None,
            docker: false,
            created: "2024-01-02T03:04:05Z".into(),
        }
    }

    pub fn layer(mut self, layer: Packed) -> Image {
        self.layers.push(layer);
        self
    }

    /// In Docker's media types (schema 2).
    pub fn docker(mut self) -> Image {
        self.docker = true;
        self
    }

    /// `os/architecture[/variant]`.
    pub fn platform(mut self, platform: &str) -> Image {
        let mut parts = platform.split('/').map(str::to_owned);
        self.os = parts.next().unwrap_or_default();
        self.architecture = parts.next().unwrap_or_default();
        self.variant = parts.next();
        self
    }

    /// RFC 3339.
    pub fn created(mut self, created: &str) -> Image {
        self.created = created.into();
        self
    }

    pub fn cmd(self, words: &[&str]) -> Image {
        self.run("Cmd", json!(words))
    }

    pub fn entrypoint(self, words: &[&str]) -> Image {
        self.run("Entrypoint", json!(words))
    }

    pub fn env(mut self, variable: &str) -> Image {
        let list = self.run.entry("Env").or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(json!(variable));
        }
        self
    }

    pub fn label(mut self, key: &str, value: &str) -> Image {
        let labels = self.run.entry("Labels").or_insert_with(|| json!({}));
        labels[key] = json!(value);
        self
    }

    /// Any field of the configuration's `config` (`User`, `WorkingDir`, `Volumes`, …).
    pub fn run(mut self, field: &str, value: Value) -> Image {
        self.run.insert(field.into(), value);
        self
    }

    pub fn layers(&self) -> &[Packed] {
        &self.layers
    }

    /// The configuration's bytes.
    pub fn config(&self) -> Vec<u8> {
        let diff_ids: Vec<String> = self.layers.iter().map(Packed::diff_id).collect();
        let history: Vec<Value> = (0..self.layers.len())
            .map(|n| json!({ "created": self.created, "created_by": format!("layer {n}") }))
            .collect();
        let mut config = json!({
            "created": self.created,
            "architecture": self.architecture,
            "os": self.os,
            "config": self.run,
            "rootfs": { "type": "layers", "diff_ids": diff_ids },
            "history": history,
        });
        if let Some(variant) = &self.variant {
            config["variant"] = json!(variant);
        }
        serde_json::to_vec(&config).expect("JSON")
    }

    /// The image ID.
    pub fn id(&self) -> String {
        digest_of(&self.config())
    }

    pub fn media_type(&self) -> String {
        match self.docker {
            true => format!("{DOCKER}.distribution.manifest.v2+json"),
            false => format!("{OCI}.manifest.v1+json"),
        }
    }

    /// The manifest's bytes.
    pub fn manifest(&self) -> Vec<u8> {
        let layer_type = |layer: &Packed| match (self.docker, layer.compression) {
            (true, "") => format!("{DOCKER}.image.rootfs.diff.tar"),
            (true, how) => format!("{DOCKER}.image.rootfs.diff.tar.{how}"),
            (false, "") => format!("{OCI}.layer.v1.tar"),
            (false, how) => format!("{OCI}.layer.v1.tar+{how}"),
        };
        let config_type = match self.docker {
            true => format!("{DOCKER}.container.image.v1+json"),
            false => format!("{OCI}.config.v1+json"),
        };
        let layers: Vec<Value> = self
            .layers
            .iter()
            .map(|l| json!({ "mediaType": layer_type(l), "digest": l.digest(), "size": l.blob.len() }))
            .collect();
        let config = self.config();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": self.media_type(),
            "config": { "mediaType": config_type, "digest": digest_of(&config), "size": config.len() },
            "layers": layers,
        });
        serde_json::to_vec(&manifest).expect("JSON")
    }

    /// The manifest's digest.
    pub fn digest(&self) -> String {
        digest_of(&self.manifest())
    }
}

/// A choice of images by platform.
#[derive(Debug, Clone, Default)]
pub struct Index {
    images: Vec<Image>,
    docker: bool,
}

impl Index {
    pub fn new() -> Index {
        Index::default()
    }

    pub fn image(mut self, image: Image) -> Index {
        self.images.push(image);
        self
    }

    /// In Docker's media type (a manifest list).
    pub fn docker(mut self) -> Index {
        self.docker = true;
        self
    }

    pub fn images(&self) -> &[Image] {
        &self.images
    }

    pub fn media_type(&self) -> String {
        match self.docker {
            true => format!("{DOCKER}.distribution.manifest.list.v2+json"),
            false => format!("{OCI}.index.v1+json"),
        }
    }

    /// The index's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let entry = |image: &Image| {
            let bytes = image.manifest();
            let mut platform = json!({ "os": image.os, "architecture": image.architecture });
            if let Some(variant) = &image.variant {
                platform["variant"] = json!(variant);
            }
            json!({ "mediaType": image.media_type(), "digest": digest_of(&bytes), "size": bytes.len(), "platform": platform })
        };
        let manifests: Vec<Value> = self.images.iter().map(entry).collect();
        let index = json!({ "schemaVersion": 2, "mediaType": self.media_type(), "manifests": manifests });
        serde_json::to_vec(&index).expect("JSON")
    }

    pub fn digest(&self) -> String {
        digest_of(&self.bytes())
    }
}
