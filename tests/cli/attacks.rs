//! Hostile images and containers: what each of them would gain is named by the CVE in which another engine gave it.
//!
//! Every start ends well inside the container, or in one line that says why not; what is on the host stays as it was.

mod devices;
mod identity;
mod races;

use crate::env::{Env, Outcome};
use crate::fixtures::busybox;
use crate::registry::Layer;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// A directory of the host's, with one file in it.
fn treasure(env: &Env) -> PathBuf {
    let dir = env.work().join("treasure");
    std::fs::create_dir(&dir).expect("a directory in a fresh directory");
    std::fs::write(dir.join("file"), "host\n").expect("a file in a fresh directory");
    dir
}

fn is_whole(treasure: &Path) {
    let names: Vec<_> = std::fs::read_dir(treasure)
        .expect("it is there")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["file"]);
    assert_eq!(
        std::fs::read_to_string(treasure.join("file")).expect("it is there"),
        "host\n"
    );
}

/// It failed, and told so in one line of lamel's own.
#[track_caller]
fn is_refused(outcome: &Outcome, what: &str) {
    let told = format!("{what}: code {}, {}{}", outcome.code, outcome.stdout, outcome.stderr);
    assert!((125..=127).contains(&outcome.code), "{told}");
    assert!(outcome.stderr.starts_with("lamel: "), "{told}");
    assert_eq!(
        (outcome.stderr.lines().count(), outcome.stdout.as_str()),
        (1, ""),
        "{told}"
    );
}

/// CVE-2024-21626: a descriptor of the host's that is still open when the program starts.
#[test]
fn no_descriptor_of_the_hosts_reaches_a_container() {
    let env = Env::new();
    let name = env.busybox();
    // The fourth is that of the listing itself.
    let list = "ls /proc/self/fd | tr '\\n' ' '; pwd";
    for opened in ["", "exec 9</etc; exec 7<>/dev/null;"] {
        env.shell(&format!("{opened} lamel run --rm {name} sh -c \"{list}\""))
            .success()
            .stdout("0 1 2 3 /\n");
        env.shell(&format!("{opened} lamel run -d --name box {name} sleep 1000"))
            .success();
        env.shell(&format!("{opened} lamel exec box sh -c \"{list}\""))
            .success()
            .stdout("0 1 2 3 /\n");
        env.lamel(["exec", "box", "sh", "-c", "ls /proc/1/fd | tr '\\n' ' '"])
            .success()
            .stdout("0 1 2 ");
        env.lamel(["rm", "-f", "box"]).success();
    }
}

#[test]
fn a_working_directory_that_is_a_descriptor_is_refused() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    let link = env.pulled(
        "link:1",
        &busybox().layer(Layer::new().symlink("out", "/proc/self/fd/8").gzip()),
    );
    for number in 3..16 {
        let directory = format!("/proc/self/fd/{number}");
        is_refused(&env.lamel(["run", "--rm", "-w", &directory, &name, "pwd"]), &directory);
        is_refused(&env.lamel(["exec", "-w", &directory, "box", "pwd"]), &directory);
    }
    for directory in ["/out", "/out/..", "/proc/self/cwd", "/proc/1/root"] {
        is_refused(&env.lamel(["run", "--rm", "-w", directory, &link, "pwd"]), directory);
    }
    let image = busybox().run("WorkingDir", json!("/proc/self/fd/8"));
    is_refused(
        &env.lamel(["run", "--rm", &env.pulled("dir:1", &image), "pwd"]),
        "the image's",
    );
}

#[test]
fn directories_of_the_engines_that_lead_to_the_host_are_refused() {
    let env = Env::new();
    let treasure = treasure(&env);
    let outside = treasure.display().to_string();
    for (number, name) in ["dev", "proc", "sys"].into_iter().enumerate() {
        for target in [outside.as_str(), "/", "etc", "/proc/self/cwd"] {
            let image = busybox().layer(Layer::new().whiteout(name).symlink(name, target).gzip());
            let name = env.pulled(&format!("led{number}:1"), &image);
            is_refused(&env.lamel(["run", "--rm", &name, "true"]), target);
        }
        let image = busybox().layer(Layer::new().whiteout(name).file(name, "").gzip());
        is_refused(&env.lamel(["run", "--rm", &env.pulled("file:1", &image), "true"]), name);
    }
    is_whole(&treasure);
}

