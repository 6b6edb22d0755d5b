//! Writing: what is published can be read back, also where several publish at once.

use crate::store::files::disk_usage::disk_usage;
use crate::store::tests::*;
use std::os::unix::fs::PermissionsExt;
use std::sync::Barrier;

#[test]
fn a_layer_is_published_with_its_counts_and_is_open_to_its_containers() {
    let test = TestStore::new();
    let id = layer(&test.store, "a");
    let held = test.store.layer(&id).unwrap().unwrap();
    assert_eq!(held.path, test.path("layers").join(id.hex()));
    assert_eq!((held.info.size, held.info.entries, held.suspect), (1, 1, false));
    assert_eq!(held.info.disk, disk_usage(&held.path).unwrap());
    assert_eq!(fs::read_to_string(held.diff().join("file")).unwrap(), "a");
    assert_eq!(fs::read_to_string(held.split()).unwrap(), "split");
    assert_eq!(fs::metadata(held.diff()).unwrap().permissions().mode() & 0o7777, 0o755);
    assert_eq!(test.store.layers().unwrap().len(), 1);
    assert_eq!(test.names("staging"), [""; 0]);
    assert_eq!(test.names("trash"), [""; 0]);
}

#[test]
fn a_layer_that_is_not_published_leaves_nothing() {
    let test = TestStore::new();
    let staging = staged(&test.store, "a");
    assert_eq!(test.names("staging").len(), 2);
    drop(staging);
    assert_eq!(test.names("staging"), [""; 0]);
    assert_eq!(test.names("trash"), [""; 0]);
}

#[test]
fn when_many_publish_one_layer_all_succeed_and_one_copy_stays() {
    let test = TestStore::new();
    let barrier = Barrier::new(8);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let store = open(test.tmp.path());
                let staging = staged(&store, "a");
                barrier.wait();
                let lock = store.lock_use().unwrap();
                let layer = staging
                    .publish(&lock, &applied("a", LowerRefs::default()), false)
                    .unwrap();
                assert_eq!(fs::read_to_string(layer.diff().join("file")).unwrap(), "a");
            });
        }
    });
    assert_eq!(test.names("layers").len(), 1);
    assert_eq!(test.names("staging"), [""; 0]);
    assert_eq!(test.names("trash"), [""; 0]);
}

#[test]
fn one_command_at_a_time_has_the_claim_on_a_layer() {
    let test = TestStore::new();
    let id = DiffId(Digest::of(b"a"));
    let inside = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let store = open(test.tmp.path());
                for _ in 0..50 {
                    let claim = store.claim_layer(&id).unwrap();
                    assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                    inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                    drop(claim);
                }
            });
        }
    });
    assert_eq!(test.names("claims"), [""; 0]);
}

#[test]
fn blobs_are_verified_when_written_and_when_read() {
    let test = TestStore::new();
    let store = &test.store;
    let lock = store.lock_use().unwrap();
    let digest = Digest::of(b"manifest");
    assert!(store.put_blob(&lock, &digest, b"forged").is_err());
    for _ in 0..3 {
        store.put_blob(&lock, &digest, b"manifest").unwrap();
        assert_eq!(store.blob(&digest).unwrap(), b"manifest");
    }
    fs::write(test.path(&crate::store::objects::blobs::path(&digest)), "rotten").unwrap();
    let error = store.blob(&digest).unwrap_err().to_string();
    assert_eq!(error, format!("blob {digest} is damaged: pull the image again"));
    store.put_blob(&lock, &digest, b"manifest").unwrap();
    assert_eq!(store.blob(&digest).unwrap(), b"manifest");
    let missing = Digest::of(b"missing");
    let error = store.blob(&missing).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("blob {missing} is missing from the store: pull the image again")
    );
}

#[test]
fn images_are_found_by_id_and_prefix() {
    let test = TestStore::new();
    let id = image(&test.store, "a", &[]);
    image(&test.store, "b", &[]);
    assert_eq!(test.store.images().unwrap().len(), 2);
    assert_eq!(test.store.image(&id).unwrap().unwrap().id, id);
    assert_eq!(test.store.images_by_prefix(&id.hex()[..8]).unwrap(), [id]);
    assert_eq!(test.store.images_by_prefix("").unwrap(), []);
    assert_eq!(test.store.images_by_prefix("../").unwrap(), []);
}

