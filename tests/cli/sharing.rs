//! A layer is on disk once, and in memory once, however many images and containers use it.

use crate::env::{Env, disk_usage, files};
use crate::fixtures::{busybox, busybox_layer};
use crate::registry::{Image, Layer};
use std::os::unix::fs::MetadataExt;

const SIZE: usize = 8 << 20;

/// An image with one large file below and one small file of its own.
fn image(own: &str) -> Image {
    // Not compressible, so that no number below is smaller by chance.
    let mut state = 1u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 56) as u8
    })
    .take(SIZE)
    .collect();
    busybox()
        .layer(Layer::new().file("large", noise).gzip())
        .layer(Layer::new().file(own, own).gzip())
}

#[test]
fn a_layer_of_two_images_is_on_disk_once() {
    let env = Env::new();
    env.pulled("a:1", &image("a"));
    let one = disk_usage(&env.root());
    env.pulled("b:1", &image("b"));
    let both = disk_usage(&env.root());
    assert!(
        one as usize > SIZE && both - one < 200_000,
        "{one} bytes with one image, {both} with two"
    );
    let large: Vec<_> = files(&env.root())
        .into_iter()
        .filter(|file| file.metadata().is_ok_and(|m| m.len() == SIZE as u64))
        .collect();
    assert_eq!(large.len(), 1, "{large:?}");
}

#[test]
fn a_file_of_a_shared_layer_is_one_inode_for_two_running_containers() {
    let env = Env::new();
    let (a, b) = (env.pulled("a:1", &image("a")), env.pulled("b:1", &image("b")));
    env.lamel(["run", "-d", "--name", "one", &a, "sleep", "60"]).success();
    env.lamel(["run", "-d", "--name", "two", &b, "sleep", "60"]).success();
    let inode = |name: &str| {
        env.lamel(["exec", name, "stat", "-c", "%i", "/large"])
            .success()
            .text()
            .to_owned()
    };
    let on_disk = files(&env.root())
        .into_iter()
        .find(|file| file.ends_with("diff/large"))
        .expect("the layer's file");
    let on_disk = on_disk.metadata().expect("it is there").ino().to_string();
    assert_eq!((inode("one"), inode("two")), (on_disk.clone(), on_disk));
}

#[test]
fn what_one_container_writes_no_other_sees_and_the_layer_does_not_change() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--rm",
        &name,
        "sh",
        "-c",
        "echo mine > /etc/motd; rm /etc/group; cat /etc/motd",
    ])
    .success()
    .stdout("mine\n");
    env.lamel([
        "run",
        "--rm",
        &name,
        "sh",
        "-c",
        "cat /etc/motd; test -e /etc/group && echo kept",
    ])
    .success()
    .stdout("welcome\nkept\n");
}

#[test]
fn the_same_layer_in_another_packing_is_the_same_layer() {
    let env = Env::new();
    let packed = |gzip: bool| {
        if gzip {
            busybox_layer().gzip()
        } else {
            busybox_layer().zstd()
        }
    };
    env.pulled("gzip:1", &Image::new().layer(packed(true)));
    let one = disk_usage(&env.root());
    env.pulled("zstd:1", &Image::new().layer(packed(false)).env("PATH=/bin"));
    assert!(disk_usage(&env.root()) - one < 200_000);
    assert_eq!(
        files(&env.root())
            .iter()
            .filter(|file| file.ends_with("bin/busybox"))
            .count(),
        1
    );
}
