//! Containers that share what others have each on their own: PID namespaces, in which the kernel ends nothing for them, and shared memory;
//! and what is to enter a container while it stands still.

use crate::env::{Env, eventually, wait};

/// Leaves two processes behind that sleep for so many seconds, one of them in a root of its own, and goes on.
fn leaving(seconds: u32, then: &str) -> String {
    format!(
        "cp /bin/busybox /tmp; (sleep {seconds} &) ; (busybox chroot /tmp /busybox sleep {seconds} &); sleep 0.5; echo up; {then}"
    )
}

/// How many processes of the machine sleep for so many seconds.
fn sleepers(seconds: u32) -> usize {
    let entries = std::fs::read_dir("/proc").expect("/proc").flatten();
    let line = format!("sleep\0{seconds}\0");
    entries
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .filter(|found| {
            found
                .strip_suffix(line.as_bytes())
                .is_some_and(|program| [b"".as_slice(), b"/busybox\0"].contains(&program))
        })
        .count()
}

/// The container's supervisor.
fn supervisor(env: &Env, container: &str) -> rustix::process::Pid {
    let init = env.lamel(["inspect", "-f", "{{.State.Pid}}", container]).success();
    let status = std::fs::read_to_string(format!("/proc/{}/status", init.text())).expect("it runs");
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:\t"));
    let parent = parent.and_then(|pid| pid.parse().ok()).expect("a parent");
    rustix::process::Pid::from_raw(parent).expect("a pid")
}

#[test]
fn no_process_outlives_a_container_in_the_hosts_pid_namespace() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", "--pid", "host", &name, "sh", "-c", &leaving(70_011, "")])
        .success()
        .stdout("up\n");
    assert_eq!(sleepers(70_011), 0);
    for end in ["stop", "kill"] {
        let line = leaving(70_012, "exec sleep 1000");
        env.lamel([
            "run",
            "-d",
            "--name",
            "box",
            "--stop-timeout",
            "0",
            "--pid",
            "host",
            &name,
            "sh",
            "-c",
            &line,
        ])
        .success();
        eventually("it is up", || env.lamel(["logs", "box"]).stdout == "up\n");
        env.lamel(["exec", "-d", "box", "sleep", "70012"]).success();
        eventually("all run", || sleepers(70_012) == 3);
        env.lamel([end, "box"]).success();
        env.lamel(["wait", "box"]).success();
        assert_eq!(sleepers(70_012), 0, "after {end}");
        env.lamel(["rm", "box"]).success();
    }
}

#[test]
fn no_process_outlives_a_container_in_anothers_pid_namespace() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "first", &name, "sleep", "1000"])
        .success();
    env.lamel([
        "run",
        "--rm",
        "--pid",
        "container:first",
        &name,
        "sh",
        "-c",
        &leaving(70_021, ""),
    ])
    .success()
    .stdout("up\n");
    assert_eq!(sleepers(70_021), 0);
    env.lamel(["exec", "first", "true"]).success();
}

#[test]
fn what_a_killed_supervisor_left_running_is_ended_by_stop_and_by_rm() {
    let env = Env::new();
    let name = env.busybox();
    for end in ["stop", "rm", "reset"] {
        let line = leaving(70_031, "exec sleep 1000");
        env.lamel(["run", "-d", "--name", "box", "--pid", "host", &name, "sh", "-c", &line])
            .success();
        eventually("it is up", || env.lamel(["logs", "box"]).stdout == "up\n");
        rustix::process::kill_process(supervisor(&env, "box"), rustix::process::Signal::KILL).expect("our own process");
        eventually("nothing is shown as running", || {
            env.lamel(["ps", "-q"]).stdout.is_empty()
        });
        assert_eq!(sleepers(70_031), 2, "they do not hear of it");
        match end {
            "reset" => env.lamel(["system", "reset", "-f"]).success(),
            _ => env.lamel([end, "box"]).success().stdout("box\n"),
        };
        assert_eq!(sleepers(70_031), 0, "after {end}");
        if end == "stop" {
            env.lamel(["rm", "box"]).success();
        }
    }
}

