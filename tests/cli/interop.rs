//! Images go between lamel and the tools that need no daemon and no root (skopeo, umoci) and keep their IDs, both ways. The images
//! are those that `tests/run` makes: of every builder, gzip and zstd, Docker's format and OCI, one platform and two.

use crate::env::{Env, is_all};
use crate::real;
use std::path::Path;

/// Every image, zstd too.
pub const IMAGES: [&str; 8] = [
    "docker:built",
    "docker:committed",
    "buildah:built",
    "buildah:zstd",
    "buildah:docker",
    "buildah:multi",
    "docker:multi",
    "debian:zstd",
];

/// A whole Debian, which takes as long as all the others together.
pub fn is_large(image: &str) -> bool {
    image.starts_with("debian")
}

/// Runs a shell line in the test's world, in which `lamel` is the program under test; what it printed.
#[track_caller]
pub fn sh(env: &Env, line: &str) -> String {
    let outcome = env.shell(line);
    assert!(outcome.code == 0, "{line}: {}\n{}", outcome.stdout, outcome.stderr);
    outcome.stdout.trim_end().to_owned()
}

/// An image's ID as skopeo has it: the digest of the configuration, which it does not change.
pub fn id_in_registry(env: &Env, options: &str, image: &str) -> String {
    let name = real::name(image);
    let digest = sh(
        env,
        &format!("skopeo {options} inspect --config --raw --tls-verify=false docker://{name} | sha256sum"),
    );
    format!("sha256:{}", &digest[..64])
}

/// The one image that is held.
#[track_caller]
pub fn held(env: &Env) -> String {
    sh(env, "lamel images -q --no-trunc | sort -u")
}

/// The ID of the image in what a tool has written.
#[track_caller]
fn id_in(env: &Env, source: &str) -> String {
    let digest = sh(env, &format!("skopeo inspect --config --raw {source} | sha256sum"));
    format!("sha256:{}", &digest[..64])
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn what_skopeo_writes_is_loaded_with_its_id() {
    let env = Env::new();
    for image in IMAGES {
        let from = format!("docker://{}", real::name(image));
        for target in ["docker-archive:archive", "oci-archive:archive", "oci:archive"] {
            if image.ends_with(":zstd") && target.starts_with("docker") {
                // There is no such thing, skopeo says.
                continue;
            }
            if is_large(image) && target == "oci:archive" && !is_all() {
                continue;
            }
            sh(
                &env,
                &format!("skopeo --insecure-policy copy -q --src-tls-verify=false {from} {target}:it:1"),
            );
            sh(&env, "lamel load -q -i archive");
            // Not the registry's: skopeo writes another configuration where it changes the format.
            assert_eq!(held(&env), id_in(&env, target), "{image} by {target}");
            sh(&env, "lamel rmi -f $(lamel images -q) && rm -r archive");
        }
    }
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn what_is_saved_skopeo_reads_with_its_id() {
    let env = Env::new();
    for image in IMAGES {
        let (name, id) = (real::name(image), id_in_registry(&env, "", image));
        sh(&env, &format!("lamel pull -q {name}"));
        assert_eq!(held(&env), id, "{image}");
        for (format, source) in [
            ("docker-archive", "docker-archive:saved"),
            ("oci-archive", "oci-archive:saved"),
            ("oci-dir", "oci:saved"),
        ] {
            // In one format: the size is what it shows.
            if is_large(image) && format != "oci-archive" && !is_all() {
                continue;
            }
            sh(&env, &format!("lamel save --format {format} -o saved {name}"));
            assert_eq!(id_in(&env, source), id, "{image} as {format}");
            // Skopeo verifies every digest of a source.
            let zstd = "--dest-compress --dest-compress-format zstd";
            sh(
                &env,
                &format!("skopeo --insecure-policy copy -q {zstd} {source} oci:zstd:it:1"),
            );
            sh(&env, &format!("lamel rmi -f {name} && lamel load -q -i zstd"));
            assert_eq!(held(&env), id_in(&env, "oci:zstd"), "{image} as {format}, then zstd");
            sh(
                &env,
                &format!("lamel rmi -f it:1 && lamel pull -q {name} && rm -r saved zstd"),
            );
        }
        sh(&env, &format!("lamel rmi -f {name}"));
    }
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn each_platform_of_an_index_is_the_image_that_skopeo_chooses() {
    for image in ["buildah:multi", "docker:multi"] {
        for (platform, options) in [
            ("linux/amd64", "--override-arch amd64"),
            ("linux/arm64", "--override-arch arm64 --override-variant v8"),
        ] {
            let env = Env::new();
            sh(
                &env,
                &format!("lamel pull -q --platform {platform} {}", real::name(image)),
            );
            assert_eq!(
                held(&env),
                id_in_registry(&env, options, image),
                "{platform} of {image}"
            );
            let architecture = sh(&env, "lamel inspect -f '{{.Os}}/{{.Architecture}}' $(lamel images -q)");
            assert_eq!(architecture, platform);
        }
    }
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn a_whole_index_that_skopeo_copied_is_loaded_for_this_machine() {
    let env = Env::new();
    let name = real::name("buildah:multi");
    let id = id_in_registry(&env, "", "buildah:multi");
    sh(
        &env,
        &format!("skopeo --insecure-policy copy -q --all --src-tls-verify=false docker://{name} oci:layout:it:1"),
    );
    sh(&env, "lamel load -q -i layout");
    assert_eq!(held(&env), id);
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn umoci_unpacks_what_is_saved_to_the_same_tree() {
    let env = Env::new();
    let image = "docker:committed";
    let name = real::name(image);
    sh(
        &env,
        &format!("lamel pull -q {name} && lamel save --format oci-dir -o layout {name}"),
    );
    let tag = tag_of(&env.work().join("layout"));
    let rootless = if crate::env::is_root() { "" } else { "--rootless" };
    sh(&env, &format!("umoci unpack {rootless} --image 'layout:{tag}' bundle"));
    // Names, modes and sizes of files and symlinks; owners where both have them. Not how many names a file has: overlayfs counts
    // those that are hidden, too.
    let owner = if crate::env::is_root() { "%u:%g" } else { "" };
    let list = format!(
        "find . \\( -path ./dev -o -path ./proc -o -path ./sys -o -path ./etc/hosts -o -path ./etc/hostname \
         -o -path ./etc/resolv.conf -o -path ./run/.containerenv -o -path ./.dockerenv \\) -prune \
         -o \\( -type f -o -type l \\) -exec stat -c \"%n %a %s {owner}\" {{}} +"
    );
    let theirs = sh(&env, &format!("cd bundle/rootfs && {list} | sort"));
    let run = "lamel run --rm --network none --user 0 --workdir / --entrypoint /bin/sh";
    let ours = sh(&env, &format!("{run} {name} -c '{list}' | sort"));
    assert!(theirs.lines().count() > 20, "{theirs}");
    assert_eq!(ours, theirs);
}

/// The name that a layout's index gives its image.
fn tag_of(layout: &Path) -> String {
    let index = std::fs::read(layout.join("index.json")).expect("a layout has an index");
    let index: serde_json::Value = serde_json::from_slice(&index).expect("JSON");
    let name = &index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"];
    name.as_str().expect("an image has a name").to_owned()
}
