//! Where a mount goes is said by a path, and what the path leads to by the image, or by whoever shares a volume: never to the root
//! itself, and never to what the engine mounts, or the engine works in a directory of the host's.

use crate::attacks::{Stop, exchange};
use crate::env::{Env, Outcome};
use crate::fixtures::busybox;
use crate::registry::Layer;
use serde_json::json;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A directory of the host's, with names that the engine would remove and make in a container's /dev.
fn treasure(env: &Env) -> PathBuf {
    let dir = env.work().join("treasure");
    fs::create_dir(&dir).expect("a directory in a fresh directory");
    fs::write(dir.join("ptmx"), "host\n").expect("a file in a fresh directory");
    dir
}

#[track_caller]
fn is_whole(treasure: &Path) {
    let names: Vec<_> = fs::read_dir(treasure)
        .expect("it is there")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["ptmx"]);
    assert_eq!(
        fs::read_to_string(treasure.join("ptmx")).expect("it is there"),
        "host\n"
    );
}

#[track_caller]
fn is_refused(outcome: Outcome, reason: &str) {
    assert!([1, 125].contains(&outcome.code), "{}: {}", outcome.code, outcome.stderr);
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}

/// What the image's /sys has is not what the kernel's has: there the links lead to the root.
#[test]
fn a_volume_of_the_images_does_not_cover_the_root_by_the_kernels_links() {
    let env = Env::new();
    let treasure = treasure(&env);
    let mut layer = Layer::new();
    for dir in [
        "sys/dev",
        "sys/dev/char",
        "evil",
        "evil/proc",
        "evil/sys",
        "evil/a",
        "evil/a/b",
        "evil/a/b/c",
        "evil/a/b/c/d",
        "evil/a/b/c/d/e",
    ] {
        layer = layer.dir(dir);
    }
    layer = layer
        .symlink("sys/dev/char/1:3", "/evil/a/b/c/d/e")
        .symlink("k", "/sys/dev/char/1:3/../../../../..")
        .symlink("evil/dev", &treasure.display().to_string());
    let image = busybox().layer(layer.gzip()).run("Volumes", json!({"/k": {}}));
    let name = env.pulled("evil:1", &image);
    let outcome = env.lamel(["run", "--rm", &name, "true"]);
    is_whole(&treasure);
    is_refused(outcome, "nothing can be mounted at /k: in the image that leads to /sys");
}

#[test]
fn a_container_does_not_cover_its_own_root_at_its_next_start() {
    let env = Env::new();
    let treasure = treasure(&env);
    let outside = treasure.display().to_string();
    let image = busybox().run("Volumes", json!({"/p/x": {}}));
    let name = env.pulled("volume:1", &image);
    let script = format!("mv /p /q; mkdir /p; ln -s / /p/x; ln -s {outside} /q/x/dev");
    env.lamel(["run", "--name", "box", &name, "sh", "-c", &script])
        .success();
    let outcome = env.lamel(["start", "-a", "box"]);
    is_refused(
        outcome,
        "nothing can be mounted at /p/x: in the container that is its root",
    );
    is_whole(&treasure);
    // Nor does a volume in a volume.
    let script = format!("mv /y/d /y/e; mkdir /y/d; ln -s / /y/d/z; ln -s {outside} /y/e/z/dev");
    let name = env.busybox();
    let run = ["run", "--name", "two", "-v", "a:/y", "-v", "b:/y/d/z", &name];
    env.lamel(run.into_iter().chain(["sh", "-c", &script])).success();
    let outcome = env.lamel(["start", "-a", "two"]);
    is_whole(&treasure);
    is_refused(
        outcome,
        "nothing can be mounted at /y/d/z: a symlink is on the way, in what is mounted there",
    );
}

/// Where the engine makes device nodes and links.
#[test]
fn a_directory_of_the_hosts_does_not_become_dev() {
    let env = Env::new();
    let treasure = treasure(&env);
    let layer = Layer::new()
        .symlink("k", "/dev")
        .symlink("l", "dev/sub")
        .symlink("s", "etc/../sys/fs");
    let name = env.pulled("links:1", &busybox().layer(layer.gzip()));
    for (place, leads) in [("/k", "/dev"), ("/k/sub", "/dev"), ("/l", "/dev"), ("/s", "/sys")] {
        let bind = format!("{}:{place}", treasure.display());
        let reason = format!("nothing can be mounted at {place}: in the image that leads to {leads}");
        let outcome = env.lamel(["run", "--rm", "-v", &bind, &name, "true"]);
        is_whole(&treasure);
        is_refused(outcome, &reason);
    }
}

