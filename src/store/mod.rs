//! The store: where images and containers are kept. This page is the specification of its format.
//!
//! ```text
//! ROOT/                      0700
//!   format                   {"version":1,"required":["xattr-user"],"optional":[]}
//!   lock                     flock: shared = `use`, exclusive = `sweep`
//!   layers/HEX/              a layer, by diff_id; immutable
//!     diff/                  the unpacked tree, as overlayfs takes it
//!     layer.json             LayerInfo: sizes, counts, the tar's references to lower layers
//!     tar-split.zst          the tar without the contents of files: with both, the exact tar comes back
//!     pushed-blobs.json      a cache: the layer's compressed blobs that are in registries; may be missing
//!   unsynced/HEX -> BOOT_ID  the layer was published in that boot, and is not known to be on disk
//!   chains/HEX/              by chain_id: the top layer's references to lower ones, resolved for this stack
//!     diff/                  stacked right above that layer
//!     boot -> BOOT_ID        when it was made: it is made again in another boot
//!   metacopy/KEY-HEX/        by id mapping and chain_id: the whole stack with that mapping's owners
//!     diff/                  files without contents, which overlayfs takes from layers/ and chains/
//!     boot -> BOOT_ID        likewise
//!   blobs/sha256/HEX         manifests, indexes and configurations: bytes as received
//!   images/HEX.json          ImageRecord, by image ID: all that a listing needs
//!   tags/NAME                Tag; NAME is the full reference with `/` as %2F, or sha256-HEX of one that is too long
//!   containers/ID/           record.json, upper/, work/, and the files that [`crate::container`] describes
//!   names/NAME -> ../containers/ID
//!   networks/NAME.json       NetworkRecord
//!   volumes/NAME/            volume.json, _data/; while it is filled, `filling` and `partial`
//!   leases/NAME              flocked while its holder lives: diff_ids, one a line, that no sweep removes
//!   claims/HEX               flocked while a command fetches the layer with this diff_id
//!   partial/HEX              flocked while in use: the first bytes of a blob whose download goes on or broke off
//!   staging/NAME.lock        flocked while its writer lives; made and locked before the directory, removed after it
//!   staging/NAME/            what is being written
//!   trash/NAME               what is being deleted
//! ```
//!
//! HEX is the hexadecimal part of a SHA-256 digest. Names in `leases/`, `staging/` and `trash/` are random. The run
//! root ([`location::Location::run`]) is another directory, gone after a reboot; the store keeps only its listing
//! cache there ([`listing_cache`]).
//!
//! # No index
//!
//! The state is the directory: an image exists because its file does. A listing reads small files that were
//! written once, and takes an entry that vanishes meanwhile as removed.
//!
//! # What is visible is complete
//!
//! A small file is written without a name or under one with a leading dot, which no listing shows
//! ([`crate::sys::files::atomic_file`]). A directory is written in `staging/`, or, for containers and volumes, beside
//! its destination with a leading dot. Then it gets its name in one step, by link or rename. So a writer that is
//! killed at any moment leaves garbage, but nothing that is half there. A sweep recognises this garbage: staging
//! whose lock is free, dotted names (in use only under a lock that excludes the sweep), names of containers that are
//! not there.
//!
//! # What keeps things
//!
//! - An image's record keeps its layers and blobs. It needs no name: an image without one is still listed, and is
//!   removed by ID.
//! - A container's record keeps its layers, and by its configuration volumes and networks. It does not keep the
//!   image's record.
//! - A lease keeps layers that no record has yet.
//! - What was made for a stack is kept by every image and container that has this stack.
//!
//! Everything else is garbage. It is removed under the sweep lock, by renaming it into `trash/`, or by unlinking a
//! small file. A container whose record cannot be read may use any layer, so as long as it is there, no layer is
//! removed.
//!
//! Some garbage is recognised without looking at what references it, and is removed under its own lock as well: staging
//! and partials whose lock is free, a layer that verification found broken, a name whose container is not there, and
//! what an earlier boot left in `chains/` and `metacopy/`.
//!
//! # Locks
//!
//! All locks are flock(2)s, released by the kernel when their holder dies. The locks in a container's own directory
//! (`container::state::lock`) come before these. In the order in which one command may take them:
//!
//! 1. a claim on a layer ([`write::leases::LayerClaim`]), by the command that fetches it. It is held during the
//!    download; others that want the layer wait for it, and then find the layer. Of the locks that others wait for, no
//!    other is held during a download;
//! 2. `lock`, shared ([`write::locks::UseLock`]) by whoever publishes something or chooses layers, or exclusive
//!    ([`write::locks::SweepLock`]) by whoever removes; never both. Neither is held across a network read, an unpack
//!    or a container's life, and the trash is emptied without it;
//! 3. the directory `containers/`, from choosing host ids that no container has to recording the container
//!    ([`Store::lock_ids`]);
//! 4. the directory `networks/`, from choosing a subnet to recording the network ([`Store::lock_networks`]);
//! 5. one of the directories `names/`, `layers/`, `chains/` and `metacopy/`, around the few calls that replace
//!    something in it.
//!
//! The directory of a volume is locked while the volume is filled, with none of these ([`Store::lock_volume`]). The
//! locks of staging, leases and partials have no place in the order, because others only try them and never wait.
//!
//! # Power loss
//!
//! A layer is not synced when it is published, because it can be fetched again. Instead a mark in `unsynced/` is made
//! before the layer gets its name. Both are changes of directories, which filesystems write in order, so the layer is
//! never on disk without the mark. After a reboot a marked layer is suspect ([`objects::records::Layer::suspect`])
//! and is verified before it is used: its tar must still have the digest that is its diff_id. A layer that cannot be
//! fetched again (commit, load, import) is synced when it is published (syncfs(2)), and all marks that were
//! made before are removed.
//!
//! An image's blobs and record are synced only where its layers are: where those can be fetched again, so can blobs
//! and record. A damaged blob is recognised by its digest; an image whose record is lost is reported as missing when
//! it is asked for. Where they cannot be fetched again, one syncfs covers blobs and record before the first name is
//! given. Names are synced, file and directory, except a digest that is recorded along with a pulled tag. So are the
//! records that `create`, `rename`, `update` and `network` commands write; `run` does not wait for the disk. Chains
//! and metacopy layers are never synced, and belong to one boot.
//!
//! A record that is empty, cut off or partly zeros had its name on disk before its content when the power went: it
//! counts as never written. Any other damage is an error that names the file.
//!
//! # Owners
//!
//! Files in `layers/` have the owners that the image says. In a user namespace they can be made and removed only
//! under the id mapping that made them; entering it is the caller's work. Everything else belongs to the store's
//! owner. Trees of an ordinary user's store carry overlayfs's attributes as `user.overlay.*`, those of root's as
//! `trusted.overlay.*`; `format` says which.

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

use crate::store::files::directory::Directory;
use crate::store::location::Location;
use crate::sys::mount::overlay::Flavour;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An open store: a descriptor of its directory, and what `format` says.
pub struct Store {
    dir: Arc<Directory>,
    run: PathBuf,
    flavour: Flavour,
}

impl Store {
    /// Opens the store, and makes an empty one where there is none. A required feature in `format` that this program
    /// does not know is an error.
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

    /// The run root, absolute.
    pub fn run_root(&self) -> &Path {
        &self.run
    }

    /// Waits until all that was written to the store so far is on disk.
    pub fn sync(&self) -> anyhow::Result<()> {
        self.dir.sync_all()
    }

    /// Which overlayfs attributes the trees in `layers/` carry. Fixed when the store was made.
    pub fn flavour(&self) -> Flavour {
        self.flavour
    }
}
