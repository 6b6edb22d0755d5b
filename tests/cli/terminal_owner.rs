//! A container's terminal belongs to its user, who can open it again by its names as servers and scripts do:
//! /dev/stdout, /dev/console, /dev/tty and the name in /dev/pts.

use crate::env::{Env, Outcome, is_root, is_single_id};

/// For a container's first process on a terminal.
const FIRST: &str = "for name in /dev/stdin /dev/stdout /dev/stderr /dev/console /dev/tty $(tty); do \
                     echo opened >$name || exit 1; done; stat -c %u:%g /dev/console $(tty)";
/// For a further process: /dev/console is the first one's terminal.
const FURTHER: &str = "for name in /dev/stdin /dev/stdout /dev/stderr /dev/tty $(tty); do \
                       echo opened >$name || exit 1; done; stat -c %u:%g $(tty)";

/// The only user of somebody without subordinate ids is root.
fn user() -> &'static str {
    if is_single_id() { "0" } else { "1000" }
}

#[track_caller]
fn expect(outcome: Outcome, opened: usize, stats: usize) {
    // devpts is mounted with the group 5 (tty) where the container has more than one id.
    let group = if is_single_id() { "0" } else { "5" };
    let stat = format!("{}:{group}\r\n", user());
    outcome
        .success()
        .stdout(&("opened\r\n".repeat(opened) + &stat.repeat(stats)));
}

#[test]
fn a_user_opens_the_terminal_again() {
    let env = Env::new();
    let name = env.busybox();
    let user = user();
    for options in [
        &[][..],
        &["--init"],
        &["--cap-drop=all"],
        &["--security-opt=no-new-privileges"],
        &["--read-only"],
        &["--privileged"],
    ] {
        let words = [&["run", "--rm", "-t", "-u", user], options, &[&name, "sh", "-c", FIRST]].concat();
        expect(env.lamel(words), 6, 2);
    }
    env.lamel(["create", "-t", "--name", "box", "-u", user, &name, "sh", "-c", FIRST])
        .success();
    for _ in 0..2 {
        expect(env.lamel(["start", "-a", "box"]), 6, 2);
    }
}

#[test]
fn a_further_process_has_a_terminal_of_its_users() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "-t", "--name", "box", &name, "sleep", "60"])
        .success();
    expect(
        env.lamel(["exec", "-t", "-u", user(), "box", "sh", "-c", FURTHER]),
        5,
        1,
    );
    // The first process's terminal stays as it is.
    env.lamel(["exec", "box", "stat", "-c", "%u", "/dev/console", "/dev/pts/0"])
        .success()
        .stdout("0\n0\n");
}

#[test]
fn a_user_of_a_user_namespace_opens_the_terminal_again() {
    let env = Env::new();
    let name = env.busybox();
    let userns = match (is_root(), is_single_id()) {
        (true, _) => crate::userns::MAP,
        (false, false) => "--userns=keep-id",
        // There are no ids for one, see `userns_keep_id`.
        (false, true) => "--userns=host",
    };
    let run = env.lamel(["run", "--rm", "-t", userns, "-u", user(), &name, "sh", "-c", FIRST]);
    expect(run, 6, 2);
    env.lamel(["run", "-d", "--name", "box", userns, &name, "sleep", "60"])
        .success();
    expect(
        env.lamel(["exec", "-t", "-u", user(), "box", "sh", "-c", FURTHER]),
        5,
        1,
    );
}

#[test]
fn a_user_opens_pipes_again() {
    let env = Env::new();
    let name = env.busybox();
    let script = "read line </dev/stdin; echo $line >/dev/stdout; echo again >/dev/stderr";
    let user = user();
    env.lamel_with_input(b"typed\n", ["run", "--rm", "-i", "-u", user, &name, "sh", "-c", script])
        .success()
        .stdout("typed\n")
        .stderr("again\n");
    env.lamel(["run", "-d", "--name", "box", "-u", user, &name, "sleep", "60"])
        .success();
    env.lamel_with_input(b"typed\n", ["exec", "-i", "-u", user, "box", "sh", "-c", script])
        .success()
        .stdout("typed\n")
        .stderr("again\n");
    // Another user than the first process's does, too.
    if !is_single_id() {
        env.lamel_with_input(b"typed\n", ["exec", "-i", "-u", "1001", "box", "sh", "-c", script])
            .success()
            .stdout("typed\n")
            .stderr("again\n");
    }
}