/// What another container can change while this one starts has no places for mounts where libcontainer does the mounting.
#[test]
fn a_shared_directory_in_dev_has_no_places_for_mounts() {
    let env = Env::new();
    let treasure = treasure(&env);
    let name = env.busybox();
    let outside = treasure.display().to_string();
    let script = format!("ln -s / /dev/shm/y; ln -s {outside} /b/dev; exec sleep 1000");
    let peer = ["run", "-d", "--name", "peer", "--ipc", "shareable", "-v", "b:/b", &name];
    let outcome = env.lamel(peer.into_iter().chain(["sh", "-c", &script]));
    outcome.success();
    let below = "nothing can be mounted at /dev/shm/y: it is below another mount in the kernel's directories";
    let joined = [
        "run",
        "--rm",
        "--ipc",
        "container:peer",
        "-v",
        "b:/dev/shm/y",
        &name,
        "true",
    ];
    let outcome = env.lamel(joined);
    is_whole(&treasure);
    is_refused(outcome, below);
    let below = "nothing can be mounted at /dev/a/y: it is below another mount in the kernel's directories";
    let outcome = env.lamel(["run", "--rm", "-v", "a:/dev/a", "-v", "b:/dev/a/y", &name, "true"]);
    is_refused(outcome, below);
}

/// CVE-2021-30465, for the root: the place for a mount becomes a link to it while the container starts.
#[test]
fn a_place_that_is_exchanged_for_the_root_while_a_container_starts_is_no_way_to_it() {
    let env = Env::new();
    let name = env.busybox();
    let treasure = treasure(&env);
    let (shared, other) = (env.work().join("shared"), env.work().join("other"));
    fs::create_dir_all(shared.join("link")).expect("a directory in a fresh directory");
    fs::create_dir(&other).expect("a directory in a fresh directory");
    symlink(&treasure, other.join("dev")).expect("a link in a fresh directory");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| exchange(&shared, "/", &stop));
        // Also where a round fails.
        let _stop = Stop(&stop);
        let count = "grep -cE ' /data/(link|aside) ' /proc/self/mountinfo";
        let volumes = [
            format!("{}:/data", shared.display()),
            format!("{}:/data/link", other.display()),
        ];
        for _ in 0..15 {
            let run = ["run", "--rm", "-v", &volumes[0], "-v", &volumes[1], &name];
            let outcome = env.lamel(run.into_iter().chain(["sh", "-c", count]));
            is_whole(&treasure);
            match (outcome.code, outcome.stdout.as_str()) {
                // Or it went with the directory that it was made on, when another was renamed to that.
                (0, "1\n") | (1, "0\n") => {}
                _ => is_refused(outcome, "mount"),
            }
        }
    });
}

/// What real images and their users do.
#[test]
fn links_of_the_image_lead_mounts_to_their_places() {
    let env = Env::new();
    let layer = Layer::new()
        .dir("run")
        .dir("var")
        .symlink("var/run", "/run")
        .dir("usr")
        .dir("usr/lib")
        .dir("usr/lib/app")
        .file("usr/lib/app/own", "of the image\n")
        .symlink("lib", "usr/lib")
        .symlink("etc/conf", "../opt/conf");
    let image = busybox().layer(layer.gzip()).run("Volumes", json!({"/lib/app": {}}));
    let name = env.pulled("links:1", &image);
    let (a, b) = (env.work().join("a"), env.work().join("b"));
    for (dir, text) in [(&a, "a\n"), (&b, "b\n")] {
        fs::create_dir(dir).expect("a directory in a fresh directory");
        fs::write(dir.join("file"), text).expect("a file in a fresh directory");
    }
    let bind = |dir: &Path, place: &str| format!("{}:{place}", dir.display());
    let mounts = [
        bind(&a, "/var/run/x"),
        bind(&b, "/var/run/x/new/y:ro"),
        bind(&a.join("file"), "/etc/conf"),
        bind(&b, "/dev/shm"),
        bind(&b, "/dev/b"),
    ];
    let mut run = vec![
        "run",
        "--rm",
        "--tmpfs",
        "/run:size=1m,mode=0711",
        "--tmpfs",
        "/run/x/t",
    ];
    for mount in &mounts {
        run.extend(["-v", mount]);
    }
    let script = "cat /run/x/file /run/x/new/y/file /etc/conf /opt/conf /dev/shm/file /dev/b/file /usr/lib/app/own; \
                  touch /run/x/new/y/file 2>&1; stat -c %a /run; echo hi >/run/x/t/f; echo new >/lib/app/new; \
                  grep -cE ' /(run|run/x|run/x/t|run/x/new/y|opt/conf|usr/lib/app) ' /proc/self/mountinfo";
    run.extend([name.as_str(), "sh", "-c", script]);
    env.lamel(run)
        .success()
        .stdout("a\nb\na\na\nb\nb\nof the image\ntouch: /run/x/new/y/file: Read-only file system\n711\n6\n");
    assert!(!a.join("t/f").exists());
}
