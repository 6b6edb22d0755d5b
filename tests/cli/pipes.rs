//! Pipes as standard input and output of a command in the foreground: whose they are, and what the container's programs
//! find of them.

use crate::env::{Env, wait};
use crate::userns::{MAP, world};
use rustix::fs::{Gid, OFlags, Uid, fchown, fcntl_setfl, fstat};
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::process::{Child, Stdio};

/// Writes more than a pipe holds.
const MUCH: &str = "head -c 1000000 /dev/zero | tr '\\0' x; echo END";
/// Opens all three once more.
const AGAIN: &str = "cat /dev/stdin; echo out >/dev/stdout; echo err >/dev/stderr";

/// Starts `lamel WORDS` with these as its standard input and output.
fn spawn(env: &Env, words: &[&str], stdin: impl Into<Stdio>, stdout: PipeWriter, stderr: impl Into<Stdio>) -> Child {
    let mut command = env.command(words);
    command.stdin(stdin).stdout(stdout).stderr(stderr);
    command.spawn().expect("lamel starts")
}

/// What comes out of the pipe until its end.
fn all(mut pipe: PipeReader) -> String {
    let mut text = String::new();
    pipe.read_to_string(&mut text).expect("text");
    text
}

#[test]
fn a_pipe_that_does_not_block_is_written_to_by_lamel() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    for words in [&["run", "--rm", &name][..], &["exec", "box"]] {
        for other in [Stdio::null as fn() -> Stdio, Stdio::piped] {
            let (reader, writer) = pipe().expect("a pipe");
            fcntl_setfl(&writer, OFlags::WRONLY | OFlags::NONBLOCK).expect("our own pipe");
            let words = [words, &["sh", "-c", MUCH]].concat();
            let mut child = spawn(&env, &words, Stdio::null(), writer, other());
            // A program that is given the pipe itself has failed by then.
            std::thread::sleep(std::time::Duration::from_millis(700));
            let text = all(reader);
            assert_eq!(wait(&mut child, "lamel").code(), Some(0), "{words:?}");
            assert_eq!((text.len(), text.ends_with("xEND\n")), (1_000_004, true), "{words:?}");
        }
    }
}

#[test]
fn a_pipe_that_does_not_block_is_read_by_lamel() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    for words in [&["run", "--rm", "-i", &name][..], &["exec", "-i", "box"]] {
        let (stdin, mut input) = pipe().expect("a pipe");
        fcntl_setfl(&stdin, OFlags::RDONLY | OFlags::NONBLOCK).expect("our own pipe");
        let (output, stdout) = pipe().expect("a pipe");
        let words = [words, &["sh", "-c", "echo ready; cat"]].concat();
        let mut child = spawn(&env, &words, stdin, stdout, Stdio::null());
        let mut ready = [0; 6];
        (&output).read_exact(&mut ready).expect("it is ready");
        std::thread::sleep(std::time::Duration::from_millis(200));
        input.write_all(b"late\n").expect("it is read");
        drop(input);
        assert_eq!(all(output), "late\n", "{words:?}");
        assert_eq!(wait(&mut child, "lamel").code(), Some(0), "{words:?}");
    }
}

#[test]
fn a_pipe_of_the_users_own_is_the_containers_own() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    for words in [&["run", "--rm", &name][..], &["exec", "box"]] {
        let (reader, writer) = pipe().expect("a pipe");
        let number = fstat(&writer).expect("our own pipe").st_ino;
        let script = "readlink /proc/self/fd/1; echo again >/dev/stdout";
        let words = [words, &["sh", "-c", script]].concat();
        let mut child = spawn(&env, &words, Stdio::null(), writer, Stdio::null());
        assert_eq!(all(reader), format!("pipe:[{number}]\nagain\n"), "{words:?}");
        assert_eq!(wait(&mut child, "lamel").code(), Some(0), "{words:?}");
    }
}

#[test]
fn a_pipe_of_anothers_is_opened_again_as_dev_stdout() {
    let Some(env) = world() else { return };
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "mapped", MAP, &name, "sleep", "1000"])
        .success();
    env.lamel(["run", "-d", "--name", "box", "--cap-drop=ALL", &name, "sleep", "1000"])
        .success();
    for (owner, words) in [
        // Whom the container's user namespace does not have.
        (0, &["run", "--rm", "-i", MAP, &name][..]),
        (0, &["run", "--rm", "-i", MAP, "-u", "1234", &name]),
        (0, &["exec", "-i", "mapped"]),
        (0, &["exec", "-i", "-u", "1234", "mapped"]),
        // Whose files only root with that capability may open.
        (1234, &["run", "--rm", "-i", "--cap-drop=ALL", &name]),
        (1234, &["run", "--rm", "-i", "-u", "4321", &name]),
        (1234, &["exec", "-i", "box"]),
    ] {
        let own = || {
            let (reader, writer) = pipe().expect("a pipe");
            fchown(&reader, Some(Uid::from_raw(owner)), Some(Gid::from_raw(owner))).expect("root may");
            (reader, writer)
        };
        let ((stdin, mut input), (output, stdout), (errors, stderr)) = (own(), own(), own());
        let words = [words, &["sh", "-c", AGAIN]].concat();
        let mut child = spawn(&env, &words, stdin, stdout, stderr);
        input.write_all(b"in\n").expect("it is read");
        drop(input);
        let told = (all(output), all(errors));
        assert_eq!(told, ("in\nout\n".into(), "err\n".into()), "{words:?}");
        assert_eq!(wait(&mut child, "lamel").code(), Some(0), "{words:?}");
    }
}
