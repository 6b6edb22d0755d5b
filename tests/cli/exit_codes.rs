//! The exit code of a container that ran is kept, whatever goes wrong afterwards: that is told as a warning.

use crate::env::{Env, eventually, is_root};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::path::PathBuf;

const FULL: &str = "No space left on device";

/// The directory of a container in the store.
fn directory(env: &Env, name: &str) -> PathBuf {
    let id = env.lamel(["inspect", "-f", "{{.Id}}", name]).success();
    env.root().join("containers").join(id.text())
}

#[test]
fn of_a_container_whose_log_is_on_a_full_disk() {
    let env = Env::new();
    let name = env.busybox();
    // A line that ends is recorded when it comes, one that does not when the container has ended.
    for (line, output, code) in [
        ("printf begun", "begun", 0),
        ("printf begun; exit 5", "begun", 5),
        ("echo whole; exit 6", "whole\n", 6),
    ] {
        env.lamel(["create", "--name", "box", &name, "sh", "-c", line])
            .success();
        std::os::unix::fs::symlink("/dev/full", directory(&env, "box").join("log")).expect("there is no log yet");
        env.lamel(["start", "-a", "box"])
            .code(code)
            .stdout(output)
            .stderr(&format!(
                "lamel: warning: the container's log is not complete: {FULL}\n"
            ));
        let shown = env.lamel(["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "box"]);
        assert_eq!(shown.text(), format!("exited {code}"));
        env.lamel(["rm", "box"]).success();
    }
}

#[test]
fn of_a_container_whose_end_cannot_be_recorded() {
    let env = Env::new();
    let name = env.busybox();
    let record = format!("event journal of the container: {FULL}");
    for (restart, warnings) in [
        ("no", format!("lamel: warning: {record}\n")),
        (
            "on-failure:2",
            format!("lamel: warning: not started again: {record}\nlamel: warning: {record}\n"),
        ),
    ] {
        let line = ["sh", "-c", "echo up; exit 3"];
        env.lamel([&["create", "--name", "box", "--restart", restart, &name], &line[..]].concat())
            .success();
        // The journal alone is written at positions: its first such line is the start, and all later ones fail.
        env.shell("strace -qq -o /dev/null -e inject=pwrite64:error=ENOSPC:when=2+ lamel start -a box")
            .code(3)
            .stdout("up\n")
            .stderr(&warnings);
        env.lamel(["rm", "box"]).success();
    }
}

#[test]
fn of_a_record_that_does_not_fit_nothing_is_left() {
    let env = Env::new();
    let name = env.busybox();
    let line = "echo up; while ! [ -e /go ]; do sleep 0.02; done; exit 3";
    env.lamel([
        "create",
        "--name",
        "box",
        "--restart",
        "on-failure:2",
        &name,
        "sh",
        "-c",
        line,
    ])
    .success();
    let child = env.spawn(["start", "-a", "box"]);
    eventually("it runs", || env.lamel(["logs", "box"]).stdout == "up\n");
    let life = directory(&env, "box").join("life");
    let recorded = std::fs::read(&life).expect("it has a life");
    // Ten bytes of the next line can be written, and no more.
    let length = Some(recorded.len() as u64 + 10);
    let limit = Rlimit {
        current: length,
        maximum: length,
    };
    let supervisor = Pid::from_raw(child.id() as i32);
    prlimit(supervisor, Resource::Fsize, limit).expect("our own child");
    // The container may end before this command has, which is killed then.
    env.lamel(["exec", "box", "touch", "/go"]);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(std::fs::read(&life).expect("it has a life"), recorded);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("File too large"), "{told}");
}

#[test]
fn of_a_container_that_fills_the_disk_with_its_store() {
    let env = Env::new();
    let image = env.busybox();
    env.lamel(["save", "-o", "image.tar", &image]).success();
    // A store of its own, which goes with the namespace.
    let script = format!(
        "mount -t tmpfs -o size=16m none {root} && mount -t tmpfs none {run} && lamel load -q -i image.tar || exit
         lamel create --name box --network none --restart on-failure:2 {image} \\
             sh -c 'cat /dev/zero >/fill 2>/dev/null; printf full; exit 3'
         lamel start -a box 2>told
         echo $?; cat told; lamel inspect -f '{{{{.RestartCount}}}} {{{{.State.Status}}}} {{{{.State.ExitCode}}}}' box",
        root = env.root().display(),
        run = env.run_root().display(),
    );
    std::fs::write(env.work().join("script"), script).expect("a file in a fresh directory");
    let unshare = if is_root() { "unshare -m" } else { "unshare -rm" };
    env.shell(&format!("{unshare} sh script")).success().stdout(&format!(
        "[..]\n[ID64]\nfull3\n\
         lamel: warning: the container's log is not complete: {FULL}\n\
         2 exited 3\n"
    ));
}

#[test]
fn of_a_container_that_cannot_be_started_again() {
    let env = Env::new();
    let name = env.busybox();
    let (outer, inner) = (env.work().join("outer"), env.work().join("outer/inner"));
    std::fs::create_dir_all(&inner).expect("a directory in a fresh directory");
    let line = "echo up; while ! [ -e /go ]; do sleep 0.02; done; exit 3";
    let volume = format!("{}:/mnt", inner.display());
    let words = ["create", "--name", "box", "--restart", "on-failure:2", "-v", &volume];
    env.lamel([&words[..], &[&name, "sh", "-c", line]].concat()).success();
    let child = env.spawn(["start", "-a", "box"]);
    eventually("it runs", || env.lamel(["logs", "box"]).stdout == "up\n");
    std::fs::rename(&outer, env.work().join("elsewhere")).expect("our own directory");
    std::fs::write(&outer, "").expect("our own directory");
    // The container may end before this command has, which is killed then.
    env.lamel(["exec", "box", "touch", "/go"]);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let start = format!("lamel: warning: not started again: volume {}: ", inner.display());
    assert!(told.lines().any(|line| line.starts_with(&start)), "{told}");
    let error = env.lamel(["inspect", "-f", "{{.State.Status}} {{.State.Error}}", "box"]);
    assert!(error.text().starts_with("exited volume "), "{}", error.text());
}

#[test]
fn what_goes_wrong_at_the_end_of_a_run_is_told_after_the_last_one() {
    let env = Env::new();
    let name = env.busybox();
    let line = "echo >>/runs; n=$(wc -l </runs); echo run $n; while ! [ -e /go/$n ]; do sleep 0.02; done; exit 3";
    // From the host: an exec that lets the first process end may be killed with it.
    let go = env.work().join("go");
    std::fs::create_dir(&go).unwrap();
    env.lamel([
        "create",
        "--name",
        "box",
        "-v",
        &format!("{}:/go", go.display()),
        "--restart",
        "on-failure:1",
        &name,
        "sh",
        "-c",
        line,
    ])
    .success();
    let id = env.lamel(["inspect", "-f", "{{.Id}}", "box"]).text().to_owned();
    let root = env.run_root().join("containers").join(id).join("root");
    let child = env.spawn(["start", "-a", "box"]);
    let runs = |number: u32| {
        eventually("it runs", || {
            env.lamel(["logs", "--tail", "1", "box"]).stdout == format!("run {number}\n")
        });
    };
    runs(1);
    // Below the mount of the container's root, which its supervisor has to itself.
    std::fs::write(root.join("foreign"), "").expect("an empty directory");
    std::fs::write(go.join("1"), "").unwrap();
    runs(2);
    std::fs::remove_file(root.join("foreign")).expect("nobody else removes it");
    std::fs::write(go.join("2"), "").unwrap();
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let warnings: Vec<&str> = told.lines().filter(|line| line.contains("root")).collect();
    assert_eq!(
        warnings,
        [format!("lamel: warning: {}: Directory not empty", root.display())],
        "{told}"
    );
}
