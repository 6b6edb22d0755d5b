//! Real images from a real registry: Debian's docker-registry, serving a debootstrap minbase of three layers that umoci, skopeo
//! and buildah have made and pushed (`tests/real-images`).
//!
//! `tests/run` makes the images once, starts the registry, and says in `LAMEL_TEST_REAL` where both are: a directory
//! with `address` and, for each image, `NAME.tree`: every entry of what umoci unpacked, as `tests/list-tree` lists it.
//! In `docker` is the address of the Docker daemon that it starts, for root's comparisons.

use crate::env::Env;
use std::path::PathBuf;

/// The directory that `tests/run` has made.
fn real() -> PathBuf {
    std::env::var_os("LAMEL_TEST_REAL")
        .map(PathBuf::from)
        .expect("LAMEL_TEST_REAL is set by tests/run, which makes the images")
}

fn read(name: &str) -> String {
    let path = real().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Where the Docker daemon listens, in the form of DOCKER_HOST.
pub fn docker_host() -> String {
    read("docker").trim().to_owned()
}

/// The full name of one of the images, `REPOSITORY:TAG`, in the registry that serves them.
pub fn name(image: &str) -> String {
    format!("{}/{image}", read("address").trim())
}

/// Pulls an image and compares every entry of the tree that a container sees with what the reference unpacked.
#[track_caller]
fn same_tree(image: &str) {
    let env = Env::new();
    let name = name(image);
    env.lamel(["pull", &name]).success();
    let seen = env
        .lamel(["run", "--rm", "--network", "none", &name, "bash", "/list-tree", "/"])
        .success()
        .stdout;
    let expected = read(&format!("{}.tree", image.replace(':', "-")));
    // Where there is one single id, it owns everything.
    let expected: String = match crate::env::is_single_id() {
        true => expected.split_inclusive('\n').map(owned_by_root).collect(),
        false => expected,
    };
    let wrong: Vec<String> = difference(&expected, &seen);
    assert!(
        wrong.is_empty(),
        "{} of {} entries differ:\n{}",
        wrong.len(),
        expected.lines().count(),
        wrong[..wrong.len().min(20)].join("\n")
    );
    assert!(
        expected.lines().count() > 5000,
        "a Debian has more files than {}",
        expected.lines().count()
    );
}

/// A line with an owner (`f 644 0:42 …`) with root as the owner; other lines as they are.
fn owned_by_root(line: &str) -> String {
    let mut words: Vec<&str> = line.splitn(4, ' ').collect();
    if words.len() == 4 && words[0].len() == 1 && words[2].contains(':') {
        words[2] = "0:0";
    }
    words.join(" ")
}

/// The lines that are in one text alone.
fn difference(expected: &str, seen: &str) -> Vec<String> {
    let (left, right): (std::collections::BTreeSet<&str>, std::collections::BTreeSet<&str>) =
        (expected.lines().collect(), seen.lines().collect());
    let missing = left.difference(&right).map(|line| format!("- {line}"));
    let extra = right.difference(&left).map(|line| format!("+ {line}"));
    missing.chain(extra).collect()
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn a_debian_of_gzip_layers_is_the_tree_that_umoci_unpacks() {
    same_tree("debian:gzip");
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn a_debian_of_zstd_layers_is_the_tree_that_umoci_unpacks() {
    same_tree("debian:zstd");
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn an_image_that_buildah_built_and_pushed_is_the_tree_that_umoci_unpacks() {
    same_tree("built:docker");
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn a_real_image_goes_through_its_whole_life() {
    let env = Env::new();
    let name = name("debian:gzip");
    env.lamel([
        "run",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        "echo changed > /etc/motd; rm /etc/debian_version",
    ])
    .success();
    env.lamel(["diff", "box"])
        .success()
        .stdout("C /etc\nD /etc/debian_version\nC /etc/motd\n");
    env.lamel(["commit", "-m", "changed", "box", "changed:1"])
        .success()
        .stdout("sha256:[ID64]\n");
    env.lamel([
        "run",
        "--rm",
        "changed:1",
        "sh",
        "-c",
        "cat /etc/motd; test -e /etc/debian_version || echo gone",
    ])
    .success()
    .stdout("changed\ngone\n");
    env.lamel(["rm", "box"]).success();
    env.lamel(["rmi", "changed:1", &name]).success();
    env.lamel(["images", "-a", "-q"]).success().stdout("");
    assert!(
        crate::env::disk_usage(&env.root()) < 1_000_000,
        "an empty store is small"
    );
}
