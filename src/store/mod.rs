//! The store: where images and containers are kept. This comment is the format's specification.
//!
//! ```text
//! ROOT/                      0700
//!   format                   {"version":1,"required":["xattr-user"],"optional":[]}
//!   lock                     flock: shared = `use`, exclusive = `sweep`
//!   layers/HEX/              a layer, by diff_id; immutable
//!     diff/                  the unpacked tree in overlay form
//!     layer.json             LayerInfo: sizes, counts, what the tar left to lower layers
//!     copies.json            compressed copies of it that are in registries, as far as pushes know; may be missing
//!     tar-split.zst          all of the tar that is not file content: with it the exact tar comes back
//!   unsynced/HEX -> BOOT_ID  this layer was published during that boot and never known to be synced
//!   chains/HEX/              by chain_id: what settled the top layer's needs in this very stack
//!     diff/                  stacked right above that layer
//!     boot -> BOOT_ID        made during that boot; made again after another
//!   stand-ins/KEY-HEX/       by chain_id: what stands for that stack where users have the ids that KEY is of
//!     diff/                  all that the stack shows, without the contents of files
//!     boot -> BOOT_ID        likewise
//!   blobs/sha256/HEX         manifests, indexes, configurations: bytes as received
//!   images/HEX.json          ImageRecord, by image ID: all that listing needs
//!   tags/NAME                Tag; NAME is the reference in full with `/` as %2F, or sha256-HEX of one that is too long
//!   containers/ID/           record.json, upper/, work/, and what `container` keeps there
//!   names/NAME -> ../containers/ID
//!   networks/NAME.json       NetworkRecord; the directory is flocked while one is added
//!   volumes/NAME/            volume.json, _data/: what containers share and what outlives them; flocked while it is filled
//!   leases/NAME              flocked while alive: one diff_id a line that no sweep may take
//!   claims/HEX               flocked while one command fetches the layer with this diff_id
//!   partial/HEX              flocked while in use: the first bytes of a blob whose download is under way or broke off
//!   staging/NAME.lock        flocked while alive; made and locked before
//!   staging/NAME/            what is being written
//!   trash/NAME               what is being deleted
//! ```
//!
//! The run state (`Location::run`) is another directory, gone after a reboot; the store keeps nothing there but a copy of
//! what a listing read (`remembered`).
//!
//! **There is no index.** The state is the directory. A listing reads small files that were written once, and takes an
//! entry that vanishes meanwhile as removed.
//!
//! **What is visible is complete.** Everything is written under a name that no listing shows (in `staging/`, or with a
//! leading dot beside its destination) and then renamed or linked. A killed writer leaves garbage, never half a thing:
//! staging whose lock is free, a dotted file while the sweep lock is held, a name whose container is not there.
//!
//! **What keeps things**: an image's record keeps its layers and blobs; a container's record keeps its layers; a lease
//! keeps layers that belong to nothing yet. All else is garbage. Only the holder of the sweep lock takes what is
//! garbage away, and only by renaming it into `trash/`. A container whose record cannot be read may use any layer: as
//! long as it is there, none is taken away.
//!
//! **Locks**, in the order in which they may be taken; each is released before anything slow:
//! 1. a claim on a layer ([`write::leases::LayerClaim`]), the only one that is held during a download, by who downloads;
//! 2. `use` ([`write::locks::UseLock`], shared) or `sweep` ([`write::locks::SweepLock`], exclusive), never both;
//! 3. the flock on `containers/`, by who chooses ids that no container has ([`Store::lock_ids`]);
//! 4. the flock on a directory (`names/`, `layers/`, `chains/`, `stand-ins/`) around the few calls that replace something in it.
//!
//! Locks of staging, leases and partials are only ever tried by others, so they have no place in the order.
//!
//! **Power loss.** Layers are not synced when they are published, since they can be fetched again; a mark in
//! `unsynced/` says so, and it is on disk before the layer is, because both are changes of directories. After a reboot
//! a marked layer is suspect ([`objects::records::Layer::suspect`]) until it was verified. Publishing a layer that cannot be fetched
//! again calls syncfs and clears all marks that were there before. An image's blobs and its record need no more than the
//! layers that they list: where these can be fetched again, so can they, a blob proves itself by its digest, and a record
//! that is lost is named when its image is asked for; where they cannot, one syncfs covers blobs and record before the
//! first name is given. Names are synced one by one, file and directory, but for a digest that came along with a tag;
//! so are records of containers that are to stay. A record that is empty or cut off was renamed into place just before
//! the power went, and is taken as never written; any other damage is an error that names the file.
//!
//! **Privilege.** `layers/` holds files of many owners. In a user namespace they can be made and removed only under the
//! mapping that made them; entering it is the caller's work. All the rest belongs to the store's owner.

pub mod files;
pub mod format;
pub mod listing_cache;
pub mod location;
pub mod objects;
pub mod remove;
pub mod stack;
#[cfg(test)]
mod tests;
pub mod write;

use crate::store::location::Location;

use crate::store::files::directory::Directory;
use crate::sys::overlay::Flavour;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An open store. Cheap: a descriptor and what `format` says.
pub struct Store {
    dir: Arc<Directory>,
    run: PathBuf,
    flavour: Flavour,
}

impl Store {
    /// Opens the store, making an empty one where there is none. An unknown required flag in `format` is an error that
    /// names the lamel that is needed.
    pub fn open(location: &Location) -> anyhow::Result<Store> {
        let (dir, flavour) = format::open(&location.root)?;
        location::make_private(&location.run)?;
        Ok(Store {
            dir: Arc::new(dir),
            run: location.run.clone(),
            flavour,
        })
    }

    /// Opens a store to look at it, and makes nothing: `None` where there is none. Takes no lock.
    pub fn open_existing(location: &Location) -> anyhow::Result<Option<Store>> {
        let opened = format::open_existing(&location.root)?;
        Ok(opened.map(|(dir, flavour)| Store {
            dir: Arc::new(dir),
            run: location.run.clone(),
            flavour,
        }))
    }

    /// The store's directory, absolute.
    pub fn root(&self) -> &Path {
        self.dir.root()
    }

    /// The directory for run state, absolute.
    pub fn run_root(&self) -> &Path {
        &self.run
    }

    /// Waits until all that was written to the store so far is on disk.
    pub fn sync(&self) -> anyhow::Result<()> {
        self.dir.sync_all()
    }

    /// Which attributes the trees in `layers/` carry; fixed when the store was made.
    pub fn flavour(&self) -> Flavour {
        self.flavour
    }
}
