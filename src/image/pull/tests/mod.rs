//! Pulls from a registry in the test's process into a store of the test's own, without privileges.

pub mod failing;
pub mod finding;
pub mod pulling;

use crate::image::names::resolve::{Image, resolve};
use crate::image::pull::{PullOptions, pull};
use crate::oci::digest::{DiffId, Digest, ImageId};
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::progress::{Progress, Step};
use crate::registry::http::access::Access;
use crate::registry::mock::{ALWAYS, Fault, Image as Served, Layer, Packed, Registry};
use crate::store::Store;
use crate::store::location::Location;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The store of one test.
struct World {
    dir: tempfile::TempDir,
    store: Store,
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        World { dir, store }
    }

    fn pull(&self, name: &str) -> (anyhow::Result<Reference>, Vec<String>) {
        pull_into(&self.store, name)
    }

    fn pulled(&self, name: &str) -> ImageId {
        self.pull(name).0.unwrap();
        self.image(name).record.id
    }

    fn image(&self, name: &str) -> Image {
        resolve(&self.store, name).unwrap()
    }

    /// The content of a layer's file.
    fn read(&self, layer: &Packed, path: &str) -> Vec<u8> {
        let layer = self.store.layer(&diff_id(layer)).unwrap().expect("the layer is held");
        fs::read(layer.diff().join(path)).unwrap()
    }

    fn entries(&self, folder: &str) -> usize {
        fs::read_dir(self.store.root().join(folder)).unwrap().count()
    }

    /// Asserts that a failed pull left nothing.
    fn assert_empty(&self) {
        for folder in [
            "images",
            "tags",
            "blobs/sha256",
            "layers",
            "partial",
            "staging",
            "trash",
            "leases",
            "claims",
        ] {
            assert_eq!(self.entries(folder), 0, "{folder}");
        }
    }

    /// Marks the layer as published and not synced before the machine last started.
    fn make_suspect(&self, layer: &Packed) {
        let mark = self.store.root().join("unsynced").join(diff_id(layer).hex());
        fs::remove_file(&mark).ok();
        std::os::unix::fs::symlink("00000000-0000-0000-0000-000000000000", mark).unwrap();
    }
}

fn open(dir: &Path) -> Store {
    Store::open(&Location {
        root: dir.join("root"),
        run: dir.join("run"),
    })
    .unwrap()
}

/// An ordinary user cannot give files away.
fn single_id() -> bool {
    !rustix::process::geteuid().is_root()
}

fn pull_into(store: &Store, name: &str) -> (anyhow::Result<Reference>, Vec<String>) {
    let seen = Arc::new(Seen::default());
    let name: Reference = name.parse().unwrap();
    let options = PullOptions {
        platform: &Platform::host(),
        single_id: single_id(),
        access: &Access::default(),
    };
    let pulled = pull(store, &name, &options, seen.clone());
    (pulled, std::mem::take(&mut *seen.0.lock().unwrap()))
}

fn diff_id(layer: &Packed) -> DiffId {
    DiffId(layer.diff_id().parse().unwrap())
}

fn short(layer: &Packed) -> String {
    layer.digest().parse::<Digest>().unwrap().short()
}

fn blob_requests(registry: &Registry, layer: &Packed) -> usize {
    registry
        .requests()
        .iter()
        .filter(|request| request.method == "GET" && request.is_for(&layer.digest()))
        .count()
}

/// The reports whose order does not depend on timing.
#[derive(Default)]
struct Seen(Mutex<Vec<String>>);

impl Seen {
    fn push(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

impl Progress for Seen {
    fn line(&self, text: &str) {
        self.push(text.into());
    }
    fn layers(&self, names: &[String]) {
        self.push(format!("layers {}", names.join(" ")));
    }
    fn step(&self, index: usize, step: Step) {
        match step {
            Step::Exists => self.push(format!("{index} exists")),
            Step::Complete => self.push(format!("{index} complete")),
            _ => {}
        }
    }
    fn mounted(&self, index: usize, from: &str) {
        self.push(format!("{index} mounted from {from}"));
    }
    fn warn(&self, text: &str) {
        self.push(format!("warning: {text}"));
    }
}

fn motd(text: &str) -> Layer {
    Layer::new().dir("etc/").file("etc/motd", text)
}
