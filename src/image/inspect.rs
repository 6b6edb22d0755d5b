//! The object that `inspect` prints of an image, in Docker's shape and order (Engine API, `ImageInspect`).

use crate::image::names::resolve::Image;
use crate::oci::config::ImageConfig;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// The time of an image that has none: Go's zero time, which programs that read the object expect.
const NO_TIME: &str = "0001-01-01T00:00:00Z";

/// The image's object, as `inspect` prints it.
pub fn inspect(store: &Store, image: &Image) -> Result<Value> {
    let Image { record, config, .. } = image;
    let mut names = store.names(&record.id)?;
    names.sort_by_cached_key(|name| name.reference.to_string());
    let familiar = |digest: bool| -> Vec<String> {
        let of_kind = names.iter().filter(|tag| tag.reference.digest().is_some() == digest);
        of_kind.map(|tag| tag.reference.familiar()).collect()
    };
    let spec = config.spec();
    let other = |field: &str| config.field(field).cloned().unwrap_or_else(|| json!(""));
    let mut object = json!({
        "Id": record.id,
        "RepoTags": familiar(false),
        "RepoDigests": familiar(true),
        "Parent": record.parent.map_or_else(String::new, |parent| parent.to_string()),
        "Comment": comment(config),
        "Created": spec.created().as_deref().unwrap_or(NO_TIME),
        "DockerVersion": other("docker_version"),
        "Author": spec.author().as_deref().unwrap_or_default(),
        "Config": process(config),
        "Architecture": spec.architecture(),
        "Variant": spec.variant().as_deref().unwrap_or_default(),
        "Os": spec.os(),
        "Size": record.size,
        "VirtualSize": record.size,
        "GraphDriver": { "Data": directories(store, record)?, "Name": "overlay" },
        "RootFS": { "Type": spec.rootfs().typ(), "Layers": config.diff_ids() },
        "Metadata": { "LastTagTime": names.iter().map(|tag| tag.tagged.as_str()).max().unwrap_or(NO_TIME) },
    });
    leave_out_empty(&mut object, &["Variant"]);
    Ok(object)
}

/// Removes those of `fields` that are empty, as Docker does for the fields that its type marks `omitempty`. Templates
/// still know these fields.
pub fn leave_out_empty(object: &mut Value, fields: &[&str]) {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    };
    if let Value::Object(entries) = object {
        entries.retain(|name, value| !fields.contains(&name.as_str()) || !is_empty(value));
    }
}

/// The comment of the image itself, or else that of the last step of its history.
fn comment(config: &ImageConfig) -> &str {
    let own = config
        .field("comment")
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty());
    let last = || config.history().last().and_then(|step| step.comment().as_deref());
    own.or_else(last).unwrap_or_default()
}

/// Docker's `Config` object. Its type is that of a container's configuration: fields that images do not have are there,
/// empty.
fn process(config: &ImageConfig) -> Value {
    let process = config.process();
    let set = |names: &Option<Vec<String>>| -> Option<Map<String, Value>> {
        let names = names.as_ref()?.iter();
        Some(names.map(|name| (name.clone(), json!({}))).collect())
    };
    let Value::Object(fields) = json!({
        "Hostname": "",
        "Domainname": "",
        "User": process.user().as_deref().unwrap_or_default(),
        "AttachStdin": false,
        "AttachStdout": false,
        "AttachStderr": false,
        "ExposedPorts": set(process.exposed_ports()),
        "Tty": false,
        "OpenStdin": false,
        "StdinOnce": false,
        "Env": process.env(),
        "Cmd": process.cmd(),
        "Image": "",
        "Volumes": set(process.volumes()),
        "WorkingDir": process.working_dir().as_deref().unwrap_or_default(),
        "Entrypoint": process.entrypoint(),
        "OnBuild": null,
        "Labels": process.labels().as_ref().map(|_| config.labels()),
        "StopSignal": process.stop_signal().as_deref().unwrap_or_default(),
    }) else {
        unreachable!("an object literal is an object")
    };
    // In the order of Docker's type: these two before `Image`, all others, such as `Shell`, last.
    let inner = ["Healthcheck", "ArgsEscaped"].map(|name| Some((name, config.docker_field(name)?)));
    let mut object = Map::new();
    for (name, value) in fields {
        if name == "Image" {
            for (name, value) in inner.into_iter().flatten() {
                object.insert(name.to_owned(), value.clone());
            }
        }
        object.insert(name, value);
    }
    for (name, value) in config.docker_fields() {
        object.insert(name.clone(), value.clone());
    }
    let mut object = Value::Object(object);
    leave_out_empty(&mut object, &["ExposedPorts", "StopSignal"]);
    object
}

