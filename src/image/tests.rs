//! Pulls from a registry in this process into a store of their own, as whoever runs the tests.

use super::*;
use crate::oci::{DiffId, Digest, ImageId, Platform, Reference};
use crate::progress::{Progress, Step};
use crate::registry::Access;
use crate::registry::mock::{ALWAYS, Fault, Image as Served, Layer, Packed, Registry};
use crate::store::{Location, Store};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A store of one test.
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

    /// Where a layer's file is.
    fn read(&self, layer: &Packed, path: &str) -> Vec<u8> {
        let layer = self.store.layer(&diff_id(layer)).unwrap().expect("the layer is held");
        fs::read(layer.diff().join(path)).unwrap()
    }

    fn entries(&self, folder: &str) -> usize {
        fs::read_dir(self.store.root().join(folder)).unwrap().count()
    }

    /// Nothing that a failed pull made is left, neither visible nor hidden.
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

    /// As if the layer had been published, and not synced, before the machine last started.
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

/// The stable part of what is reported.
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

#[test]
fn a_pulled_image_has_its_names_its_blobs_and_its_layers() {
    let (world, registry) = (World::new(), Registry::start());
    let (base, top) = (motd("base\n").gzip(), motd("top\n").zstd());
    let image = Served::new().layer(base.clone()).layer(top.clone()).cmd(&["/bin/true"]);
    let digest = registry.push("tools/app", "latest", &image);

    let (pulled, seen) = world.pull(&registry.name("tools/app"));
    let pulled = pulled.unwrap();

    let name = registry.name("tools/app:latest");
    assert_eq!(pulled.to_string(), name);
    assert_eq!(world.image(&name).record.id.to_string(), image.id());
    assert_eq!(
        seen[..3],
        [
            "Using default tag: latest".to_owned(),
            "latest: Pulling from tools/app".to_owned(),
            format!("layers {} {}", short(&base), short(&top)),
        ]
    );
    let mut completed = seen[3..5].to_vec();
    completed.sort();
    assert_eq!(completed, ["0 complete", "1 complete"]);
    assert_eq!(
        seen[5..],
        [
            format!("Digest: {digest}"),
            format!("Status: Downloaded newer image for {name}")
        ]
    );

    let by_tag = world.image(&name);
    let by_digest = world.image(&registry.name(&format!("tools/app@{digest}")));
    assert_eq!(by_tag.record, by_digest.record);
    assert_eq!(by_tag.record.layers, [diff_id(&base), diff_id(&top)]);
    assert_eq!(by_tag.record.size, 9);
    assert_eq!(by_tag.config.config.cmd, Some(vec!["/bin/true".to_owned()]));
    assert_eq!(world.store.blob(&by_tag.record.manifest).unwrap(), image.manifest());
    assert_eq!(world.read(&base, "etc/motd"), b"base\n");
    assert_eq!(world.read(&top, "etc/motd"), b"top\n");
    assert!(stack(&world.store, &by_tag.record).unwrap()[0].ends_with(format!("{}/diff", diff_id(&top).hex())));
    for folder in ["staging", "trash", "leases", "claims"] {
        assert_eq!(world.entries(folder), 0, "{folder}");
    }
}

#[test]
fn pulling_again_asks_one_question() {
    let (world, registry) = (World::new(), Registry::start());
    let image = Served::new().layer(motd("x").gzip());
    let digest = registry.push("app", "1", &image);
    let name = registry.name("app:1");
    world.pull(&name).0.unwrap();
    let before = registry.requests().len();

    let (pulled, seen) = world.pull(&name);

    pulled.unwrap();
    assert_eq!(
        seen,
        [
            "1: Pulling from app".to_owned(),
            format!("Digest: {digest}"),
            format!("Status: Image is up to date for {name}"),
        ]
    );
    let since: Vec<_> = registry.requests()[before..]
        .iter()
        .map(|request| request.method.clone())
        .collect();
    assert_eq!(since.last().map(String::as_str), Some("HEAD"));
    assert!(!since.contains(&"POST".to_owned()));
}

#[test]
fn a_layer_that_is_held_is_not_fetched() {
    let (world, registry) = (World::new(), Registry::start());
    let base = motd("base").gzip();
    registry.push("one", "1", &Served::new().layer(base.clone()));
    registry.push("two", "1", &Served::new().layer(base.clone()).layer(motd("two").gzip()));
    world.pull(&registry.name("one:1")).0.unwrap();

    let (pulled, seen) = world.pull(&registry.name("two:1"));

    pulled.unwrap();
    assert_eq!(seen[2..4], ["0 exists", "1 complete"]);
    assert_eq!(blob_requests(&registry, &base), 1);
    assert_eq!(world.entries("layers"), 2);
}

