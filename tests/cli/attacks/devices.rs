//! Devices: the image's own are not used, and none works but those that every container has.

use super::{is_whole, treasure};
use crate::env::{Env, is_root};
use crate::fixtures::{busybox, busybox_layer};
use crate::registry::{Image, Layer};
use serde_json::json;

/// CVE-2025-31133, CVE-2025-52565: /dev/null, /dev/console and /dev/pts of the image's, which the engine mounts from or on.
#[test]
fn devices_of_the_image_are_not_used() {
    let env = Env::new();
    let treasure = treasure(&env);
    let file = treasure.join("file").display().to_string();
    let outside = treasure.display().to_string();
    let layer = Layer::new()
        .symlink("dev/null", &file)
        .symlink("dev/console", &file)
        .symlink("dev/ptmx", &file)
        .symlink("dev/lamel-init", &file)
        .symlink("dev/pts", &outside)
        .symlink("dev/shm", &outside)
        .symlink("dev/mqueue", &outside);
    let name = env.pulled(
        "devices:1",
        &Image::new()
            .layer(busybox_layer().gzip())
            .layer(layer.gzip())
            .env("PATH=/bin"),
    );
    let script = "stat -c '%F %t %T' /dev/null; cat /proc/kcore; echo x > /dev/null; touch /dev/shm/x /dev/pts/x /dev/mqueue/x 2>/dev/null; true";
    for flags in [&[][..], &["--init"], &["--read-only"], &["--privileged"]] {
        let outcome = env.lamel([&["run", "--rm"], flags, &[&name, "sh", "-c", script]].concat());
        let unmasked = flags.contains(&"--privileged");
        assert_eq!(outcome.code, 0, "{flags:?}: {}", outcome.stderr);
        assert!(
            outcome.stdout.starts_with("character special file 1 3\n"),
            "{flags:?}: {}",
            outcome.stdout
        );
        assert!(
            unmasked || outcome.stdout.lines().count() == 1,
            "{flags:?}: {}",
            outcome.stdout
        );
    }
    env.shell(&format!("script -qec 'lamel run --rm -t {name} true' /dev/null"))
        .success();
    is_whole(&treasure);
}

/// There is no device cgroup: what keeps a container from the host's disks is that no mount of its lets a device work, which holds in a user
/// namespace anyway.
#[test]
fn a_device_node_of_the_images_or_the_containers_does_not_work() {
    let env = Env::new();
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Char);
    header.set_mode(0o666);
    header.set_size(0);
    for (set, number) in [
        (tar::Header::set_device_major as fn(&mut _, _) -> _, 1),
        (tar::Header::set_device_minor, 5),
    ] {
        set(&mut header, number).expect("it fits");
    }
    let node = |layer: Layer, name: &str| {
        let mut header = header.clone();
        layer.with(|tar| {
            tar.append_data(&mut header, name, [].as_slice())
                .expect("a tar in memory")
        })
    };
    let layer = node(node(Layer::new().dir("data"), "data/zero"), "etc/zero");
    let image = busybox().layer(layer.gzip()).run("Volumes", json!({"/data": {}}));
    let name = env.serve("devices:1", &image);
    env.lamel(["pull", "-q", &name]).code(0);
    // Those that the engine gives work.
    let script = "for dir in /etc /tmp /dev /dev/shm /data /bound /memory; do mknod $dir/made c 1 5 2>/dev/null; \
                  for name in zero made; do [ $dir/$name = /dev/zero ] || head -c 1 $dir/$name 2>/dev/null | wc -c; done; done | sort -u; \
                  head -c 7 /dev/zero | wc -c; ls /data";
    let line = ["-v", "./bound:/bound", "--tmpfs", "/memory", &name, "sh", "-c", script];
    let made = if is_root() { "made\n" } else { "" };
    env.lamel([&["run", "--rm"][..], &line].concat())
        .success()
        .stdout(&format!("0\n7\n{made}"));
    env.lamel([&["run", "-d", "--name", "box"][..], &line[..5], &["sleep", "1000"]].concat())
        .success();
    env.lamel(["exec", "box", "sh", "-c", script])
        .success()
        .stdout(&format!("0\n7\n{made}"));
}
