//! Volumes: named, anonymous, filled from the image, shared, removed.

use crate::env::{Env, is_single_id};
use crate::fixtures::busybox;
use crate::registry::{Image, Layer};
use serde_json::json;

/// An image with something at /data, which it declares a volume.
fn with_data() -> Image {
    let layer = Layer::new()
        .dir("data")
        .dir("data/sub")
        .file("data/sub/file", "from the image\n")
        .symlink("data/link", "/etc/motd");
    busybox().layer(layer.gzip()).run("Volumes", json!({"/data": {}}))
}

fn volumes(env: &Env) -> String {
    env.lamel(["volume", "ls", "-q"]).success().stdout
}

#[test]
fn a_named_volume_outlives_its_containers_and_is_shared() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--rm",
        "-v",
        "store:/srv",
        &name,
        "sh",
        "-c",
        "echo kept >/srv/file",
    ])
    .success();
    env.lamel([
        "run",
        "--rm",
        "-v",
        "store:/other:ro",
        &name,
        "sh",
        "-c",
        "cat /other/file; echo x >/other/file",
    ])
    .code(1)
    .stdout("kept\n")
    .stderr("sh: can't create /other/file: Read-only file system\n");
    env.lamel(["volume", "ls"])
        .success()
        .stdout("DRIVER    VOLUME NAME\nlocal     store\n");
    let inspect = env.lamel(["volume", "inspect", "store"]).success().json();
    assert_eq!(inspect[0]["Name"], "store");
    let mountpoint = std::path::PathBuf::from(inspect[0]["Mountpoint"].as_str().expect("a path"));
    assert_eq!(
        std::fs::read_to_string(mountpoint.join("file")).expect("the data"),
        "kept\n"
    );
    env.lamel(["volume", "rm", "store"]).success().stdout("store\n");
    env.lamel(["volume", "rm", "store"])
        .fails(1, "lamel: no such volume: store\n");
    env.lamel(["volume", "rm", "-f", "store"]).success();
    env.lamel(["volume", "exists", "store"]).code(1);
}

#[test]
fn volumes_are_made_listed_and_chosen_by_label() {
    let env = Env::new();
    env.lamel(["volume", "create", "--label", "a=1", "one"])
        .success()
        .stdout("one\n");
    env.lamel(["volume", "create", "one"]).success().stdout("one\n");
    let made = env.lamel(["volume", "create"]).success();
    assert_eq!(made.text().len(), 64);
    env.lamel(["volume", "ls", "-f", "label=a=1", "--format", "{{.Name}} {{.Labels}}"])
        .success()
        .stdout("one a=1\n");
    env.lamel(["volume", "create", "../x"])
        .fails(1, "lamel: invalid volume name \"../x\"[..]\n");
    env.lamel(["volume", "inspect", "one", "two"])
        .code(1)
        .stderr("lamel: no such volume: two\n");
    env.lamel(["volume", "prune", "-f"]).success().stdout(&format!(
        "Deleted Volumes:\n{}\n\nTotal reclaimed space: [..]\n",
        made.text()
    ));
    assert_eq!(volumes(&env), "one\n");
    env.lamel(["volume", "prune", "-f", "-a"])
        .success()
        .stdout("Deleted Volumes:\none\n\nTotal reclaimed space: [..]\n");
}

#[test]
fn a_volume_of_the_images_is_filled_and_goes_with_the_container() {
    let env = Env::new();
    let name = env.pulled("data:1", &with_data());
    let script = "cat /data/sub/file; readlink /data/link; echo new >/data/new; grep -c ' /data ' /proc/mounts";
    env.lamel(["run", "--rm", &name, "sh", "-c", script])
        .success()
        .stdout("from the image\n/etc/motd\n1\n");
    assert_eq!(volumes(&env), "");

    env.lamel(["run", "--name", "box", &name, "sh", "-c", "echo new >/data/new"])
        .success();
    let inspect = env.lamel(["inspect", "box"]).success().json();
    let mount = &inspect[0]["Mounts"][0];
    assert_eq!(
        (&mount["Type"], &mount["Destination"], &mount["RW"]),
        (&json!("volume"), &json!("/data"), &json!(true))
    );
    assert_eq!(volumes(&env), format!("{}\n", mount["Name"].as_str().expect("a name")));
    // What is in a volume is no change of the container's.
    env.lamel(["diff", "box"]).success().stdout("");
    env.lamel(["rm", "-v", "box"]).success();
    assert_eq!(volumes(&env), "");

    // Without -v it stays, and is nobody's.
    env.lamel(["create", "--name", "box", &name]).success();
    let volume = volumes(&env);
    env.lamel(["volume", "rm", volume.trim()]).fails(
        1,
        &format!("lamel: remove {}: volume is in use - [[..]]\n", volume.trim()),
    );
    env.lamel(["rm", "box"]).success();
    env.lamel(["volume", "ls", "-q", "-f", "dangling=true"])
        .success()
        .stdout(&volume);
}