/// The directories of the layers, top first, named as in an overlay mount. An image is not mounted: `WorkDir` and
/// `MergedDir` are only made for a container, and are named where Docker has them, beside the top layer.
fn directories(store: &Store, image: &ImageRecord) -> Result<Value> {
    let mut layers = Vec::with_capacity(image.layers.len());
    let mut seen = HashSet::new();
    // A layer that the image has twice is stacked once, where it is topmost.
    for id in image.layers.iter().rev().filter(|id| seen.insert(**id)) {
        // That a layer is missing is an error of the commands that need it, not of this one.
        layers.extend(store.layer(id)?);
    }
    let Some((top, below)) = layers.split_first() else {
        return Ok(Value::Null);
    };
    let lowers: Vec<String> = below.iter().map(|layer| layer.diff().display().to_string()).collect();
    let mut data = Map::new();
    if !lowers.is_empty() {
        data.insert("LowerDir".into(), lowers.join(":").into());
    }
    data.insert("MergedDir".into(), top.path.join("merged").display().to_string().into());
    data.insert("UpperDir".into(), top.diff().display().to_string().into());
    data.insert("WorkDir".into(), top.path.join("work").display().to_string().into());
    Ok(Value::Object(data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::names::resolve::resolve;
    use crate::image::publish::publish;
    use crate::layer::model::Applied;
    use crate::oci::digest::{DiffId, Digest};
    use crate::oci::reference::Reference;
    use crate::store::location::Location;
    use oci_spec::image::History;

    fn layer(store: &Store, content: &str) -> DiffId {
        let diff_id = DiffId(Digest::of(content.as_bytes()));
        let applied = Applied {
            diff_id,
            tar_size: 1024,
            size: content.len() as u64,
            entries: 1,
            lower_refs: Default::default(),
            skipped: Default::default(),
        };
        let staging = store.stage_layer().unwrap();
        staging.publish(&store.lock_use().unwrap(), &applied, false).unwrap();
        diff_id
    }

    #[test]
    fn an_image_has_dockers_shape_and_order() {
        let tmp = tempfile::tempdir().unwrap();
        let (root, run) = (tmp.path().join("store"), tmp.path().join("run"));
        let store = Store::open(&Location { root, run }).unwrap();
        let mut config = ImageConfig::parse(
            br#"{"created":"2024-05-01T12:00:00Z","architecture":"arm64","variant":"v8","os":"linux",
                "config":{"Env":["A=1"],"Shell":["/bin/ash"],"Labels":{"b":"2"},"Healthcheck":{"Test":["NONE"]}},
                "rootfs":{"type":"layers","diff_ids":[]}}"#,
        )
        .unwrap();
        let (base, top) = (layer(&store, "base"), layer(&store, "next"));
        let mut step = History::default();
        step.set_comment(Some("made by hand".into()));
        config.add_layer(base, History::default());
        config.add_layer(top, step);
        let name: Reference = "me/app:1".parse().unwrap();
        let id = publish(&store, &config, None, Some(&name)).unwrap();

        let mut object = inspect(&store, &resolve(&store, "me/app:1").unwrap()).unwrap();
        let tagged = object["Metadata"]["LastTagTime"].take();
        assert!(tagged.as_str().unwrap().ends_with('Z'));
        let layers = store.root().join("layers").display().to_string();
        let (lower, upper) = (base.hex(), top.hex());
        let expected = json!({
            "Id": id,
            "RepoTags": ["me/app:1"],
            "RepoDigests": [],
            "Parent": "",
            "Comment": "made by hand",
            "Created": "2024-05-01T12:00:00Z",
            "DockerVersion": "",
            "Author": "",
            "Config": {
                "Hostname": "", "Domainname": "", "User": "",
                "AttachStdin": false, "AttachStdout": false, "AttachStderr": false,
                "Tty": false, "OpenStdin": false, "StdinOnce": false, "Env": ["A=1"], "Cmd": null,
                "Healthcheck": {"Test": ["NONE"]}, "Image": "",
                "Volumes": null, "WorkingDir": "", "Entrypoint": null, "OnBuild": null, "Labels": {"b": "2"},
                "Shell": ["/bin/ash"],
            },
            "Architecture": "arm64",
            "Variant": "v8",
            "Os": "linux",
            "Size": 8,
            "VirtualSize": 8,
            "GraphDriver": {
                "Data": {
                    "LowerDir": format!("{layers}/{lower}/diff"),
                    "MergedDir": format!("{layers}/{upper}/merged"),
                    "UpperDir": format!("{layers}/{upper}/diff"),
                    "WorkDir": format!("{layers}/{upper}/work"),
                },
                "Name": "overlay",
            },
            "RootFS": { "Type": "layers", "Layers": [base, top] },
            "Metadata": { "LastTagTime": null },
        });
        // As text, since the order of fields is part of it.
        assert_eq!(object.to_string(), expected.to_string());
    }
}
