//! `--userns keep-id` of an ordinary user, who is somebody in the container and not its root. Root's is in [`crate::userns`].

use crate::env::{Env, disk_usage, eventually, finish, is_root, is_single_id};
use crate::fixtures::three_layers;
use crate::registry::Layer;
use std::fs;
use std::os::unix::fs::MetadataExt;

const KEEP: &str = "--userns=keep-id";

/// `None` where there is nobody to be, after it was seen what such a one is told: root is root, and a user without subordinate ids has no root to
/// be beside.
fn world() -> Option<Env> {
    let env = Env::new();
    let name = env.busybox();
    let run = env.lamel(["run", "--rm", KEEP, &name, "id", "-u"]);
    if is_root() {
        run.success().stdout("0\n");
        return None;
    }
    if is_single_id() {
        run.fails(
            125,
            "lamel: --userns keep-id needs subordinate ids for the container's root: [..]\n",
        );
        return None;
    }
    // Linux 6.16 and later; `container::userns::keep_id` has what an older one says.
    run.success().stdout(&format!("{}\n", own()));
    Some(env)
}

fn own() -> u32 {
    rustix::process::getuid().as_raw()
}

#[test]
fn the_user_is_the_same_inside_and_root_is_another() {
    let Some(env) = world() else { return };
    let layer = Layer::new()
        .file("etc/linked", "linked\n")
        .hard_link("etc/again", "etc/linked")
        .file("app/two", "another two\n");
    let name = env.pulled("own:1", &three_layers().layer(layer.gzip()));
    let own = own();
    let map = format!("         0          1 {own:10}\n{own:10}          0          1\n");
    let run = env
        .lamel(["run", "--rm", KEEP, &name, "cat", "/proc/self/uid_map"])
        .success();
    assert!(run.stdout.starts_with(&map), "{}", run.stdout);
    let before = disk_usage(&env.root());
    let script = "id -u; stat -c '%n %u:%g %s' / /etc/passwd /etc/hosts /app /app/one /bin/busybox | cut -d' ' -f1,2; ls /etc; cat /app/one /app/two; \
                  touch /tmp/mine; stat -c %u /tmp/mine; touch /etc/x 2>&1 | sed 's/.*: //'";
    let expected = format!(
        "{own}\n/ 0:0\n/etc/passwd 0:0\n/etc/hosts 0:0\n/app 0:0\n/app/one 0:0\n/bin/busybox 0:0\nagain\ngroup\nhostname\nhosts\nlinked\npasswd\n\
         resolv.conf\none\nanother two\n{own}\nPermission denied\n"
    );
    env.lamel([
        "run", "--name", "box", KEEP, "--tmpfs", "/tmp", &name, "sh", "-c", script,
    ])
    .success()
    .stdout(&expected);
    // Nothing was copied: the image's files take more than a hundred times as much.
    let added = disk_usage(&env.root()) - before;
    assert!(added < 400 << 10, "{added} bytes");
    let metacopy = disk_usage(&env.root().join("metacopy"));
    assert!(
        metacopy < 400 << 10 && disk_usage(&env.root().join("layers")) > 1 << 20,
        "{metacopy} bytes"
    );

    let script = "id -u; echo more >>/etc/linked; cat /etc/again; echo root >>/etc/motd2; rm -r /app; ls -d /app 2>/dev/null; chown 7:8 /etc/passwd; \
                  cmp /bin/busybox /bin/sh && echo whole";
    env.lamel(["run", "--name", "roots", KEEP, "-u", "0", &name, "sh", "-c", script])
        .success()
        .stdout("0\nlinked\nwhole\n");
    env.lamel(["diff", "roots"])
        .success()
        .stdout("D /app\nC /etc\nC /etc/linked\nA /etc/motd2\nC /etc/passwd\n");
    env.lamel(["start", "-a", "box"]).success().stdout(&expected);
    env.lamel([
        "run",
        "--rm",
        "--userns",
        "keep-id:uid=77,gid=78",
        &name,
        "sh",
        "-c",
        "id -u; id -g",
    ])
    .success()
    .stdout("77\n78\n");
    env.lamel(["rm", "box", "roots"]).success();
    env.lamel(["rmi", "-a", "-f"]).success();
    let left = fs::read_dir(env.root().join("metacopy")).expect("it was made");
    assert_eq!(left.count(), 0);
}

