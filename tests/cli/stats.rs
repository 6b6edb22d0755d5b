//! `stats`: what containers use, as root and as a user to whom no cgroup is delegated.

use crate::env::{Env, eventually, is_root};
use serde_json::Value;

/// The lines of `stats --no-stream --format json ARGS`.
fn stats(env: &Env, args: &[&str]) -> Vec<Value> {
    let words = ["stats", "--no-stream", "--format", "json"].iter().chain(args).copied();
    let outcome = env.lamel(words).success();
    let lines = outcome.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("an object"))
        .collect()
}

fn percent(value: &Value) -> f64 {
    let text = value.as_str().expect("a text");
    text.trim_end_matches('%')
        .parse()
        .unwrap_or_else(|_| panic!("{text:?}"))
}

#[test]
fn each_running_container_is_a_line_with_dockers_columns() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--network", "none", "--name", "box", &name, "sleep", "600"])
        .success();
    env.lamel(["create", "--name", "still", &name]).success();
    let outcome = env.lamel(["stats", "--no-stream"]).success();
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", outcome.stdout);
    let headings: Vec<&str> = lines[0]
        .split("  ")
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(
        headings,
        [
            "CONTAINER ID",
            "NAME",
            "CPU %",
            "MEM USAGE / LIMIT",
            "MEM %",
            "NET I/O",
            "BLOCK I/O",
            "PIDS"
        ]
    );
    env.lamel(["stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}} {{.NetIO}}"])
        .success()
        .stdout("box 1 0B / 0B\n");
    env.lamel(["stats", "--no-stream", "-a", "--format", "{{.Name}} {{.MemUsage}}"])
        .success()
        .stdout("still 0B / 0B\nbox [..] / [..]\n");
    let id = env.lamel(["inspect", "-f", "{{.Id}}", "box"]).success().stdout;
    env.lamel([
        "stats",
        "--no-stream",
        "--no-trunc",
        "--format",
        "{{.Container}} {{.ID}}",
        "box",
    ])
    .success()
    .stdout(&format!("box {id}"));
    env.lamel(["stats", "--no-stream", "missing"])
        .fails(1, "lamel: no such container: missing\n");
}

#[test]
fn what_is_used_is_counted() {
    let env = Env::new();
    let name = env.busybox();
    let script = "head -c 20000000 /dev/zero >/mem/file; (while :; do :; done) & sleep 600";
    env.lamel([
        "run", "-d", "--name", "busy", "--tmpfs", "/mem", &name, "sh", "-c", script,
    ])
    .success();
    env.lamel(["run", "-d", "--name", "idle", &name, "sleep", "600"])
        .success();
    eventually("the second process", || {
        env.lamel(["top", "busy"]).stdout.lines().count() == 3
    });
    let found = stats(&env, &["busy", "idle"]);
    assert_eq!((&found[0]["Name"], &found[0]["PIDs"]), (&"busy".into(), &"2".into()));
    assert!(percent(&found[0]["CPUPerc"]) > 10.0, "{}", found[0]);
    assert!(percent(&found[1]["CPUPerc"]) < 10.0, "{}", found[1]);
    assert!(percent(&found[1]["MemPerc"]) < 5.0, "{}", found[1]);
}

#[test]
fn a_limit_is_shown_as_what_there_is() {
    if !is_root() {
        // Without a limit all of the host's memory is what there is.
        let env = Env::new();
        let name = env.busybox();
        env.lamel(["run", "-d", "--name", "box", &name, "sleep", "600"])
            .success();
        let memory = env
            .shell("awk '/^MemTotal/ {print int($2 / 1024 / 1024)}' /proc/meminfo")
            .stdout;
        let shown = stats(&env, &["box"])[0]["MemUsage"].to_string();
        assert!(shown.contains(&format!("/ {}", memory.trim())), "{shown}");
        return;
    }
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "-m", "64m", "--name", "box", &name, "sleep", "600"])
        .success();
    let shown = stats(&env, &["box"])[0]["MemUsage"].to_string();
    assert!(shown.ends_with(" / 64MiB\""), "{shown}");
}

#[test]
fn the_stream_ends_with_the_containers_that_were_named() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--rm", "--name", "box", &name, "sleep", "600"])
        .success();
    let mut child = env.spawn(["stats", "--format", "{{.Name}}", "box"]);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().expect("piped")));
    for _ in 0..2 {
        assert_eq!(lines.next().expect("a line").expect("text"), "box");
    }
    env.lamel(["rm", "-f", "box"]).success();
    assert!(crate::env::wait(&mut child, "stats").success());
}
