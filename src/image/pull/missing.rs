//! What of an image is missing.

use crate::oci::config::ImageConfig;
use crate::oci::digest::DiffId;
use crate::oci::manifest::descriptor_digest;
use anyhow::bail;
use oci_spec::image::Descriptor;
use std::collections::HashMap;

/// What is to be done for each layer of an image.
#[derive(Debug)]
pub struct Plan {
    /// The names under which the layers are shown, base first.
    pub names: Vec<String>,
    /// Places in `names` of the layers that are held.
    pub held: Vec<usize>,
    /// Each layer once, however often the image has it.
    pub missing: Vec<Missing>,
}

/// A layer to fetch.
#[derive(Debug)]
pub struct Missing {
    /// Its places in the image.
    pub places: Vec<usize>,
    pub descriptor: Descriptor,
    pub diff_id: DiffId,
}

/// Matches the manifest's layers with the configuration's and asks `is_held` for each of them.
pub fn plan(
    config: &ImageConfig,
    layers: &[Descriptor],
    is_held: impl Fn(&DiffId) -> anyhow::Result<bool>,
) -> anyhow::Result<Plan> {
    let diff_ids = &config.rootfs.diff_ids;
    if diff_ids.len() != layers.len() {
        bail!(
            "the manifest lists {} layers, the configuration {}",
            layers.len(),
            diff_ids.len()
        );
    }
    let mut plan = Plan {
        names: Vec::with_capacity(layers.len()),
        held: Vec::new(),
        missing: Vec::new(),
    };
    let mut wanted: HashMap<DiffId, usize> = HashMap::new();
    for (place, (descriptor, diff_id)) in layers.iter().zip(diff_ids).enumerate() {
        plan.names.push(descriptor_digest(descriptor)?.short());
        if let Some(&first) = wanted.get(diff_id) {
            plan.missing[first].places.push(place);
        } else if is_held(diff_id)? {
            plan.held.push(place);
        } else {
            let media_type = descriptor.media_type().to_string();
            if media_type.ends_with("+encrypted") {
                bail!(
                    "layer {} is encrypted ({media_type:?}), which lamel cannot read",
                    descriptor.digest()
                );
            }
            wanted.insert(*diff_id, plan.missing.len());
            plan.missing.push(Missing {
                places: vec![place],
                descriptor: descriptor.clone(),
                diff_id: *diff_id,
            });
        }
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::config::RootFs;
    use crate::oci::digest::Digest;
    use oci_spec::image::{DescriptorBuilder, MediaType};

    fn descriptor(name: &str, media_type: MediaType) -> Descriptor {
        DescriptorBuilder::default()
            .media_type(media_type)
            .digest(
                Digest::of(name.as_bytes())
                    .to_string()
                    .parse::<oci_spec::image::Digest>()
                    .unwrap(),
            )
            .size(7u64)
            .build()
            .unwrap()
    }

    fn image(names: &[&str]) -> (ImageConfig, Vec<Descriptor>) {
        let diff_ids = names.iter().map(|name| diff_id(name)).collect();
        let config = ImageConfig {
            rootfs: RootFs {
                diff_ids,
                ..RootFs::default()
            },
            ..ImageConfig::default()
        };
        let layers = names
            .iter()
            .map(|name| descriptor(name, MediaType::ImageLayerGzip))
            .collect();
        (config, layers)
    }

    fn diff_id(name: &str) -> DiffId {
        DiffId(Digest::of(format!("{name}, unpacked").as_bytes()))
    }

    #[test]
    fn only_what_is_missing_is_fetched_and_each_layer_once() {
        let (config, layers) = image(&["base", "empty", "top", "empty"]);
        let plan = plan(&config, &layers, |id| Ok(*id == diff_id("base"))).unwrap();
        assert_eq!(plan.names[0], Digest::of(b"base").short());
        assert_eq!(plan.names.len(), 4);
        assert_eq!(plan.held, [0]);
        let places: Vec<_> = plan.missing.iter().map(|layer| layer.places.clone()).collect();
        assert_eq!(places, [vec![1, 3], vec![2]]);
        assert_eq!(plan.missing[1].diff_id, diff_id("top"));
    }

    #[test]
    fn an_image_without_layers_needs_nothing() {
        let (config, layers) = image(&[]);
        let plan = plan(&config, &layers, |_| unreachable!()).unwrap();
        assert!(plan.names.is_empty() && plan.missing.is_empty());
    }

    #[test]
    fn manifest_and_configuration_must_agree_on_the_number_of_layers() {
        let (config, mut layers) = image(&["base", "top"]);
        layers.pop();
        let error = plan(&config, &layers, |_| Ok(false)).unwrap_err();
        assert_eq!(error.to_string(), "the manifest lists 1 layers, the configuration 2");
    }

    #[test]
    fn an_encrypted_layer_is_refused_by_name() {
        let (config, _) = image(&["secret"]);
        let encrypted = MediaType::Other("application/vnd.oci.image.layer.v1.tar+gzip+encrypted".into());
        let error = plan(&config, &[descriptor("secret", encrypted)], |_| Ok(false)).unwrap_err();
        assert!(error.to_string().contains("is encrypted"), "{error}");
    }
}
