//! `attach`, and what of the streams and signals of a container is passed on, without a terminal.

use crate::env::{Env, eventually};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{Read, Write};
use std::process::{Child, Output};

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(child.id() as i32).expect("a pid"), signal).expect("it runs");
}

fn state(env: &Env, name: &str) -> String {
    env.lamel(["inspect", "-f", "{{.State.Status}}", name])
        .text()
        .to_owned()
}

/// Reads from a child's stdout until `text` has come.
#[track_caller]
fn expect(child: &mut Child, text: &str) {
    let out = child.stdout.as_mut().expect("piped");
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(text) {
        let mut byte = [0];
        out.read_exact(&mut byte)
            .unwrap_or_else(|_| panic!("no {text:?} in {:?}", String::from_utf8_lossy(&seen)));
        seen.push(byte[0]);
    }
}

/// Waits until a command has a connection to the container's supervisor: its own streams are pipes.
fn connected(child: &Child) {
    eventually("it is attached", || {
        let open = std::fs::read_dir(format!("/proc/{}/fd", child.id())).expect("it runs");
        let links = open.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
        links
            .into_iter()
            .any(|link| link.to_string_lossy().starts_with("socket:"))
    });
}

fn ended(child: Child) -> Output {
    child.wait_with_output().expect("it ends")
}

/// Ends when `/go` is there: first writes to both streams.
const WAITS: &str = "echo ready; while ! [ -e /go ]; do sleep 0.02; done; echo out; echo err >&2; exit 3";

#[test]
fn output_and_exit_code_come_to_all_that_are_attached() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--rm", "--name", "box", &name, "sh", "-c", WAITS])
        .success();
    let attached = [
        env.spawn(["attach", "box"]),
        env.spawn(["container", "attach", "--no-stdin", "box"]),
    ];
    attached.iter().for_each(connected);
    // The container may end before this command has, which is killed then.
    env.lamel(["exec", "box", "touch", "/go"]);
    for child in attached {
        let output = ended(child);
        assert_eq!(
            (output.stdout.as_slice(), output.stderr.as_slice(), output.status.code()),
            (&b"out\n"[..], &b"err\n"[..], Some(3))
        );
    }
    env.lamel(["ps", "-aq"]).stdout("");
}

#[test]
fn what_does_not_run_is_not_attached_to() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--name", "box", &name, "sleep", "600"]).success();
    let stopped = "lamel: cannot attach to a stopped container, start it first\n";
    env.lamel(["attach", "box"]).fails(1, stopped);
    env.lamel(["start", "box"]).success();
    env.lamel(["pause", "box"]).success();
    env.lamel(["attach", "box"])
        .fails(1, "lamel: cannot attach to a paused container, unpause it first\n");
    env.lamel(["exec", "box", "true"])
        .fails(125, "lamel: container box is paused: unpause it first\n");
    env.lamel(["kill", "box"]).success();
    env.lamel(["wait", "box"]).success();
    env.lamel(["attach", "box"]).fails(1, stopped);
    env.lamel(["attach", "nobody"])
        .fails(1, "lamel: no such container: nobody\n");
}

#[test]
fn signals_are_passed_on_unless_that_is_not_wanted() {
    let env = Env::new();
    let name = env.busybox();
    let script = "trap 'echo got' USR1; trap 'echo bye; exit 7' INT; echo ready; while :; do sleep 0.05; done";
    // In the foreground, and in front of a monitor.
    let mut run = env.spawn(["run", "--name", "box", &name, "sh", "-c", script]);
    expect(&mut run, "ready");
    let mut attached = env.spawn(["attach", "box"]);
    eventually("it is attached", || {
        signal(&run, Signal::USR1);
        std::thread::sleep(std::time::Duration::from_millis(20));
        attached
            .stdout
            .as_ref()
            .is_some_and(|out| rustix::io::ioctl_fionread(out).is_ok_and(|bytes| bytes > 0))
    });
    expect(&mut attached, "got");
    let apart = env.spawn(["attach", "--sig-proxy=false", "box"]);
    connected(&apart);
    signal(&apart, Signal::INT);
    assert_eq!(ended(apart).status.code(), Some(130));
    assert_eq!(state(&env, "box"), "running");
    signal(&attached, Signal::INT);
    expect(&mut run, "bye");
    assert_eq!(ended(attached).status.code(), Some(7));
    assert_eq!(ended(run).status.code(), Some(7));

    let mut run = env.spawn(["run", "--sig-proxy=false", "--name", "other", &name, "sh", "-c", script]);
    expect(&mut run, "ready");
    signal(&run, Signal::INT);
    assert_eq!(ended(run).status.code(), Some(130));
    assert_eq!(state(&env, "other"), "running");
}

