//! Which images can be brought into the store: those that a container can be made of.

use crate::oci::config::ImageConfig;
use crate::oci::digest::Digest;
use anyhow::{Context, Result, bail, ensure};
use oci_spec::image::Os;

/// Layers that overlayfs stacks (the kernel's OVL_MAX_STACK).
const MAX_LAYERS: usize = 500;

/// Reads a configuration; an error where it is none, or not that of a Linux image, or has more layers than overlayfs
/// stacks.
pub fn usable_config(bytes: &[u8], digest: &Digest) -> Result<ImageConfig> {
    let config = ImageConfig::parse(bytes)
        .with_context(|| format!("configuration {digest} is not that of a container image"))?;
    let os = config.spec().os();
    if ![Os::Linux, Os::from("")].contains(os) {
        bail!("the image is for the operating system {:?}, not linux", os.to_string());
    }
    let layers = config.diff_ids().len();
    ensure!(
        layers <= MAX_LAYERS,
        "the image has {layers} layers, more than the {MAX_LAYERS} that overlayfs takes"
    );
    Ok(config)
}

/// A manifest and a configuration that disagree on how many layers there are: no layer can be matched with its diff_id.
pub fn check_layer_count(config: &ImageConfig, in_manifest: usize) -> Result<()> {
    let in_config = config.diff_ids().len();
    ensure!(
        in_config == in_manifest,
        "the manifest lists {in_manifest} layers, the configuration {in_config}"
    );
    Ok(())
}
