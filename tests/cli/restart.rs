//! Containers that their supervisor starts again, and those that it ends.

use crate::env::{Env, eventually};

fn field(env: &Env, name: &str, template: &str) -> String {
    env.lamel(["inspect", "-f", template, name]).text().to_owned()
}

fn status(env: &Env, name: &str) -> String {
    field(env, name, "{{.State.Status}}")
}

/// A container that fails at once, and is in one of its longer pauses.
fn failing(env: &Env, image: &str, name: &str) {
    let line = "echo again; exit 3";
    env.lamel(["run", "-d", "--restart=always", "--name", name, image, "sh", "-c", line])
        .success();
    eventually("it was started again several times", || {
        let state = field(env, name, "{{.State.Status}} {{.RestartCount}}");
        state
            .strip_prefix("restarting ")
            .is_some_and(|count| count.parse::<u32>().is_ok_and(|count| count >= 4))
    });
}

#[test]
fn a_failing_container_is_started_again_as_often_as_was_asked_for() {
    let env = Env::new();
    let name = env.busybox();
    let line = "echo run >>/count; echo $(wc -l </count); exit 3";
    env.lamel([
        "run",
        "-d",
        "--restart",
        "on-failure:2",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        line,
    ])
    .success();
    eventually("it ends", || status(&env, "box") == "exited");
    // One log, one writable layer.
    env.lamel(["logs", "box"]).success().stdout("1\n2\n3\n");
    assert_eq!(
        field(
            &env,
            "box",
            "{{.RestartCount}} {{.State.ExitCode}} {{json .HostConfig.RestartPolicy}}"
        ),
        r#"2 3 {"Name":"on-failure","MaximumRetryCount":2}"#
    );
    env.lamel(["run", "-d", "--restart", "on-failure", "--name", "good", &name, "true"])
        .success();
    eventually("it ends", || status(&env, "good") == "exited");
    assert_eq!(field(&env, "good", "{{.RestartCount}}"), "0");
    // A start by hand counts anew.
    env.lamel(["start", "box"]).success();
    eventually("it ends", || status(&env, "box") == "exited");
    assert_eq!(field(&env, "box", "{{.RestartCount}}"), "2");
}

#[test]
fn one_that_is_stopped_stays_stopped() {
    let env = Env::new();
    let name = env.busybox();
    let line = "trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done";
    env.lamel([
        "run",
        "-d",
        "--restart=unless-stopped",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        line,
    ])
    .success();
    eventually("it is up", || env.lamel(["logs", "box"]).stdout == "up\n");
    env.lamel(["stop", "box"]).success().stdout("box\n");
    assert_eq!(
        field(&env, "box", "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}"),
        "exited 7 0"
    );
    // Also by a signal that is not meant to, where the container does not say which one is.
    for signal in ["KILL", "TERM"] {
        env.lamel(["start", "box"]).success();
        eventually("it is up", || {
            env.lamel(["logs", "--tail", "1", "box"]).stdout == "up\n"
        });
        env.lamel(["kill", "-s", signal, "box"]).success();
        eventually("it ends", || status(&env, "box") != "running");
        assert_eq!(
            field(&env, "box", "{{.State.Status}} {{.RestartCount}}"),
            "exited 0",
            "{signal}"
        );
    }
    // By itself it does not stay so.
    env.lamel(["start", "box"]).success();
    let pid = field(&env, "box", "{{.State.Pid}}");
    env.shell(&format!("kill -9 {pid}")).success();
    eventually("it is started again", || {
        field(&env, "box", "{{.State.Status}} {{.RestartCount}}") == "running 1"
    });
    assert_ne!(field(&env, "box", "{{.State.Pid}}"), pid);
    env.lamel(["restart", "-t", "0", "box"]).success();
    assert_eq!(field(&env, "box", "{{.State.Status}} {{.RestartCount}}"), "running 0");
}

#[test]
fn between_two_runs_it_can_be_seen_stopped_and_removed() {
    let env = Env::new();
    let name = env.busybox();
    failing(&env, &name, "box");
    env.lamel(["ps", "--format", "{{.Names}} {{.State}} {{.Status}}"])
        .success()
        .stdout("box restarting Restarting (3) [..]ago\n");
    env.lamel(["ps", "-q", "-f", "status=restarting"])
        .success()
        .stdout("[ID]\n");
    assert_eq!(
        field(
            &env,
            "box",
            "{{.State.Running}} {{.State.Restarting}} {{.State.Pid}} {{.State.ExitCode}}"
        ),
        "true true 0 3"
    );
    env.lamel(["exec", "box", "true"])
        .fails(125, "lamel: container box is restarting, wait until it is running\n");
    env.lamel(["attach", "box"]).fails(
        1,
        "lamel: cannot attach to a restarting container, wait until it is running\n",
    );
    env.lamel(["rm", "box"]).fails(1, "lamel: [..]box is running[..]\n");
    env.lamel(["wait", "box"]).success().stdout("3\n");
    env.lamel(["stop", "box"]).success().stdout("box\n");
    assert_eq!(field(&env, "box", "{{.State.Status}} {{.State.ExitCode}}"), "exited 3");

    failing(&env, &name, "one");
    env.lamel(["update", "--restart", "no", "one"]).success();
    eventually("it ends", || status(&env, "one") == "exited");
    failing(&env, &name, "two");
    env.lamel(["kill", "two"]).success();
    eventually("it ends", || status(&env, "two") == "exited");
    failing(&env, &name, "three");
    env.lamel(["rm", "-f", "three"]).success().stdout("three\n");
    // Without its monitor nothing is started again, and everything knows.
    failing(&env, &name, "four");
    let monitor = std::fs::read_to_string(
        env.root()
            .join(format!("containers/{}/life", field(&env, "four", "{{.Id}}"))),
    )
    .expect("its life");
    let last: serde_json::Value = serde_json::from_str(monitor.lines().last().expect("a line")).expect("JSON");
    env.shell(&format!("kill -9 {}", last["supervisor"]["pid"])).success();
    eventually("it is known", || status(&env, "four") == "exited");
    env.lamel(["stop", "four"]).success();
    env.lamel(["start", "four"]).success();
    env.lamel(["rm", "-f", "four"]).success();
}

