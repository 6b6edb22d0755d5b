//! The directories that overlayfs stacks for an image, and those that are made for one stack in particular.
//!
//! A layer's tar may leave out directories that lower layers have, or hard-link to files there. What that means
//! depends on the layers below, so it is resolved for each stack: in a small directory in `chains/`, by the stack's
//! chain_id, which is stacked right above the layer. A container whose users have other ids than the store's may need
//! a metacopy layer in `metacopy/`: the whole stack, with other owners and without the contents of files.
//!
//! Both are cheap to make and never synced. Each carries the ID of the boot in which it was made, and is made again
//! after a reboot, because power loss may have damaged it.

use crate::layer::model::LowerRefs;
use crate::oci::digest::{ChainId, DiffId, chain_ids};
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::trash;
use crate::store::write::locks::UseLock;
use crate::store::write::staging::Staging;
use crate::store::write::unsynced::boot;
use anyhow::{Context, ensure};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The folder of layers' resolved references to the layers below them: `HEX` is the chain_id.
pub const RESOLVED: &str = "chains";

/// The folder of metacopy layers: `KEY-HEX`, where KEY is the id mapping's and HEX the chain_id.
pub const METACOPY: &str = "metacopy";

/// Resolves a layer's references in `dest` (an empty directory, mode 0755): `(references, layer, lowers (top first),
/// dest)`.
type Resolve<'a> = dyn Fn(&LowerRefs, &Path, &[PathBuf], &Path) -> anyhow::Result<()> + 'a;

/// The path of a chain's resolved directory.
fn path(chain: &ChainId) -> String {
    format!("{RESOLVED}/{}", chain.hex())
}

/// Whether the directory is there and was made during this boot.
fn is_of_this_boot(dir: &Directory, path: &str) -> anyhow::Result<bool> {
    Ok(dir.read_link(&format!("{path}/boot"))?.as_deref() == Some(boot()))
}

/// The stack (base first) as overlayfs takes it: top first, and each directory once, at its topmost position. The
/// kernel refuses a directory that is in a stack twice (ELOOP), and an image may have a layer twice, for example an
/// empty one.
///
/// What the stack shows stays the same, whatever lies between the two positions. Overlayfs looks for each name of a
/// path from the top. A whiteout, anything that is not a directory, or an opaque directory ends the search; the
/// directories up to there are merged. A search that comes to the lower position has passed the upper one, which has
/// the same under that name, and did not end there. So both have nothing under the name, or both have a directory
/// that is not opaque. The attributes of a merged directory are the topmost one's, which is at the upper position or
/// above it. The names in it are looked up in the same order, so the same holds for them. So the lower position shows
/// and hides nothing that the upper one has not shown or hidden already. A layer in between that deletes files, hides
/// directories or changes attributes affects only what is below it, and the upper position is above it.
fn topmost(stack: &[PathBuf]) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    stack.iter().rev().filter(|path| seen.insert(*path)).cloned().collect()
}

impl Store {
    /// The directories to stack for an image, top first and each once: the `diff` of each layer and, right above a
    /// layer that refers to lower ones, its references resolved for this stack, which `resolve` makes where they are
    /// missing. A layer that is missing or suspect is an error. A container that uses the directories must keep them
    /// by its record, made before or under the same lock.
    pub fn stack(&self, _lock: &UseLock, layers: &[DiffId], resolve: &Resolve<'_>) -> anyhow::Result<Vec<PathBuf>> {
        // Base first until the end.
        let mut stack: Vec<PathBuf> = Vec::with_capacity(layers.len());
        for (id, chain) in layers.iter().zip(chain_ids(layers)) {
            let layer = self
                .layer(id)?
                .with_context(|| format!("layer {id} is missing from the store: pull the image again"))?;
            ensure!(
                !layer.suspect,
                "layer {id} was not yet synced when the machine stopped, and must be verified"
            );
            let diff = layer.diff();
            let resolved = match layer.info.lower_refs.is_empty() {
                true => None,
                false => {
                    // All that is below this position of the layer, which may be in the stack more than once.
                    let make = |dest: &Path| resolve(&layer.info.lower_refs, &diff, &topmost(&stack), dest);
                    self.make_once_a_boot(RESOLVED, &path(&chain), &make)
                        .with_context(|| format!("resolving the references of layer {id} to the layers below it"))?;
                    Some(self.resolved_path(&chain))
                }
            };
            stack.push(diff);
            stack.extend(resolved);
        }
        Ok(topmost(&stack))
    }

    /// Where the references of a chain's top layer to lower ones are resolved, if it has any.
    pub fn resolved_path(&self, chain: &ChainId) -> PathBuf {
        self.dir.path(&path(chain)).join("diff")
    }

    /// The metacopy layer of the stack of `chain` for the id mapping that `key` identifies. `make(dest)` makes it
    /// where it is missing. It is kept as long as an image or a container has that stack.
    pub fn metacopy_layer(
        &self,
        chain: &ChainId,
        key: &str,
        make: &dyn Fn(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<PathBuf> {
        // A store that was made by an earlier version has no such folder.
        self.dir.make_dir(METACOPY, 0o700)?;
        let path = format!("{METACOPY}/{key}-{}", chain.hex());
        self.make_once_a_boot(METACOPY, &path, make)?;
        Ok(self.dir.path(&path).join("diff"))
    }

    /// The data-only lower layers of every metacopy layer (overlayfs.rst): the folders that have the files of all
    /// stacks. Metacopy layers are in neither of them, because overlayfs refuses a layer that is inside another one.
    pub fn data_only_layers(&self) -> Vec<PathBuf> {
        ["layers", RESOLVED].map(|folder| self.dir.path(folder)).to_vec()
    }

    /// Makes `path/diff` unless it was made during this boot. `folder`: the parent of `path`, whose lock is taken to
    /// replace an old one.
    fn make_once_a_boot(
        &self,
        folder: &str,
        path: &str,
        make: &dyn Fn(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let dir = &*self.dir;
        if is_of_this_boot(dir, path)? {
            return Ok(());
        }
        let staging = Staging::new(&self.dir)?;
        dir.make_dir(&staging.join("diff"), 0o755)?;
        make(&dir.path(&staging.join("diff")))?;
        dir.make_link(&staging.join("boot"), boot())?;
        // One command at a time replaces what an earlier boot left, and none replaces what is in use.
        let _guard = dir.lock_dir(folder)?;
        if !is_of_this_boot(dir, path)? {
            trash::put(dir, path)?;
            dir.rename_new(staging.path(), path)?;
        }
        Ok(())
    }
}