#[test]
fn input_goes_to_a_container_that_keeps_its_own_open() {
    let env = Env::new();
    let name = env.busybox();
    let script = "while read line; do echo \"[$line]\"; done; echo end";
    env.lamel(["run", "-d", "-i", "--name", "box", &name, "sh", "-c", script])
        .success();
    let mut first = env.spawn(["attach", "box"]);
    first
        .stdin
        .take()
        .expect("piped")
        .write_all(b"one\n")
        .expect("it reads");
    expect(&mut first, "[one]");
    // As in Docker, the end of one's input is not the container's.
    let mut second = env.spawn(["attach", "box"]);
    second
        .stdin
        .as_mut()
        .expect("piped")
        .write_all(b"two\n")
        .expect("it reads");
    expect(&mut second, "[two]");
    expect(&mut first, "[two]");
    env.lamel(["kill", "box"]).success();
    assert_eq!(ended(first).status.code(), Some(137));
    assert_eq!(ended(second).status.code(), Some(137));
}

#[test]
fn input_alone_is_passed_on_and_not_waited_for() {
    let env = Env::new();
    let name = env.busybox();
    let lines: String = (1..50_000).map(|number| format!("{number}\n")).collect();
    let id = env
        .lamel_with_input(
            lines.as_bytes(),
            [
                "run",
                "-a",
                "stdin",
                "-i",
                "--name",
                "box",
                &name,
                "sh",
                "-c",
                "wc -c; exit 2",
            ],
        )
        .success();
    assert_eq!(env.lamel(["inspect", "-f", "{{.Id}}", "box"]).stdout, id.stdout);
    assert_eq!(env.lamel(["wait", "box"]).text(), "2");
    assert_eq!(env.lamel(["logs", "box"]).text(), lines.len().to_string());
    env.lamel(["run", "-d", "-a", "stdout", &name, "true"])
        .fails(125, "lamel: conflicting options: -a and -d\n");
}

#[test]
fn streams_that_are_not_asked_for_are_only_logged() {
    let env = Env::new();
    let name = env.busybox();
    let script = "echo out; echo err >&2; exit 4";
    env.lamel(["run", "-a", "stderr", "--name", "box", &name, "sh", "-c", script])
        .code(4)
        .stdout("")
        .stderr("err\n");
    env.lamel(["run", "-a", "STDOUT", &name, "sh", "-c", script])
        .code(4)
        .stdout("out\n")
        .stderr("");
    env.lamel(["logs", "box"]).success().stdout("out\n").stderr("err\n");
}

#[test]
fn the_output_of_a_foreground_run_is_kept_where_the_container_is() {
    let env = Env::new();
    let name = env.busybox();
    let script = "echo out; echo err >&2; read line; echo \"[$line]\"; exit 4";
    env.lamel_with_input(b"typed\n", ["run", "-i", "--name", "box", &name, "sh", "-c", script])
        .code(4)
        .stdout("out\n[typed]\n")
        .stderr("err\n");
    env.lamel(["logs", "box"])
        .success()
        .stdout("out\n[typed]\n")
        .stderr("err\n");
    // So is what the next run writes.
    env.lamel(["start", "-a", "box"])
        .code(4)
        .stdout("out\n[]\n")
        .stderr("err\n");
    env.lamel(["logs", "box"])
        .success()
        .stdout("out\n[typed]\nout\n[]\n")
        .stderr("err\nerr\n");
}

