//! `kill -9` at every step: whichever process of lamel's is killed, and before whichever of its system calls, what is left is a state that each
//! command explains in a line, and that `rm` clears away.
//!
//! strace(1) counts the calls of a command that change something, then runs it once for each, and kills it as it makes that call.

use crate::env::{Env, Outcome, eventually, is_all, is_root, is_single_id};

/// What changes something outside the process, or waits for another.
const CALLS: &str = "clone,clone3,fork,vfork,wait4,mount,umount2,move_mount,mount_setattr,unshare,setns,mkdir,mkdirat,mknodat,rename,\
                     renameat,rmdir,unlink,unlinkat,write,symlink,symlinkat,flock,prctl,connect,sendmsg,sendto,poll,ppoll,pidfd_send_signal,\
                     fchdir,chdir";

/// The calls of `lamel LINE`, each with how many of its kind came before: `("mount", 1)` is the first. One in three of them, each of the three users
/// another third, unless everything is asked for.
fn steps(env: &Env, line: &str) -> Vec<(String, usize)> {
    let all = all_steps(env, line);
    let third = if is_root() { 0 } else { 1 + usize::from(is_single_id()) };
    let some = all.into_iter().enumerate();
    some.filter(|(at, _)| is_all() || at % 3 == third)
        .map(|(_, step)| step)
        .collect()
}

fn all_steps(env: &Env, line: &str) -> Vec<(String, usize)> {
    env.shell(&format!("strace -qq -o steps -e trace={CALLS} lamel {line}"))
        .success();
    let trace = std::fs::read_to_string(env.work().join("steps")).expect("strace writes it");
    let mut steps: Vec<(String, usize)> = Vec::new();
    for call in trace
        .lines()
        .filter_map(|line| line.split_once('('))
        .map(|(name, _)| name)
    {
        let number = steps.iter().filter(|(name, _)| name == call).count() + 1;
        steps.push((call.to_owned(), number));
    }
    assert!(steps.len() > 4, "{trace}");
    steps
}

/// Runs `lamel LINE`, which is killed as it makes the call `step`.
fn killed(env: &Env, (call, number): &(String, usize), line: &str) {
    env.shell(&format!(
        "strace -qq -o /dev/null -e inject={call}:signal=KILL:when={number} lamel {line} 2>/dev/null >&2"
    ));
}

/// What a command says of a container that was left: it does what it should, or tells in one line why not.
fn explains(outcome: Outcome, step: &(String, usize)) {
    let told = format!("after {step:?}: {}{}", outcome.stdout, outcome.stderr);
    if outcome.code != 0 {
        assert!(outcome.stderr.starts_with("lamel: "), "{told}");
        assert_eq!(outcome.stderr.lines().count(), 1, "{told}");
    }
    assert!(!outcome.stderr.contains("panicked"), "{told}");
}

/// Removes the container and looks whether anything is left.
fn clears(env: &Env, step: &(String, usize), command: &[&str]) {
    let removed = env.lamel(command);
    assert_eq!(removed.code, 0, "{command:?} after {step:?}: {}", removed.stderr);
    let containers = env.lamel(["ps", "-aq"]).success().stdout;
    let left = env.left();
    assert_eq!(
        (containers.as_str(), left.as_slice()),
        ("", [].as_slice()),
        "{command:?} after {step:?}"
    );
}

/// Only what nobody supervises any more is not active.
fn settled(env: &Env) {
    eventually("the container ends with its supervisor", || {
        env.lamel(["ps", "-q"]).stdout.is_empty()
    });
}

fn listed(env: &Env) -> bool {
    !env.lamel(["ps", "-aq"]).success().stdout.is_empty()
}

#[test]
fn a_run_that_is_killed_leaves_a_container_that_is_explained_removed_and_started_again() {
    let env = Env::new();
    let line = format!("run --name box {} true", env.busybox());
    let steps = steps(&env, &line);
    env.lamel(["rm", "box"]).success();
    for (index, step) in steps.iter().enumerate() {
        killed(&env, step, &line);
        settled(&env);
        if listed(&env) {
            env.lamel(["inspect", "box"]).success();
            explains(env.lamel(["logs", "box"]), step);
            explains(env.lamel(["exec", "box", "true"]), step);
        }
        // Two states that follow each other are much alike.
        if index % 2 == 0 && listed(&env) {
            let started = env.lamel(["start", "-a", "box"]);
            assert_eq!(started.code, 0, "after {step:?}: {}", started.stderr);
        }
        clears(&env, step, &["rm", "--ignore", "box"]);
    }
}

#[test]
fn a_start_in_the_background_that_is_killed_leaves_a_container_that_can_be_stopped() {
    let env = Env::new();
    let line = format!("run -d --name box {} sleep 1000", env.busybox());
    let steps = steps(&env, &line);
    env.lamel(["rm", "-f", "box"]).success();
    for step in &steps {
        killed(&env, step, &line);
        if listed(&env) {
            explains(env.lamel(["exec", "box", "true"]), step);
            let stopped = env.lamel(["stop", "-t", "0", "box"]);
            assert_eq!(stopped.code, 0, "after {step:?}: {}", stopped.stderr);
        }
        clears(&env, step, &["rm", "--ignore", "box"]);
    }
}

