//! Listing images: rows as Docker makes them of images and their names.

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

/// Which images are listed, and in which order.
pub struct Selection<'a> {
    /// Intermediate images as well.
    pub all: bool,
    /// A row for each digest of a tag's repository.
    pub digests: bool,
    pub filter: &'a Filter,
    pub order: Order,
}

/// By what rows are sorted. Times from the newest, all else from the smallest; what is equal by ID.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Created,
    Id,
    Repository,
    Size,
    Tag,
}

/// One row. An image with several names has several.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: ImageId,
    /// Sum of the layers' sizes, bytes.
    pub size: u64,
    /// As people write it.
    pub repository: Option<String>,
    pub tag: Option<String>,
    pub digest: Option<Digest>,
    /// When the image was made, where it says so.
    pub created: Option<DateTime<Utc>>,
}

/// The rows, newest image first unless another order is asked for.
pub fn list(store: &Store, selection: &Selection<'_>) -> anyhow::Result<Vec<Listed>> {
    let catalog = Catalog::for_listing(store)?;
    let filter = selection.filter.resolved(store)?;
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
    let is = |wanted: Option<bool>, value: &dyn Fn() -> bool| wanted.is_none_or(|wanted| wanted == value());
    let mut images: Vec<(DateTime<Utc>, &ImageRecord)> = Vec::with_capacity(catalog.images.len());
    for image in catalog.images.values() {
        let conditions = selection.filter;
        // Who asks for intermediate images gets them.
        let shown = selection.all || conditions.intermediate == Some(true) || !catalog.is_intermediate(image);
        if shown
            && is(conditions.dangling, &|| catalog.is_dangling(&image.id))
            && is(conditions.intermediate, &|| catalog.is_intermediate(image))
            && is(conditions.containers, &|| {
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
    /// One of the digests is a name of its own, not only a tag's company.
    by_digest: bool,
}

/// As Docker's formatter does: a row for each tag (and digest of its repository, where digests are shown), and one for
/// each repository that has digests only.
fn rows_of(
    image: &ImageRecord,
    created: Option<DateTime<Utc>>,
    names: &[Tag],
    selection: &Selection<'_>,
    rows: &mut Vec<Listed>,
) {
    let mut row = |repository: Option<&str>, tag: Option<&str>, digest: Option<Digest>| {
        rows.push(Listed {
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

/// What an image shares.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Shares {
    /// Bytes of its layers that other images have as well.
    pub shared: u64,
    /// Containers made from it.
    pub containers: usize,
}

/// What every image shares with others: reads all layers' records.
pub fn shares(store: &Store) -> anyhow::Result<HashMap<ImageId, Shares>> {
    let images = store.images()?;
    let layers = SharedLayers::of(store, &images)?;
    let share = |image: &ImageRecord| Shares {
        shared: layers.shared(image),
        containers: 0,
    };
    let mut all: HashMap<ImageId, Shares> = images.iter().map(|image| (image.id, share(image))).collect();
    for container in store.readable_containers()? {
        all.entry(container.image).or_default().containers += 1;
    }
    Ok(all)
}
