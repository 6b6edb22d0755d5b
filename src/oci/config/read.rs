//! An image's configuration is read: oci-spec's types from the maker's JSON.
//!
//! The derived `Deserialize` of oci-spec's types is not used. It refuses images that Docker runs: with `null` for an
//! array, without a field, with one string for a list. Here one function reads every field ([`read`]); what is to be
//! tolerated of odd but readable JSON belongs there.

use crate::oci::digest::DiffId;
use oci_spec::image::{Arch, Config, ImageConfiguration, Os, RootFs};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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

/// The fields of a document that the specification names.
pub fn read_spec(document: &Map<String, Value>) -> Result<ImageConfiguration, InvalidConfig> {
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

/// `rootfs.diff_ids`.
pub fn read_diff_ids(document: &Map<String, Value>) -> Result<Vec<DiffId>, InvalidConfig> {
    read(object(document, "rootfs")?, "diff_ids")
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

/// Reads a field. One that is missing and one that is `null` are the same: the default.
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
