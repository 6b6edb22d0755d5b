//! The manifest of an image that came without one (image-spec, manifest.md).

use crate::oci::config::ImageConfig;
use crate::oci::digest::DiffId;
use crate::oci::manifest::{descriptor, manifest, manifest_bytes};
use crate::store::Store;
use anyhow::{Result, anyhow};
use oci_spec::image::MediaType;

/// What a manifest and a record say of a layer.
pub struct LayerSize {
    pub diff_id: DiffId,
    /// Bytes of its tar.
    pub tar_size: u64,
    /// Bytes of its files.
    pub size: u64,
}

/// The sizes of an image's layers, base first. A layer that is not in the store is an error that names it.
pub fn layer_sizes(store: &Store, config: &ImageConfig) -> Result<Vec<LayerSize>> {
    let size = |id: &DiffId| {
        let layer = store
            .layer(id)?
            .ok_or_else(|| anyhow!("layer {id} is not in the store"))?;
        Ok(LayerSize {
            diff_id: *id,
            tar_size: layer.info.tar_size,
            size: layer.info.size,
        })
    };
    config.diff_ids().iter().map(size).collect()
}

/// The bytes of a manifest of plain tars, under their diff_ids: compressed layers are not kept. `config`: the
/// configuration's bytes.
pub fn plain_manifest(config: &[u8], layers: &[LayerSize]) -> Vec<u8> {
    let layers = layers
        .iter()
        .map(|layer| descriptor(MediaType::ImageLayer, layer.diff_id.0, layer.tar_size));
    manifest_bytes(&manifest(config, layers.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;
    use serde_json::{Value, json};

    #[test]
    fn a_plain_manifest_lists_tars_under_their_diff_ids() {
        let layers = [b"base", b"next"].map(|name| LayerSize {
            diff_id: DiffId(Digest::of(name)),
            tar_size: 1024,
            size: 5,
        });
        let bytes = plain_manifest(b"{}", &layers);
        assert_eq!(bytes, plain_manifest(b"{}", &layers));
        let blob = |kind: &str, bytes: &[u8], size: u64| {
            let media_type = format!("application/vnd.oci.image.{kind}");
            json!({ "mediaType": media_type, "digest": Digest::of(bytes), "size": size })
        };
        let layer = |name: &[u8]| blob("layer.v1.tar", name, 1024);
        let expected = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": blob("config.v1+json", b"{}", 2),
            "layers": [layer(b"base"), layer(b"next")],
        });
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), expected);
        // As text, since the order of fields is part of the digest.
        assert_eq!(String::from_utf8(bytes).unwrap(), expected.to_string());
    }
}
