//! Containers whose users are not the host's: `--userns`, `--uidmap`, `--gidmap`. Root alone can give a container other ids of the host's, so for
//! an ordinary user each test sees that they are told so.

use crate::env::{Env, Outcome, disk_usage, is_root};
use crate::fixtures::busybox;
use crate::registry::{Image, Layer};
use serde_json::json;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;

/// What each test asks for that is not about choosing ids.
pub const MAP: &str = "--uidmap=0:700000:65536";

/// `None` for an ordinary user, after it was seen what they are told.
pub fn world() -> Option<Env> {
    let env = Env::new();
    if is_root() {
        return Some(env);
    }
    let name = env.busybox();
    env.lamel(["run", "--rm", MAP, &name, "true"])
        .fails(125, "lamel: --uidmap or --gidmap needs root, [..]\n");
    None
}

/// Busybox, and files of two users and of a group.
fn with_owners() -> Image {
    let layer = Layer::new().with(|tar| {
        for (path, kind, uid, gid) in [
            ("srv", tar::EntryType::Directory, 1234, 1235),
            ("srv/own", tar::EntryType::Regular, 1234, 1235),
            ("srv/roots", tar::EntryType::Regular, 0, 0),
        ] {
            let mut header = tar::Header::new_ustar();
            header.set_entry_type(kind);
            header.set_mode(0o755);
            header.set_uid(uid);
            header.set_gid(gid);
            header.set_size(0);
            tar.append_data(&mut header, path, std::io::empty())
                .expect("a tar in memory");
        }
    });
    busybox().layer(layer.gzip())
}

/// A container's writable directory.
fn upper(env: &Env, container: &str) -> PathBuf {
    let id = env.lamel(["inspect", "-f", "{{.Id}}", container]).success();
    env.root().join("containers").join(id.text()).join("upper")
}

