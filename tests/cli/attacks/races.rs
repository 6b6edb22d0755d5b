//! Trees that change while an engine looks at them. Two names are given to each other's files by one system call, over and over, so whoever
//! looks twice sees both.

use crate::env::Env;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Exchanges two files until it is dropped.
struct Exchange {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Exchange {
    fn of(one: PathBuf, other: PathBuf) -> Exchange {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE).expect("both are there");
            }
        });
        Exchange {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the exchange failed");
        }
    }
}

/// Fills a container's directory `x`: beside `t` and `file` there are links to a directory and a file of the host's, which comes back. All files are of one
/// length, so that none is told by it.
fn host_files(env: &Env, x: &Path) -> PathBuf {
    let outside = env.home().join("t");
    for dir in [&outside, &x.join("t")] {
        std::fs::create_dir_all(dir).expect("a directory in a fresh directory");
    }
    std::fs::write(outside.join("f"), "secret\n").expect("a file in a fresh directory");
    std::fs::write(outside.join("secret"), "secret\n").expect("a file in a fresh directory");
    std::fs::write(x.join("t/f"), "inside\n").expect("a file in a fresh directory");
    std::os::unix::fs::symlink(&outside, x.join("s")).expect("a link in a fresh directory");
    std::fs::write(x.join("file"), "inside\n").expect("a file in a fresh directory");
    std::os::unix::fs::symlink(outside.join("secret"), x.join("link")).expect("a link in a fresh directory");
    outside
}

/// CVE-2018-15664: `cp` looks where a path leads, and goes there when it leads elsewhere.
#[test]
fn a_tree_that_changes_under_cp_does_not_lead_to_the_host() {
    let env = Env::new();
    let name = env.busybox();
    let shared = env.work().join("shared");
    let outside = host_files(&env, &shared);
    let bind = format!("{}:/x", shared.display());
    env.lamel(["run", "-d", "--name", "box", "-v", &bind, &name, "sleep", "1000"])
        .success();
    env.lamel(["create", "--name", "still", "-v", &bind, &name]).success();
    env.shell("mkdir src && echo a >src/a").success();
    let _exchange = Exchange::of(shared.join("t"), shared.join("s"));
    for _ in 0..15 {
        for place in ["box", "still"] {
            let of = |path: &str| format!("{place}:/x/{path}");
            if env.lamel(["cp", "-q", &of("t/f"), "got"]).code == 0 {
                let got = std::fs::read_to_string(env.work().join("got")).expect("it was copied");
                assert_eq!(got, "inside\n");
            }
            env.lamel(["cp", "-q", "src/a", &of("t/g")]);
            env.lamel(["cp", "-q", "src/.", &of("t")]);
        }
    }
    let mut names: Vec<_> = std::fs::read_dir(&outside)
        .expect("it is there")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["f", "secret"]);
}

/// What a container changes while its tree is read shows nothing of the host's to `export`, `diff` and `commit`.
#[test]
fn a_tree_that_changes_under_export_diff_and_commit_does_not_lead_to_the_host() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--name", "box", &name]).success();
    // What its processes do to what they see, is done to this directory.
    let id = env.lamel(["inspect", "-f", "{{.Id}}", "box"]).success().stdout;
    let upper = env.root().join("containers").join(id.trim()).join("upper");
    let x = upper.join("x");
    host_files(&env, &x);
    let _directory = Exchange::of(x.join("t"), x.join("s"));
    let _file = Exchange::of(x.join("file"), x.join("link"));
    let mut whole = 0;
    for round in 0..15 {
        let exported = env.shell("lamel export -o all.tar box && tar -tf all.tar && tar -xOf all.tar x");
        assert!(!exported.stdout.contains("secret\n"), "{}", exported.stdout);
        assert!(!exported.stdout.contains("t/secret"), "{}", exported.stdout);
        whole += i32::from(exported.code == 0);
        let changes = env.lamel(["diff", "box"]);
        whole += i32::from(changes.code == 0);
        assert!(!changes.stdout.contains("/secret"), "{}", changes.stdout);
        if env.lamel(["commit", "box", "taken:1"]).code == 0 {
            let saved = env.shell("lamel save taken:1 | tar -xO");
            assert!(!saved.stdout.contains("secret\n"), "round {round}");
            whole += 1;
        }
    }
    assert!(whole > 0, "nothing was ever read to its end");
}