#[test]
fn files_in_a_directory_of_the_hosts_are_the_users() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    let dir = env.work().join("dir");
    fs::create_dir(&dir).expect("a directory of the test's");
    fs::write(dir.join("file"), "text\n").expect("a file of the test's");
    let bind = format!("{}:/srv", dir.display());
    let script = "stat -c %u /srv /srv/file; echo made >/srv/made; echo more >>/srv/file";
    env.lamel(["run", "--rm", KEEP, "-v", &bind, &name, "sh", "-c", script])
        .success()
        .stdout(&format!("{0}\n{0}\n", own()));
    assert_eq!(
        fs::read_to_string(dir.join("file")).expect("it is ours"),
        "text\nmore\n"
    );
    assert_eq!(dir.join("made").metadata().expect("it was made").uid(), own());
    env.lamel([
        "run",
        "--rm",
        KEEP,
        "-v",
        "kept:/srv",
        &name,
        "sh",
        "-c",
        "echo kept >/srv/file; cat /srv/file",
    ])
    .success()
    .stdout("kept\n");
    env.lamel([
        "run",
        "--rm",
        KEEP,
        "-v",
        "kept:/srv",
        "-u",
        "0",
        &name,
        "cat",
        "/srv/file",
    ])
    .success()
    .stdout("kept\n");
    env.lamel(["run", "--rm", KEEP, "-v", &format!("{bind}:idmap"), &name, "true"])
        .fails(125, "lamel: the volume option idmap needs root\n");
}

#[test]
fn it_is_served_entered_and_confined() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    let serve = "echo served >/tmp/page; echo logged >/dev/stdout; exec httpd -f -p 8080 -h /tmp";
    for network in ["pasta", "none"] {
        let words = [
            "run",
            "-d",
            "--name",
            "box",
            KEEP,
            "--tmpfs",
            "/tmp",
            "-p",
            "127.0.0.1::8080",
            &name,
            "sh",
            "-c",
            serve,
        ];
        let mut command = env.command(words);
        command.env("LAMEL_NETWORK", network).stdin(std::process::Stdio::null());
        let line = format!("{command:?}");
        finish(&mut command, line).success();
        let port = env.lamel(["port", "box", "8080"]).success();
        let fetch = format!("busybox wget -qO- http://{}/page", port.text());
        eventually("the page", || env.shell(&fetch).stdout == "served\n");
        env.lamel(["logs", "box"]).success().stdout("logged\n");
        let status = ["grep", "-E", "^(CapEff|Seccomp):", "/proc/self/status"];
        env.lamel([&["exec", "box"][..], &status].concat())
            .success()
            .stdout("CapEff:\t0000000000000000\nSeccomp:\t2\n");
        env.lamel([&["exec", "-u", "0", "box"][..], &status].concat())
            .success()
            .stdout("CapEff:\t00000000a80425fb\nSeccomp:\t2\n");
        let same = "[ $(readlink /proc/1/ns/user) = $(readlink /proc/self/ns/user) ] || ls -l /proc/1/ns/user /proc/self/ns/user";
        env.lamel(["exec", "-u", "0", "box", "sh", "-c", same]).code(0);
        fs::write(env.work().join("file"), "copied\n").expect("a file of the test's");
        env.lamel(["cp", "-q", "file", "box:/tmp/file"]).success();
        env.lamel(["exec", "box", "cat", "/tmp/file"])
            .success()
            .stdout("copied\n");
        env.lamel(["restart", "-t", "0", "box"]).success();
        env.lamel(["exec", "box", "id", "-u"])
            .success()
            .stdout(&format!("{}\n", own()));
        env.lamel(["stop", "-t", "0", "box"]).success();
        env.lamel(["rm", "box"]).success();
    }
    env.lamel(["create", "--name", "box", KEEP, &name, "true"]).success();
    for (words, what) in [
        (&["commit", "box", "made:1"][..], "a commit"),
        (&["export", "box"], "an export"),
        (&["cp", "box:/etc/passwd", "passwd"], "a copy while it does not run"),
    ] {
        let told = format!(
            "lamel: container box has other users than lamel itself (--userns keep-id), and {what} is not supported of such a one\n"
        );
        env.lamel(words.iter().copied()).fails(1, &told);
    }
}