pub fn owner(path: PathBuf) -> (u32, u32) {
    let metadata = fs::symlink_metadata(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (metadata.uid(), metadata.gid())
}

/// `lamel WORDS` on a machine whose /etc/subuid and /etc/subgid grant `containers` the ids `granted` alone.
fn granted(env: &Env, granted: &str, words: &str) -> Outcome {
    fs::write(env.work().join("granted"), format!("containers:{granted}\n")).expect("a file of the test's");
    let script = format!("mount --bind granted /etc/subuid && mount --bind granted /etc/subgid && exec lamel {words}");
    env.shell(&format!("exec unshare -m sh -c '{script}'"))
}

#[test]
fn what_cannot_be_is_refused_with_the_way_out() {
    let env = Env::new();
    let name = env.busybox();
    let run = |options: &[&str]| env.lamel([&["run", "--rm"], options, &[&name, "true"]].concat());
    run(&["--userns", "host"]).success();
    run(&["--userns", ""]).success();
    run(&["--userns", "nomap"]).fails(125, "lamel: --userns nomap is not supported: [..]\n");
    run(&["--userns", "private"]).fails(
        125,
        "lamel: --userns private needs --uidmap or --gidmap; --userns auto chooses ids\n",
    );
    run(&["--userns", "mine"]).fails(
        125,
        "lamel: invalid --userns \"mine\": known are host, keep-id and auto\n",
    );
    run(&["--userns", "auto", "--uidmap", "0:1:1"]).fails(
        125,
        "lamel: --userns auto and --uidmap or --gidmap cannot be used together\n",
    );
    if is_root() {
        granted(&env, "900000:0", &format!("run --rm --userns auto {name} true")).fails(
            125,
            "lamel: --userns auto takes its ids from those of the user \"containers\", who has none in /etc/subuid: [..]\n",
        );
        return;
    }
    for (option, value) in [("--userns", "auto"), ("--uidmap", "0:1:10")] {
        run(&[option, value]).fails(
            125,
            &format!("lamel: {option}[..] needs root, who alone may give a container ids of the host's; --userns keep-id gives it your own\n"),
        );
    }
}

#[test]
fn ids_are_the_containers_own_and_on_disk_the_images() {
    let Some(env) = world() else { return };
    let name = env.pulled("owners:1", &with_owners());
    let before = disk_usage(&env.root().join("layers"));
    let script = "cat /proc/self/uid_map /proc/self/gid_map; id -u; whoami; stat -c '%n %u:%g' / /etc/passwd /etc/hosts /srv /srv/own /srv/roots; \
                  touch /new; echo more >>/srv/own; mkdir -p /dir; chown 1234:1235 /dir; rm -f /srv/roots";
    env.lamel(["run", "--name", "box", MAP, "--gidmap=0:800000:65536", &name, "sh", "-c", script])
        .success()
        .stdout(
            "         0     700000      65536\n         0     800000      65536\n0\nroot\n/ 0:0\n/etc/passwd 0:0\n/etc/hosts 0:0\n/srv 1234:1235\n\
             /srv/own 1234:1235\n/srv/roots 0:0\n",
        );
    let changed = upper(&env, "box");
    for (path, expected) in [
        ("", (0, 0)),
        ("new", (0, 0)),
        ("srv", (1234, 1235)),
        ("srv/own", (1234, 1235)),
        ("dir", (1234, 1235)),
    ] {
        assert_eq!(owner(changed.join(path)), expected, "{path}");
    }
    // No layer was copied, or changed.
    assert_eq!(disk_usage(&env.root().join("layers")), before);
    assert!(disk_usage(&changed) < 128 << 10);
    env.lamel(["diff", "box"])
        .success()
        .stdout("A /dir\nA /new\nC /srv\nC /srv/own\nD /srv/roots\n");
    env.lamel(["commit", "-q", "box", "made:1"]).success();
    let listed = "/dir 1234:1235\n/new 0:0\n/srv/own 1234:1235\n";
    for options in [&[][..], &[MAP]] {
        let stat = ["made:1", "stat", "-c", "%n %u:%g", "/dir", "/new", "/srv/own"];
        env.lamel([&["run", "--rm"], options, &stat].concat())
            .success()
            .stdout(listed);
    }
    let tar = env.shell("lamel export box | tar -tv --numeric-owner new dir srv/own");
    let owners: Vec<_> = tar
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1))
        .collect();
    assert_eq!(owners, ["1234/1235", "0/0", "1234/1235"]);
    env.lamel(["start", "-a", "box"]).success();
    env.lamel(["rm", "box"]).success();
}

#[test]
fn who_is_root_there_is_nobody_here() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        MAP,
        "-p",
        "127.0.0.1::80",
        &name,
        "sleep",
        "600",
    ])
    .success();
    let pid = env.lamel(["inspect", "-f", "{{.State.Pid}}", "box"]).success();
    let status = fs::read_to_string(format!("/proc/{}/status", pid.text())).expect("it runs");
    assert!(status.contains("\nUid:\t700000\t700000\t700000\t700000\n"), "{status}");
    let own = fs::read_link("/proc/self/ns/user").expect("a namespace");
    let namespace = fs::read_link(format!("/proc/{}/ns/user", pid.text())).expect("a namespace");
    assert_ne!(namespace, own);
    let listed = env.lamel([
        "exec",
        "box",
        "sh",
        "-c",
        "ls -l /proc/1/ns/user /proc/self/ns/user | sed 's/.* -> //'",
    ]);
    let both = format!("{0}\n{0}\n", namespace.display());
    assert_eq!(listed.success().stdout, both);
    let inspect = env.lamel(["inspect", "box"]).success().json();
    assert_eq!(inspect[0]["HostConfig"]["UsernsMode"], "private");
    let ids = json!({"UidMap": ["0:700000:65536"], "GidMap": ["0:700000:65536"]});
    assert_eq!(inspect[0]["HostConfig"]["IDMappings"], ids);
    let top = env.lamel(["top", "box"]).success().stdout;
    assert!(
        top.lines()
            .nth(1)
            .is_some_and(|line| line.starts_with("700000 ") && line.ends_with("sleep 600")),
        "{top}"
    );

    // The namespaces that it has are its own, and others' are not open to it.
    for (script, told) in [
        ("echo 1 >/proc/sys/kernel/sysrq", "can't create"),
        ("mknod /tmp/disk b 254 0", "Operation not permitted"),
        ("chown 70000 /tmp", "Invalid argument"),
        ("mount -t tmpfs none /tmp", "ermission denied"),
    ] {
        let outcome = env.lamel(["exec", "box", "sh", "-c", script]);
        assert!(
            outcome.code != 0 && outcome.stderr.contains(told),
            "{script}: {}",
            outcome.stderr
        );
    }
    let refused =
        "lamel: container box has a user namespace of its own (--userns), so its other namespaces cannot be shared\n";
    for option in ["--network", "--pid", "--ipc"] {
        env.lamel(["run", "--rm", option, "container:box", &name, "true"])
            .fails(125, refused);
    }
    env.lamel(["run", "-d", "--name", "hosts", &name, "sleep", "600"])
        .success();
    env.lamel(["run", "--rm", MAP, "--network", "container:hosts", &name, "true"])
        .fails(
            125,
            "lamel: a container with a user namespace of its own (--userns) cannot share another's namespaces\n",
        );
}

