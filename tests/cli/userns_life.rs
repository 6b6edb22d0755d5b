//! Containers whose users are not the host's (see [`crate::userns`]): what else is done with them, and how far they are confined.

use crate::env::{eventually, finish};
use crate::fixtures::busybox;
use crate::registry::Layer;
use crate::userns::{MAP, owner, world};
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[test]
fn copies_have_the_ids_of_the_container() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    fs::write(env.work().join("file"), "text\n").expect("a file of the test's");
    fs::set_permissions(env.work().join("file"), PermissionsExt::from_mode(0o600)).expect("it is ours");
    env.lamel(["run", "-d", "--name", "box", MAP, &name, "sleep", "600"])
        .success();
    env.lamel(["cp", "-q", "file", "box:/tmp/running"]).success();
    env.lamel([
        "exec",
        "box",
        "sh",
        "-c",
        "stat -c %u:%g /tmp/running; chown 1234:1235 /tmp/running",
    ])
    .success()
    .stdout("0:0\n");
    env.lamel(["cp", "-q", "-a", "box:/tmp/running", "back"]).success();
    assert_eq!(owner(env.work().join("back")), (1234, 1235));
    env.lamel(["stop", "-t", "0", "box"]).success();
    env.lamel(["cp", "-q", "file", "box:/tmp/stopped"]).success();
    env.lamel(["start", "box"]).success();
    env.lamel(["exec", "box", "stat", "-c", "%n %u:%g", "/tmp/running", "/tmp/stopped"])
        .success()
        .stdout("/tmp/running 1234:1235\n/tmp/stopped 0:0\n");
}

/// As `hardening` has it of the host's user namespace.
#[test]
fn it_is_confined_as_any_other() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    let status = [
        "grep",
        "-E",
        "^(Cap(Prm|Eff|Bnd)|NoNewPrivs|Seccomp):",
        "/proc/self/status",
    ];
    let expected = "CapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t0\nSeccomp:\t2\n";
    env.lamel(["run", "-d", "--name", "box", MAP, "--init", &name, "sleep", "600"])
        .success();
    env.lamel([&["exec", "box"][..], &status].concat())
        .success()
        .stdout(expected);
    env.lamel([&["run", "--rm", MAP, &name][..], &status].concat())
        .success()
        .stdout(expected);
    let script = "for p in kcore keys timer_list interrupts; do [ ! -e /proc/$p ] || grep -q \" /proc/$p \" /proc/self/mountinfo || echo $p; done; \
                  for p in bus fs irq sys sysrq-trigger; do [ ! -e /proc/$p ] || grep -qE \" /proc/$p ro[, ]\" /proc/self/mountinfo || echo $p; done; \
                  grep -qE ' /sys ro[, ]' /proc/self/mountinfo || echo sys; cat /proc/kcore /proc/keys; ls -A /sys/firmware; \
                  for d in null zero full random urandom; do [ -c /dev/$d ] || echo $d; done; echo x >/dev/null; head -c 1 /dev/zero | wc -c";
    for name in [&["run", "--rm", MAP, &name][..], &["exec", "box"]] {
        env.lamel([name, &["sh", "-c", script]].concat())
            .success()
            .stdout("1\n");
    }
    env.lamel(["run", "--rm", MAP, "--read-only", &name, "touch", "/x"])
        .code(1);
    let limited = env.lamel(["run", "--rm", MAP, "-u", "70000", &name, "true"]);
    limited.fails(
        125,
        "lamel: user 70000 does not exist here: the highest id in containers is 65535; [..]\n",
    );
}

