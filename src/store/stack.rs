//! The directories that are stacked for an image.
//!
//! A layer's tar may leave out directories that lower layers have, or link to files there. What it means then depends
//! on the layers below, so it is settled for each stack apart: a small directory above the layer, known by the stack's
//! chain_id, in `chains/`. It costs little to make and is never synced: after a reboot it is made again. So is what stands for
//! all of a stack in `stand-ins/`, where a container's users have other ids than the store's.

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

/// What stands for stacks whose users have other ids, as `KEY-HEX`.
pub const STAND_INS: &str = "stand-ins";

/// Makes in `dest` (an empty directory, mode 0755) what a layer needs: `(needs, layer, lowers (top first), dest)`.
type Settle<'a> = dyn Fn(&LowerRefs, &Path, &[PathBuf], &Path) -> anyhow::Result<()> + 'a;

fn path(chain: &ChainId) -> String {
    format!("chains/{}", chain.hex())
}

fn is_settled(dir: &Directory, path: &str) -> anyhow::Result<bool> {
    Ok(dir.read_link(&format!("{path}/boot"))?.as_deref() == Some(boot()))
}

/// The stack (base first) as overlayfs takes it: top first, and each directory once, at its topmost place. The kernel
/// refuses a directory that is in a stack twice (ELOOP), and an image may have a layer twice, an empty one for example.
///
/// What the stack shows stays the same, whatever lies between the two places. Overlayfs looks for each name of a path
/// from the top. A whiteout, anything that is no directory, or an opaque directory ends the search; directories up to
/// there are merged. A search that comes to the lower place has passed the upper one, which has the same under that
/// name, and was not ended there. So both have nothing under it, or both have a directory that is not opaque. Of a
/// merged directory the topmost one's attributes count, which is the upper place's or one above it; and its names are
/// looked for in the same order, so that the same is true of them. The lower place therefore shows and hides nothing
/// that the upper one has not shown or hidden already. A layer in between that deletes the files, hides the directories
/// or changes their attributes acts on what is below it; the upper place is above.
fn topmost(stack: &[PathBuf]) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    stack.iter().rev().filter(|path| seen.insert(*path)).cloned().collect()
}

impl Store {
    /// The directories to stack for an image, top first and each once: each layer's `diff`, and above a layer with
    /// needs what settled them for this chain. Settles what is not yet settled, through `settle(needs, layer, lowers
    /// (top first), dest)`. A layer that is missing or suspect is an error. To be used by a container, the directories
    /// must be kept by its record, made before or under the same lock.
    pub fn stack(&self, _lock: &UseLock, layers: &[DiffId], settle: &Settle<'_>) -> anyhow::Result<Vec<PathBuf>> {
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
            let settled = match layer.info.needs.is_empty() {
                true => None,
                false => {
                    // All that is below this place of the layer, which may be there again.
                    let make = |dest: &Path| settle(&layer.info.needs, &diff, &topmost(&stack), dest);
                    self.settle(&chain, &make)
                        .with_context(|| format!("settling layer {id} on the layers below it"))?;
                    Some(self.settled_path(&chain))
                }
            };
            stack.push(diff);
            stack.extend(settled);
        }
        Ok(topmost(&stack))
    }

    /// Where a chain's top layer is settled, if it has needs.
    pub fn settled_path(&self, chain: &ChainId) -> PathBuf {
        self.dir.path(&path(chain)).join("diff")
    }

    fn settle(&self, chain: &ChainId, make: &dyn Fn(&Path) -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.make_for_boot(&path(chain), "chains", make)
    }

    /// What stands for the stack of `chain` under other ids, which `key` names: made by `make(dest)` where it is not there. Kept by what keeps the
    /// stack.
    pub fn stand_in(
        &self,
        chain: &ChainId,
        key: &str,
        make: &dyn Fn(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<PathBuf> {
        // A store that was made by an earlier version has none.
        self.dir.make_dir(STAND_INS, 0o700)?;
        let path = format!("{STAND_INS}/{key}-{}", chain.hex());
        self.make_for_boot(&path, STAND_INS, make)?;
        Ok(self.dir.path(&path).join("diff"))
    }

    /// Below which directories the contents are of the files in what stands for stacks: overlayfs wants no layer inside of another.
    pub fn contents(&self) -> Vec<PathBuf> {
        ["layers", "chains"].map(|folder| self.dir.path(folder)).to_vec()
    }

    /// Makes `path/diff`, unless it was made since the machine started: it is never synced. `folder`: whose lock is taken to replace an old one.
    fn make_for_boot(
        &self,
        path: &str,
        folder: &str,
        make: &dyn Fn(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let dir = &*self.dir;
        if is_settled(dir, path)? {
            return Ok(());
        }
        let staging = Staging::new(&self.dir)?;
        dir.make_dir(&staging.join("diff"), 0o755)?;
        make(&dir.path(&staging.join("diff")))?;
        dir.make_link(&staging.join("boot"), boot())?;
        // Only one may replace what an earlier boot left, and nobody what is in use.
        let _guard = dir.lock_dir(folder)?;
        if !is_settled(dir, path)? {
            trash::put(dir, path)?;
            dir.rename_new(staging.path(), path)?;
        }
        Ok(())
    }
}