#[test]
fn a_layer_that_an_image_has_twice_is_fetched_once() {
    let (world, registry) = (World::new(), Registry::start());
    let (same, other) = (motd("same").gzip(), motd("other").plain());
    registry.push(
        "app",
        "1",
        &Served::new().layer(same.clone()).layer(other).layer(same.clone()),
    );
    world.pull(&registry.name("app:1")).0.unwrap();
    assert_eq!(blob_requests(&registry, &same), 1);
    assert_eq!(world.image(&registry.name("app:1")).record.layers.len(), 3);
}

#[test]
fn an_image_without_layers_is_an_image() {
    let (world, registry) = (World::new(), Registry::start());
    registry.push("nothing", "1", &Served::new());
    world.pull(&registry.name("nothing:1")).0.unwrap();
    assert!(world.image(&registry.name("nothing:1")).record.layers.is_empty());
}

#[test]
fn a_name_that_moves_leaves_the_older_image_without_it() {
    let (world, registry) = (World::new(), Registry::start());
    let (old, new) = (
        Served::new().layer(motd("old").gzip()),
        Served::new().layer(motd("new").gzip()),
    );
    registry.push("app", "1", &old);
    world.pull(&registry.name("app:1")).0.unwrap();
    registry.push("app", "1", &new);
    let (pulled, _) = world.pull(&registry.name("app:1"));
    pulled.unwrap();
    assert_eq!(world.image(&registry.name("app:1")).record.id.to_string(), new.id());
    assert_eq!(world.image(&old.id()).record.id.to_string(), old.id());
}

#[test]
fn a_pull_by_digest_gives_no_tag() {
    let (world, registry) = (World::new(), Registry::start());
    let digest = registry.push("app", "1", &Served::new().layer(motd("x").gzip()));
    let name = registry.name(&format!("app:9@{digest}"));
    let (pulled, seen) = world.pull(&name);
    assert_eq!(pulled.unwrap().to_string(), registry.name(&format!("app@{digest}")));
    let whole = registry.name(&format!("app@{digest}"));
    assert_eq!(seen[0], format!("{whole}: Pulling from app"));
    assert_eq!(world.store.tags().unwrap().len(), 1);
    // Now there is nothing to ask.
    let before = registry.requests().len();
    world.pull(&name).0.unwrap();
    assert_eq!(registry.requests().len(), before);
}

#[test]
fn wrong_bytes_are_named_and_leave_nothing() {
    let (world, registry) = (World::new(), Registry::start());
    let bad = motd("bad").plain();
    registry.push("app", "1", &Served::new().layer(bad.clone()));
    let mut other = bad.blob().to_vec();
    other[0] ^= 1;
    registry.fault(&bad.digest(), Fault::Replace(other));
    let error = world.pull(&registry.name("app:1")).0.unwrap_err();
    let text = format!("{error:#}");
    assert!(text.starts_with(&format!("layer {}: ", bad.digest())), "{text}");
    assert_eq!(
        text.matches("sha256:").count(),
        3,
        "the layer, what was promised, what came: {text}"
    );
    world.assert_empty();
}

#[test]
fn a_layer_that_unpacks_to_another_than_the_configuration_lists_is_refused() {
    let (world, registry) = (World::new(), Registry::start());
    let (promised, served) = (motd("promised").gzip(), motd("served").gzip());
    let image = Served::new().layer(promised.clone());
    let manifest = String::from_utf8(image.manifest()).unwrap();
    let manifest = manifest.replace(&promised.digest(), &served.digest());
    let size = |layer: &Packed| format!("\"size\":{}", layer.blob().len());
    let manifest = manifest.replace(&size(&promised), &size(&served));
    registry.put_blob(&image.config());
    registry.put_blob(served.blob());
    registry.put_manifest("app", "1", &image.media_type(), manifest.as_bytes());
    let error = format!("{:#}", world.pull(&registry.name("app:1")).0.unwrap_err());
    assert_eq!(
        error,
        format!(
            "layer {}: the layer unpacks to {}, but the configuration lists {}",
            served.digest(),
            served.diff_id(),
            promised.diff_id()
        )
    );
    world.assert_empty();
}

#[test]
fn the_first_error_ends_transfers_that_stall() {
    let (world, registry) = (World::new(), Registry::start());
    // The larger one is taken first: only beside it can the other fail.
    let (stalls, bad) = (motd(&"stalls".repeat(1000)).plain(), motd("bad").plain());
    registry.push("app", "1", &Served::new().layer(stalls.clone()).layer(bad.clone()));
    registry.fault(
        &stalls.digest(),
        Fault::Stall {
            after: 10,
            times: ALWAYS,
        },
    );
    registry.fault(&bad.digest(), Fault::Corrupt);
    let start = Instant::now();
    let error = world.pull(&registry.name("app:1")).0.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(error.to_string().contains(&bad.digest()), "{error:#}");
    world.assert_empty();
}

