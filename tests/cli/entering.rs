//! `exec` into containers that mislead whoever finds them by their first process.

use crate::env::{Env, eventually, files, is_root};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A process with the number `pid`, which nobody has.
fn take_number(pid: i32) -> Option<Child> {
    let mut taken = None;
    eventually("the number is taken", || {
        fs::write("/proc/sys/kernel/ns_last_pid", (pid - 1).to_string()).expect("root may");
        let mut child = Command::new("sleep").arg("600").spawn().expect("sleep starts");
        if child.id() as i32 == pid {
            taken = Some(child);
        } else {
            child.kill().expect("it is ours");
            child.wait().expect("it is ours");
        }
        // Another test's process serves as well.
        PathBuf::from(format!("/proc/{pid}")).exists()
    });
    taken
}

fn parent(pid: i32) -> i32 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
    parent.and_then(|parent| parent.parse().ok()).expect("proc(5)")
}

/// The runtime reads the container's config.json when the container was found to run, and opens its namespaces only then: here it ends in
/// between. An ordinary user cannot choose who gets its number; for them nobody has it.
#[test]
fn a_number_that_is_used_again_does_not_lead_into_the_hosts_namespaces() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    let pid = env.lamel(["inspect", "-f", "{{.State.Pid}}", "box"]).text().to_owned();
    let pid: i32 = pid.parse().expect("a number");
    let monitor = parent(pid);
    let config = files(&env.run_root())
        .into_iter()
        .find(|path| path.ends_with("bundle/config.json"))
        .expect("it runs");
    let text = fs::read(&config).expect("it is ours");
    fs::remove_file(&config).expect("it is ours");
    let made = Command::new("mkfifo").arg(&config).status().expect("mkfifo starts");
    assert!(made.success());

    let mut exec = env.command(["exec", "box", "echo", "entered"]);
    let exec = exec.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let exec = exec.expect("lamel starts");
    // Which waits until it is read.
    let mut pipe = fs::File::options().write(true).open(&config).expect("a pipe");
    let killed = Command::new("kill").args(["-9", &monitor.to_string()]).status();
    assert!(killed.expect("kill starts").success());
    eventually("it has ended", || !PathBuf::from(format!("/proc/{pid}")).exists());
    let other = is_root().then(|| take_number(pid)).flatten();
    pipe.write_all(&text).expect("it is read");
    drop(pipe);

    let output = exec.wait_with_output().expect("its output");
    if let Some(mut other) = other {
        other.kill().expect("it is ours");
        other.wait().expect("it is ours");
    }
    assert_eq!(
        (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
        (
            "".into(),
            "lamel: entering the container: the container has ended\n".into()
        )
    );
    assert_eq!(output.status.code(), Some(125));
}

/// As with Docker, the root of a further process is that of the mount namespace.
#[test]
fn a_first_process_that_changes_its_root_keeps_nobody_out() {
    let env = Env::new();
    let name = env.busybox();
    let jail = "mkdir -p /jail/bin && cp /bin/busybox /jail/bin && echo root:x:7:7::/: >/jail/passwd && \
                exec chroot /jail /bin/busybox sleep 1000";
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        "--health-cmd",
        "test -d /jail",
        "--health-interval",
        "1h",
        &name,
        "sh",
        "-c",
        jail,
    ])
    .success();
    eventually("it has another root", || {
        let pid = env.lamel(["inspect", "-f", "{{.State.Pid}}", "box"]);
        let line = fs::read(format!("/proc/{}/cmdline", pid.text())).expect("it runs");
        line.starts_with(b"/bin/busybox")
    });
    env.lamel(["exec", "-u", "root", "box", "sh", "-c", "ls -d /jail; id -u"])
        .success()
        .stdout("/jail\n0\n");
    env.lamel(["healthcheck", "run", "box"]).success();
}