#[test]
fn a_removal_that_is_killed_can_be_made_again() {
    let env = Env::new();
    let create = format!("create --name box {} sleep 1000", env.busybox());
    let make = || {
        env.shell(&format!("lamel {create} && lamel start box")).success();
    };
    make();
    for step in &steps(&env, "rm -f box") {
        make();
        killed(&env, step, "rm -f box");
        if listed(&env) {
            env.lamel(["inspect", "box"]).success();
            explains(env.lamel(["stop", "-t", "0", "box"]), step);
        }
        clears(&env, step, &["rm", "-f", "box"]);
        env.lamel(["prune", "-f"]).success();
        for folder in ["trash", "staging", "containers", "names"] {
            let left = std::fs::read_dir(env.root().join(folder))
                .expect("a folder of the store")
                .count();
            assert_eq!(left, 0, "in {folder} after {step:?}");
        }
    }
}

#[test]
fn a_stop_that_is_killed_can_be_made_again() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--name", "box", &name, "sleep", "1000"]).success();
    env.lamel(["start", "box"]).success();
    for step in &steps(&env, "stop -t 0 box") {
        env.lamel(["start", "box"]).success();
        killed(&env, step, "stop -t 0 box");
        env.lamel(["stop", "-t", "0", "box"]).success();
        settled(&env);
    }
}

#[test]
fn an_exec_that_is_killed_leaves_the_container_as_it_was() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    for step in &steps(&env, "exec box true") {
        killed(&env, step, "exec box true");
        let again = env.lamel(["exec", "box", "echo", "still"]);
        assert_eq!(
            (again.code, again.stdout.as_str()),
            (0, "still\n"),
            "after {step:?}: {}",
            again.stderr
        );
    }
}

/// A container's first process and its supervisor.
fn processes(env: &Env, container: &str) -> (i32, i32) {
    let init = env.lamel(["inspect", "-f", "{{.State.Pid}}", container]).success();
    let init: i32 = init.text().parse().expect("a pid");
    let status = std::fs::read_to_string(format!("/proc/{init}/status")).expect("it runs");
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:\t"));
    (init, parent.and_then(|pid| pid.parse().ok()).expect("a parent"))
}

fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("our own process");
}

#[test]
fn a_container_ends_with_its_monitor_and_runs_again() {
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
        "echo up; exec sleep 1000",
    ])
    .success();
    eventually("it is up", || env.lamel(["logs", "box"]).stdout == "up\n");
    for restart in [true, false] {
        kill(processes(&env, "box").1);
        settled(&env);
        env.lamel(["ps", "-a", "--format", "{{.Names}} {{.Status}}"])
            .success()
            .stdout("box Dead\n");
        env.lamel(["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "box"])
            .success()
            .stdout("dead 255\n");
        env.lamel(["wait", "box"]).success().stdout("255\n");
        env.lamel(["logs", "box"]).success();
        env.lamel(["exec", "box", "true"])
            .fails(125, "lamel: container box is not running[..]\n");
        env.lamel(["stop", "box"]).success().stdout("box\n");
        if restart {
            env.lamel(["start", "box"]).success().stdout("box\n");
        }
    }
    env.lamel(["rm", "box"]).success().stdout("box\n");
}

#[test]
fn a_first_process_that_is_killed_is_recorded_like_any_end() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    kill(processes(&env, "box").0);
    env.lamel(["wait", "box"]).success().stdout("137\n");
    env.lamel(["ps", "-a", "--format", "{{.Status}}"])
        .success()
        .stdout("Exited (137) [AGO]\n");
    env.lamel(["start", "box"]).success();
}

#[test]
fn a_monitor_that_is_killed_while_its_container_is_stopped_or_removed_does_not_hinder_that() {
    let env = Env::new();
    let name = env.busybox();
    // It does not hear the stop signal.
    env.lamel(["create", "--name", "box", &name, "sleep", "1000"]).success();
    for delay in [0, 1, 3, 10, 30] {
        env.lamel(["start", "box"]).success();
        let (_, monitor) = processes(&env, "box");
        let mut stop = env.spawn(["stop", "-t", "1", "box"]);
        std::thread::sleep(std::time::Duration::from_millis(delay));
        kill(monitor);
        assert!(crate::env::wait(&mut stop, "lamel stop").success(), "{delay}");
        settled(&env);
    }
    for delay in [0, 1, 3, 10, 30] {
        env.lamel(["run", "-d", "--rm", "--name", "again", &name, "sleep", "1000"])
            .success();
        let (_, monitor) = processes(&env, "again");
        let mut remove = env.spawn(["rm", "-f", "again"]);
        std::thread::sleep(std::time::Duration::from_millis(delay));
        // It may have ended.
        let monitor = rustix::process::Pid::from_raw(monitor).expect("a pid");
        let _ = rustix::process::kill_process(monitor, rustix::process::Signal::KILL);
        assert!(crate::env::wait(&mut remove, "lamel rm").success(), "{delay}");
        env.lamel(["rm", "-f", "again"]).success();
    }
}