#[test]
fn a_layer_that_was_published_before_another_failed_is_there_for_the_next_attempt() {
    let (world, registry) = (World::new(), Registry::start());
    let (good, bad) = (motd(&"good".repeat(1000)).plain(), motd("bad").plain());
    registry.push("app", "1", &Served::new().layer(good.clone()).layer(bad.clone()));
    registry.push("good", "1", &Served::new().layer(good.clone()));
    world.pull(&registry.name("good:1")).0.unwrap();
    registry.fault(&bad.digest(), Fault::Corrupt);
    world.pull(&registry.name("app:1")).0.unwrap_err();
    registry.heal();
    world.pull(&registry.name("app:1")).0.unwrap();
    assert_eq!(blob_requests(&registry, &good), 1);
}

#[test]
fn two_pulls_at_once_fetch_a_layer_once() {
    let (world, registry) = (World::new(), Registry::start());
    let layers: Vec<Packed> = (0..4).map(|n| motd(&format!("{n}").repeat(100_000)).gzip()).collect();
    let image = layers
        .iter()
        .fold(Served::new(), |image, layer| image.layer(layer.clone()));
    registry.push("app", "1", &image);
    let name = registry.name("app:1");
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| pull_into(&open(world.dir.path()), &name).0.unwrap());
        }
    });
    for layer in &layers {
        assert_eq!(blob_requests(&registry, layer), 1);
    }
}

#[test]
fn after_a_stop_of_the_machine_a_whole_layer_is_kept_and_a_broken_one_fetched_again() {
    let (world, registry) = (World::new(), Registry::start());
    let (whole, broken, gone) = (motd("whole").gzip(), motd("broken").gzip(), motd("gone").gzip());
    registry.push(
        "app",
        "1",
        &Served::new()
            .layer(whole.clone())
            .layer(broken.clone())
            .layer(gone.clone()),
    );
    let name = registry.name("app:1");
    world.pull(&name).0.unwrap();
    for layer in [&whole, &broken, &gone] {
        world.make_suspect(layer);
    }
    let diff = |layer: &Packed| world.store.layer(&diff_id(layer)).unwrap().unwrap().diff();
    fs::write(diff(&broken).join("etc/motd"), "brokem").unwrap();
    fs::remove_file(diff(&gone).join("etc/motd")).unwrap();

    assert!(stack(&world.store, &world.image(&name).record).is_err());
    let (pulled, seen) = world.pull(&name);

    pulled.unwrap();
    assert_eq!(seen[2], "0 exists");
    assert_eq!(blob_requests(&registry, &whole), 1);
    assert_eq!(blob_requests(&registry, &broken), 2);
    assert_eq!(blob_requests(&registry, &gone), 2);
    assert_eq!(world.read(&broken, "etc/motd"), b"broken");
    assert_eq!(stack(&world.store, &world.image(&name).record).unwrap().len(), 3);
    assert!(!world.store.layer(&diff_id(&whole)).unwrap().unwrap().suspect);
}

#[test]
fn an_image_is_found_by_name_and_by_id_and_by_what_starts_one_id_only() {
    let (world, registry) = (World::new(), Registry::start());
    let ids: Vec<String> = (0..20)
        .map(|n| {
            let image = Served::new().layer(motd("x").gzip()).label("n", &n.to_string());
            registry.push("app", &n.to_string(), &image);
            let id = world.pulled(&registry.name(&format!("app:{n}")));
            id.hex()
        })
        .collect();
    let id = &ids[0];
    for text in [
        id.clone(),
        format!("sha256:{id}"),
        id[..20].to_owned(),
        format!("sha256:{}", &id[..20]),
    ] {
        assert_eq!(world.image(&text).record.id.hex(), *id);
        assert!(world.image(&text).name.is_none());
    }
    // Twenty IDs, sixteen digits: two start alike.
    let twice = ids
        .iter()
        .find(|id| ids.iter().filter(|other| other[..1] == id[..1]).count() > 1)
        .unwrap();
    let count = ids.iter().filter(|other| other[..1] == twice[..1]).count();
    let error = resolve(&world.store, &twice[..1]).unwrap_err();
    let expected = ResolveError::Ambiguous {
        prefix: twice[..1].to_owned(),
        count,
    };
    assert_eq!(error.downcast_ref(), Some(&expected));
    for missing in ["nothing:1", &"0".repeat(64)] {
        let error = resolve(&world.store, missing).unwrap_err();
        assert_eq!(
            error.downcast_ref(),
            Some(&ResolveError::NoSuchImage(missing.to_owned()))
        );
    }
    assert!(
        resolve(&world.store, "No/Such")
            .unwrap_err()
            .to_string()
            .starts_with("invalid reference")
    );
}

