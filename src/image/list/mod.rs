//! Lists of images: Docker's rows of images and their names. Trees of shared layers are in [`tree`], disk usage is in
//! [`usage`].

pub mod catalog;
pub mod filter;
pub mod shared;
pub mod tree;
pub mod usage;

use crate::image::list::catalog::Catalog;
use crate::image::list::filter::{Filter, created};
use crate::image::list::shared::SharedLayers;
use crate::oci::digest::{Digest, ImageId};
use crate::store::Store;
use crate::store::objects::records::{ImageRecord, Tag};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Which images are listed, and how.
pub struct ImageSelection<'a> {
    /// List intermediate images as well.
    pub all: bool,
    /// Make a row for each digest of a tag's repository.
    pub digests: bool,
    pub filter: &'a Filter,
    pub order: Order,
}

/// The field by which rows are sorted: times from the newest, others from the smallest. Equal rows are sorted by ID.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Created,
    Id,
    Repository,
    Size,
    Tag,
}

/// One row. An image with several names has several rows.
#[derive(Debug, Clone)]
pub struct ListedImage {
    pub id: ImageId,
    /// Sum of the layers' sizes, bytes.
    pub size: u64,
    /// The repository as people write it.
    pub repository: Option<String>,
    pub tag: Option<String>,
    pub digest: Option<Digest>,
    /// When the image was made, where its configuration says so.
    pub created: Option<DateTime<Utc>>,
}

/// Lists images.
pub fn list(store: &Store, selection: &ImageSelection<'_>) -> anyhow::Result<Vec<ListedImage>> {
    let catalog = Catalog::for_listing(store)?;
    let filter = selection.filter.resolve(store)?;
    let used: Option<HashSet<ImageId>> = match selection.filter.containers {
        Some(_) => Some(
            store
                .readable_containers()?
                .iter()
                .map(|container| container.image)
                .collect(),
        ),
        None => None,
    };
    let matches = |wanted: Option<bool>, value: &dyn Fn() -> bool| wanted.is_none_or(|wanted| wanted == value());
    let mut images: Vec<(DateTime<Utc>, &ImageRecord)> = Vec::with_capacity(catalog.images.len());
    for image in catalog.images.values() {
        let conditions = selection.filter;
        // A filter for intermediate images shows them without `all`.
        let shown = selection.all || conditions.intermediate == Some(true) || !catalog.is_intermediate(image);
        if shown
            && matches(conditions.dangling, &|| catalog.is_dangling(&image.id))
            && matches(conditions.intermediate, &|| catalog.is_intermediate(image))
            && matches(conditions.containers, &|| {
                used.as_ref().is_some_and(|used| used.contains(&image.id))
            })
            && filter.wants(store, image)?
        {
            images.push((created(image), image));
        }
    }
    images.sort_unstable_by_key(|(created, image)| (Reverse(*created), image.id));
    let mut rows = Vec::with_capacity(images.len());
    for (created, image) in images {
        let created = (created != DateTime::<Utc>::MIN_UTC).then_some(created);
        rows_of(image, created, catalog.names(&image.id), selection, &mut rows);
    }
    match selection.order {
        Order::Created => {}
        Order::Id => rows.sort_by_key(|row| row.id),
        Order::Size => rows.sort_by_key(|row| row.size),
        Order::Repository => rows.sort_by(|a, b| (&a.repository, &a.tag).cmp(&(&b.repository, &b.tag))),
        Order::Tag => rows.sort_by(|a, b| (&a.tag, &a.repository).cmp(&(&b.tag, &b.repository))),
    }
    Ok(rows)
}

/// The tags and digests of one repository.
#[derive(Default)]
struct Names {
    tags: Vec<String>,
    digests: Vec<Digest>,
    /// A digest was given as a name, and is not only implied by a tag.
    by_digest: bool,
}

/// Adds the rows of one image, as Docker's formatter does: one for each tag (and digest of its repository, where
/// digests are shown), and one for each repository that has digests only.
fn rows_of(
    image: &ImageRecord,
    created: Option<DateTime<Utc>>,
    names: &[Tag],
    selection: &ImageSelection<'_>,
    rows: &mut Vec<ListedImage>,
) {
    let mut row = |repository: Option<&str>, tag: Option<&str>, digest: Option<Digest>| {
        rows.push(ListedImage {
            id: image.id,
            size: image.size,
            repository: repository.map(str::to_owned),
            tag: tag.map(str::to_owned),
            digest,
            created,
        });
    };
    let mut repositories: BTreeMap<String, Names> = BTreeMap::new();
    let wanted = |name: &&Tag| selection.filter.wants_name(&name.reference);
    for name in names.iter().filter(wanted) {
        let names = repositories.entry(name.reference.familiar_repository()).or_default();
        names.tags.extend(name.reference.tag().map(str::to_owned));
        names.digests.extend(name.reference.digest());
        names.by_digest |= !name.implied && name.reference.digest().is_some();
    }
    let has_tag = repositories.values().any(|names| !names.tags.is_empty());
    repositories.retain(|_, names| has_tag || names.by_digest);
    if repositories.is_empty() && selection.filter.references.is_empty() {
        row(None, None, None);
    }
    for (repository, names) in &repositories {
        let tags: Vec<Option<&str>> = match names.tags.is_empty() {
            true => vec![None],
            false => names.tags.iter().map(|tag| Some(tag.as_str())).collect(),
        };
        for tag in tags {
            match selection.digests && !names.digests.is_empty() {
                true => names
                    .digests
                    .iter()
                    .for_each(|digest| row(Some(repository), tag, Some(*digest))),
                false => row(Some(repository), tag, None),
            }
        }
    }
}

/// How much of an image others use as well.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sharing {
    /// Bytes of its layers that other images have as well.
    pub shared: u64,
    /// Number of containers that were made from it.
    pub containers: usize,
}

/// The sharing of every image. Reads the records of all layers.
pub fn sharing(store: &Store) -> anyhow::Result<HashMap<ImageId, Sharing>> {
    let images = store.images()?;
    let layers = SharedLayers::read(store, &images)?;
    let sharing = |image: &ImageRecord| Sharing {
        shared: layers.shared(image),
        containers: 0,
    };
    let mut all: HashMap<ImageId, Sharing> = images.iter().map(|image| (image.id, sharing(image))).collect();
    for container in store.readable_containers()? {
        all.entry(container.image).or_default().containers += 1;
    }
    Ok(all)
}