#[test]
fn a_name_moves_and_names_of_any_length_are_kept_apart() {
    let test = TestStore::new();
    let (a, b) = (ImageId(Digest::of(b"a")), ImageId(Digest::of(b"b")));
    assert_eq!(tag(&test.store, "redis:7", a), None);
    assert_eq!(tag(&test.store, "redis:7", b), Some(a));
    let long = format!("registry.example:5000/{}", ["abcdefghi"; 20].join("/"));
    let longer = format!("{long}:{}", "t".repeat(128));
    assert_eq!(tag(&test.store, &longer, a), None);
    assert_eq!(tag(&test.store, &format!("{long}:{}x", "t".repeat(127)), b), None);
    assert_eq!(test.store.tag(&longer.parse().unwrap()).unwrap().unwrap().image, a);
    assert_eq!(test.store.tag(&"redis:8".parse().unwrap()).unwrap(), None);
    let names: Vec<_> = test
        .store
        .tags()
        .unwrap()
        .iter()
        .map(|tag| tag.reference.to_string())
        .collect();
    assert_eq!(names.len(), 3);
    assert!(names.contains(&"docker.io/library/redis:7".to_owned()));
    assert_eq!(test.names("tags")[0], "docker.io%2Flibrary%2Fredis:7");
    let removal = test.store.begin_removal().unwrap();
    assert!(test.store.remove_tag(&removal, &longer.parse().unwrap()).unwrap());
    assert!(!test.store.remove_tag(&removal, &longer.parse().unwrap()).unwrap());
}

#[test]
fn a_damaged_record_is_an_error_and_one_that_power_loss_cut_off_counts_as_never_written() {
    let test = TestStore::new();
    let id = image(&test.store, "a", &[]);
    let path = test.path(&crate::store::objects::images::path(&id.hex()));
    let whole = fs::read(&path).unwrap();
    let zeros = [&whole[..20], &[0; 20][..], &whole[40..]].concat();
    for left in [&b""[..], &[0; 10], &whole[..20], &zeros] {
        fs::write(&path, left).unwrap();
        assert_eq!(test.store.images().unwrap(), []);
    }
    fs::write(&path, "{\"id\":7}").unwrap();
    let error = test.store.images().unwrap_err();
    assert!(
        error.to_string() == format!("{} is damaged", path.display()),
        "{error:#}"
    );
}

#[test]
fn containers_are_found_by_id_name_and_prefix_and_a_name_has_one_holder() {
    let test = TestStore::new();
    let (one, two) = (container(0x11, "one", &[]), container(0x12, "two", &[]));
    let dir = create(&test.store, &one).unwrap();
    assert_eq!(dir, test.store.container_dir(&one.id));
    assert_eq!(
        fs::metadata(dir.join("upper")).unwrap().permissions().mode() & 0o7777,
        0o755
    );
    assert!(dir.join("work").is_dir());
    create(&test.store, &two).unwrap();
    let find = |name: &str| {
        test.store
            .find_container(name)
            .map(|found| found.map(|record| record.name))
    };
    assert_eq!(find("one").unwrap().as_deref(), Some("one"));
    assert_eq!(find(&two.id).unwrap().as_deref(), Some("two"));
    assert_eq!(find("12").unwrap().as_deref(), Some("two"));
    assert_eq!(find("three").unwrap(), None);
    assert_eq!(find("../containers").unwrap(), None);
    assert_eq!(
        find("1").unwrap_err().to_string(),
        "container ID prefix 1 is ambiguous: 2 containers start with it"
    );
    let error = create(&test.store, &container(0x13, "one", &[]))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("the container name \"one\" is in use by container 111111111111:"),
        "{error}"
    );
    assert!(create(&test.store, &container(0x13, "../one", &[])).is_err());
    assert_eq!(test.store.containers().unwrap().len(), 2);
    assert_eq!(test.names("containers").len(), 2);
    assert_eq!(test.names("trash"), [""; 0]);
}

