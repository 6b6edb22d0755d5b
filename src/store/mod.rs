//! The store: its format, locks, staging and publishing. (To be written: the tree, the rules.)

use crate::layer::{Applied, Needs};
use crate::oci::{ChainId, DiffId, Digest, ImageId, Reference};
use crate::sys::lock::Lock;
use crate::sys::overlay::Flavour;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// Where a store and its run state are.
#[derive(Debug, Clone)]
pub struct Location {
    pub root: PathBuf,
    pub run: PathBuf,
}

impl Location {
    /// What was asked for, or else this user's default, with safe fallbacks where there is no session.
    pub fn find(root: Option<PathBuf>, run: Option<PathBuf>) -> anyhow::Result<Location> {
        let _ = (root, run);
        todo!()
    }
}

/// An open store.
pub struct Store {}

/// Held (shared) while layers are published or picked. Never across a network read, an unpack or a container's life.
pub struct UseLock(Lock);

/// Held (exclusive) while a removal marks and renames. Never while unlinking.
pub struct SweepLock(Lock);

/// What is recorded with a layer when it is published.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LayerInfo {
    pub diff_id: DiffId,
    pub tar_size: u64,
    /// Sum of regular files' sizes, bytes: what `images` and `history` show.
    pub size: u64,
    pub entries: u64,
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// The boot during which it was published and not yet synced; absent once it is known to be on disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsynced_boot: Option<String>,
}

/// A layer that is held.
#[derive(Debug, Clone)]
pub struct Layer {
    pub info: LayerInfo,
    /// `layers/HEX`.
    pub path: PathBuf,
}

impl Layer {
    /// The unpacked tree.
    pub fn diff(&self) -> PathBuf {
        self.path.join("diff")
    }
}

/// A layer being written. Dropping it unpublished removes it.
#[must_use = "a staged layer is lost unless it is published"]
pub struct LayerStaging {}

impl LayerStaging {
    /// The directory to apply into.
    pub fn diff(&self) -> anyhow::Result<OwnedFd> {
        todo!()
    }

    /// The file for the tar-split.
    pub fn split(&self) -> anyhow::Result<File> {
        todo!()
    }

    /// Makes the layer visible under its diff_id; where it is there already, succeeds and keeps the one that is there. `durable`: synced before
    /// this returns, for layers that cannot be fetched again.
    pub fn publish(self, lock: &UseLock, applied: &Applied, durable: bool) -> anyhow::Result<Layer> {
        let _ = (lock, applied, durable);
        todo!()
    }
}

/// What is recorded of an image. Listing reads these alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageRecord {
    pub id: ImageId,
    /// The manifest it came or was made with, in blobs/.
    pub manifest: Digest,
    /// The index that chose it, in blobs/.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<Digest>,
    /// RFC 3339, from the configuration.
    pub created: Option<String>,
    /// Sum of the layers' sizes, bytes.
    pub size: u64,
    /// Base first.
    pub layers: Vec<DiffId>,
    /// The image that `commit` made it from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ImageId>,
}

/// A name and what it names. The reference has a tag or a digest, not both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    pub reference: Reference,
    pub image: ImageId,
    /// When the name was given, RFC 3339.
    pub tagged: String,
}

/// What is recorded of a container. Its status is computed, not stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContainerRecord {
    /// 64 hexadecimal digits.
    pub id: String,
    pub name: String,
    pub image: ImageId,
    /// The image as it was asked for.
    pub image_name: String,
    /// The image's layers, base first: kept while the container is.
    pub layers: Vec<DiffId>,
    /// RFC 3339.
    pub created: String,
    /// What `container` keeps with it; the store does not read it.
    pub config: serde_json::Value,
}

/// Keeps layers that are being fetched or are about to be used from a sweep, while it lives.
pub struct Lease {}

/// The right to fetch one layer; others who want the same layer wait for it.
pub struct LayerClaim(Lock);

impl Store {
    /// Opens the store, making an empty one where there is none. An unknown required flag in `format` is an error that names the lamel that is needed.
    pub fn open(location: &Location) -> anyhow::Result<Store> {
        let _ = location;
        todo!()
    }

    pub fn root(&self) -> &Path {
        todo!()
    }

    pub fn run_root(&self) -> &Path {
        todo!()
    }

    pub fn flavour(&self) -> Flavour {
        todo!()
    }

    pub fn lock_use(&self) -> anyhow::Result<UseLock> {
        todo!()
    }

    pub fn lock_sweep(&self) -> anyhow::Result<SweepLock> {
        todo!()
    }

    // layers

    /// The layer, if it is held and (after a reboot) proven whole.
    pub fn layer(&self, id: &DiffId) -> anyhow::Result<Option<Layer>> {
        let _ = id;
        todo!()
    }

    pub fn layers(&self) -> anyhow::Result<Vec<Layer>> {
        todo!()
    }

    pub fn stage_layer(&self) -> anyhow::Result<LayerStaging> {
        todo!()
    }