#[test]
fn each_run_has_its_mounts_and_limits_and_leaves_no_descriptor_open() {
    let env = Env::new();
    let name = env.busybox();
    let line = "echo x >>/data/runs; hostname; exit 1";
    let options = [
        "-d",
        "--restart=always",
        "--name",
        "box",
        "-v",
        "data:/data",
        "--hostname",
        "same",
    ];
    env.lamel(
        ["run"]
            .into_iter()
            .chain(options)
            .chain([name.as_str(), "sh", "-c", line]),
    )
    .success();
    let life = env
        .root()
        .join(format!("containers/{}/life", field(&env, "box", "{{.Id}}")));
    let open = || {
        let text = std::fs::read_to_string(&life).expect("its life");
        let first: serde_json::Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
        // While it starts a container nobody but root may look.
        let descriptors = std::fs::read_dir(format!("/proc/{}/fd", first["supervisor"]["pid"])).ok()?;
        Some(descriptors.count())
    };
    let count = || {
        field(&env, "box", "{{.RestartCount}}")
            .parse::<u32>()
            .expect("a number")
    };
    let paused = |restarts: u32| count() >= restarts && status(&env, "box") == "restarting";
    eventually("it was started again", || paused(1));
    let mut before = None;
    eventually("its descriptors can be counted", || {
        before = open();
        before.is_some()
    });
    eventually("it was started again several times", || paused(4));
    // While it is started there are more.
    eventually("no more are open than before", || {
        open().is_some_and(|now| Some(now) <= before)
    });
    env.lamel(["stop", "box"]).success();
    let runs = count() as usize + 1;
    env.lamel([
        "run",
        "--rm",
        "-v",
        "data:/data",
        &name,
        "sh",
        "-c",
        "wc -l </data/runs",
    ])
    .success();
    let log = env.lamel(["logs", "box"]).success().stdout;
    assert!(log.lines().all(|line| line == "same"), "{log}");
    assert!((runs - 1..=runs).contains(&log.lines().count()), "{runs}: {log}");
}

#[test]
fn whoever_started_it_in_the_foreground_hears_of_its_first_run() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--restart=on-failure:1",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        "echo out; exit 4",
    ])
    .code(4)
    .stdout("out\n");
    eventually("it was started again", || {
        field(&env, "box", "{{.State.Status}} {{.RestartCount}}") == "exited 1"
    });
    env.lamel(["run", "--restart=always", "--rm", &name]).fails(
        125,
        "lamel: conflicting options: cannot specify both --restart and --rm\n",
    );
    env.lamel(["run", "--restart=no", "--rm", &name, "true"]).success();
    let outcome = env.lamel(["create", "--restart=often", &name]).code(125);
    assert!(outcome.stderr.contains("invalid restart policy"), "{}", outcome.stderr);
}

#[test]
fn one_that_runs_for_too_long_is_killed() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--timeout", "1", "--name", "box", &name, "sleep", "60"])
        .code(137);
    env.lamel(["start", "-a", "box"]).code(137);
    env.lamel(["run", "--rm", "--timeout", "60", &name, "true"]).success();
}

#[test]
fn a_container_says_how_it_is_stopped_and_how_long_that_may_take() {
    let env = Env::new();
    let name = env.busybox();
    let line = "trap 'exit 5' USR1; trap '' TERM; echo up; while :; do sleep 0.05; done";
    let options = [
        "-d",
        "--name",
        "box",
        "--stop-signal",
        "SIGUSR1",
        "--stop-timeout",
        "30",
    ];
    env.lamel(
        ["run"]
            .into_iter()
            .chain(options)
            .chain([name.as_str(), "sh", "-c", line]),
    )
    .success();
    eventually("it is up", || env.lamel(["logs", "box"]).stdout == "up\n");
    env.lamel(["restart", "box"]).success();
    eventually("it is up again", || env.lamel(["logs", "box"]).stdout == "up\nup\n");
    env.lamel(["stop", "box"]).success();
    assert_eq!(
        field(
            &env,
            "box",
            "{{.State.ExitCode}} {{.Config.StopSignal}} {{.Config.StopTimeout}}"
        ),
        "5 SIGUSR1 30"
    );
    env.lamel([
        "run",
        "-d",
        "--name",
        "deaf",
        "--stop-timeout",
        "0",
        &name,
        "sleep",
        "60",
    ])
    .success();
    env.lamel(["stop", "deaf"]).success();
    assert_eq!(field(&env, "deaf", "{{.State.ExitCode}}"), "137");
}
