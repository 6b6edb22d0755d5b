//! Images and names are removed, by Docker's rules of what is removed and what is refused.
//!
//! One command removes everything under one sweep lock, by one [`Catalog`]. Here things are only renamed into the
//! trash. The caller empties it, and prints, when the lock is released: deleting takes time, and who reads the output
//! may be slow.

pub mod prune;
#[cfg(test)]
mod tests;

use crate::image::list::catalog::Catalog;
use crate::image::list::filter::created;
use crate::image::names::resolve::find;
use crate::oci::digest::{Digest, ImageId, chain_ids};
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::{ContainerRecord, ImageRecord, Tag};
use crate::store::remove::removal::Removal;
use anyhow::bail;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// A name or an object that was removed: one line of output.
#[derive(Debug, Clone, PartialEq)]
pub enum Removed {
    Untagged(Reference),
    /// An image by its ID, or a layer by its chain_id.
    Deleted(Digest),
}

/// The result for one argument: what was removed before the error, if there was one.
#[derive(Debug)]
pub struct RemoveOutcome {
    pub removed: Vec<Removed>,
    pub result: anyhow::Result<()>,
}

/// Whether a container runs, or is about to.
pub type IsRunning<'a> = dyn Fn(&ContainerRecord) -> anyhow::Result<bool> + 'a;

/// Removes every image as [`remove`] does by ID, children before their parents. An image with several names is removed
/// as well.
pub fn remove_all(store: &Store, force: bool, is_running: &IsRunning<'_>) -> anyhow::Result<Vec<RemoveOutcome>> {
    let store_removal = store.begin_removal()?;
    let mut removal = ImageRemoval::new(store, &store_removal, false)?;
    removal.check_users()?;
    let mut images: Vec<&ImageRecord> = removal.catalog.images.values().collect();
    // A child has more layers than its parent, or was made later.
    images.sort_by_key(|image| (Reverse(image.layers.len()), Reverse(created(image)), image.id));
    let ids: Vec<ImageId> = images.iter().map(|image| image.id).collect();
    let mut one = |id: ImageId| {
        let mut removed = Vec::new();
        let result = removal.remove_by_id(&id, force, false, is_running, &mut removed);
        RemoveOutcome { removed, result }
    };
    Ok(ids.into_iter().map(&mut one).collect())
}

/// Removes each of `names`: a name, and with its last name the image; or an image by ID. After an error the others are
/// tried as well.
///
/// `force` removes an image by ID that has several names. It also removes the names of an image that a stopped
/// container uses, or, by name, that a running container uses; such an image stays as long as the container does.
/// `parents`: the image's parents are removed as well, where they never had a name and nothing else needs them.
pub fn remove(
    store: &Store,
    names: &[String],
    force: bool,
    parents: bool,
    is_running: &IsRunning<'_>,
) -> anyhow::Result<Vec<RemoveOutcome>> {
    let store_removal = store.begin_removal()?;
    let mut removal = ImageRemoval::new(store, &store_removal, parents)?;
    removal.check_users()?;
    let one = |name: &String| {
        let mut removed = Vec::new();
        let result = removal.remove(name, force, is_running, &mut removed);
        RemoveOutcome { removed, result }
    };
    Ok(names.iter().map(one).collect())
}

/// A removal of one or more images, under one lock.
pub struct ImageRemoval<'a> {
    store: &'a Store,
    removal: &'a Removal,
    pub catalog: Catalog,
    /// Containers, by the image that they were made from.
    users: HashMap<ImageId, Vec<ContainerRecord>>,
    /// Errors of container records that cannot be read: it is not known which images these use.
    pub unreadable: Vec<anyhow::Error>,
    parents: bool,
}

