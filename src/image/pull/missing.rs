//! Which layers of an image the store lacks.

use crate::image::publish::usable::check_layer_count;
use crate::oci::config::ImageConfig;
use crate::oci::digest::DiffId;
use crate::oci::manifest::descriptor_digest;
use anyhow::bail;
use oci_spec::image::Descriptor;
use std::collections::HashMap;

/// The layers of an image that is pulled. An index is a layer's place in the image, base first.
#[derive(Debug)]
pub struct ImageLayers {
    /// The names under which the layers are shown.
    pub names: Vec<String>,
    /// Indexes of the layers that the store has.
    pub present: Vec<usize>,
    /// Each layer once, however often the image has it.
    pub missing: Vec<MissingLayer>,
}

/// A layer to fetch.
#[derive(Debug)]
pub struct MissingLayer {
    /// Its indexes in the image.
    pub indexes: Vec<usize>,
    pub descriptor: Descriptor,
    pub diff_id: DiffId,
}

/// Matches the manifest's layers with the configuration's and asks `is_present` for each of them.
pub fn find_missing(
    config: &ImageConfig,
    descriptors: &[Descriptor],
    is_present: impl Fn(&DiffId) -> anyhow::Result<bool>,
) -> anyhow::Result<ImageLayers> {
    check_layer_count(config, descriptors.len())?;
    let mut layers = ImageLayers {
        names: Vec::with_capacity(descriptors.len()),
        present: Vec::new(),
        missing: Vec::new(),
    };
    let mut positions: HashMap<DiffId, usize> = HashMap::new();
    for (index, (descriptor, diff_id)) in descriptors.iter().zip(config.diff_ids()).enumerate() {
        layers.names.push(descriptor_digest(descriptor)?.short());
        if let Some(&position) = positions.get(diff_id) {
            layers.missing[position].indexes.push(index);
            continue;
        }
        if is_present(diff_id)? {
            layers.present.push(index);
            continue;
        }
        let media_type = descriptor.media_type().as_ref();
        if media_type.ends_with("+encrypted") {
            bail!(
                "layer {} is encrypted ({media_type:?}), which lamel cannot read",
                descriptor.digest()
            );
        }
        positions.insert(*diff_id, layers.missing.len());
        layers.missing.push(MissingLayer {
            indexes: vec![index],
            descriptor: descriptor.clone(),
            diff_id: *diff_id,
        });
    }
    Ok(layers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;
    use crate::oci::manifest::descriptor;
    use crate::oci::platform::Platform;
    use oci_spec::image::{History, MediaType};

    fn image(names: &[&str]) -> (ImageConfig, Vec<Descriptor>) {
        let mut config = ImageConfig::new(&Platform::host());
        let layer = |name: &&str| descriptor(MediaType::ImageLayerGzip, Digest::of(name.as_bytes()), 7);
        for name in names {
            config.add_layer(diff_id(name), History::default());
        }
        (config, names.iter().map(layer).collect())
    }

    fn diff_id(name: &str) -> DiffId {
        DiffId(Digest::of(format!("{name}, unpacked").as_bytes()))
    }

    #[test]
    fn only_what_is_missing_is_fetched_and_each_layer_once() {
        let (config, descriptors) = image(&["base", "empty", "top", "empty"]);
        let layers = find_missing(&config, &descriptors, |id| Ok(*id == diff_id("base"))).unwrap();
        assert_eq!(layers.names[0], Digest::of(b"base").short());
        assert_eq!(layers.names.len(), 4);
        assert_eq!(layers.present, [0]);
        let indexes: Vec<_> = layers.missing.iter().map(|layer| layer.indexes.clone()).collect();
        assert_eq!(indexes, [vec![1, 3], vec![2]]);
        assert_eq!(layers.missing[1].diff_id, diff_id("top"));
    }

    #[test]
    fn an_image_without_layers_needs_nothing() {
        let (config, descriptors) = image(&[]);
        let layers = find_missing(&config, &descriptors, |_| unreachable!()).unwrap();
        assert!(layers.names.is_empty() && layers.missing.is_empty());
    }

    #[test]
    fn manifest_and_configuration_must_agree_on_the_number_of_layers() {
        let (config, mut descriptors) = image(&["base", "top"]);
        descriptors.pop();
        let error = find_missing(&config, &descriptors, |_| Ok(false)).unwrap_err();
        assert_eq!(error.to_string(), "the manifest lists 1 layers, the configuration 2");
    }

    #[test]
    fn an_encrypted_layer_is_refused_by_name() {
        let (config, _) = image(&["secret"]);
        let encrypted = MediaType::Other("application/vnd.oci.image.layer.v1.tar+gzip+encrypted".into());
        let secret = descriptor(encrypted, Digest::of(b"secret"), 7);
        let error = find_missing(&config, &[secret], |_| Ok(false)).unwrap_err();
        assert!(error.to_string().contains("is encrypted"), "{error}");
    }
}
