//! What is kept stays, what is not goes, and all of it comes back as space.

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
fn an_image_takes_along_what_no_other_needs() {
    let world = World::new();
    let store = &world.store;
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
        assert_eq!(world.names(folder), [""; 0], "{folder}");
    }
}

#[test]
fn containers_and_live_leases_keep_their_layers() {
    let world = World::new();
    let store = &world.store;
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
    let world = World::new();
    let store = &world.store;
    let kept = layer(store, "kept");
    let id = image(store, "kept", &[kept]);
    tag(store, "kept:1", id);
    create(store, &container(0x11, "one", &[kept])).unwrap();
    let alive = staged(store, "alive");
    let before: Vec<_> = ["layers", "images", "tags", "containers", "names", "staging"]
        .map(|folder| (folder, world.names(folder)))
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
        fs::create_dir_all(world.path(&folder.replace("dead", &hex))).unwrap();
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
        fs::write(world.path(&file.replace("dead", &hex)), "").unwrap();
    }
    std::os::unix::fs::symlink(format!("../containers/{hex}"), world.path("names/dead")).unwrap();
    tag(store, "dangling:1", ImageId(Digest::of(b"dead")));
    let removal = store.begin_removal().unwrap();
    store.sweep(&removal).unwrap();
    drop(removal);
    store.empty_trash().unwrap();
    for (folder, names) in before {
        assert_eq!(world.names(folder), names, "{folder}");
    }
    for folder in ["chains", "metacopy", "volumes", "leases", "claims", "networks", "trash"] {
        assert_eq!(world.names(folder), [""; 0], "{folder}");
    }
    assert_eq!(world.names("blobs/sha256").len(), 2);
    drop(alive);
}

#[test]
fn a_sweep_waits_for_who_publishes_and_leases_never_come_too_late() {
    let world = World::new();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let store = open(world.tmp.path());
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let removal = store.begin_removal().unwrap();
                store.sweep(&removal).unwrap();
                drop(removal);
                store.empty_trash().unwrap();
            }
        });
        let workers: Vec<_> = (0..3)
            .map(|worker| {
                let tmp = world.tmp.path();
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
    assert_eq!(world.names("staging"), [""; 0]);
}

#[test]
fn trees_without_permissions_links_and_depth_are_deleted_and_counted() {
    let world = World::new();
    let tree = world.path("trash/tree");
    fs::create_dir_all(&tree).unwrap();
    let outside = world.tmp.path().join("outside");
    fs::write(&outside, "stays").unwrap();
    std::os::unix::fs::symlink(&outside, tree.join("link")).unwrap();
    std::os::unix::fs::symlink(world.tmp.path(), tree.join("dirlink")).unwrap();
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
    let freed = world.store.empty_trash().unwrap();
    assert_eq!(world.names("trash"), [""; 0]);
    assert_eq!(fs::read_to_string(&outside).unwrap(), "stays");
    assert!((12_288..20_000_000).contains(&freed), "{freed}");
}

#[test]
fn several_may_empty_the_trash_at_once() {
    let world = World::new();
    for tree in 0..20 {
        for dir in 0..20 {
            let dir = world.path(&format!("trash/{tree}/{dir}"));
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join("file"), "x").unwrap();
        }
    }
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| open(world.tmp.path()).empty_trash().unwrap());
        }
    });
    assert_eq!(world.names("trash"), [""; 0]);
}

#[test]
fn a_layer_that_was_not_synced_before_a_reboot_is_suspect_until_proven() {
    let world = World::new();
    let store = &world.store;
    let (a, b) = (layer(store, "a"), layer(store, "b"));
    assert_eq!(world.names("unsynced").len(), 2);
    world.reboot(&a);
    world.reboot(&b);
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
    // Nothing but reading it all clears a layer of an earlier boot.
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
    let world = World::new();
    let store = &world.store;
    let (a, b) = (layer(store, "a"), layer(store, "b"));
    world.reboot(&a);
    fs::write(world.path(&format!("layers/{}/diff/file", a.hex())), "").unwrap();
    fs::write(world.path(&format!("layers/{}/layer.json", b.hex())), "").unwrap();
    assert!(store.layer(&b).unwrap().is_none());
    for (id, content) in [(a, "a"), (b, "b")] {
        layer(store, content);
        let held = store.layer(&id).unwrap().unwrap();
        assert!(!held.suspect);
        assert_eq!(fs::read_to_string(held.diff().join("file")).unwrap(), content);
    }
}

#[test]
fn a_durable_layer_vouches_for_all_before_it() {
    let world = World::new();
    layer(&world.store, "a");
    let staging = staged(&world.store, "b");
    let lock = world.store.lock_use().unwrap();
    staging
        .publish(&lock, &applied("b", LowerRefs::default()), true)
        .unwrap();
    assert_eq!(world.names("unsynced"), [""; 0]);
}

#[test]
fn a_reset_removes_every_directory_of_a_store_even_without_its_format() {
    let world = World::new();
    let store = &world.store;
    let layers = [layer(store, "a")];
    let chain = crate::oci::digest::chain_ids(&layers)[0];
    store.metacopy_layer(&chain, "key", &|_| Ok(())).unwrap();
    fs::remove_file(world.path("format")).unwrap();
    let location = Location {
        root: world.tmp.path().join("store"),
        run: world.tmp.path().join("run"),
    };
    Store::open_to_reset(&location).unwrap().unwrap().reset().unwrap();
    assert!(!location.root.exists());
}
