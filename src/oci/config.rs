//! An image's configuration (image-spec, config.md): oci-spec's types over the JSON that its maker wrote.
//!
//! oci-spec's types drop what the specification does not name, and Docker's images have much of that: `Healthcheck`,
//! `Shell`, `OnBuild`, `docker_version`. Therefore the JSON is kept beside them. What is changed through the types is
//! written into that JSON, and everything else stays as its maker wrote it, unknown fields of nested objects included.

use crate::oci::digest::DiffId;
use crate::oci::platform::Platform;
use oci_spec::image::{Arch, Config, History, ImageConfiguration, Os, RootFs};
use serde::de::{DeserializeOwned, IgnoredAny};
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

/// Those of them that oci-spec keeps in maps without order.
const UNORDERED_FIELDS: [&str; 3] = ["ExposedPorts", "Volumes", "Labels"];

static NO_PROCESS: LazyLock<Config> = LazyLock::new(Config::default);

/// Why bytes are no image configuration.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConfig {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("{field}: {cause}")]
    Field { field: String, cause: serde_json::Error },
    #[error("missing field `rootfs`")]
    NoRootFs,
}

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
        let diff_ids = read(object(&document, "rootfs")?, "diff_ids")?;
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

/// What the specification names of a document. The derived `Deserialize` of oci-spec's types is not used: it refuses
/// images that Docker runs, with `null` for an array or without a field.
fn read_spec(document: &Map<String, Value>) -> Result<ImageConfiguration, InvalidConfig> {
    let top = Some(document);
    let rootfs = object(document, "rootfs")?.ok_or(InvalidConfig::NoRootFs)?;
    let mut spec = ImageConfiguration::default();
    spec.set_created(read(top, "created")?)
        .set_author(read(top, "author")?)
        .set_architecture(Arch::from(read::<String>(top, "architecture")?.as_str()))
        .set_os(Os::from(read::<String>(top, "os")?.as_str()))
        .set_os_version(read(top, "os.version")?)
        .set_os_features(read(top, "os.features")?)
        .set_variant(read(top, "variant")?)
        .set_config(object(document, "config")?.map(read_process).transpose()?)
        .set_rootfs(read_rootfs(rootfs)?)
        .set_history(read(top, "history")?);
    Ok(spec)
}

fn read_process(config: &Map<String, Value>) -> Result<Config, InvalidConfig> {
    let object = Some(config);
    let mut process = Config::default();
    process
        .set_user(read(object, "User")?)
        .set_exposed_ports(read_keys(object, "ExposedPorts")?)
        .set_env(read(object, "Env")?)
        .set_entrypoint(read_words(object, "Entrypoint")?)
        .set_cmd(read_words(object, "Cmd")?)
        .set_volumes(read_keys(object, "Volumes")?)
        .set_working_dir(read(object, "WorkingDir")?)
        .set_labels(read(object, "Labels")?)
        .set_stop_signal(read(object, "StopSignal")?);
    Ok(process)
}

fn read_rootfs(object: &Map<String, Value>) -> Result<RootFs, InvalidConfig> {
    let mut rootfs = RootFs::default();
    if let Some(kind) = read(Some(object), "type")? {
        rootfs.set_typ(kind);
    }
    rootfs.set_diff_ids(read(Some(object), "diff_ids")?);
    Ok(rootfs)
}

/// The one place where a field is read: one that is missing and one that is `null` are the same, the default.
fn read<T: DeserializeOwned + Default>(object: Option<&Map<String, Value>>, name: &str) -> Result<T, InvalidConfig> {
    match object.and_then(|object| object.get(name)) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => T::deserialize(value).map_err(|cause| InvalidConfig::Field {
            field: name.to_owned(),
            cause,
        }),
    }
}

/// A set, which Go writes as an object of empty objects; sorted.
fn read_keys(object: Option<&Map<String, Value>>, name: &str) -> Result<Option<Vec<String>>, InvalidConfig> {
    let entries: Option<BTreeMap<String, IgnoredAny>> = read(object, name)?;
    Ok(entries.map(|entries| entries.into_keys().collect()))
}

/// Old builders wrote a single string for Cmd and Entrypoint.
fn read_words(object: Option<&Map<String, Value>>, name: &str) -> Result<Option<Vec<String>>, InvalidConfig> {
    match object.and_then(|object| object.get(name)) {
        Some(Value::String(word)) => Ok(Some(vec![word.clone()])),
        _ => read(object, name),
    }
}

