//! How an image was made: the history in its configuration, joined with the layers and parents in the store.

use crate::image::contents::Contents;
use crate::image::contents::count::LayerChanges;
use crate::image::names::resolve::Image;
use crate::oci::config::ImageConfig;
use crate::oci::digest::{DiffId, ImageId};
use crate::store::Store;
use anyhow::{Context, Result};
use oci_spec::image::History;

/// A step in the history of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryStep {
    /// The image that it resulted in, where the store has that image.
    pub image: Option<ImageId>,
    /// RFC 3339, as its maker wrote it.
    pub created: Option<String>,
    pub created_by: String,
    /// Bytes of the layer that it added; 0 where it added none.
    pub size: u64,
    /// The layer that it added.
    pub layer: Option<DiffId>,
    pub comment: String,
}

/// The steps, newest first.
pub fn history(store: &Store, image: &Image) -> Result<Vec<HistoryStep>> {
    let mut layers = Vec::with_capacity(image.record.layers.len());
    for id in &image.record.layers {
        layers.push((*id, store.layer(id)?.map_or(0, |layer| layer.info.size)));
    }
    let mut steps = steps(&image.config, &layers);
    let count = steps.len();
    if let Some(newest) = steps.last_mut() {
        newest.image = Some(image.record.id);
    }
    let mut parent = image.record.parent;
    let mut above = count;
    while let Some(id) = parent {
        let Some(record) = store.image(&id)? else {
            break;
        };
        let config = ImageConfig::parse(&store.blob(&id.0)?).with_context(|| format!("configuration of image {id}"))?;
        let length = step_count(&config, record.layers.len());
        // A parent has fewer steps. A record that says otherwise is ignored, so that this loop ends.
        if length == 0 || length >= above {
            break;
        }
        steps[length - 1].image = Some(id);
        above = length;
        parent = record.parent;
    }
    steps.reverse();
    Ok(steps)
}

/// What each step's layer changed in those below it, in the order of `steps`. Reads the tar-splits of all layers.
pub fn layer_changes(store: &Store, image: &Image, steps: &[HistoryStep]) -> Result<Vec<Option<LayerChanges>>> {
    let (_, changes) = Contents::read(store, &image.record.layers)?;
    // Newest first, like the steps.
    let mut changes = changes.into_iter().rev();
    let changes_of = |step: &HistoryStep| step.layer.and_then(|_| changes.next());
    Ok(steps.iter().map(changes_of).collect())
}

/// The steps, oldest first. Layers that have no step, in images whose maker wrote no history, get an empty one.
fn steps(config: &ImageConfig, layers: &[(DiffId, u64)]) -> Vec<HistoryStep> {
    let mut layers = layers.iter();
    let mut steps: Vec<HistoryStep> = config
        .history()
        .iter()
        .map(|entry| step(entry, if has_layer(entry) { layers.next() } else { None }))
        .collect();
    steps.extend(layers.map(|layer| step(&History::default(), Some(layer))));
    steps
}

/// The number of steps that [`steps`] returns for a configuration and its number of layers.
fn step_count(config: &ImageConfig, layers: usize) -> usize {
    let with_layer = config.history().iter().filter(|entry| has_layer(entry)).count();
    config.history().len() + layers.saturating_sub(with_layer)
}

/// Whether a step added a layer.
fn has_layer(entry: &History) -> bool {
    entry.empty_layer() != Some(true)
}

fn step(entry: &History, layer: Option<&(DiffId, u64)>) -> HistoryStep {
    HistoryStep {
        image: None,
        created: entry.created().clone(),
        created_by: entry.created_by().clone().unwrap_or_default(),
        size: layer.map_or(0, |(_, size)| *size),
        layer: layer.map(|(id, _)| *id),
        comment: entry.comment().clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;
    use serde_json::json;

    fn config(entries: &[(&str, bool)]) -> ImageConfig {
        let entry =
            |(created_by, empty_layer): &(&str, bool)| json!({ "created_by": created_by, "empty_layer": empty_layer });
        let history: Vec<_> = entries.iter().map(entry).collect();
        let config = json!({ "rootfs": {}, "history": history });
        ImageConfig::parse(config.to_string().as_bytes()).unwrap()
    }

    fn shown(config: &ImageConfig, sizes: &[u64]) -> Vec<(String, u64)> {
        let id = |size: &u64| DiffId(Digest::of(&size.to_le_bytes()));
        let layers: Vec<(DiffId, u64)> = sizes.iter().map(|size| (id(size), *size)).collect();
        let steps = steps(config, &layers);
        assert_eq!(steps.len(), step_count(config, sizes.len()));
        let of_steps: Vec<DiffId> = steps.iter().filter_map(|step| step.layer).collect();
        assert_eq!(of_steps, layers.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        steps.into_iter().map(|step| (step.created_by, step.size)).collect()
    }

    #[test]
    fn sizes_go_to_the_steps_that_made_a_layer() {
        let config = config(&[("ADD", false), ("ENV", true), ("RUN", false), ("CMD", true)]);
        let rows = [("ADD", 5), ("ENV", 0), ("RUN", 7), ("CMD", 0)].map(|(by, size)| (by.to_owned(), size));
        assert_eq!(shown(&config, &[5, 7]), rows);
    }

    #[test]
    fn more_layers_than_steps_and_more_steps_than_layers_are_both_shown() {
        assert_eq!(shown(&config(&[]), &[5, 7]), [(String::new(), 5), (String::new(), 7)]);
        assert_eq!(
            shown(&config(&[("ADD", false), ("RUN", false)]), &[5]),
            [("ADD".to_owned(), 5), ("RUN".to_owned(), 0)]
        );
    }
}
