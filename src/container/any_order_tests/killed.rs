//! A command that is killed at any moment leaves a store that every command reads, and that a prune brings back to
//! exactly what the images need.

use crate::container::any_order_tests::*;
use crate::image::list;
use crate::image::list::usage;
use crate::image::names::{resolve, tag};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const STORE: &str = "LAMEL_TEST_KILLED_STORE";
const REPOSITORY: &str = "LAMEL_TEST_KILLED_REPOSITORY";

/// Not a test of its own: what the killed process runs.
#[test]
#[ignore = "run as a child by the test that kills it"]
fn worker() {
    let Some(dir) = std::env::var_os(STORE) else {
        return;
    };
    let world = World::open(Path::new(&dir), std::env::var(REPOSITORY).unwrap());
    #[expect(clippy::print_stdout, reason = "the test that started this process reads it")]
    {
        println!("ready");
    }
    for round in std::process::id() as usize.. {
        let tag = round % TAGS;
        let name = format!("{}:{tag}", world.repository);
        world.pull(tag).unwrap();
        let pulled = resolve::resolve(&world.store, &name).unwrap().record.id;
        let made = world.commit(pulled, round % 3, Some(NAMES[tag])).unwrap();
        world.load(round % IMAGES).unwrap();
        tag::tag(&world.store, &made.to_string(), NAMES[3]).unwrap();
        match round % 3 {
            0 => world.rmi(&name, false).unwrap(),
            1 => world.rmi(&made.to_string(), true).unwrap(),
            _ => world.prune(round % 2 == 0).unwrap(),
        }
        let removal = world.store.begin_removal().unwrap();
        world.store.sweep(&removal).unwrap();
        world.store.finish_removal(removal).unwrap();
    }
}

fn start(dir: &Path, repository: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "container::any_order_tests::killed::worker",
            "--ignored",
            "--nocapture",
        ])
        .env(STORE, dir)
        .env(REPOSITORY, repository)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.ends_with("ready")));
    child
}

/// What any command may ask for.
fn assert_readable(store: &Store) {
    let selection = list::ImageSelection {
        all: true,
        digests: true,
        filter: &Filter::default(),
        order: list::Order::Created,
    };
    list::list(store, &selection).unwrap();
    list::sharing(store).unwrap();
    let (_, kept) = usage::usage(store).unwrap();
    store.leftover_usage(&kept).unwrap();
    for record in store.images().unwrap() {
        let image = resolve::resolve(store, &record.id.to_string()).unwrap();
        store.blob(&image.record.manifest).unwrap();
        for layer in &image.record.layers {
            let layer = store.layer(layer).unwrap().expect("a visible image has its layers");
            assert_eq!(layer.info.disk, disk_usage(&layer.path).unwrap());
        }
    }
    for tag in store.tags().unwrap() {
        assert!(
            store.image(&tag.image).unwrap().is_some(),
            "{}",
            tag.reference.familiar()
        );
    }
    for container in store.containers().unwrap() {
        for layer in &container.layers {
            assert!(store.layer(layer).unwrap().is_some());
        }
    }
}

#[test]
fn whatever_is_killed_a_prune_leaves_exactly_what_images_need() {
    let registry = Registry::start();
    for tag in 0..TAGS {
        registry.push("app", &tag.to_string(), &served(tag));
    }
    let dir = directory();
    let world = World::open(dir.path(), registry.name("app"));
    let begun = Instant::now();
    // As many rounds as fit, and some however slow the machine is.
    for round in 0..60u64 {
        if round > 8 && begun.elapsed() > Duration::from_secs(5) {
            break;
        }
        let mut child = start(dir.path(), &world.repository);
        let mut random = [0; 1];
        rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty()).unwrap();
        std::thread::sleep(Duration::from_micros(u64::from(random[0]) * (round % 8 + 1) * 60));
        child.kill().unwrap();
        let said = String::from_utf8_lossy(&child.wait_with_output().unwrap().stderr).into_owned();
        assert!(!said.contains("panicked"), "{said}");
        assert_readable(&world.store);
        world.prune(false).unwrap();
        assert_readable(&world.store);
        for container in world.store.containers().unwrap() {
            world.store.remove_container(&container).unwrap();
        }
        world.prune(false).unwrap();
        world.assert_exact(true);
        world.assert_counted();
    }
}