fn object<'a>(document: &'a Map<String, Value>, name: &str) -> Result<Option<&'a Map<String, Value>>, InvalidConfig> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(InvalidConfig::Field {
            field: name.to_owned(),
            cause: serde::de::Error::custom("expected an object"),
        }),
    }
}

/// As oci-spec writes it, but always in the same order: equal images have equal IDs.
fn to_json(spec: &ImageConfiguration) -> Value {
    let mut json = serde_json::to_value(spec).expect("a configuration has string keys only");
    for name in UNORDERED_FIELDS {
        if let Some(Value::Object(entries)) = json.get_mut("config").and_then(|config| config.get_mut(name)) {
            entries.sort_keys();
        }
    }
    json
}

/// Makes to `document`, from which `before` was read, the changes that lead from `before` to `after`.
fn write_changes(document: &mut Value, before: &Value, after: Value) {
    match (document, before, after) {
        (_, before, after) if *before == after => {}
        (Value::Object(document), Value::Object(before), Value::Object(after)) => {
            for gone in before.keys().filter(|name| !after.contains_key(*name)) {
                document.shift_remove(gone);
            }
            for (name, after) in after {
                let before = before.get(&name).unwrap_or(&Value::Null);
                // A field that `before` lacks may be there, as `null` or with fields of Docker's.
                match document.get_mut(&name) {
                    Some(value @ Value::Object(_)) if before.is_null() => write_changes(value, &json!({}), after),
                    Some(value) => write_changes(value, before, after),
                    None => drop(document.insert(name, after)),
                }
            }
        }
        // Layers and steps are only ever added; what the maker wrote of the others stays.
        (Value::Array(document), Value::Array(before), Value::Array(after))
            if document.len() == before.len() && after.starts_with(before) =>
        {
            document.extend(after.into_iter().skip(before.len()));
        }
        (document, _, after) => *document = after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;
    use oci_spec::image::HistoryBuilder;

    const DOCKERS: &str = concat!(
        r#"{"architecture":"amd64","os":"linux","moby.buildkit.buildinfo.v1":"x","#,
        r#""config":{"User":"","Cmd":null,"Entrypoint":"sh","Labels":{"b":"2","a":"1"},"#,
        r#""Healthcheck":{"Test":["NONE"]},"ExposedPorts":{"80/tcp":{"x":1}}},"#,
        r#""docker_version":"20.10","history":[{"created_by":"ADD","buildkit":1}],"#,
        r#""rootfs":{"type":"layers","diff_ids":["#,
        r#""sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],"base":"x"}}"#,
    );

    fn written(config: &ImageConfig) -> Value {
        serde_json::from_slice(&config.to_bytes()).unwrap()
    }

    #[test]
    fn what_docker_runs_is_read() {
        let config = ImageConfig::parse(DOCKERS.as_bytes()).unwrap();
        let process = config.process();
        assert_eq!(process.entrypoint().as_deref(), Some(&["sh".to_owned()][..]));
        assert_eq!(*process.cmd(), None);
        assert_eq!(process.exposed_ports().as_deref(), Some(&["80/tcp".to_owned()][..]));
        assert_eq!(config.labels()["b"], "2");
        assert_eq!(config.diff_ids(), [DiffId(Digest::of(b""))]);
        assert_eq!(config.field("docker_version").unwrap(), "20.10");
        assert_eq!(
            config.docker_fields().map(|(name, _)| name).collect::<Vec<_>>(),
            ["Healthcheck"]
        );
        for bare in [
            r#"{"rootfs":{}}"#,
            r#"{"config":null,"history":null,"rootfs":{"type":null,"diff_ids":null}}"#,
        ] {
            let config = ImageConfig::parse(bare.as_bytes()).unwrap();
            assert_eq!(config.spec().rootfs().typ(), "layers");
            assert!(config.diff_ids().is_empty() && config.history().is_empty());
            assert_eq!(config.spec().os().to_string(), "");
        }
    }

    #[test]
    fn an_image_that_names_no_architecture_is_for_any() {
        let is_for = |config: &str, platform: &str| {
            let config = ImageConfig::parse(config.as_bytes()).unwrap();
            config.is_for(&platform.parse().unwrap())
        };
        assert!(is_for(r#"{"rootfs":{}}"#, "linux/arm64/v8"));
        assert!(is_for(DOCKERS, "linux/amd64/v3"));
        assert!(!is_for(DOCKERS, "linux/arm64"));
        assert!(!is_for(r#"{"os":"windows","rootfs":{}}"#, "linux/amd64"));
    }

    #[test]
    fn what_is_no_configuration_is_refused_by_field() {
        let error = |text: &str| ImageConfig::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(error("{}"), "missing field `rootfs`");
        assert_eq!(
            error(r#"{"rootfs":{},"config":{"Env":"A=1"}}"#),
            "Env: invalid type: string \"A=1\", expected a sequence"
        );
        assert!(error(r#"{"rootfs":{"diff_ids":["sha256:12"]}}"#).starts_with("diff_ids: invalid digest"));
        assert_eq!(error(r#"{"rootfs":{},"config":[]}"#), "config: expected an object");
        assert!(error("[]").starts_with("invalid type: sequence"));
    }

    #[test]
    fn what_is_not_changed_is_written_as_it_was_read() {
        let mut config = ImageConfig::parse(DOCKERS.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(config.to_bytes()).unwrap(), DOCKERS);
        config.change_process(|_| {});
        assert_eq!(String::from_utf8(config.to_bytes()).unwrap(), DOCKERS);
    }

    #[test]
    fn changes_leave_unknown_fields_at_every_depth() {
        let mut config = ImageConfig::parse(DOCKERS.as_bytes()).unwrap();
        config.change_process(|process| {
            process.set_cmd(Some(vec!["top".into()]));
            process
                .labels_mut()
                .get_or_insert_default()
                .insert("c".into(), "3".into());
            process.set_exposed_ports(Some(vec!["80/tcp".into(), "53/udp".into()]));
        });
        let layer = DiffId(Digest::of(b"layer"));
        config.add_layer(layer, HistoryBuilder::default().created_by("commit").build().unwrap());
        config.set_author("me".into());
        config.set_docker_field("Shell", json!(["ash"]));
        config.remove_field("docker_version");
        let mut expected: Value = serde_json::from_str(DOCKERS).unwrap();
        expected["config"]["Cmd"] = json!(["top"]);
        expected["config"]["Labels"]["c"] = "3".into();
        expected["config"]["ExposedPorts"]["53/udp"] = json!({});
        expected["config"]["Shell"] = json!(["ash"]);
        expected["author"] = "me".into();
        expected["history"]
            .as_array_mut()
            .unwrap()
            .push(json!({"created_by": "commit"}));
        let layers = expected["rootfs"]["diff_ids"].as_array_mut().unwrap();
        layers.push(layer.to_string().into());
        expected.as_object_mut().unwrap().shift_remove("docker_version");
        assert_eq!(written(&config), expected);
        assert_eq!(ImageConfig::parse(&config.to_bytes()).unwrap().diff_ids().len(), 2);
    }

    #[test]
    fn what_is_taken_away_is_gone() {
        let mut config = ImageConfig::parse(DOCKERS.as_bytes()).unwrap();
        config.change_process(|process| *process = Config::default());
        assert_eq!(
            written(&config)["config"],
            json!({"Cmd": null, "Healthcheck": {"Test": ["NONE"]}})
        );
    }

    #[test]
    fn a_new_configuration_has_its_fields_in_the_same_order_every_time() {
        let make = || {
            let mut config = ImageConfig::new(&"linux/arm64/v8".parse().unwrap());
            config.set_docker_field("Shell", json!(["ash"]));
            config.change_process(|process| {
                let labels = (0..20).map(|n| (format!("{n}"), String::new()));
                process.set_labels(Some(labels.collect()));
                process.set_volumes(Some((0..20).map(|n| format!("/{n}")).collect()));
            });
            config.add_layer(DiffId(Digest::of(b"layer")), History::default());
            config
        };
        assert_eq!(make().to_bytes(), make().to_bytes());
        let read = ImageConfig::parse(&make().to_bytes()).unwrap();
        assert_eq!(read.spec(), ImageConfig::parse(&read.to_bytes()).unwrap().spec());
        assert_eq!(read.labels(), make().labels());
        assert_eq!(read.docker_field("Shell"), Some(&json!(["ash"])));
        assert_eq!(read.spec().variant().as_deref(), Some("v8"));
    }
}
