//! Tests of the store through the functions that other rooms call, each in a store of its own.

pub mod crash;
pub mod removal;
pub mod writing;

use crate::layer::model::{Applied, LowerRefs};
use crate::oci::digest::{DiffId, Digest, ImageId};
use crate::oci::reference::Reference;
use crate::store::objects::layers::LayerStaging;
use crate::store::objects::records::{ContainerRecord, ImageRecord, Tag};
use crate::store::*;
use std::fs;

/// A store in a temporary directory.
struct TestStore {
    tmp: tempfile::TempDir,
    store: Store,
}

impl TestStore {
    fn new() -> TestStore {
        let tmp = tempfile::tempdir().unwrap();
        let store = open(tmp.path());
        TestStore { tmp, store }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.store.root().join(name)
    }

    /// Names in one of the store's directories, sorted.
    fn names(&self, folder: &str) -> Vec<String> {
        let mut names = self.store.dir.entries(folder).unwrap();
        names.sort();
        names
    }

    /// Makes it look as if the machine had stopped after this layer was published.
    fn reboot(&self, id: &DiffId) {
        let mark = self.path("unsynced").join(id.hex());
        fs::remove_file(&mark).unwrap();
        std::os::unix::fs::symlink("another-boot", mark).unwrap();
    }
}

fn open(dir: &Path) -> Store {
    Store::open(&Location {
        root: dir.join("store"),
        run: dir.join("run"),
    })
    .unwrap()
}

fn applied(content: &str, lower_refs: LowerRefs) -> Applied {
    Applied {
        diff_id: DiffId(Digest::of(content.as_bytes())),
        tar_size: 1024,
        size: content.len() as u64,
        entries: 1,
        lower_refs,
        skipped: Default::default(),
    }
}

/// A staged layer of one file, `file`, that holds `content`.
fn staged(store: &Store, content: &str) -> LayerStaging {
    let staging = store.stage_layer().unwrap();
    let diff = staging.diff().unwrap();
    let file = rustix::fs::openat(
        &diff,
        "file",
        rustix::fs::OFlags::CREATE | rustix::fs::OFlags::WRONLY,
        0o644.into(),
    )
    .unwrap();
    rustix::io::write(&file, content.as_bytes()).unwrap();
    rustix::io::write(staging.split().unwrap(), b"split").unwrap();
    staging
}

fn layer(store: &Store, content: &str) -> DiffId {
    let staging = staged(store, content);
    let lock = store.lock_use().unwrap();
    let layer = staging
        .publish(&lock, &applied(content, LowerRefs::default()), false)
        .unwrap();
    layer.info.diff_id
}

/// An image of these layers; its configuration is `name`.
fn image(store: &Store, name: &str, layers: &[DiffId]) -> ImageId {
    let lock = store.lock_use().unwrap();
    let manifest = format!("manifest of {name}");
    for bytes in [name, &manifest] {
        let digest = Digest::of(bytes.as_bytes());
        store.put_blob(&lock, &digest, bytes.as_bytes()).unwrap();
    }
    let record = ImageRecord {
        id: ImageId(Digest::of(name.as_bytes())),
        manifest: Digest::of(manifest.as_bytes()),
        index: None,
        created: None,
        size: 1,
        layers: layers.to_vec(),
        parent: None,
        labels: None,
        named: false,
    };
    store.put_image(&lock, &record, false).unwrap();
    record.id
}

fn tag(store: &Store, name: &str, image: ImageId) -> Option<ImageId> {
    let tag = Tag {
        reference: name.parse::<Reference>().unwrap(),
        image,
        tagged: "2020-01-02T03:04:05Z".into(),
        implied: false,
    };
    store.put_tag(&store.lock_use().unwrap(), &tag, false).unwrap()
}

fn container(number: u8, name: &str, layers: &[DiffId]) -> ContainerRecord {
    ContainerRecord {
        id: format!("{number:02x}").repeat(32),
        name: name.into(),
        image: ImageId(Digest::of(b"image")),
        image_name: "image".into(),
        layers: layers.to_vec(),
        created: "2020-01-02T03:04:05Z".into(),
        config: serde_json::json!({ "cmd": ["true"] }),
    }
}

fn create(store: &Store, record: &ContainerRecord) -> anyhow::Result<PathBuf> {
    store.create_container(&store.lock_use().unwrap(), record, false)
}
