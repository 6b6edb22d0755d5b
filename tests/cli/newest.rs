//! `--latest`: the newest container, where podman lets its name be left out.

use crate::env::{Env, eventually};

#[test]
fn the_newest_container_needs_no_name() {
    let env = Env::new();
    let image = env.busybox();
    env.lamel(["logs", "-l"]).fails(1, "lamel: there is no container\n");
    env.lamel(["run", "-d", "--name", "older", &image, "sleep", "1000"])
        .success();
    let line = "echo hello; touch /made; exec sleep 1000";
    env.lamel(["run", "-d", "--name", "newer", &image, "sh", "-c", line])
        .success();
    eventually("it has written", || env.lamel(["logs", "newer"]).stdout == "hello\n");
    eventually("it has made a file", || {
        env.lamel(["diff", "newer"]).stdout.contains("/made")
    });
    env.lamel(["logs", "-l"]).success().stdout("hello\n");
    env.lamel(["diff", "-l"]).success().stdout("A /made\n");
    env.lamel(["inspect", "-l", "-f", "{{.Name}}"])
        .success()
        .stdout("/newer\n");
    env.lamel(["stats", "-l", "--no-stream", "--format", "{{.Name}}"])
        .success()
        .stdout("newer\n");
    env.lamel(["port", "-l"]).success().stdout("");
    env.lamel(["port", "-l", "80"])
        .fails(1, "lamel: no public port '80/tcp' published for newer\n");
    let titles = env.lamel(["top", "-l", "-o", "pid,args"]).success().stdout;
    assert!(
        titles.starts_with("PID") && titles.contains("sleep 1000") && titles.lines().count() == 2,
        "{titles}"
    );
    // What would be the name is the command's first word.
    env.lamel(["exec", "-l", "hostname"])
        .success()
        .stdout(&env.lamel(["exec", "newer", "hostname"]).stdout);
    env.lamel(["exec", "-l", "ls", "-d", "/made"])
        .success()
        .stdout("/made\n");
    env.lamel(["exec", "newer"]).fails(125, "lamel: a command is missing\n");
    env.lamel(["stop", "-t", "0", "-l"]).success();
    env.lamel(["wait", "-l"]).success().stdout("137\n");
    env.lamel(["attach", "-l", "older"]).code(2);
}
