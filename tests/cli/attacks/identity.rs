//! Who a container's process is, and what it is told: by the image's own files and configuration, which mean harm.

use super::is_refused;
use crate::env::{Env, is_root, is_single_id};
use crate::fixtures::busybox;
use crate::registry::Layer;
use serde_json::json;

/// What is opened only to be looked at may block, act, be endless, or be the host's own: in each there is a user who could be found.
#[test]
fn a_passwd_that_is_no_small_file_of_the_images_is_refused() {
    let env = Env::new();
    let user = b"ghost:x:7:7::/:/bin/sh\n";
    std::fs::write(env.work().join("passwd"), user).expect("a file in a fresh directory");
    let host = env.work().join("passwd").display().to_string();
    let gone = || Layer::new().whiteout("etc/passwd");
    let link = |target: &str| gone().symlink("etc/passwd", target);
    let huge = [user.as_slice(), &[b'x'; 1 << 20]].concat();
    let fifo = tar::EntryType::Fifo;
    for (number, (layer, why)) in [
        (
            gone().entry(fifo, "etc/passwd", 0o644, None, b""),
            "reading the image's /etc/passwd: not a regular file",
        ),
        (
            gone().dir("etc/passwd"),
            "reading the image's /etc/passwd: not a regular file",
        ),
        (
            Layer::new().file("etc/passwd", huge),
            "reading the image's /etc/passwd: larger than 1048576 bytes",
        ),
        (
            link("passwd"),
            "reading the image's /etc/passwd: Too many levels of symbolic links",
        ),
        (
            link(&format!("/proc/self/root{host}")),
            "unable to find user ghost: no matching entries in the image's /etc/passwd",
        ),
        (
            link(&host),
            "unable to find user ghost: no matching entries in the image's /etc/passwd",
        ),
        (
            link(&format!("../../../../../../../../../../../..{host}")),
            "unable to find user ghost: no matching entries in the image's /etc/passwd",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let name = env.pulled(&format!("passwd{number}:1"), &busybox().layer(layer.gzip()));
        env.lamel(["run", "--rm", "-u", "ghost", &name, "true"])
            .fails(125, &format!("lamel: {why}\n"));
    }
}

/// CVE-2024-40635: a number that becomes another one, root's.
#[test]
fn a_user_beyond_all_numbers_is_not_root() {
    let env = Env::new();
    let name = env.busybox();
    for user in [
        "4294967296",
        "4294967295",
        "2147483648",
        "99999999999999999999",
        "-1",
        "+0",
        "0x0",
        "1:4294967296",
        "0:-1",
        "1000:",
        ":",
        " 0",
    ] {
        let given = env.lamel(["run", "--rm", &format!("--user={user}"), &name, "id", "-u"]);
        let image = env.pulled("user:1", &busybox().run("User", json!(user)));
        let of_image = env.lamel(["run", "--rm", &image, "id", "-u"]);
        for outcome in [given, of_image] {
            match user {
                // An empty group is the user's own, an empty user is root, and so is a zero with a sign.
                ":" | "+0" if outcome.code == 0 => assert_eq!(outcome.stdout, "0\n"),
                "1000:" if outcome.code == 0 => assert_eq!(outcome.stdout, "1000\n"),
                _ => is_refused(&outcome, user),
            }
        }
    }
}

/// What the caller may do by their groups is not the container's; and a process has its own group among the further ones (CVE-2022-36109).
#[test]
fn the_groups_of_whoever_starts_it_are_not_the_containers() {
    let env = Env::new();
    let name = env.busybox();
    // Only root can take groups, and a user who has no subordinate ids cannot give up theirs.
    let with_groups = if is_root() { "setpriv --groups 4,4242" } else { "env" };
    let line = "grep ^Groups: /proc/self/status";
    for (user, groups) in [("root", "0"), ("daisy", "1235 1300"), ("0:1300", "1300")] {
        if is_single_id() {
            continue;
        }
        let told = format!("Groups:\t{groups} \n");
        env.shell(&format!("{with_groups} lamel run --rm -u {user} {name} {line}"))
            .success()
            .stdout(&told);
        env.shell(&format!("lamel run -d --name box {name} sleep 1000"))
            .success();
        env.shell(&format!("{with_groups} lamel exec -u {user} box {line}"))
            .success()
            .stdout(&told);
        env.lamel(["rm", "-f", "box"]).success();
    }
}

#[test]
fn variables_and_arguments_stay_apart() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--rm",
        "-e",
        "ONE=1\nTWO=2",
        &name,
        "sh",
        "-c",
        "echo \"$TWO,$ONE\"",
    ])
    .success()
    .stdout(",1\nTWO=2\n");
    for (number, image) in [
        busybox().env("ONE=1\0TWO=2"),
        busybox().cmd(&["echo", "one\0two"]),
        busybox().cmd(&["\0"]),
        busybox().run("User", json!("0\x001")),
        busybox().run("WorkingDir", json!("/\0tmp")),
    ]
    .into_iter()
    .enumerate()
    {
        let image = env.pulled(&format!("nul{number}:1"), &image);
        is_refused(&env.lamel(["run", "--rm", &image]), &image);
    }
}
