//! `logs`: which lines of which containers.

use crate::env::{Env, eventually};

fn wrote(env: &Env, image: &str, name: &str, command: &str) {
    env.lamel(["run", "-d", "--name", name, image, "sh", "-c", command])
        .success();
    env.lamel(["wait", name]).success();
}

#[test]
fn times_bound_what_is_shown() {
    let env = Env::new();
    let name = env.busybox();
    wrote(&env, &name, "box", "echo one; echo two; echo three >&2");
    let stamped = env.lamel(["logs", "-t", "box"]).success();
    let second = stamped.stdout.lines().nth(1).and_then(|line| line.split(' ').next());
    let second = second.expect("two lines on stdout").to_owned();
    env.lamel(["logs", "--since", &second, "box"])
        .success()
        .stdout("two\n")
        .stderr("three\n");
    env.lamel(["logs", "--until", &second, "box"])
        .success()
        .stdout("one\n")
        .stderr("");
    env.lamel(["logs", "--since", "1h", "--tail", "-1", "box"])
        .success()
        .stdout("one\ntwo\n");
    env.lamel(["logs", "--until", "1h", "box"])
        .success()
        .stdout("")
        .stderr("");
    env.lamel(["logs", "--since", "soon", "box"]).code(2);
}

#[test]
fn lines_of_several_say_whose_they_are() {
    let env = Env::new();
    let name = env.busybox();
    wrote(&env, &name, "one", "echo 1");
    wrote(&env, &name, "two", "echo 2 >&2");
    env.lamel(["logs", "one", "two"])
        .success()
        .stdout("[ID] 1\n")
        .stderr("[ID] 2\n");
    env.lamel(["logs", "-f", "--names", "one", "two"])
        .success()
        .stdout("one 1\n")
        .stderr("two 2\n");
    env.lamel(["logs", "one", "nobody"])
        .fails(1, "lamel: no such container: nobody\n");
}

#[test]
fn top_shows_the_containers_processes_alone() {
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
        "sleep 61 & sleep 62; wait",
    ])
    .success();
    eventually("both sleep", || env.lamel(["top", "box"]).stdout.lines().count() == 4);
    let shown = env.lamel(["top", "box", "-eo", "pid,args"]).success().stdout;
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines[0], "PID                 COMMAND");
    assert!(lines.iter().any(|line| line.ends_with("sleep 62")), "{shown}");
    let init = env.lamel(["inspect", "-f", "{{.State.Pid}}", "box"]).text().to_owned();
    assert!(lines[1..].iter().any(|line| line.starts_with(&init)), "{shown}");
    env.lamel(["top", "box", "-eo", "args"])
        .fails(1, "lamel: ps printed no column PID[..]\n");
    env.lamel(["kill", "box"]).success();
    env.lamel(["wait", "box"]).success();
    env.lamel(["top", "box"])
        .fails(1, "lamel: container box is not running\n");
}

#[test]
fn wait_knows_other_states_than_the_end() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "60"])
        .success();
    env.lamel(["wait", "--condition", "running", "box"])
        .success()
        .stdout("-1\n");
    let waiting = env.spawn(["wait", "--condition", "paused", "--interval", "10", "box"]);
    env.lamel(["pause", "box"]).success();
    let waited = waiting.wait_with_output().expect("it ends");
    assert_eq!(waited.stdout, b"-1\n");
    env.lamel(["kill", "box"]).success();
    env.lamel(["wait", "--condition", "stopped", "box"])
        .success()
        .stdout("137\n");
    env.lamel(["wait", "--ignore", "nobody"]).success().stdout("-1\n");
}

#[test]
fn changes_are_json_where_that_is_asked_for() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", &name, "sh", "-c", "echo x > /tmp/new"])
        .success();
    env.lamel(["diff", "--format", "json", "box"])
        .success()
        .stdout("{\n  \"changed\": [\n    \"/tmp\"\n  ],\n  \"added\": [\n    \"/tmp/new\"\n  ]\n}\n");
}

#[test]
fn what_is_not_published_has_no_port() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--name", "box", &name, "true"]).success();
    env.lamel(["port", "box"]).success().stdout("");
    env.lamel(["port", "box", "80"])
        .fails(1, "lamel: no public port '80/tcp' published for box\n");
}
