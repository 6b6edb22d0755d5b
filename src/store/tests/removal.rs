//! Removal: what is referenced stays, everything else is removed, and its room is freed.

use crate::store::remove::leftovers::LeftoverKind;
use crate::store::remove::removal::Removal;
use crate::store::tests::*;
use crate::store::write::unsynced;
use std::os::unix::fs::PermissionsExt;

/// The layers that a sweep finds unreferenced.
fn swept(store: &Store, removal: &Removal) -> Vec<DiffId> {
    let gone = store.sweep(removal).unwrap();
    let layers = gone.into_iter().filter(|left| left.kind == LeftoverKind::Layer);
    layers.map(|left| left.name.parse().map(DiffId).unwrap()).collect()
}
#[test]
fn removing_an_image_removes_what_nothing_else_references() {
    let test = TestStore::new();
    let store = &test.store;
    let (base, a, b) = (layer(store, "base"), layer(store, "a"), layer(store, "b"));
    let (first, second) = (image(store, "first", &[base, a, a]), image(store, "second", &[base, b]));
    let removal = store.begin_removal().unwrap();
    assert_eq!(store.remove_image(&removal, &first).unwrap(), [a]);
    assert!(store.image(&first).unwrap().is_none());
    assert!(store.blob(&first.0).is_err());
    store.blob(&second.0).unwrap();
    assert_eq!(store.remove_image(&removal, &second).unwrap(), [base, b]);
    assert_eq!(store.remove_image(&removal, &second).unwrap(), []);
    drop(removal);
    assert!(store.empty_trash().unwrap() >= 3 * 4096);
    for folder in ["layers", "unsynced", "blobs/sha256", "images", "trash"] {
        assert_eq!(test.names(folder), [""; 0], "{folder}");
    }
}

#[test]
fn containers_and_live_leases_keep_their_layers() {
    let test = TestStore::new();
    let store = &test.store;
    let (used, leased, loose) = (layer(store, "used"), layer(store, "leased"), layer(store, "loose"));
    let shared = image(store, "shared", &[used, leased]);
    let record = container(0x11, "one", &[used]);
    create(store, &record).unwrap();
    let lease = store.lease(&[leased]).unwrap();
    let removal = store.begin_removal().unwrap();
    assert_eq!(store.remove_image(&removal, &shared).unwrap(), []);
    assert_eq!(swept(store, &removal), [loose]);
    drop(removal);
    drop(lease);
    let removal = store.begin_removal().unwrap();
    assert_eq!(swept(store, &removal), [leased]);
    drop(removal);
    store.remove_container(&record).unwrap();
    let removal = store.begin_removal().unwrap();
    assert_eq!(swept(store, &removal), [used]);
}

#[test]
fn a_sweep_clears_every_kind_of_leftover_and_nothing_else() {
    let test = TestStore::new();
    let store = &test.store;
    let kept = layer(store, "kept");
    let id = image(store, "kept", &[kept]);
    tag(store, "kept:1", id);
    create(store, &container(0x11, "one", &[kept])).unwrap();
    let alive = staged(store, "alive");
    let before: Vec<_> = ["layers", "images", "tags", "containers", "names", "staging"]
        .map(|folder| (folder, test.names(folder)))
        .into();
    let hex = Digest::of(b"dead").hex();
    for folder in [
        "layers/dead",
        "staging/dead",
        "chains/dead",
        "metacopy/key-dead",
        "volumes/.dead",
        "containers/.dead/upper",
        "containers/dead",
    ] {
        fs::create_dir_all(test.path(&folder.replace("dead", &hex))).unwrap();
    }
    for file in [
        "images/.dead",
        "images/dead.json",
        "networks/.dead",
        "tags/.dead",
        "tags/dead",
        "leases/dead",
        "claims/dead",
        "staging/x.lock",
        "blobs/sha256/dead",
    ] {
        fs::write(test.path(&file.replace("dead", &hex)), "").unwrap();
    }
    std::os::unix::fs::symlink(format!("../containers/{hex}"), test.path("names/dead")).unwrap();
    tag(store, "dangling:1", ImageId(Digest::of(b"dead")));
    let removal = store.begin_removal().unwrap();
    store.sweep(&removal).unwrap();
    drop(removal);
    store.empty_trash().unwrap();
    for (folder, names) in before {
        assert_eq!(test.names(folder), names, "{folder}");
    }
    for folder in ["chains", "metacopy", "volumes", "leases", "claims", "networks", "trash"] {
        assert_eq!(test.names(folder), [""; 0], "{folder}");
    }
    assert_eq!(test.names("blobs/sha256").len(), 2);
    drop(alive);
}