#[test]
fn auto_takes_ids_that_no_other_container_has() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    let map = "cat /proc/self/uid_map";
    for container in ["one", "two"] {
        granted(
            &env,
            "900000:140000",
            &format!("create --name {container} --userns auto {name} {map}"),
        )
        .success();
    }
    let (one, two) = (
        "         0     900000      65536\n",
        "         0     965536      65536\n",
    );
    env.lamel(["start", "-a", "one"]).success().stdout(one);
    env.lamel(["start", "-a", "two"]).success().stdout(two);
    // The same again, and by the record alone: the files grant nothing any more.
    env.lamel(["start", "-a", "one"]).success().stdout(one);
    granted(&env, "900000:140000", &format!("run --rm --userns auto {name} {map}")).fails(
        125,
        "lamel: ids of \"containers\" in /etc/subuid: 8928 of them are free, and 65536 are needed: --userns auto:size=NUMBER takes fewer\n",
    );
    granted(
        &env,
        "900000:140000",
        &format!("run --rm --userns auto:size=3000,uidmapping=7:7777:2 {name} {map}"),
    )
    .success()
    .stdout("         0    1031072          7\n         7       7777          2\n         9    1031079       2991\n");
    env.lamel(["rm", "one"]).success();
    granted(&env, "900000:140000", &format!("run --rm --userns auto {name} {map}"))
        .success()
        .stdout(one);
    env.lamel(["update", "--restart", "no", "two"]).success();
    env.lamel(["start", "-a", "two"]).success().stdout(two);
}

#[test]
fn many_at_once_get_different_ids() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    let create =
        format!("for i in 1 2 3 4 5 6 7 8; do lamel create --name box$i --userns auto:size=100 {name} & done; wait");
    fs::write(env.work().join("granted"), "containers:900000:800\n").expect("a file of the test's");
    let mounts = "mount --bind granted /etc/subuid && mount --bind granted /etc/subgid";
    env.shell(&format!("unshare -m sh -c '{mounts} && {create}'")).success();
    let inspect = env
        .shell("lamel inspect -f '{{index .HostConfig.IDMappings.UidMap 0}}' box1 box2 box3 box4 box5 box6 box7 box8");
    let mut maps: Vec<_> = inspect.stdout.lines().collect();
    maps.sort_unstable();
    let expected: Vec<_> = (0..8).map(|number| format!("0:900{number}00:100")).collect();
    assert_eq!(maps, expected);
}