/// The container's root owns it, and it was the host's root who mounted what it is on.
#[test]
fn a_device_of_the_images_does_not_work() {
    let Some(env) = world() else { return };
    let layer = Layer::new().with(|tar| {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Char);
        header.set_mode(0o666);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(0);
        header.set_device_major(1).expect("a small number");
        header.set_device_minor(5).expect("a small number");
        tar.append_data(&mut header, "zero", std::io::empty())
            .expect("a tar in memory");
    });
    let image = env.pulled("device:1", &busybox().layer(layer.gzip()));
    let script = "stat -c '%F %t %T' /zero; head -c 1 /zero";
    for options in [&[][..], &["--privileged"], &["-v", "/srv"]] {
        let words = [&["run", "--rm", MAP], options, &[&image, "sh", "-c", script]].concat();
        env.lamel(words)
            .code(1)
            .stdout("character special file 1 5\n")
            .stderr("head: /zero: Permission denied\n");
    }
}

#[test]
fn what_a_user_writes_is_logged_and_the_restart_has_the_same_ids() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    // Its output can be opened again, as servers do.
    let script = "echo one; echo two >/dev/stdout; echo three >/dev/stderr; cat /proc/self/uid_map; exit 3";
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        MAP,
        "-u",
        "1234:1235",
        "--restart",
        "on-failure:1",
        &name,
        "sh",
        "-c",
        script,
    ])
    .success();
    eventually("the second end", || {
        env.lamel(["inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "box"])
            .text()
            == "1 exited"
    });
    let once = "one\ntwo\n         0     700000      65536\n";
    env.lamel(["logs", "box"])
        .success()
        .stdout(&once.repeat(2))
        .stderr("three\nthree\n");
    let check = "--health-cmd=test $(id -u) = 0 && touch /tmp/checked";
    env.lamel([
        "run",
        "-d",
        "--name",
        "well",
        MAP,
        check,
        "--health-interval=50ms",
        &name,
        "sleep",
        "600",
    ])
    .success();
    eventually("healthy", || {
        env.lamel(["inspect", "-f", "{{.State.Health.Status}}", "well"]).text() == "healthy"
    });
    env.lamel(["pause", "well"]).success();
    env.lamel(["commit", "-q", "well", "checked:1"]).success();
    env.lamel(["unpause", "well"]).success();
    env.lamel(["run", "--rm", "checked:1", "stat", "-c", "%u", "/tmp/checked"])
        .success()
        .stdout("0\n");
}

#[test]
fn it_has_a_terminal_and_every_network() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    let terminal = env.shell(&format!(
        "script -qec 'lamel run --rm -t {MAP} {name} sh -c \"test -t 0 && echo yes >/dev/tty\"' /dev/null"
    ));
    assert_eq!(terminal.success().text().trim_end(), "yes");
    for network in ["pasta", "none"] {
        let serve = "echo served >/tmp/page; exec httpd -f -p 80 -h /tmp";
        let words = [
            "run",
            "-d",
            "--name",
            "box",
            MAP,
            "-p",
            "127.0.0.1::80",
            &name,
            "sh",
            "-c",
            serve,
        ];
        let mut command = env.command(words);
        command.env("LAMEL_NETWORK", network).stdin(std::process::Stdio::null());
        let line = format!("{command:?}");
        finish(&mut command, line).success();
        let port = env.lamel(["port", "box", "80"]).success();
        let fetch = format!("busybox wget -qO- http://{}/page", port.text());
        eventually("the page", || env.shell(&fetch).stdout == "served\n");
        // The network is its own to configure, where it has the right to.
        env.lamel(["rm", "-f", "box"]).success();
    }
    let script = "hostname; ls /sys/class/net | grep -c lo; grep -c . /proc/net/dev >/dev/null && echo read";
    env.lamel(["run", "--rm", MAP, "--network", "host", &name, "sh", "-c", script])
        .success()
        .stdout("[..]\n1\nread\n");
    let root = [
        "run",
        "--rm",
        MAP,
        "--network",
        "none",
        "--cap-add",
        "NET_ADMIN",
        &name,
        "sh",
        "-c",
    ];
    env.lamel([&root[..], &["ip link set lo mtu 1400 && cat /sys/class/net/lo/mtu"]].concat())
        .success()
        .stdout("1400\n");
}