#[test]
fn a_name_that_looks_like_an_id_is_a_name_first() {
    let (world, registry) = (World::new(), Registry::start());
    registry.push("app", "1", &Served::new().layer(motd("x").gzip()));
    let id = world.pulled(&registry.name("app:1"));
    let other = Served::new().label("other", "yes");
    registry.push("app", "2", &other);
    let other_id = world.pulled(&registry.name("app:2"));
    let name = parse_name(&id.hex()[..12]).unwrap().or_latest();
    let tag = crate::store::Tag {
        reference: name,
        image: other_id,
        tagged: "2024-01-02T00:00:00Z".into(),
        implied: false,
    };
    world
        .store
        .put_tag(&world.store.lock_use().unwrap(), &tag, false)
        .unwrap();
    assert_eq!(world.image(&id.hex()[..12]).record.id, other_id);
    assert_eq!(world.image(&id.hex()[..11]).record.id, id);
}

#[test]
fn layers_brought_in_by_hand_become_an_image() {
    let world = World::new();
    let layer = motd("import").gzip();
    let tar = || Box::new(layer.blob());
    let wrong = DiffId(Digest::of(b"wrong"));
    let error = store_layer(&world.store, tar(), Some(wrong), single_id(), true)
        .map(|_| ())
        .unwrap_err();
    assert!(error.to_string().contains(&wrong.to_string()), "{error}");
    world.assert_empty();

    let stored = store_layer(&world.store, tar(), Some(diff_id(&layer)), single_id(), true).unwrap();
    let mut config = crate::oci::ImageConfig {
        os: "linux".into(),
        ..Default::default()
    };
    config.rootfs.diff_ids = vec![stored.layer.info.diff_id];
    let name: Reference = "mine".parse().unwrap();
    let id = publish(&world.store, &config, None, Some(&name)).unwrap();
    assert_eq!(world.image("mine:latest").record.id, id);
    assert_eq!(world.image("mine").record.size, 6);

    config.rootfs.diff_ids.push(wrong);
    let error = publish(&world.store, &config, None, None).unwrap_err();
    assert_eq!(error.to_string(), format!("layer {wrong} is not in the store"));
}

#[test]
fn the_built_in_image_is_made_once() {
    let world = World::new();
    let first = ensure_hello(&world.store, single_id()).unwrap();
    let made = fs::metadata(world.store.root().join("images").join(format!("{}.json", first.hex()))).unwrap();
    let again = ensure_hello(&world.store, single_id()).unwrap();
    let unmade = fs::metadata(world.store.root().join("images").join(format!("{}.json", first.hex()))).unwrap();
    assert_eq!(first, again);
    assert_eq!(made.modified().unwrap(), unmade.modified().unwrap());
    let image = world.image("hello");
    let directories = stack(&world.store, &image.record).unwrap();
    let program = fs::metadata("/proc/self/exe").unwrap().len();
    assert_eq!(fs::metadata(directories[0].join("lamel")).unwrap().len(), program);
    let (pulled, seen) = pull_into(&world.store, "localhost/hello");
    pulled.unwrap();
    assert_eq!(seen, ["Status: Image is up to date for localhost/hello:latest"]);
}

#[test]
fn an_error_ends_the_wait_for_another_command() {
    let (world, registry) = (World::new(), Registry::start());
    let (claimed, bad) = (motd("claimed").plain(), motd("bad").plain());
    registry.push("app", "1", &Served::new().layer(claimed.clone()).layer(bad.clone()));
    registry.fault(&bad.digest(), Fault::Corrupt);
    let claim = world.store.claim_layer(&diff_id(&claimed)).unwrap();
    let error = world.pull(&registry.name("app:1")).0.unwrap_err();
    assert!(error.to_string().contains(&bad.digest()), "{error:#}");
    drop(claim);
    world.assert_empty();
}

#[test]
fn an_image_that_comes_back_from_a_registry_keeps_its_parent() {
    let (world, registry) = (World::new(), Registry::start());
    let image = Served::new().layer(motd("x").gzip());
    registry.push("app", "1", &image);
    let name = registry.name("app:1");
    let id = world.pulled(&name);
    let parent = ImageId(Digest::of(b"parent"));
    let config = world.image(&name).config;
    assert_eq!(config.to_bytes().1, id.0, "the configuration is written as it was read");
    publish(&world.store, &config, Some(parent), None).unwrap();
    registry.push("app", "2", &image);
    world.pulled(&registry.name("app:2"));
    assert_eq!(world.image(&name).record.parent, Some(parent));
}
