//! Which manifest a push sends.

use crate::oci::digest::Digest;
use crate::oci::document::Document;
use crate::oci::manifest::{descriptor_digest, manifest, manifest_bytes};
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use oci_spec::image::{Descriptor, ImageManifest, MediaType};

/// A manifest's media type and bytes.
pub type Manifest = (MediaType, Vec<u8>);

/// The image's own manifest, byte for byte, where it lists exactly the blobs that the registry has, and otherwise a new
/// one. `config`: the configuration's bytes.
pub fn manifest_to_push(store: &Store, image: &ImageRecord, config: &[u8], layers: Vec<Descriptor>) -> Manifest {
    let own = store.blob(&image.manifest).ok();
    let own = own.and_then(|bytes| Some((if_it_lists(&bytes, &image.id.0, &layers)?, bytes)));
    own.unwrap_or_else(|| {
        let manifest = manifest(config, layers);
        (MediaType::ImageManifest, manifest_bytes(&manifest))
    })
}

/// The media type of a manifest, if it lists this configuration and these layers.
fn if_it_lists(bytes: &[u8], config: &Digest, layers: &[Descriptor]) -> Option<MediaType> {
    let Document::Manifest(manifest) = Document::parse(bytes).ok()? else {
        return None;
    };
    let same_config = descriptor_digest(manifest.config()).is_ok_and(|digest| digest == *config);
    let media_type = manifest.media_type().clone().unwrap_or(MediaType::ImageManifest);
    (same_config && same_layers(&manifest, layers)).then_some(media_type)
}

fn same_layers(manifest: &ImageManifest, layers: &[Descriptor]) -> bool {
    let own = manifest.layers().iter().map(Descriptor::digest);
    own.eq(layers.iter().map(Descriptor::digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::manifest::descriptor;
    use serde_json::{Value, json};

    #[test]
    fn the_own_manifest_is_sent_only_for_the_blobs_that_it_lists() {
        let layer = |name: &str| descriptor(MediaType::ImageLayerGzip, Digest::of(name.as_bytes()), 1);
        let made = manifest_bytes(&manifest(b"{}", vec![layer("base"), layer("top")]));
        let mut own: Value = serde_json::from_slice(&made).unwrap();
        own["mediaType"] = json!("application/vnd.docker.distribution.manifest.v2+json");
        own["unknown"] = json!({ "annotations": null });
        let own = own.to_string().into_bytes();
        let lists = |config: &[u8], layers: &[Descriptor]| if_it_lists(&own, &Digest::of(config), layers);
        let media_type = lists(b"{}", &[layer("base"), layer("top")]).unwrap();
        assert_eq!(
            media_type.as_ref(),
            "application/vnd.docker.distribution.manifest.v2+json"
        );
        assert_eq!(lists(b"{} ", &[layer("base"), layer("top")]), None);
        assert_eq!(lists(b"{}", &[layer("base"), layer("other")]), None);
        assert_eq!(lists(b"{}", &[layer("base")]), None);
    }
}
