//! What a pull says, in Docker's words.

use crate::image::pull::missing::ImageLayers;
use crate::oci::reference::Reference;
use crate::progress::{Progress, Step};

/// Says what is pulled: once it is known to be there, as Docker does.
pub fn announce(name: &Reference, progress: &dyn Progress) {
    // With a digest Docker says the whole name.
    let what = match name.digest() {
        Some(_) => name.to_string(),
        None => name.tag().unwrap_or_default().to_owned(),
    };
    progress.line(&format!("{what}: Pulling from {}", name.repository()));
}

/// Shows all layers, those that are there already and those that will come.
pub fn show_layers(layers: &ImageLayers, progress: &dyn Progress) {
    progress.layers(&layers.names);
    for index in &layers.present {
        progress.step(*index, Step::Exists);
    }
    for index in layers.missing.iter().flat_map(|layer| &layer.indexes) {
        progress.step(*index, Step::Waiting);
    }
}

/// Says how it ended.
pub fn show_status(progress: &dyn Progress, name: &Reference, newer: bool) {
    let status = match newer {
        true => "Downloaded newer image",
        false => "Image is up to date",
    };
    progress.line(&format!("Status: {status} for {}", name.familiar()));
}