#[test]
fn keep_id_has_the_hosts_ids_and_none_of_their_power() {
    let Some(env) = world() else { return };
    let image = env.pulled("user:1", &busybox().run("User", json!("1234")));
    let script = "id -u; cat /proc/self/uid_map; hostname; touch /made";
    env.lamel([
        "run", "--name", "box", "--userns", "keep-id", &image, "sh", "-c", script,
    ])
    .success()
    .stdout("0\n         0          0 4294967295\n[..]\n");
    assert_eq!(owner(upper(&env, "box").join("made")), (0, 0));
    env.lamel(["run", "--rm", "--userns", "keep-id", "-u", "1234", &image, "id", "-u"])
        .success()
        .stdout("1234\n");
    env.lamel([
        "run",
        "--rm",
        "--userns",
        "keep-id:uid=7,gid=8",
        &image,
        "sh",
        "-c",
        "id -u; id -g",
    ])
    .success()
    .stdout("7\n8\n");
    env.lamel([
        "run",
        "-d",
        "--name",
        "kept",
        "--userns",
        "keep-id",
        "--privileged",
        &image,
        "sleep",
        "600",
    ])
    .success();
    let exec = |script: &str| env.lamel(["exec", "--privileged", "kept", "sh", "-c", script]);
    exec("id -u; mount -t tmpfs none /tmp && echo mounted")
        .success()
        .stdout("0\nmounted\n");
    exec("mknod /disk b 254 0")
        .code(1)
        .stderr("mknod: /disk: Operation not permitted\n");
}

#[test]
fn volumes_are_shared_and_binds_are_the_hosts() {
    let Some(env) = world() else { return };
    let image = env.pulled("owners:1", &with_owners());
    let list = "stat -c '%n %u:%g' /srv/*";
    env.lamel([
        "run",
        "--rm",
        MAP,
        "-v",
        "shared:/srv",
        &image,
        "sh",
        "-c",
        "touch /srv/theirs",
    ])
    .success();
    env.lamel([
        "run",
        "--rm",
        "-v",
        "shared:/srv",
        &image,
        "sh",
        "-c",
        "touch /srv/mine",
    ])
    .success();
    let all = "/srv/mine 0:0\n/srv/own 1234:1235\n/srv/roots 0:0\n/srv/theirs 0:0\n";
    for options in [&[][..], &[MAP], &["--uidmap=0:800000:65536"]] {
        let words = ["-v", "shared:/srv", &image, "sh", "-c", list];
        env.lamel([&["run", "--rm"], options, &words].concat())
            .success()
            .stdout(all);
    }
    assert_eq!(owner(env.root().join("volumes/shared/_data/theirs")), (0, 0));
    // One without a name, from the image.
    env.lamel(["run", "--rm", MAP, "-v", "/srv", &image, "sh", "-c", list])
        .success()
        .stdout("/srv/own 1234:1235\n/srv/roots 0:0\n");

    // In a directory that is closed to all but root.
    let closed = env.work().join("closed");
    fs::create_dir_all(closed.join("dir")).expect("a directory of the test's");
    fs::write(closed.join("dir/file"), "text\n").expect("a file of the test's");
    fs::set_permissions(&closed, PermissionsExt::from_mode(0o700)).expect("it is ours");
    let bind = format!("{}:/srv", closed.join("dir").display());
    let file = format!("{}:/file:ro", closed.join("dir/file").display());
    let script = "stat -c '%u:%g' /srv/file; cat /file; touch /srv/x 2>&1 | sed 's/.*: //'";
    env.lamel(["run", "--rm", MAP, "-v", &bind, "-v", &file, &image, "sh", "-c", script])
        .success()
        .stdout("65534:65534\ntext\nPermission denied\n");
    let mapped = format!("{bind}:idmap");
    env.lamel([
        "run",
        "--rm",
        MAP,
        "-v",
        &mapped,
        &image,
        "sh",
        "-c",
        "stat -c '%u:%g' /srv/file; chown 1234 /srv/file; touch /srv/made",
    ])
    .success()
    .stdout("0:0\n");
    assert_eq!(
        (owner(closed.join("dir/file")), owner(closed.join("dir/made"))),
        ((1234, 0), (0, 0))
    );
    env.lamel(["run", "--rm", "-v", &mapped, &image, "true"]).fails(
        125,
        "lamel: the volume option idmap is for a container with a user namespace of its own (--userns): [..]\n",
    );
}
