//! Removing images and names, with Docker's rules of what is removed and what is refused.
//!
//! All that one command removes is removed under one sweep lock, read from one [`Catalog`]. Here things are only
//! renamed into the trash; the caller empties it when the lock is free, and prints then, too: who reads the output may
//! be slow.

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

/// One line of what was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Removed {
    Untagged(Reference),
    /// An image by its ID, or a layer by its chain_id.
    Deleted(Digest),
}

/// What became of one argument: what was done, and why no more.
#[derive(Debug)]
pub struct Outcome {
    pub removed: Vec<Removed>,
    pub result: anyhow::Result<()>,
}

/// Whether a container runs, or is about to.
pub type IsRunning<'a> = dyn Fn(&ContainerRecord) -> anyhow::Result<bool> + 'a;

/// Removes every image, children before what they were made from, as [`remove`] does by ID; that an image has several
/// names speaks not against it.
pub fn remove_all(store: &Store, force: bool, is_running: &IsRunning<'_>) -> anyhow::Result<Vec<Outcome>> {
    let store_removal = store.begin_removal()?;
    let mut removal = ImageRemoval::new(store, &store_removal, false)?;
    removal.check_users()?;
    let mut images: Vec<&ImageRecord> = removal.catalog.images.values().collect();
    // A child has its parent's layers and some, or was made later.
    images.sort_by_key(|image| (Reverse(image.layers.len()), Reverse(created(image)), image.id));
    let ids: Vec<ImageId> = images.iter().map(|image| image.id).collect();
    let mut one = |id: ImageId| {
        let mut removed = Vec::new();
        let result = removal.remove_by_id(&id, force, false, is_running, &mut removed);
        Outcome { removed, result }
    };
    Ok(ids.into_iter().map(&mut one).collect())
}

/// Removes what each of `names` names: a name, and the image with its last name; or an image by ID. Every one is tried.
///
/// `force` removes an image by ID that has several names, and takes the names off an image that a stopped container
/// uses, or by name also off one that a running container uses; such an image stays as long as the container does.
/// `parents`: images that the removed one was made from go as well, where they never had a name and nothing else needs
/// them.
pub fn remove(
    store: &Store,
    names: &[String],
    force: bool,
    parents: bool,
    is_running: &IsRunning<'_>,
) -> anyhow::Result<Vec<Outcome>> {
    let store_removal = store.begin_removal()?;
    let mut removal = ImageRemoval::new(store, &store_removal, parents)?;
    removal.check_users()?;
    let one = |name: &String| {
        let mut removed = Vec::new();
        let result = removal.remove(name, force, is_running, &mut removed);
        Outcome { removed, result }
    };
    Ok(names.iter().map(one).collect())
}

/// A removal of one or more images, under one lock.
pub struct ImageRemoval<'a> {
    store: &'a Store,
    removal: &'a Removal,
    pub catalog: Catalog,
    /// By the image they were made from.
    users: HashMap<ImageId, Vec<ContainerRecord>>,
    /// Why it is not known what other containers were made from.
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
            catalog: Catalog::read(store)?,
            users,
            unreadable: containers.unreadable,
            parents,
        })
    }

    /// An error where any image may be in use.
    fn check_users(&mut self) -> anyhow::Result<()> {
        match self.unreadable.pop() {
            Some(error) => Err(error.context("any image may be in use")),
            None => Ok(()),
        }
    }

    /// Whether a container was made from it.
    pub fn is_used(&self, id: &ImageId) -> bool {
        self.users.contains_key(id)
    }

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
                self.untag(&names_that_go(&names, &name), removed)?;
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

    /// `one_name`: several names speak against it, unless by force.
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

    /// What speaks against removing an image by ID (Docker's `checkImageDeleteConflict`).
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

    /// Takes names off the image.
    pub fn untag(&mut self, names: &[Tag], removed: &mut Vec<Removed>) -> anyhow::Result<()> {
        for name in names {
            self.store.remove_tag(self.removal, &name.reference)?;
            self.catalog.forget_name(&name.image, name);
            removed.push(Removed::Untagged(name.reference.clone()));
        }
        Ok(())
    }

    /// Deletes the image, which has no name any more, and the layers that nothing else uses; and then, where that was
    /// asked for, what it was made from.
    pub fn delete(&mut self, id: &ImageId, removed: &mut Vec<Removed>) -> anyhow::Result<()> {
        let mut next = Some(*id);
        while let Some(id) = next.take() {
            let Some(image) = self.catalog.images.get(&id).cloned() else {
                break;
            };
            let gone: HashSet<_> = self.store.remove_image(self.removal, &id)?.into_iter().collect();
            self.catalog.forget(&id);
            removed.push(Removed::Deleted(id.0));
            let chain = chain_ids(&image.layers);
            let layers = image.layers.iter().zip(chain).rev();
            removed.extend(
                layers
                    .filter(|(layer, _)| gone.contains(layer))
                    .map(|(_, chain)| Removed::Deleted(chain.0)),
            );
            if self.parents {
                next = image.parent.filter(|parent| self.is_left_over(parent));
            }
        }
        Ok(())
    }

    /// Whether an image never had a name and nothing needs it now.
    fn is_left_over(&self, id: &ImageId) -> bool {
        self.catalog.images.get(id).is_some_and(|image| !image.named)
            && self.catalog.names(id).is_empty()
            && self.catalog.is_dangling(id)
            && !self.is_used(id)
    }
}

fn short(container: &ContainerRecord) -> &str {
    container.id.get(..12).unwrap_or(&container.id)
}

/// The name that was asked for; and when it was the last tag of its repository, the repository's digests with it.
fn names_that_go(names: &[Tag], name: &Reference) -> Vec<Tag> {
    let repository = name.familiar_repository();
    let is_other_tag = |held: &Tag| {
        held.reference.tag().is_some() && held.reference != *name && held.reference.familiar_repository() == repository
    };
    let with_digests = name.digest().is_none() && !names.iter().any(is_other_tag);
    let (mut going, digests): (Vec<Tag>, Vec<Tag>) = names
        .iter()
        .filter(|held| {
            held.reference == *name
                || with_digests
                    && held.reference.digest().is_some()
                    && held.reference.familiar_repository() == repository
        })
        .cloned()
        .partition(|held| held.reference == *name);
    going.extend(digests);
    going
}

/// Whether all names come to one: at most one tag, and digests of its repository only (Docker's `isSingleReference`).
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