#[test]
fn what_is_given_at_a_place_replaces_the_images_volume() {
    let env = Env::new();
    let name = env.pulled("data:1", &with_data());
    std::fs::create_dir(env.work().join("mine")).expect("a directory");
    env.lamel(["run", "--rm", "-v", "./mine:/data", &name, "ls", "-A", "/data"])
        .success()
        .stdout("");
    env.lamel(["run", "--rm", "--tmpfs", "/data", &name, "ls", "-A", "/data"])
        .success()
        .stdout("");
    env.lamel(["run", "--rm", "-v", "named:/data", &name, "ls", "/data"])
        .success()
        .stdout("link\nsub\n");
    env.lamel(["run", "--rm", "-v", "empty:/data:nocopy", &name, "ls", "-A", "/data"])
        .success()
        .stdout("");
    assert_eq!(volumes(&env), "empty\nnamed\n");
    env.lamel(["create", "-v", "a:/x", "-v", "b:/x/", &name])
        .fails(125, "lamel: duplicate mount point: /x\n");
}

#[test]
fn a_filled_volume_keeps_owners_and_modes() {
    let env = Env::new();
    let layer = Layer::new().dir("data").file("data/file", "x");
    let name = env.pulled("owned:1", &busybox().layer(layer.gzip()));
    // Made by a container, committed: the image has another owner's files then.
    if is_single_id() {
        return;
    }
    env.lamel([
        "run",
        "--name",
        "maker",
        &name,
        "sh",
        "-c",
        "chown -R 1234:1235 /data; chmod 2710 /data; chmod 4640 /data/file",
    ])
    .success();
    env.lamel(["commit", "maker", "owned:2"]).success();
    env.lamel([
        "run",
        "--rm",
        "-v",
        "v:/data",
        "owned:2",
        "stat",
        "-c",
        "%u %g %a",
        "/data",
        "/data/file",
    ])
    .success()
    .stdout("1234 1235 2710\n1234 1235 4640\n");
}

#[test]
fn a_container_takes_the_mounts_of_another() {
    let env = Env::new();
    let name = env.pulled("data:1", &with_data());
    env.lamel(["create", "--name", "first", "-v", "named:/named", &name])
        .success();
    env.lamel([
        "run",
        "--rm",
        "--volumes-from",
        "first",
        &name,
        "sh",
        "-c",
        "echo 1 >/named/a; echo 2 >/data/b",
    ])
    .success();
    env.lamel([
        "run",
        "--rm",
        "--volumes-from",
        "first:ro",
        &name,
        "sh",
        "-c",
        "cat /named/a /data/b; touch /named/c",
    ])
    .code(1)
    .stdout("1\n2\n")
    .stderr("touch: /named/c: Read-only file system\n");
    // The first one's, still.
    assert_eq!(volumes(&env).lines().count(), 2);
    env.lamel(["run", "--rm", "--volumes-from", "nobody", &name])
        .fails(125, "lamel: no such container: nobody\n");
}

#[test]
fn mount_takes_all_three_types() {
    let env = Env::new();
    let name = env.busybox();
    std::fs::write(env.work().join("file"), "bound\n").expect("a file");
    env.lamel([
        "run",
        "--rm",
        "--mount",
        "type=bind,source=./file,target=/file,readonly",
        "--mount",
        "type=volume,source=vol,target=/vol",
        "--mount",
        "type=tmpfs,target=/mem,tmpfs-size=1m,tmpfs-mode=0700",
        &name,
        "sh",
        "-c",
        "cat /file; stat -c %a /mem; df -k /mem | grep -c 1024; touch /vol/x",
    ])
    .success()
    .stdout("bound\n700\n1\n");
    env.lamel(["create", "--mount", "type=bind,source=./missing,target=/x", &name])
        .fails(125, "lamel: bind source path does not exist: [..]/missing\n");
    env.lamel(["create", "--mount", "type=bind,source=./file", &name])
        .fails(
            125,
            "lamel: invalid mount \"type=bind,source=./file\": there is no target\n",
        );
}

#[test]
fn a_volume_at_a_place_that_leads_out_stays_inside() {
    let env = Env::new();
    let outside = env.work().join("outside");
    std::fs::create_dir(&outside).expect("a directory");
    std::fs::write(outside.join("secret"), "").expect("a file");
    let layer = Layer::new().symlink("data", outside.to_str().expect("UTF-8"));
    let name = env.pulled(
        "hostile:1",
        &busybox()
            .layer(layer.gzip())
            .run("Volumes", json!({"/data": {}, "../..": {}})),
    );
    env.lamel(["run", "--rm", &name, "sh", "-c", "ls -A /data/; echo x >/data/x"])
        .success()
        .stdout("");
    assert_eq!(std::fs::read_dir(&outside).expect("it is there").count(), 1);
}

#[test]
fn all_volumes_are_removed_but_those_in_use() {
    let env = Env::new();
    let image = env.busybox();
    env.lamel(["volume", "create", "free"]).success();
    env.lamel(["create", "--name", "box", "-v", "held:/data", &image])
        .success();
    env.lamel(["volume", "ls", "-n"])
        .success()
        .stdout("local     free\nlocal     held\n");
    env.lamel(["volume", "rm", "--all"])
        .code(1)
        .stdout("free\n")
        .stderr("lamel: remove held: volume is in use - [[..]]\n");
    assert_eq!(volumes(&env), "held\n");
}