    /// Keeps `layers` from every sweep until the lease is dropped.
    pub fn lease(&self, layers: &[DiffId]) -> anyhow::Result<Lease> {
        let _ = layers;
        todo!()
    }

    /// Waits until no other command fetches this layer; then the caller looks again whether it is held.
    pub fn claim_layer(&self, id: &DiffId) -> anyhow::Result<LayerClaim> {
        let _ = id;
        todo!()
    }

    /// The directories to stack for an image, top first: each layer's `diff`, and above a layer with needs what settled them for this chain.
    /// Settles what is not yet settled, through `settle(needs, layer, lowers (top first), dest)`.
    pub fn stack(
        &self,
        lock: &UseLock,
        layers: &[DiffId],
        settle: &dyn Fn(&Needs, &Path, &[PathBuf], &Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<Vec<PathBuf>> {
        let _ = (lock, layers, settle);
        todo!()
    }

    // blobs: manifests, indexes, configurations

    /// Stores bytes as received, verified against `digest`. Storing twice succeeds.
    pub fn put_blob(&self, lock: &UseLock, digest: &Digest, bytes: &[u8], durable: bool) -> anyhow::Result<()> {
        let _ = (lock, digest, bytes, durable);
        todo!()
    }

    /// The bytes, verified; an error that names the digest where they are missing or damaged.
    pub fn blob(&self, digest: &Digest) -> anyhow::Result<Vec<u8>> {
        let _ = digest;
        todo!()
    }

    // images and names

    pub fn put_image(&self, lock: &UseLock, image: &ImageRecord, durable: bool) -> anyhow::Result<()> {
        let _ = (lock, image, durable);
        todo!()
    }

    pub fn image(&self, id: &ImageId) -> anyhow::Result<Option<ImageRecord>> {
        let _ = id;
        todo!()
    }

    /// All images, in no order.
    pub fn images(&self) -> anyhow::Result<Vec<ImageRecord>> {
        todo!()
    }

    /// Ids that start with these hexadecimal digits.
    pub fn images_by_prefix(&self, prefix: &str) -> anyhow::Result<Vec<ImageId>> {
        let _ = prefix;
        todo!()
    }

    /// Gives a name, taking it from what had it. Returns what had it.
    pub fn put_tag(&self, lock: &UseLock, tag: &Tag, durable: bool) -> anyhow::Result<Option<ImageId>> {
        let _ = (lock, tag, durable);
        todo!()
    }

    pub fn tag(&self, reference: &Reference) -> anyhow::Result<Option<Tag>> {
        let _ = reference;
        todo!()
    }

    /// All names, sorted.
    pub fn tags(&self) -> anyhow::Result<Vec<Tag>> {
        todo!()
    }

    pub fn remove_tag(&self, lock: &SweepLock, reference: &Reference) -> anyhow::Result<bool> {
        let _ = (lock, reference);
        todo!()
    }

    // removal

    /// Removes the image's record, and moves to the trash each of its blobs and each of `layers` that no other image, container or lease uses. Returns
    /// the diff_ids that went. Names are removed before, by the caller.
    pub fn remove_image(&self, lock: &SweepLock, id: &ImageId) -> anyhow::Result<Vec<DiffId>> {
        let _ = (lock, id);
        todo!()
    }

    /// Moves to the trash what nothing refers to: layers, settled directories, blobs, staging whose lock is free, partial downloads.
    pub fn sweep(&self, lock: &SweepLock) -> anyhow::Result<Vec<DiffId>> {
        let _ = lock;
        todo!()
    }

    /// Unlinks what is in the trash. Takes no lock that others wait for. Returns the bytes that came back.
    pub fn empty_trash(&self) -> anyhow::Result<u64> {
        todo!()
    }

    // containers

    /// Makes `containers/ID` with the record, `upper`, `work`, and claims the name; a taken name is an error that names its holder.
    pub fn create_container(&self, lock: &UseLock, record: &ContainerRecord) -> anyhow::Result<PathBuf> {
        let _ = (lock, record);
        todo!()
    }

    pub fn container_dir(&self, id: &str) -> PathBuf {
        let _ = id;
        todo!()
    }

    pub fn containers(&self) -> anyhow::Result<Vec<ContainerRecord>> {
        todo!()
    }

    /// By full ID, name, or unambiguous ID prefix, in this order.
    pub fn find_container(&self, name: &str) -> anyhow::Result<Option<ContainerRecord>> {
        let _ = name;
        todo!()
    }

    /// Replaces the record (rename, change of configuration).
    pub fn update_container(&self, record: &ContainerRecord) -> anyhow::Result<()> {
        let _ = record;
        todo!()
    }

    /// Frees the name and moves the directory to the trash.
    pub fn remove_container(&self, record: &ContainerRecord) -> anyhow::Result<()> {
        let _ = record;
        todo!()
    }

    // sizes

    /// Bytes on disk of what each layer holds, from what publish recorded.
    pub fn settled_path(&self, chain: &ChainId) -> PathBuf {
        let _ = chain;
        todo!()
    }
}
