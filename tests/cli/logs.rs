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
fn lines_have_the_details_that_were_asked_for() {
    let env = Env::new();
    let name = env.busybox();
    let run = |name: &str, options: &[&str], image: &str| {
        let words = [
            &["run", "-d", "--name", name],
            options,
            &[image, "sh", "-c", "echo out; echo err >&2"],
        ]
        .concat();
        env.lamel(words).success();
        env.lamel(["wait", name]).success();
    };
    let options = ["--log-opt=labels=a,b", "--log-opt=env=C", "--log-opt=tag={{.Name}}"];
    run(
        "told",
        &[&options[..], &["-l=a=1 2", "-e=C=x=y,é", "-e=D=4"]].concat(),
        &name,
    );
    env.lamel(["logs", "--details", "told"])
        .success()
        .stdout("C=x%3Dy%2C%C3%A9,a=1+2,tag=told out\n")
        .stderr("C=x%3Dy%2C%C3%A9,a=1+2,tag=told err\n");
    env.lamel(["logs", "told"]).success().stdout("out\n").stderr("err\n");
    // Docker's blank is there without any, too.
    run("plain", &[], &name);
    env.lamel(["logs", "--details", "plain"])
        .success()
        .stdout(" out\n")
        .stderr(" err\n");
    let long = format!("-e=C={}", "x".repeat(65 << 10));
    env.lamel(["run", "--log-opt=env=C", &long, &name, "true"]).fails(
        125,
        "lamel: log options labels, env and tag add more than 64 KiB to each line\n",
    );
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
    let shown = env
        .lamel(["top", "box", "pid,ppid", "hpid", "user", "group", "seccomp", "comm"])
        .success()
        .stdout;
    let rows: Vec<Vec<&str>> = shown.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["PID", "PPID", "HPID", "USER", "GROUP", "SECCOMP", "COMMAND"]);
    assert_eq!(rows[1], ["1", "0", &init, "root", "root", "filter", "sh"]);
    assert!(rows.len() == 4 && rows[2][1] == "1" && rows[2][6] == "sleep", "{shown}");
    env.lamel(["top", "box", "pid", "nothing"])
        .fails(1, "lamel: ps: error: [..]\n");
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

#[test]
fn a_log_stays_within_its_size_and_number_of_files() {
    let env = Env::new();
    let name = env.busybox();
    let options = ["--log-opt", "max-size=4k", "--log-opt", "max-file=3"];
    let command = [&name, "sh", "-c", "seq 1 1000"];
    env.lamel(["run", "-d", "--name", "box"].into_iter().chain(options).chain(command))
        .success();
    env.lamel(["wait", "box"]).success();
    let path = env.lamel(["inspect", "-f", "{{.LogPath}}", "box"]).text().to_owned();
    for number in ["", ".1", ".2"] {
        let size = std::fs::metadata(format!("{path}{number}")).expect("three files").len();
        assert!(size <= 4096, "{number}: {size}");
    }
    assert!(!std::path::Path::new(&format!("{path}.3")).exists());
    let shown = env.lamel(["logs", "box"]).success().stdout;
    let lines = shown.lines().count();
    let wanted: String = (1001 - lines..=1000).map(|number| format!("{number}\n")).collect();
    assert!(shown == wanted && lines > 100, "{lines} lines");
    env.lamel(["logs", "-n", "100", "box"])
        .success()
        .stdout(&(901..=1000).map(|number| format!("{number}\n")).collect::<String>());
    let config = env
        .lamel(["inspect", "-f", "{{json .HostConfig.LogConfig}}", "box"])
        .text()
        .to_owned();
    assert_eq!(
        config,
        r#"{"Type":"json-file","Config":{"max-file":"3","max-size":"4k"}}"#
    );
}

#[test]
fn logs_follows_through_rotations() {
    let env = Env::new();
    let name = env.busybox();
    let script = "for i in $(seq 1 200); do echo $i; done; sleep 0.2; for i in $(seq 201 400); do echo $i; done";
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        "--log-opt",
        "max-size=8k",
        "--log-opt",
        "max-file=9",
        &name,
        "sh",
        "-c",
        script,
    ])
    .success();
    let wanted: String = (1..=400).map(|number| format!("{number}\n")).collect();
    env.lamel(["logs", "-f", "box"]).success().stdout(&wanted);
}

#[test]
fn a_driver_decides_what_is_kept() {
    let env = Env::new();
    let name = env.busybox();
    let run = |driver: &str, container: &str| {
        env.lamel([
            "run",
            "--log-driver",
            driver,
            "--name",
            container,
            &name,
            "sh",
            "-c",
            "echo out; echo err >&2",
        ])
        .success()
        .stdout("out\n")
        .stderr("err\n");
    };
    run("k8s-file", "pod");
    env.lamel(["logs", "pod"]).success().stdout("out\n").stderr("err\n");
    let path = env.lamel(["inspect", "-f", "{{.LogPath}}", "pod"]).text().to_owned();
    let text = std::fs::read_to_string(path).expect("a log");
    assert!(
        text.contains(" stdout F out\n") && text.contains(" stderr F err\n"),
        "{text}"
    );
    for driver in ["none", "passthrough"] {
        run(driver, driver);
        env.lamel(["logs", driver])
            .fails(1, "lamel: configured logging driver does not support reading\n");
        let shown = env.lamel(["inspect", "-f", "{{.HostConfig.LogConfig.Type}} [{{.LogPath}}]", driver]);
        assert_eq!(shown.text(), format!("{driver} []"));
    }
    env.lamel(["run", "-d", "--log-driver", "passthrough", &name, "true"])
        .fails(
            125,
            "lamel: the log driver passthrough is for a run in the foreground without a terminal\n",
        );
    // What nobody keeps, those who are attached hear all the same.
    env.lamel([
        "create",
        "--log-driver",
        "none",
        "--name",
        "quiet",
        &name,
        "sh",
        "-c",
        "echo heard",
    ])
    .success();
    env.lamel(["start", "-a", "quiet"]).success().stdout("heard\n");
}

#[test]
fn settings_have_a_driver_and_a_size() {
    let env = Env::new();
    let name = env.busybox();
    let create = |variables: &[(&str, &str)], options: &[&str]| {
        let mut command = env.command(["create"]);
        command
            .args(options)
            .args([&name, "true"])
            .envs(variables.iter().copied());
        crate::env::finish(&mut command, "create".into())
    };
    let config = |id: &str| {
        let shown = env.lamel(["inspect", "-f", "{{json .HostConfig.LogConfig}}", id]);
        shown.text().to_owned()
    };
    let size = [("LAMEL_LOG_MAX_SIZE", "5m")];
    let id = create(&size, &[]).success();
    assert_eq!(config(id.text()), r#"{"Type":"json-file","Config":{"max-size":"5m"}}"#);
    let id = create(&size, &["--log-driver", "none"]).success();
    assert_eq!(config(id.text()), r#"{"Type":"none","Config":{}}"#);
    let id = create(&[("LAMEL_LOG_DRIVER", "k8s-file")], &[]).success();
    assert_eq!(config(id.text()), r#"{"Type":"k8s-file","Config":{}}"#);
    create(&[("LAMEL_LOG_DRIVER", "paper")], &[]).fails(
        125,
        "lamel: log driver by LAMEL_LOG_DRIVER: unknown log driver \"paper\": json-file, k8s-file, journald, none, passthrough are known\n",
    );
}