#[test]
fn an_etc_that_leads_to_the_host_leads_nowhere() {
    let env = Env::new();
    let treasure = treasure(&env);
    let outside = treasure.display().to_string();
    for (number, target) in [outside.as_str(), "/../../../../../..", "/proc/self/cwd", "/dev/shm"]
        .into_iter()
        .enumerate()
    {
        let image = busybox().layer(Layer::new().whiteout("etc").symlink("etc", target).gzip());
        let name = env.pulled(&format!("etc{number}:1"), &image);
        let outcome = env.lamel(["run", "--rm", &name, "true"]);
        if outcome.code != 0 {
            is_refused(&outcome, target);
        }
    }
    is_whole(&treasure);
}

/// CVE-2019-16884, CVE-2023-28642: what lies over /proc takes the confinement away.
#[test]
fn nothing_is_mounted_over_proc_or_the_root() {
    let env = Env::new();
    let name = env.busybox();
    let treasure = treasure(&env);
    for place in [
        "/proc",
        "/proc/self",
        "/proc/sys",
        "/",
        "//",
        "/.",
        "/../proc",
        "/etc/../proc",
    ] {
        let bind = format!("{}:{place}", treasure.display());
        is_refused_or_usage(&env.lamel(["run", "--rm", "-v", &bind, &name, "true"]), &bind);
        is_refused_or_usage(&env.lamel(["run", "--rm", "--tmpfs", place, &name, "true"]), place);
        // An image's that is no place for one is not mounted.
        let image = env.pulled("volume:1", &busybox().run("Volumes", json!({ place: {} })));
        let places = "grep -cE '^([^ ]+ ){4}(/|/proc) ' /proc/self/mountinfo";
        let outcome = env.lamel(["run", "--rm", &image, "sh", "-c", places]);
        match outcome.code {
            0 => assert_eq!(outcome.stdout, "2\n", "{place}"),
            _ => is_refused(&outcome, place),
        }
    }
    let link = env.pulled("link:1", &busybox().layer(Layer::new().symlink("to", "/proc").gzip()));
    let bind = format!("{}:/to", treasure.display());
    let outcome = env.lamel([
        "run",
        "--rm",
        "-v",
        &bind,
        &link,
        "grep",
        "-c",
        " /proc ",
        "/proc/self/mountinfo",
    ]);
    if outcome.code == 0 {
        assert_eq!(outcome.stdout, "1\n");
    } else {
        is_refused(&outcome, "a link to /proc");
    }
    is_whole(&treasure);
}

/// As [`is_refused`]; what is no place at all may be refused as a usage error.
#[track_caller]
fn is_refused_or_usage(outcome: &Outcome, what: &str) {
    let told = format!("{what}: code {}, {}{}", outcome.code, outcome.stdout, outcome.stderr);
    assert!([2, 125].contains(&outcome.code), "{told}");
    assert!(
        outcome.stdout.is_empty() && !outcome.stderr.contains("panicked"),
        "{told}"
    );
}

pub struct Stop<'a>(pub &'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Makes `link` in a directory a directory and a link to `target` by turns, until it is to stop.
pub fn exchange(dir: &Path, target: &str, stop: &AtomicBool) {
    let (link, aside) = (dir.join("link"), dir.join("aside"));
    while !stop.load(Ordering::Relaxed) {
        let _ = std::fs::rename(&link, &aside);
        let _ = std::os::unix::fs::symlink(target, &link);
        std::thread::sleep(std::time::Duration::from_micros(300));
        let _ = std::fs::remove_file(&link);
        let _ = std::fs::rename(&aside, &link);
        std::thread::sleep(std::time::Duration::from_micros(300));
    }
}