#[test]
fn a_pipe_that_nobody_reads_any_more_ends_the_command() {
    let env = Env::new();
    let name = env.busybox();
    for option in ["--rm", "--init"] {
        let line = format!("lamel run {option} {name} yes | head -1");
        env.shell(&line).success().stdout("y\n");
    }
    env.lamel(["run", "-d", "--name", "box", &name, "yes"]).success();
    eventually("there is much", || {
        let path = env.lamel(["inspect", "-f", "{{.LogPath}}", "box"]).text().to_owned();
        std::fs::metadata(path).is_ok_and(|log| log.len() > 1 << 20)
    });
    env.shell("lamel logs box | head -1").success().stdout("y\n");
    env.shell("lamel logs -f box | head -1").success().stdout("y\n");
    env.shell("lamel attach --no-stdin box | head -1")
        .success()
        .stdout("y\n");
    assert_eq!(state(&env, "box"), "running");
    env.lamel(["kill", "box"]).success();
}

#[test]
fn whoever_does_not_read_is_waited_for_until_gone() {
    let env = Env::new();
    let name = env.busybox();
    let script = "echo ready; while ! [ -e /go ]; do sleep 0.02; done; seq 1 200000; touch /done; sleep 600";
    env.lamel(["run", "-d", "--name", "box", &name, "sh", "-c", script])
        .success();
    let mut idle = env.spawn(["attach", "box"]);
    connected(&idle);
    env.lamel(["exec", "box", "touch", "/go"]).success();
    std::thread::sleep(std::time::Duration::from_millis(500));
    // As in Docker: more than a megabyte does not wait for it anywhere.
    env.lamel(["exec", "box", "test", "-e", "/done"]).code(1);
    // The container is not lost for others, meanwhile.
    assert_eq!(state(&env, "box"), "running");
    idle.kill().expect("it runs");
    let _ = idle.wait();
    eventually("it goes on", || {
        env.lamel(["exec", "box", "test", "-e", "/done"]).code == 0
    });
    env.lamel(["kill", "box"]).success();
    env.lamel(["wait", "box"]).success();
    assert_eq!(env.lamel(["logs", "--tail", "1", "box"]).text(), "200000");
}

#[test]
fn input_that_the_container_does_not_read_stops_nothing() {
    let env = Env::new();
    let name = env.busybox();
    let script = "trap 'exit 6' TERM; echo ready; while :; do sleep 0.05; done";
    env.lamel(["create", "-i", "--name", "box", &name, "sh", "-c", script])
        .success();
    env.lamel(["start", "box"]).success();
    let mut attached = env.spawn(["attach", "box"]);
    let mut stdin = attached.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || {
        // Ends when nobody reads any more.
        while stdin.write_all(&[b'x'; 4096]).is_ok() {}
    });
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&attached, Signal::TERM);
    assert_eq!(ended(attached).status.code(), Some(6));
    writer.join().expect("no panic");
}

#[test]
fn what_goes_straight_to_the_user_cannot_be_attached_to() {
    let env = Env::new();
    let name = env.busybox();
    let mut run = env.spawn([
        "run",
        "--rm",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        "echo ready; sleep 600",
    ]);
    expect(&mut run, "ready");
    env.lamel(["attach", "box"]).fails(
        1,
        "lamel: cannot attach to container box: its output goes straight to where it was run, and is not copied\n",
    );
    env.lamel(["kill", "box"]).success();
    assert_eq!(ended(run).status.code(), Some(137));
}

#[test]
fn a_killed_monitor_is_told_to_who_is_attached() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "600"])
        .success();
    let attached = env.spawn(["attach", "box"]);
    connected(&attached);
    let root = env.root();
    let id = env.lamel(["inspect", "-f", "{{.Id}}", "box"]).text().to_owned();
    let life = std::fs::read_to_string(root.join("containers").join(id).join("life")).expect("it has a life");
    let claimed: serde_json::Value = serde_json::from_str(life.lines().next().expect("a line")).expect("JSON");
    let monitor = claimed["supervisor"]["pid"].as_i64().expect("a pid") as i32;
    kill_process(Pid::from_raw(monitor).expect("a pid"), Signal::KILL).expect("it runs");
    let output = ended(attached);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "lamel: the monitor of container box is gone\n"
    );
}
