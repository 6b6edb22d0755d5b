//! Images that several tests use.

use crate::registry::{Image, Layer, Packed};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A root with busybox's shell and commands: the machine's own static binary (package busybox-static).
pub fn busybox_layer() -> Layer {
    let busybox = std::fs::read("/bin/busybox").expect("/bin/busybox (package busybox-static) is the tests' userland");
    let mut layer = Layer::new();
    for dir in ["bin", "dev", "etc", "proc", "root", "sys", "tmp"] {
        layer = layer.dir(dir);
    }
    layer = layer.program("bin/busybox", busybox);
    for name in APPLETS {
        layer = layer.symlink(&format!("bin/{name}"), "busybox");
    }
    layer
        .file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\ndaisy:x:1234:1235::/tmp:/bin/sh\n")
        .file("etc/group", "root:x:0:\nnogroup:x:65534:\ndaisies:x:1235:\nextra:x:1300:daisy\n")
        .file("etc/motd", "welcome\n")
}

/// Busybox alone, with a shell as its command. Most tests have it: it is packed once.
pub fn busybox() -> Image {
    static PACKED: OnceLock<Packed> = OnceLock::new();
    Image::new()
        .layer(PACKED.get_or_init(|| busybox_layer().gzip()).clone())
        .env("PATH=/bin")
        .cmd(&["/bin/sh"])
}

/// Busybox and two layers on top: `/app/one`, `/app/two`, and `/etc/motd` gone.
pub fn three_layers() -> Image {
    busybox()
        .layer(Layer::new().dir("app").file("app/one", "one\n").gzip())
        .layer(Layer::new().file("app/two", "two\n").whiteout("etc/motd").gzip())
}

/// The 12 digits that stand for a digest or an ID in tables.
pub fn short(digest: &str) -> String {
    digest.trim_start_matches("sha256:")[..12].to_owned()
}

/// Writes an image as an OCI layout folder (image-spec, image-layout.md), named `tag` in its index.
pub fn oci_layout(image: &Image, tag: &str, dir: &Path) -> PathBuf {
    let blobs = dir.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).expect("a directory in a fresh directory");
    let put =
        |digest: &str, bytes: &[u8]| std::fs::write(blobs.join(&digest["sha256:".len()..]), bytes).expect("a blob");
    for layer in image.layers() {
        put(&layer.digest(), layer.blob());
    }
    put(&image.id(), &image.config());
    put(&image.digest(), &image.manifest());
    let index = json!({
        "schemaVersion": 2,
        "manifests": [{
            "mediaType": image.media_type(),
            "digest": image.digest(),
            "size": image.manifest().len(),
            "annotations": {"org.opencontainers.image.ref.name": tag},
        }],
    });
    std::fs::write(dir.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("oci-layout");
    std::fs::write(dir.join("index.json"), index.to_string()).expect("index.json");
    dir.to_owned()
}

/// An image as `docker save` writes it: `manifest.json`, the configuration, plain layer tars.
pub fn docker_archive(image: &Image, names: &[&str]) -> Vec<u8> {
    let id = image.id()["sha256:".len()..].to_owned();
    let layers: Vec<String> = image
        .layers()
        .iter()
        .map(|layer| format!("{}/layer.tar", &layer.diff_id()[7..]))
        .collect();
    let manifest: Value = json!([{"Config": format!("{id}.json"), "RepoTags": names, "Layers": layers}]);
    let mut archive = Layer::new().file(&format!("{id}.json"), image.config());
    for (layer, name) in image.layers().iter().zip(&layers) {
        archive = archive.file(name, layer.tar());
    }
    archive
        .file("manifest.json", manifest.to_string())
        .plain()
        .tar()
        .to_vec()
}

/// The busybox commands that tests use inside containers.
const APPLETS: &[&str] = &[
    "cat",
    "chmod",
    "chown",
    "cp",
    "date",
    "dd",
    "df",
    "echo",
    "env",
    "false",
    "find",
    "grep",
    "head",
    "hostname",
    "id",
    "ip",
    "kill",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mkfifo",
    "mknod",
    "mount",
    "mv",
    "nc",
    "ping",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sh",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "stty",
    "sync",
    "tail",
    "tar",
    "test",
    "touch",
    "tr",
    "true",
    "tty",
    "umount",
    "uname",
    "wc",
    "wget",
    "which",
    "whoami",
    "yes",
];
