//! Trees of images: each branch is a run of layers that several images share.

use crate::image::list::catalog::Catalog;
use crate::image::list::filter::{Filter, created};
use crate::image::list::shared::SharedLayers;
use crate::image::names::resolve::Image;
use crate::oci::digest::{DiffId, ImageId};
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use anyhow::Result;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Layers that several images have at their base, or on top of the parent branch.
#[derive(Debug, Default)]
pub struct LayerBranch {
    /// The branch's own layers, base first, and their bytes; empty for the root alone.
    pub layers: Vec<(DiffId, u64)>,
    /// Images that are on this branch and on no branch of it, newest first.
    pub images: Vec<Leaf>,
    pub branches: Vec<LayerBranch>,
}

/// An image at the end of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    pub id: ImageId,
    /// Names as people write them.
    pub names: Vec<String>,
    /// Number of layers on top of the branch.
    pub own_layers: usize,
    /// Bytes of all its layers.
    pub size: u64,
    /// Bytes of the layers that another image has as well, wherever in its stack.
    pub shared: u64,
}

impl Leaf {
    /// Bytes that no other image has.
    pub fn unique(&self) -> u64 {
        self.size.saturating_sub(self.shared)
    }
}

/// The tree of the images that `filter` selects. The root is a branch without layers.
pub fn tree(store: &Store, all: bool, filter: &Filter) -> Result<LayerBranch> {
    let catalog = Catalog::for_listing(store)?;
    let wanted = filter.resolve(store)?;
    let layers = SharedLayers::read(store, catalog.images.values())?;
    let mut images: Vec<&ImageRecord> = Vec::new();
    for image in catalog.images.values() {
        let named = filter.references.is_empty()
            || catalog
                .names(&image.id)
                .iter()
                .any(|name| filter.wants_name(&name.reference));
        let dangling = filter
            .dangling
            .is_none_or(|wanted| wanted == catalog.is_dangling(&image.id));
        if named && dangling && (all || !catalog.is_intermediate(image)) && wanted.wants(store, image)? {
            images.push(image);
        }
    }
    images.sort_by_cached_key(|image| (Reverse(created(image)), image.id));
    let size = |layer: &DiffId| layers.size(layer);
    let leaf = |image: &ImageRecord, below: usize| Leaf {
        id: image.id,
        names: familiar_names(&catalog, &image.id),
        own_layers: image.layers.len() - below,
        size: image.size,
        shared: layers.shared(image),
    };
    Ok(branch(images, 0, 0, &size, &leaf))
}

fn familiar_names(catalog: &Catalog, id: &ImageId) -> Vec<String> {
    let with_tag = catalog.names(id).iter().filter(|name| name.reference.tag().is_some());
    with_tag.map(|name| name.reference.familiar()).collect()
}

/// The layers of one image, and the other images that have them.
#[derive(Debug)]
pub struct Layering {
    pub id: ImageId,
    /// Names as people write them.
    pub names: Vec<String>,
    /// Bytes of all layers.
    pub size: u64,
    /// Base first.
    pub layers: Vec<LayerUse>,
}

/// A layer, and the images that have it.
#[derive(Debug)]
pub struct LayerUse {
    pub diff_id: DiffId,
    pub size: u64,
    /// Number of images that have it, wherever in their stacks.
    pub images: usize,
    /// Names of the images whose stack is this one up to this layer.
    pub top_of: Vec<String>,
}

/// The layers of an image, and the other images that have them.
pub fn layering(store: &Store, image: &Image) -> Result<Layering> {
    let catalog = Catalog::for_listing(store)?;
    let own = &image.record.layers;
    let names = |id: &ImageId| familiar_names(&catalog, id);
    let mut layers = Vec::with_capacity(own.len());
    for (index, diff_id) in own.iter().enumerate() {
        let having = catalog.images.values().filter(|image| image.layers.contains(diff_id));
        let mut top_of: Vec<String> = catalog
            .images
            .values()
            .filter(|image| image.layers == own[..=index])
            .flat_map(|image| names(&image.id))
            .collect();
        top_of.sort();
        layers.push(LayerUse {
            diff_id: *diff_id,
            size: store.layer(diff_id)?.map_or(0, |layer| layer.info.size),
            images: having.count(),
            top_of,
        });
    }
    Ok(Layering {
        id: image.record.id,
        names: names(&image.record.id),
        size: image.record.size,
        layers,
    })
}