#[test]
fn a_sweep_waits_for_publishers_and_respects_every_lease() {
    let test = TestStore::new();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let store = open(test.tmp.path());
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let removal = store.begin_removal().unwrap();
                store.sweep(&removal).unwrap();
                drop(removal);
                store.empty_trash().unwrap();
            }
        });
        let workers: Vec<_> = (0..3)
            .map(|worker| {
                let tmp = test.tmp.path();
                scope.spawn(move || {
                    let store = open(tmp);
                    for round in 0..40 {
                        let content = format!("{}", (worker + round) % 4);
                        let id = DiffId(Digest::of(content.as_bytes()));
                        let lease = store.lease(&[id]).unwrap();
                        assert_eq!(layer(&store, &content), id);
                        std::thread::yield_now();
                        let name = format!("{worker} {round}");
                        let made = image(&store, &name, &[id]);
                        drop(lease);
                        let held = store.layer(&id).unwrap().unwrap();
                        assert_eq!(fs::read_to_string(held.diff().join("file")).unwrap(), content);
                        let removal = store.begin_removal().unwrap();
                        store.remove_image(&removal, &made).unwrap();
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(test.names("staging"), [""; 0]);
}

#[test]
fn unreadable_linked_and_deep_trees_are_deleted_and_counted() {
    let test = TestStore::new();
    let tree = test.path("trash/tree");
    fs::create_dir_all(&tree).unwrap();
    let outside = test.tmp.path().join("outside");
    fs::write(&outside, "stays").unwrap();
    std::os::unix::fs::symlink(&outside, tree.join("link")).unwrap();
    std::os::unix::fs::symlink(test.tmp.path(), tree.join("dirlink")).unwrap();
    fs::write(tree.join("file"), vec![1; 10_000]).unwrap();
    fs::hard_link(tree.join("file"), tree.join("again")).unwrap();
    fs::create_dir(tree.join("shut")).unwrap();
    fs::write(tree.join("shut/file"), "x").unwrap();
    fs::set_permissions(tree.join("shut"), PermissionsExt::from_mode(0o000)).unwrap();
    // Far deeper than a path can be long.
    let mut dir = fs::File::open(&tree).unwrap();
    for _ in 0..3000 {
        rustix::fs::mkdirat(&dir, "deep", 0o755.into()).unwrap();
        dir = rustix::fs::openat(&dir, "deep", rustix::fs::OFlags::DIRECTORY, 0.into())
            .unwrap()
            .into();
    }
    drop(dir);
    let freed = test.store.empty_trash().unwrap();
    assert_eq!(test.names("trash"), [""; 0]);
    assert_eq!(fs::read_to_string(&outside).unwrap(), "stays");
    assert!((12_288..20_000_000).contains(&freed), "{freed}");
}

#[test]
fn several_commands_may_empty_the_trash_at_once() {
    let test = TestStore::new();
    for tree in 0..20 {
        for dir in 0..20 {
            let dir = test.path(&format!("trash/{tree}/{dir}"));
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join("file"), "x").unwrap();
        }
    }
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| open(test.tmp.path()).empty_trash().unwrap());
        }
    });
    assert_eq!(test.names("trash"), [""; 0]);
}

#[test]
fn a_layer_that_was_not_synced_before_a_reboot_is_suspect_until_verified() {
    let test = TestStore::new();
    let store = &test.store;
    let (a, b) = (layer(store, "a"), layer(store, "b"));
    assert_eq!(test.names("unsynced").len(), 2);
    test.reboot(&a);
    test.reboot(&b);
    assert!(store.layer(&a).unwrap().unwrap().suspect);
    let lock = store.lock_use().unwrap();
    let resolve = |_: &LowerRefs, _: &Path, _: &[PathBuf], _: &Path| Ok(());
    assert!(store.stack(&lock, &[a], &resolve).is_err());
    store.confirm_layer(&lock, &a).unwrap();
    assert!(!store.layer(&a).unwrap().unwrap().suspect);
    store.discard_layer(&lock, &a).unwrap();
    assert!(
        store.layer(&a).unwrap().is_some(),
        "one that is proven is not discarded"
    );
    // Only reading all of a layer of an earlier boot confirms it; a sync does not.
    unsynced::sync(&store.dir).unwrap();
    assert!(store.layer(&b).unwrap().unwrap().suspect);
    store.discard_layer(&lock, &b).unwrap();
    assert!(store.layer(&b).unwrap().is_none());
    drop(lock);
    layer(store, "b");
    assert!(!store.layer(&b).unwrap().unwrap().suspect);
}

#[test]
fn publishing_replaces_a_suspect_layer_and_a_damaged_one() {
    let test = TestStore::new();
    let store = &test.store;
    let (a, b) = (layer(store, "a"), layer(store, "b"));
    test.reboot(&a);
    fs::write(test.path(&format!("layers/{}/diff/file", a.hex())), "").unwrap();
    fs::write(test.path(&format!("layers/{}/layer.json", b.hex())), "").unwrap();
    assert!(store.layer(&b).unwrap().is_none());
    for (id, content) in [(a, "a"), (b, "b")] {
        layer(store, content);
        let held = store.layer(&id).unwrap().unwrap();
        assert!(!held.suspect);
        assert_eq!(fs::read_to_string(held.diff().join("file")).unwrap(), content);
    }
}

#[test]
fn publishing_a_durable_layer_syncs_all_layers_before_it() {
    let test = TestStore::new();
    layer(&test.store, "a");
    let staging = staged(&test.store, "b");
    let lock = test.store.lock_use().unwrap();
    staging
        .publish(&lock, &applied("b", LowerRefs::default()), true)
        .unwrap();
    assert_eq!(test.names("unsynced"), [""; 0]);
}

#[test]
fn a_reset_removes_every_directory_of_a_store_even_without_its_format() {
    let test = TestStore::new();
    let store = &test.store;
    let layers = [layer(store, "a")];
    let chain = crate::oci::digest::chain_ids(&layers)[0];
    store.metacopy_layer(&chain, "key", &|_| Ok(())).unwrap();
    fs::remove_file(test.path("format")).unwrap();
    let location = Location {
        root: test.tmp.path().join("store"),
        run: test.tmp.path().join("run"),
    };
    Store::open_to_reset(&location).unwrap().unwrap().reset().unwrap();
    assert!(!location.root.exists());
}
