//! Containers in the background: `run -d`, `ps`, `logs`, `exec`, `stop`, `kill`, `wait`, `start`, `rm`.

use crate::env::{Env, eventually, is_single_id};
use crate::fixtures::busybox_layer;
use crate::registry::Image;

#[test]
fn detached_prints_the_full_id_and_returns_while_the_container_runs() {
    let env = Env::new();
    let name = env.busybox();
    let id = env
        .lamel(["run", "-d", "--name", "box", &name, "sleep", "60"])
        .success()
        .stdout("[ID64]\n")
        .text()
        .to_owned();
    env.lamel(["ps"]).success().stdout(&format!(
        "CONTAINER ID   IMAGE[..]   COMMAND      CREATED[..]   STATUS[..]   PORTS     NAMES\n{}   {name}   \"sleep 60\"   [AGO]Up [..]   box\n",
        &id[..12],
    ));
    env.lamel(["ps", "-q"]).success().stdout(&format!("{}\n", &id[..12]));
}

#[test]
fn a_stopped_container_is_listed_with_all_only() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", &name, "sh", "-c", "exit 7"]).code(7);
    env.lamel(["ps", "-q"]).success().stdout("");
    env.lamel(["ps", "-a", "--format", "{{.Names}} {{.Status}}"])
        .success()
        .stdout("box Exited (7) [AGO]\n");
}

#[test]
fn logs_keep_both_streams_apart_and_follow_to_the_end() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        "echo out; echo err >&2; sleep 0.5; echo late",
    ])
    .success();
    env.lamel(["logs", "-f", "box"])
        .success()
        .stdout("out\nlate\n")
        .stderr("err\n");
    env.lamel(["logs", "box"])
        .success()
        .stdout("out\nlate\n")
        .stderr("err\n");
}

#[test]
fn exec_joins_the_container_with_its_own_user_directory_and_environment() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", "-e", "A=1", &name, "sleep", "60"])
        .success();
    env.lamel([
        "exec",
        "-e",
        "B=2",
        "-w",
        "/tmp",
        "box",
        "sh",
        "-c",
        "echo $A $B $PWD; hostname; ls -d /proc/1",
    ])
    .success()
    .stdout("1 2 /tmp\n[ID]\n/proc/1\n");
    env.lamel(["exec", "box", "sh", "-c", "exit 6"]).code(6);
    env.lamel(["exec", "box", "no-such-command"])
        .fails(127, "lamel: [..]no-such-command[..]\n");
    env.lamel_with_input(b"piped\n", ["exec", "-i", "box", "cat"])
        .success()
        .stdout("piped\n");
}

#[test]
fn exec_is_confined_like_the_container() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "60"])
        .success();
    let seen = ["grep", "-E", "^(Seccomp|CapEff|CapBnd):", "/proc/self/status"];
    env.lamel(["exec", "box"].iter().chain(&seen))
        .success()
        .stdout("CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\n");
}

#[test]
fn exec_enters_a_container_whose_root_and_users_are_closed_to_all_but_another_id() {
    let env = Env::new();
    let entry = |builder: &mut tar::Builder<Vec<u8>>, kind, path: &str, mode, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_uid(1000);
        header.set_gid(1000);
        header.set_size(content.len() as u64);
        let done = builder.append_data(&mut header, path, content);
        done.expect("a tar in memory takes any entry");
    };
    let layer = busybox_layer().with(|builder| {
        entry(builder, tar::EntryType::Directory, "./", 0o700, b"");
        let passwd = b"root:x:0:0::/closed:/bin/sh\n";
        entry(builder, tar::EntryType::Regular, "etc/passwd", 0o600, passwd);
    });
    let name = env.pulled("closed:1", &Image::new().layer(layer.gzip()).env("PATH=/bin"));
    env.lamel(["run", "-d", "--name", "box", &name, "/bin/sleep", "60"])
        .success();
    let mode = if is_single_id() {
        "700 0 600 0"
    } else {
        "700 1000 600 1000"
    };
    let seen = "echo $HOME $(stat -c '%a %u' / /etc/passwd)";
    env.lamel(["exec", "box", "/bin/sh", "-c", seen])
        .success()
        .stdout(&format!("/closed {mode}\n"));
    env.lamel(["exec", "-d", "box", "/bin/touch", "/tmp/there"]).success();
    eventually("the detached command's file", || {
        env.lamel(["exec", "box", "/bin/test", "-e", "/tmp/there"]).code == 0
    });
    env.lamel(["exec", "-u", "ghost", "box", "/bin/true"]).fails(
        126,
        "lamel: unable to find user ghost: no matching entries in the image's /etc/passwd\n",
    );
}