#[test]
fn whatever_goes_on_writing_after_a_commands_end_is_not_waited_for() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    let run = ["run", "--name", "writer", "--pid=host", "--log-opt=max-size=1m", &name];
    for words in [&run[..], &["exec", "box"], &["exec", "-t", "box"]] {
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        // So that lamel copies.
        rustix::fs::fcntl_setfl(&writer, rustix::fs::OFlags::NONBLOCK).expect("our own pipe");
        let line = "busybox setsid yes & sleep 0.5; exit 3";
        let mut command = env.command([words, &["sh", "-c", line]].concat());
        command.stdin(std::process::Stdio::null()).stdout(writer);
        let mut child = command.spawn().expect("lamel starts");
        drop(command);
        let read = std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
        let mut ended = None;
        eventually("it ends", || {
            ended = child.try_wait().expect("our own child");
            ended.is_some()
        });
        assert_eq!(ended.and_then(|status| status.code()), Some(3), "{words:?}");
        let length = read.join().expect("no panic").expect("our own pipe");
        assert!(length > 10_000, "{words:?}: it wrote {length} bytes");
    }
}

#[test]
fn a_container_that_shares_pids_is_paused_and_listed_alone() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", "--pid", "host", &name, "sleep", "70041"])
        .success();
    let listed = env.lamel(["top", "box", "-eo", "pid,args"]).success();
    assert_eq!(listed.stdout.lines().count(), 2, "{}", listed.stdout);
    env.lamel(["pause", "box"]).success();
    let init = env.lamel(["inspect", "-f", "{{.State.Pid}}", "box"]).success();
    let state = |pid: &str| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
        status
            .lines()
            .find_map(|line| line.strip_prefix("State:\t"))
            .expect("a state")
            .to_owned()
    };
    assert_eq!(state(init.text()), "t (tracing stop)");
    env.lamel(["commit", "box", "committed"]).success();
    env.lamel(["unpause", "box"]).success();
    env.lamel(["commit", "box", "committed"]).success().stderr("");
}

#[test]
fn containers_that_share_an_ipc_namespace_share_dev_shm() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "-d",
        "--name",
        "first",
        &name,
        "sh",
        "-c",
        "echo theirs > /dev/shm/file; exec sleep 1000",
    ])
    .success();
    env.lamel([
        "run",
        "--rm",
        "--ipc",
        "container:first",
        &name,
        "sh",
        "-c",
        "until cat /dev/shm/file 2>/dev/null; do sleep 0.01; done; echo ours > /dev/shm/other; chmod 600 /dev/shm/other; grep -c /dev/shm /proc/self/mounts",
    ])
    .success()
    .stdout("theirs\n1\n");
    // What is there stays when the second ends.
    env.lamel(["exec", "first", "sh", "-c", "cat /dev/shm/*"])
        .success()
        .stdout("theirs\nours\n");
}

#[test]
fn what_is_to_enter_a_container_waits_until_its_commit_has_read_it() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    // As a commit holds it, for as long as the test wants.
    let id = env
        .lamel(["inspect", "-f", "{{.Id}}", "box"])
        .success()
        .text()
        .to_owned();
    let entrance = std::fs::File::options()
        .create(true)
        .append(true)
        .open(env.root().join("containers").join(id).join("entrance"))
        .expect("the container's directory");
    entrance.lock().expect("nobody has it");
    let mut exec = env.spawn(["exec", "box", "touch", "/entered"]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(exec.try_wait().expect("our own child").is_none());
    let changes = || env.lamel(["diff", "box"]).success().stdout;
    assert_eq!(changes(), "");
    entrance.unlock().expect("it is ours");
    assert!(wait(&mut exec, "lamel exec").success());
    assert_eq!(changes(), "A /entered\n");
    // A commit does not wait for what runs in there already.
    let mut exec = env.spawn(["exec", "box", "sh", "-c", "touch /tmp/in; exec sleep 1000"]);
    eventually("it runs", || changes().contains("/tmp/in"));
    env.lamel(["commit", "box", "committed"]).success().stderr("");
    exec.kill().expect("our own child");
    exec.wait().expect("our own child");
}