#[test]
fn a_container_is_not_made_from_a_layer_that_was_removed() {
    let test = TestStore::new();
    let record = container(0x11, "one", &[DiffId(Digest::of(b"gone"))]);
    let error = create(&test.store, &record).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "layer {} of image image is missing: pull the image again",
            record.layers[0]
        )
    );
    assert_eq!(test.names("names"), [""; 0]);
}

#[test]
fn references_to_lower_layers_are_resolved_once_for_each_stack() {
    let test = TestStore::new();
    let store = &test.store;
    let base = layer(store, "base");
    let lower_refs = LowerRefs {
        implicit_dirs: vec!["usr".into()],
        links: Vec::new(),
        ..LowerRefs::default()
    };
    let staging = staged(store, "top");
    let lock = store.lock_use().unwrap();
    let top = staging
        .publish(&lock, &applied("top", lower_refs.clone()), false)
        .unwrap();
    let calls = std::cell::Cell::new(0);
    let resolve = |asked: &LowerRefs, layer: &Path, lowers: &[PathBuf], dest: &Path| {
        assert_eq!(asked, &lower_refs);
        assert_eq!(layer, top.diff());
        assert_eq!(lowers, [store.layer(&base).unwrap().unwrap().diff()]);
        calls.set(calls.get() + 1);
        fs::create_dir(dest.join("usr"))?;
        Ok(())
    };
    let layers = [base, top.info.diff_id];
    let chain = crate::oci::digest::chain_ids(&layers)[1];
    for _ in 0..2 {
        let stack = store.stack(&lock, &layers, &resolve).unwrap();
        let expected = [
            store.resolved_path(&chain),
            top.diff(),
            store.layer(&base).unwrap().unwrap().diff(),
        ];
        assert_eq!(stack, expected);
        assert_eq!(calls.get(), 1);
    }
    // After a reboot it may have been lost in part.
    let boot = test.path(&format!("chains/{}/boot", chain.hex()));
    fs::remove_file(&boot).unwrap();
    std::os::unix::fs::symlink("another-boot", &boot).unwrap();
    store.stack(&lock, &layers, &resolve).unwrap();
    assert_eq!(calls.get(), 2);
    let missing = DiffId(Digest::of(b"missing"));
    let error = store.stack(&lock, &[missing], &resolve).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("layer {missing} is missing from the store: pull the image again")
    );
}

#[test]
fn a_layer_that_an_image_has_twice_is_stacked_once_at_its_topmost_position() {
    let test = TestStore::new();
    let store = &test.store;
    let diff = |id: &DiffId| store.layer(id).unwrap().unwrap().diff();
    let lower_refs = LowerRefs {
        implicit_dirs: vec!["usr".into()],
        ..LowerRefs::default()
    };
    let lock = store.lock_use().unwrap();
    let staging = staged(store, "again");
    let again = staging.publish(&lock, &applied("again", lower_refs), false).unwrap();
    let again = again.info.diff_id;
    let (base, between) = (layer(store, "base"), layer(store, "between"));
    let layers = [base, again, base, between, again];
    let chain = crate::oci::digest::chain_ids(&layers);
    let asked = std::cell::RefCell::new(Vec::new());
    let resolve = |_: &LowerRefs, _: &Path, lowers: &[PathBuf], _: &Path| {
        asked.borrow_mut().push(lowers.to_vec());
        Ok(())
    };
    let stack = store.stack(&lock, &layers, &resolve).unwrap();
    let (lower, upper) = (store.resolved_path(&chain[1]), store.resolved_path(&chain[4]));
    assert_eq!(stack, [upper, diff(&again), diff(&between), diff(&base), lower.clone()]);
    // References are resolved against everything below that position, the same layer included.
    let below_again = vec![diff(&between), diff(&base), lower, diff(&again)];
    assert_eq!(*asked.borrow(), [vec![diff(&base)], below_again]);
}

#[test]
fn staging_that_is_just_being_made_is_not_reaped() {
    let test = TestStore::new();
    let write = || {
        for _ in 0..100 {
            let staging = test.store.stage_layer().unwrap();
            let dir = staging.diff().unwrap();
            for name in ["a", "b", "c"] {
                std::thread::yield_now();
                rustix::fs::mkdirat(&dir, name, rustix::fs::Mode::RWXU).expect("the directory is there");
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(write);
        }
    });
    assert!(test.names("staging").is_empty());
}