/// The branch of images that have their first `end` layers in common; the layers from `start` on are the branch's own.
/// Each level of recursion has more common layers and fewer images.
fn branch(
    images: Vec<&ImageRecord>,
    start: usize,
    end: usize,
    size: &dyn Fn(&DiffId) -> u64,
    leaf: &dyn Fn(&ImageRecord, usize) -> Leaf,
) -> LayerBranch {
    let layers = images.first().map_or(&[][..], |image| &image.layers[start..end]);
    let mut made = LayerBranch {
        layers: layers.iter().map(|layer| (*layer, size(layer))).collect(),
        ..LayerBranch::default()
    };
    // Images with the same next layer are a group. Groups are in the order of their newest image.
    let mut groups: Vec<Vec<&ImageRecord>> = Vec::new();
    let mut by_layer: HashMap<DiffId, usize> = HashMap::new();
    for image in images {
        match image.layers.get(end) {
            None => made.images.push(leaf(image, end)),
            Some(layer) => {
                let group = *by_layer.entry(*layer).or_insert(groups.len());
                if group == groups.len() {
                    groups.push(Vec::new());
                }
                groups[group].push(image);
            }
        }
    }
    for group in groups {
        match group.as_slice() {
            [image] => made.images.push(leaf(image, end)),
            several => {
                let common_end = common_layers(several);
                made.branches.push(branch(group, end, common_end, size, leaf));
            }
        }
    }
    made
}

/// The number of layers, from the base, that all images have in common.
fn common_layers(images: &[&ImageRecord]) -> usize {
    let Some((first, rest)) = images.split_first() else {
        return 0;
    };
    let with_first = |image: &&ImageRecord| {
        first
            .layers
            .iter()
            .zip(&image.layers)
            .take_while(|(a, b)| a == b)
            .count()
    };
    rest.iter().map(with_first).min().unwrap_or(first.layers.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;

    fn image(name: &str, layers: &[&str]) -> ImageRecord {
        ImageRecord {
            id: ImageId(Digest::of(name.as_bytes())),
            manifest: Digest::of(name.as_bytes()),
            index: None,
            created: None,
            size: 0,
            layers: layers
                .iter()
                .map(|layer| DiffId(Digest::of(layer.as_bytes())))
                .collect(),
            parent: None,
            labels: None,
            named: true,
        }
    }

    /// `layers of the branch(images: own layers)[branches]`.
    fn shape(branch: &LayerBranch) -> String {
        let images: Vec<String> = branch.images.iter().map(|leaf| leaf.own_layers.to_string()).collect();
        let branches: Vec<String> = branch.branches.iter().map(shape).collect();
        format!("{}({})[{}]", branch.layers.len(), images.join(","), branches.join(" "))
    }

    fn made(images: &[ImageRecord]) -> String {
        let leaf = |image: &ImageRecord, below: usize| Leaf {
            id: image.id,
            names: Vec::new(),
            own_layers: image.layers.len() - below,
            size: 0,
            shared: 0,
        };
        shape(&branch(images.iter().collect(), 0, 0, &|_| 1, &leaf))
    }

    #[test]
    fn images_that_share_layers_are_on_one_branch() {
        let images = [
            image("a", &["base", "lib", "a"]),
            image("b", &["base", "lib", "b", "b2"]),
            image("c", &["base", "c"]),
            image("base", &["base"]),
            image("alone", &["x", "y"]),
            image("empty", &[]),
        ];
        assert_eq!(made(&images), "0(0,2)[1(0,1)[1(1,2)[]]]");
    }

    #[test]
    fn images_with_equal_layers_are_on_one_branch() {
        assert_eq!(
            made(&[image("a", &["base", "top"]), image("b", &["base", "top"])]),
            "0()[2(0,0)[]]"
        );
        assert_eq!(made(&[]), "0()[]");
    }
}