impl<'a> ImageRemoval<'a> {
    pub fn new(store: &'a Store, removal: &'a Removal, parents: bool) -> anyhow::Result<ImageRemoval<'a>> {
        let mut users: HashMap<ImageId, Vec<ContainerRecord>> = HashMap::new();
        let containers = store.present_containers(removal)?;
        for container in containers.readable {
            users.entry(container.image).or_default().push(container);
        }
        Ok(ImageRemoval {
            store,
            removal,
            catalog: Catalog::for_removal(store)?,
            users,
            unreadable: containers.unreadable,
            parents,
        })
    }

    /// An error where a container's record cannot be read: it may use any image.
    fn check_users(&mut self) -> anyhow::Result<()> {
        match self.unreadable.pop() {
            Some(error) => Err(error.context("any image may be in use")),
            None => Ok(()),
        }
    }

    /// Whether a container was made from the image.
    pub fn is_used(&self, id: &ImageId) -> bool {
        self.users.contains_key(id)
    }

    /// Removes a name, or an image by ID.
    fn remove(
        &mut self,
        text: &str,
        force: bool,
        is_running: &IsRunning<'_>,
        removed: &mut Vec<Removed>,
    ) -> anyhow::Result<()> {
        let (image, name) = find(self.store, text)?;
        let names = self.catalog.names(&image.id).to_vec();
        let user = self.users.get(&image.id).and_then(|users| users.first());
        match name {
            Some(name) => {
                if let (Some(user), false, true) = (user, force, is_one_name(&names)) {
                    bail!(
                        "conflict: unable to remove repository reference {text:?} (must force) - container {} \
                         is using its referenced image {}",
                        short(user),
                        image.id.short()
                    );
                }
                self.untag(&names_to_remove(&names, &name), removed)?;
                if !self.catalog.names(&image.id).is_empty() {
                    return Ok(());
                }
            }
            None => return self.remove_by_id(&image.id, force, true, is_running, removed),
        }
        if self.is_used(&image.id) {
            return Ok(());
        }
        self.delete(&image.id, removed)
    }

    /// Removes an image with all its names. `one_name`: refused where it has several names, unless by force.
    fn remove_by_id(
        &mut self,
        id: &ImageId,
        force: bool,
        one_name: bool,
        is_running: &IsRunning<'_>,
        removed: &mut Vec<Removed>,
    ) -> anyhow::Result<()> {
        let names = self.catalog.names(id).to_vec();
        self.check_by_id(id, &names, force, one_name, is_running)?;
        self.untag(&names, removed)?;
        match self.is_used(id) {
            true => Ok(()),
            false => self.delete(id, removed),
        }
    }

    /// An error where the image cannot be removed by ID (Docker's `checkImageDeleteConflict`).
    fn check_by_id(
        &self,
        id: &ImageId,
        names: &[Tag],
        force: bool,
        one_name: bool,
        is_running: &IsRunning<'_>,
    ) -> anyhow::Result<()> {
        let users = self.users.get(id).map_or(&[][..], Vec::as_slice);
        let conflict = |how: &str, why: String| bail!("conflict: unable to delete {} ({how}) - {why}", id.short());
        for user in users {
            if is_running(user)? {
                let why = format!("image is being used by running container {}", short(user));
                return conflict("cannot be forced", why);
            }
        }
        if one_name && !force && !is_one_name(names) {
            let why = "image is referenced in multiple repositories";
            return conflict("must be forced", why.to_owned());
        }
        if let Some(user) = users.first() {
            let why = format!("image is being used by stopped container {}", short(user));
            if names.is_empty() {
                return conflict("cannot be forced", why + ", remove that first");
            }
            if !force {
                return conflict("must be forced", why);
            }
        }
        Ok(())
    }

    /// Removes names.
    pub fn untag(&mut self, names: &[Tag], removed: &mut Vec<Removed>) -> anyhow::Result<()> {
        for name in names {
            self.store.remove_tag(self.removal, &name.reference)?;
            self.catalog.forget_name(&name.image, name);
            removed.push(Removed::Untagged(name.reference.clone()));
        }
        Ok(())
    }

    /// Deletes an image that has no name, and the layers that nothing else uses; then its parents, where that was asked
    /// for.
    pub fn delete(&mut self, id: &ImageId, removed: &mut Vec<Removed>) -> anyhow::Result<()> {
        let mut next = Some(*id);
        while let Some(id) = next.take() {
            let Some(image) = self.catalog.images.get(&id).cloned() else {
                break;
            };
            let deleted: HashSet<_> = self.store.remove_image(self.removal, &id)?.into_iter().collect();
            self.catalog.forget(&id);
            removed.push(Removed::Deleted(id.0));
            let chain = chain_ids(&image.layers);
            let layers = image.layers.iter().zip(chain).rev();
            removed.extend(
                layers
                    .filter(|(layer, _)| deleted.contains(layer))
                    .map(|(_, chain)| Removed::Deleted(chain.0)),
            );
            if self.parents {
                next = image.parent.filter(|parent| self.is_unneeded(parent));
            }
        }
        Ok(())
    }

    /// Whether an image never had a name and nothing needs it now.
    fn is_unneeded(&self, id: &ImageId) -> bool {
        self.catalog.images.get(id).is_some_and(|image| !image.named)
            && self.catalog.names(id).is_empty()
            && self.catalog.is_dangling(id)
            && !self.is_used(id)
    }
}

fn short(container: &ContainerRecord) -> &str {
    container.id.get(..12).unwrap_or(&container.id)
}

/// The names that are removed with `name`: itself, and where it is the last tag of its repository, the repository's
/// digests.
fn names_to_remove(names: &[Tag], name: &Reference) -> Vec<Tag> {
    let repository = name.familiar_repository();
    let is_other_tag = |other: &Tag| {
        other.reference.tag().is_some()
            && other.reference != *name
            && other.reference.familiar_repository() == repository
    };
    let with_digests = name.digest().is_none() && !names.iter().any(is_other_tag);
    let (mut removed, digests): (Vec<Tag>, Vec<Tag>) = names
        .iter()
        .filter(|other| {
            other.reference == *name
                || with_digests
                    && other.reference.digest().is_some()
                    && other.reference.familiar_repository() == repository
        })
        .cloned()
        .partition(|other| other.reference == *name);
    removed.extend(digests);
    removed
}

/// Whether the names count as one: at most one tag, and digests of its repository only (Docker's `isSingleReference`).
fn is_one_name(names: &[Tag]) -> bool {
    if names.len() <= 1 {
        return true;
    }
    let tags: Vec<&Reference> = names
        .iter()
        .map(|name| &name.reference)
        .filter(|name| name.tag().is_some())
        .collect();
    let repositories: HashSet<String> = names.iter().map(|name| name.reference.familiar_repository()).collect();
    tags.len() <= 1 && repositories.len() == 1
}