/// CVE-2021-30465: the place for a mount becomes a link while the container starts.
#[test]
fn a_place_that_is_exchanged_while_a_container_starts_stays_inside() {
    let env = Env::new();
    let name = env.busybox();
    let treasure = treasure(&env);
    let shared = env.work().join("shared");
    std::fs::create_dir_all(shared.join("link")).expect("a directory in a fresh directory");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| exchange(&shared, "/elsewhere", &stop));
        // Also where a round fails.
        let _stop = Stop(&stop);
        let count = "grep -cE ' /(data/link|data/aside|elsewhere) ' /proc/self/mountinfo";
        let volumes = [
            format!("{}:/data", shared.display()),
            format!("{}:/data/link", treasure.display()),
        ];
        for _ in 0..25 {
            let outcome = env.lamel([
                "run",
                "--rm",
                "-v",
                &volumes[0],
                "-v",
                &volumes[1],
                &name,
                "sh",
                "-c",
                count,
            ]);
            match (outcome.code, outcome.stdout.as_str()) {
                // Or it went with the directory that it was made on, when another was renamed to that.
                (0, "1\n") | (1, "0\n") => {}
                _ => is_refused(&outcome, "a race that was lost"),
            }
        }
    });
    assert!(!Path::new("/elsewhere").exists());
    is_whole(&treasure);
}

/// A container that has all it needs for it covers its own /proc, by which engines have found their way.
#[test]
fn a_replaced_proc_does_not_mislead_exec() {
    let env = Env::new();
    let name = env.busybox();
    let cover = "mkdir -p /tmp/fake/self/attr /tmp/fake/1/ns /tmp/fake/self/fd && ln -s /tmp /tmp/fake/self/root && mount -o bind /tmp/fake /proc && \
                 echo covered; exec sleep 1000";
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        "--cap-add",
        "SYS_ADMIN",
        "--security-opt",
        "seccomp=unconfined",
        &name,
        "sh",
        "-c",
        cover,
    ])
    .success();
    crate::env::eventually("it is covered", || env.lamel(["logs", "box"]).stdout == "covered\n");
    let outcome = env.lamel(["exec", "box", "sh", "-c", "echo in; pwd"]);
    match outcome.code {
        0 => assert_eq!(outcome.stdout, "in\n/\n"),
        _ => is_refused(&outcome, "exec"),
    }
    is_refused(
        &env.lamel(["exec", "-w", "/proc/self/root", "box", "pwd"]),
        "a link in the false /proc",
    );
    env.lamel(["top", "box"]).success();
}

/// An image with as many variables as execve(2) takes, ranges of all ports, and volumes: what is in a configuration
/// must not take a time that grows with the square of how much there is.
#[test]
fn a_crowded_configuration_costs_no_more_than_its_length() {
    let env = Env::new();
    let ports: serde_json::Map<String, Value> = (1..20_000).map(|n| (format!("{n}-65535"), json!({}))).collect();
    let volumes: serde_json::Map<String, Value> = (0..200).map(|n| (format!("/v/{n}"), json!({}))).collect();
    let variables: Vec<String> = (0..60_000).map(|n| format!("V{n}={n}")).collect();
    let image = busybox()
        .run("Env", json!([&["PATH=/bin".to_owned()], &variables[..]].concat()))
        .run("ExposedPorts", Value::Object(ports))
        .run("Volumes", Value::Object(volumes));
    let name = env.pulled("crowded:1", &image);
    env.lamel([
        "run",
        "--name",
        "box",
        "-e",
        "V7=mine",
        &name,
        "sh",
        "-c",
        "echo $V7 $V59999; ls /v | wc -l",
    ])
    .success()
    .stdout("mine 59999\n200\n");
    env.lamel(["ps", "-a", "-q"]).success();
    env.lamel(["diff", "box"]).success().stdout("");
    env.lamel(["commit", "box", "again:1"]).success();
    env.lamel(["rm", "-v", "box"]).success();
    env.lamel(["volume", "ls", "-q"]).success().stdout("");
}
