//! Many containers at once.

use crate::env::{Env, eventually, wait};
use std::io::Read;

/// Runs `count` of `lamel ARGS` at the same time; each must succeed.
fn at_once(env: &Env, count: usize, args: &[&str]) -> Vec<String> {
    let mut children: Vec<_> = (0..count).map(|_| env.spawn(args)).collect();
    let ended = children.iter_mut().map(|child| {
        let status = wait(child, "lamel run");
        let mut texts = [String::new(), String::new()];
        let _ = child.stdout.take().expect("piped").read_to_string(&mut texts[0]);
        let _ = child.stderr.take().expect("piped").read_to_string(&mut texts[1]);
        assert!(status.success(), "{status}: {}", texts[1]);
        std::mem::take(&mut texts[0])
    });
    ended.collect()
}

#[test]
fn forty_runs_at_once_all_succeed_and_leave_nothing() {
    let env = Env::new();
    let name = env.busybox();
    let told = at_once(&env, 40, &["run", "--rm", &name, "echo", "well"]);
    assert!(told.iter().all(|line| line == "well\n"), "{told:?}");
    env.lamel(["ps", "-aq"]).success().stdout("");
    assert_eq!(env.left(), [""; 0]);
}

#[test]
#[ignore = "takes a minute: tests/run runs it"]
fn two_hundred_runs_at_once_all_succeed_and_leave_nothing() {
    let env = Env::new();
    let name = env.busybox();
    let told = at_once(&env, 200, &["run", "--rm", "--network", "none", &name, "echo", "well"]);
    assert!(told.iter().all(|line| line == "well\n"), "{told:?}");
    env.lamel(["ps", "-aq"]).success().stdout("");
    assert_eq!(env.left(), [""; 0]);
}

#[test]
#[ignore = "takes a minute: tests/run runs it"]
fn a_hundred_containers_run_stop_and_go_together() {
    let env = Env::new();
    let name = env.busybox();
    for _ in 0..100 {
        env.lamel(["run", "-d", "--network", "none", "--init", &name, "sleep", "1000"])
            .success();
    }
    let count = |args: &[&str]| env.lamel(args).success().stdout.lines().count();
    assert_eq!(count(&["ps", "-q"]), 100);
    assert_eq!(count(&["stop", "-t", "5", "-a"]), 100);
    assert_eq!((count(&["ps", "-q"]), count(&["ps", "-aq"])), (0, 100));
    assert_eq!(count(&["rm", "-a"]), 100);
    assert_eq!(env.left(), [""; 0]);
}

#[test]
fn init_reaps_what_its_command_leaves_to_it() {
    let env = Env::new();
    let name = env.busybox();
    let orphans =
        "for i in 1 2 3 4 5 6 7 8; do (sleep 0.01 &); done; sleep 0.4; grep -l '^State:.Z' /proc/[0-9]*/status | wc -l";
    env.lamel(["run", "--rm", "--init", &name, "sh", "-c", orphans])
        .success()
        .stdout("0\n");
    // The count can fail: this first process waits for nothing.
    let idle = "(sleep 0.01 &); exec sleep 1000";
    env.lamel(["run", "-d", "--name", "box", &name, "sh", "-c", idle])
        .success();
    eventually("an orphan stays", || {
        let count = "grep -l '^State:.Z' /proc/[0-9]*/status | wc -l";
        env.lamel(["exec", "box", "sh", "-c", count]).success().stdout == "1\n"
    });
}