#[test]
fn exec_in_a_stopped_container_says_so() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", &name, "true"]).success();
    env.lamel(["exec", "box", "true"])
        .fails(125, "lamel: container box is not running[..]\n");
}

#[test]
fn stop_asks_then_insists() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "-d",
        "--name",
        "polite",
        &name,
        "sh",
        "-c",
        "trap 'exit 4' TERM; echo up; while :; do sleep 0.05; done",
    ])
    .success();
    eventually("it is up", || env.lamel(["logs", "polite"]).stdout == "up\n");
    env.lamel(["stop", "polite"]).success().stdout("polite\n");
    env.lamel(["wait", "polite"]).success().stdout("4\n");
    env.lamel(["run", "-d", "--name", "deaf", &name, "sleep", "60"])
        .success();
    env.lamel(["stop", "-t", "0", "deaf"]).success().stdout("deaf\n");
    env.lamel(["wait", "deaf"]).success().stdout("137\n");
}

#[test]
fn kill_sends_the_signal_it_is_given() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        "trap 'exit 5' USR1; echo up; while :; do sleep 0.05; done",
    ])
    .success();
    eventually("it is up", || env.lamel(["logs", "box"]).stdout == "up\n");
    env.lamel(["kill", "-s", "USR1", "box"]).success().stdout("box\n");
    env.lamel(["wait", "box"]).success().stdout("5\n");
}

#[test]
fn a_stopped_container_starts_again_with_its_changes() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        "echo x >> /count; cat /count",
    ])
    .success()
    .stdout("x\n");
    env.lamel(["start", "-a", "box"]).success().stdout("x\nx\n");
}

#[test]
fn a_running_container_is_removed_only_by_force() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "60"])
        .success();
    env.lamel(["rm", "box"]).fails(1, "lamel: [..]box[..]running[..]\n");
    env.lamel(["rm", "-f", "box"]).success().stdout("box\n");
    env.lamel(["ps", "-a", "-q"]).success().stdout("");
    assert_eq!(
        std::fs::read_dir(env.root().join("containers")).map_or(0, |dir| dir
            .filter(|e| e.as_ref().is_ok_and(|e| e.file_name() != "names"))
            .count()),
        0
    );
}

#[test]
fn a_detached_container_with_rm_goes_when_it_ends() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--rm", &name, "sleep", "0.2"]).success();
    eventually("it is gone", || env.lamel(["ps", "-a", "-q"]).stdout.is_empty());
}

#[test]
fn a_detached_container_that_cannot_start_is_an_error_of_the_command() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", &name, "no-such-command"])
        .fails(127, "lamel: [..]no-such-command[..]\n");
}

/// As systemd does to a service that does not stop in time.
fn kill_with_monitor(env: &Env, container: &str) {
    let init: i32 = env
        .lamel(["inspect", "-f", "{{.State.Pid}}", container])
        .text()
        .parse()
        .expect("a pid");
    let status = std::fs::read_to_string(format!("/proc/{init}/status")).expect("it runs");
    let monitor = status
        .lines()
        .find_map(|line| line.strip_prefix("PPid:\t"))
        .and_then(|pid| pid.parse().ok())
        .expect("a parent");
    for pid in [monitor, init] {
        let pid = rustix::process::Pid::from_raw(pid).expect("a pid");
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("our own process");
    }
    eventually("nothing runs", || env.lamel(["ps", "-q"]).stdout.is_empty());
}

#[test]
fn a_container_whose_monitor_is_killed_is_not_shown_as_running() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "60"])
        .success();
    kill_with_monitor(&env, "box");
    env.lamel(["rm", "box"]).success();
}

#[test]
fn a_killed_container_that_was_to_be_removed_gives_its_name_back() {
    let env = Env::new();
    let name = env.busybox();
    for _ in 0..2 {
        env.lamel(["run", "-d", "--rm", "--name", "box", &name, "sleep", "60"])
            .success();
        kill_with_monitor(&env, "box");
    }
    env.lamel(["run", "--name", "box", &name, "true"]).success();
    assert_eq!(env.lamel(["ps", "-aq"]).stdout.lines().count(), 1);
    env.lamel(["run", "--rm", "--name", "box", &name, "true"])
        .fails(125, "lamel: [..]box[..]\n");
}

#[test]
fn names_are_unique_and_made_up_where_none_is_given() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", &name, "true"]).success();
    env.lamel(["run", "--name", "box", &name, "true"])
        .fails(125, "lamel: [..]box[..]\n");
    env.lamel(["run", &name, "true"]).success();
    let names = env.lamel(["ps", "-a", "--format", "{{.Names}}"]).success().stdout;
    assert_eq!(names.lines().count(), 2);
    assert!(names.lines().all(|name| !name.is_empty()));
}
