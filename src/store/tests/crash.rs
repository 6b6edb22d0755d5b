//! Writers that are killed at any moment leave a store in which everything visible is complete.

use crate::store::tests::*;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const STORE: &str = "LAMEL_TEST_CRASH_STORE";

/// Not a test of its own: the processes that are killed run it.
#[test]
#[ignore = "run as a child by the test that kills it"]
fn writer() {
    let Some(dir) = std::env::var_os(STORE) else {
        return;
    };
    let store = open(Path::new(&dir));
    for round in 0u64.. {
        let content = format!("{}", (u64::from(std::process::id()) + round) % 5);
        let id = DiffId(Digest::of(content.as_bytes()));
        let lease = store.lease(&[id]).unwrap();
        layer(&store, &content);
        let made = image(&store, &content, &[id]);
        tag(&store, "crash:latest", made);
        drop(lease);
        let number = u8::try_from(round % 200).unwrap();
        let record = container(number, "crash", &[id]);
        // The other writer may have the name or the ID, or may have removed the layer.
        if create(&store, &record).is_ok() {
            store.remove_container(&record).unwrap();
        }
        let removal = store.begin_removal().unwrap();
        if round % 3 == 0 {
            store.remove_tag(&removal, &"crash:latest".parse().unwrap()).unwrap();
            store.remove_image(&removal, &made).unwrap();
        }
        if round % 7 == 0 {
            store.sweep(&removal).unwrap();
        }
        drop(removal);
        store.empty_trash().unwrap();
    }
}

fn start(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::crash::writer", "--ignored", "--nocapture"])
        .env(STORE, dir)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn what_is_visible_is_complete_whenever_writers_are_killed() {
    let test = TestStore::new();
    for round in 0..12u64 {
        let mut writers = [start(test.tmp.path()), start(test.tmp.path())];
        std::thread::sleep(Duration::from_millis(60 + round * 17));
        for writer in &mut writers {
            writer.kill().unwrap();
        }
        for writer in writers {
            let output = writer.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("panicked"), "{said}");
        }
        whole(&test.store);
    }
    let removal = test.store.begin_removal().unwrap();
    test.store.sweep(&removal).unwrap();
    drop(removal);
    test.store.empty_trash().unwrap();
    whole(&test.store);
    for folder in ["staging", "trash", "leases", "claims", "chains"] {
        assert_eq!(test.names(folder), [""; 0], "{folder}");
    }
    for folder in ["images", "tags", "containers", "blobs/sha256"] {
        assert!(test.names(folder).iter().all(|name| !name.starts_with('.')), "{folder}");
    }
}

fn whole(store: &Store) {
    for layer in store.layers().unwrap() {
        let content = fs::read(layer.diff().join("file")).unwrap();
        assert_eq!(DiffId(Digest::of(&content)), layer.info.diff_id);
        assert_eq!(fs::read(layer.split()).unwrap(), b"split");
    }
    for image in store.images().unwrap() {
        store.blob(&image.id.0).unwrap();
        store.blob(&image.manifest).unwrap();
        for layer in &image.layers {
            assert!(
                store.layer(layer).unwrap().is_some(),
                "image {} without layer {layer}",
                image.id
            );
        }
    }
    store.tags().unwrap();
    for container in store.containers().unwrap() {
        assert!(store.container_dir(&container.id).join("upper").is_dir());
        for layer in &container.layers {
            assert!(
                store.layer(layer).unwrap().is_some(),
                "container {} without layer {layer}",
                container.id
            );
        }
    }
}
