//! An image's configuration (image-spec, config.md): oci-spec's types over the JSON that its maker wrote.
//!
//! oci-spec's types drop what the specification does not name, and Docker's images have much of that: `Healthcheck`,
//! `Shell`, `OnBuild`, `docker_version`. Therefore the JSON is kept beside them. What is changed through the types is
//! written into that JSON, and everything else stays as its maker wrote it, unknown fields of nested objects included.

pub mod read;
#[cfg(test)]
mod tests;
pub mod write;

use crate::oci::config::read::{InvalidConfig, read_diff_ids, read_spec};
use crate::oci::config::write::{to_json, write_changes};
use crate::oci::digest::DiffId;
use crate::oci::platform::Platform;
use oci_spec::image::{Arch, Config, History, ImageConfiguration, Os};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The fields of the `config` object that oci-spec's [`Config`] has.
const PROCESS_FIELDS: [&str; 9] = [
    "User",
    "ExposedPorts",
    "Env",
    "Entrypoint",
    "Cmd",
    "Volumes",
    "WorkingDir",
    "Labels",
    "StopSignal",
];

static NO_PROCESS: LazyLock<Config> = LazyLock::new(Config::default);

/// The configuration blob. Its digest, over the bytes as received, is the image ID, so a configuration that is only
/// read is never written back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageConfig {
    spec: ImageConfiguration,
    /// `rootfs.diff_ids` of `spec`, as digests.
    diff_ids: Vec<DiffId>,
    /// The maker's JSON, without what was changed since; empty for a new image.
    document: Map<String, Value>,
}

impl ImageConfig {
    /// A configuration for `platform` that says nothing else yet.
    pub fn new(platform: &Platform) -> ImageConfig {
        let mut spec = ImageConfiguration::default();
        spec.set_architecture(platform.architecture().clone())
            .set_variant(platform.variant().map(str::to_owned))
            .set_os(platform.os().clone());
        ImageConfig {
            spec,
            diff_ids: Vec::new(),
            document: Map::new(),
        }
    }

    /// Reads a configuration blob. Of a field that is there twice the last counts, as for Go's decoder.
    pub fn parse(bytes: &[u8]) -> Result<ImageConfig, InvalidConfig> {
        let document: Map<String, Value> = serde_json::from_slice(bytes)?;
        let spec = read_spec(&document)?;
        let diff_ids = read_diff_ids(&document)?;
        Ok(ImageConfig {
            spec,
            diff_ids,
            document,
        })
    }

    /// The fields that the specification names.
    pub fn spec(&self) -> &ImageConfiguration {
        &self.spec
    }

    /// Whether the image is for `platform`. One that names no operating system or no architecture (an old builder's) is
    /// for any.
    pub fn is_for(&self, platform: &Platform) -> bool {
        let (mut os, mut architecture) = (self.spec.os(), self.spec.architecture());
        if *os == Os::from("") {
            os = platform.os();
        }
        if *architecture == Arch::from("") {
            architecture = platform.architecture();
        }
        let own = Platform::new(os.clone(), architecture.clone(), self.spec.variant().clone());
        platform.accepts(&own)
    }

    /// What a container made from the image runs, and how: the `config` object.
    pub fn process(&self) -> &Config {
        self.spec.config().as_ref().unwrap_or(&NO_PROCESS)
    }

    /// Changes fields of the `config` object that the specification names. The others stay, see
    /// [`set_docker_field`](Self::set_docker_field).
    pub fn change_process(&mut self, change: impl FnOnce(&mut Config)) {
        let mut process = self.process().clone();
        change(&mut process);
        self.spec.set_config(Some(process));
    }

    /// The labels, sorted by key.
    pub fn labels(&self) -> BTreeMap<String, String> {
        let labels = self.process().labels().iter().flatten();
        labels.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// The layers, base first.
    pub fn diff_ids(&self) -> &[DiffId] {
        &self.diff_ids
    }

    /// How the image was made, oldest step first.
    pub fn history(&self) -> &[History] {
        self.spec.history().as_deref().unwrap_or_default()
    }

    /// Puts a layer on top, and the step that made it.
    pub fn add_layer(&mut self, layer: DiffId, step: History) {
        self.diff_ids.push(layer);
        self.spec.rootfs_mut().diff_ids_mut().push(layer.to_string());
        self.spec.history_mut().get_or_insert_default().push(step);
    }

    /// `created`: RFC 3339.
    pub fn set_created(&mut self, created: String) {
        self.spec.set_created(Some(created));
    }

    pub fn set_author(&mut self, author: String) {
        self.spec.set_author(Some(author));
    }

    /// A field of the whole document, which the specification may not name.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.document.get(name)
    }

    /// Removes a field that the specification does not name.
    pub fn remove_field(&mut self, name: &str) {
        self.document.shift_remove(name);
    }

    /// The fields of the `config` object that only Docker has, in the maker's order: Healthcheck, Shell, OnBuild,
    /// ArgsEscaped and whatever else.
    pub fn docker_fields(&self) -> impl Iterator<Item = (&String, &Value)> {
        let fields = self.field("config").and_then(Value::as_object);
        fields
            .into_iter()
            .flatten()
            .filter(|(name, _)| !PROCESS_FIELDS.contains(&name.as_str()))
    }

    /// One of the [`docker_fields`](Self::docker_fields).
    pub fn docker_field(&self, name: &str) -> Option<&Value> {
        self.field("config")?.get(name)
    }

    /// Sets one of the [`docker_fields`](Self::docker_fields).
    pub fn set_docker_field(&mut self, name: &str, value: Value) {
        let config = self.document.entry("config").or_insert_with(|| json!({}));
        if !config.is_object() {
            *config = json!({});
        }
        config[name] = value;
    }

    /// The blob's bytes. A configuration that was not changed gives the maker's JSON again, but for white space.
    pub fn to_bytes(&self) -> Vec<u8> {
        // What a new image's document has already are Docker's fields.
        let before = read_spec(&self.document).map_or_else(|_| json!({}), |spec| to_json(&spec));
        let mut document = Value::Object(self.document.clone());
        write_changes(&mut document, &before, to_json(&self.spec));
        document.to_string().into_bytes()
    }
}
