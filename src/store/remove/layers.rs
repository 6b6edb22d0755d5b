//! Removal of layers, and of what was made for stacks of them.

use crate::oci::digest::{ChainId, DiffId, Digest, chain_ids};
use crate::store::Store;
use crate::store::objects::images;
use crate::store::remove::removal::Removal;
use crate::store::stack::{METACOPY, RESOLVED};
use crate::store::write::unsynced;
use std::collections::HashSet;

impl Store {
    /// Moves a layer that nothing references to the trash. False where it is not there.
    pub fn remove_layer(&self, removal: &Removal, id: &DiffId) -> anyhow::Result<bool> {
        let hex = id.hex();
        let was_there = removal.trash(&format!("layers/{hex}"))?;
        removal.unlink(&unsynced::path(&hex))?;
        Ok(was_there)
    }

    /// Moves what was made for stacks that no image and no container has any more to the trash. Returns the names.
    pub fn remove_unused_stacks(&self, removal: &Removal) -> anyhow::Result<Vec<String>> {
        let mut gone = Vec::new();
        let resolved = self.dir.entries(RESOLVED)?;
        let metacopy = self.dir.entries(METACOPY)?;
        // Nearly always.
        if resolved.is_empty() && metacopy.is_empty() {
            return Ok(gone);
        }
        let mut used: HashSet<ChainId> = HashSet::new();
        for image in self.images()? {
            if !removal.would_have_removed(&images::path(&image.id.hex())) {
                used.extend(chain_ids(&image.layers));
            }
        }
        let containers = self.present_containers(removal)?;
        if !containers.unreadable.is_empty() {
            return Ok(gone);
        }
        for container in &containers.readable {
            used.extend(chain_ids(&container.layers));
        }
        for (folder, names) in [(RESOLVED, resolved), (METACOPY, metacopy)] {
            for name in names {
                // `HEX` or `KEY-HEX`.
                let chain = name.rsplit('-').next().and_then(|hex| Digest::from_hex(hex).ok());
                if !chain.is_some_and(|chain| used.contains(&ChainId(chain)))
                    && removal.trash(&format!("{folder}/{name}"))?
                {
                    gone.push(name);
                }
            }
        }
        Ok(gone)
    }
}
