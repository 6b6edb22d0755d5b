//! Logins at once, and logins that are killed: none is lost, no auth.json is broken, and no password stays behind
//! elsewhere.

use crate::env::{Env, files, wait};
use crate::registry::{Registry, base64};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What a login and a logout do to files. `openat` is traced as well: of those calls the ones that make a file count.
const CALLS: &str = "openat,flock,ftruncate,write,fsync,rename,renameat,renameat2,unlink,unlinkat,linkat,mkdir,mkdirat";

/// An empty directory for one auth.json.
fn directory(env: &Env) -> PathBuf {
    let dir = env.work().join("auth");
    std::fs::create_dir(&dir).expect("a directory");
    dir
}

fn kept(dir: &Path) -> Value {
    let text = std::fs::read(dir.join("auth.json")).expect("auth.json");
    serde_json::from_slice(&text).expect("auth.json is whole")
}

fn registries(dir: &Path) -> Vec<String> {
    let kept = kept(dir);
    let auths = kept["auths"].as_object().expect("an object");
    auths.keys().cloned().collect()
}

#[test]
fn logins_at_once_are_all_kept() {
    let env = Env::new();
    let dir = directory(&env);
    let started: Vec<Registry> = (0..20).map(|_| Registry::start()).collect();
    let login = |registry: &Registry| {
        let address = registry.address();
        env.spawn([
            "login",
            "--authfile",
            "auth/auth.json",
            "-u",
            "me",
            "-p",
            "secret",
            &address,
        ])
    };
    let mut logins: Vec<_> = started.iter().map(login).collect();
    for login in &mut logins {
        assert!(wait(login, "lamel login").success());
    }
    let mut expected: Vec<String> = started.iter().map(Registry::address).collect();
    let mut found = registries(&dir);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(files(&dir), [dir.join("auth.json")]);
}

/// The calls of a command that change files, each with how many of its kind came before.
fn steps(env: &Env, line: &str) -> Vec<(String, usize)> {
    env.shell(&format!("strace -qq -o steps -e trace={CALLS} lamel {line}"))
        .success();
    let trace = std::fs::read_to_string(env.work().join("steps")).expect("strace writes it");
    let mut counts = std::collections::HashMap::new();
    let mut steps = Vec::new();
    for (call, arguments) in trace.lines().filter_map(|line| line.split_once('(')) {
        let count = counts.entry(call.to_owned()).or_insert(0);
        *count += 1;
        if call != "openat" || arguments.contains("O_CREAT") {
            steps.push((call.to_owned(), *count));
        }
    }
    for call in ["openat", "flock", "fsync", "rename"] {
        assert!(steps.iter().any(|(step, _)| step == call), "{call}: {trace}");
    }
    steps
}

#[test]
fn a_login_that_is_killed_breaks_nothing_and_its_password_is_removed_by_the_next_command() {
    let env = Env::new();
    let dir = directory(&env);
    let [first, second, third] = [(); 3].map(|()| Registry::start());
    let before = json!({ "auths": { first.address(): { "auth": base64("me:first") } } }).to_string();
    let reset = || {
        for file in files(&dir) {
            std::fs::remove_file(file).expect("a file");
        }
        std::fs::write(dir.join("auth.json"), &before).expect("a file");
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(dir.join("auth.json"), private).expect("a mode");
    };
    let command = |what: &str, registry: &Registry| format!("{what} --authfile auth/auth.json {}", registry.address());
    let login = |registry: &Registry| command("login -u me -p secret", registry);
    reset();
    let mut left = 0;
    for (index, step) in steps(&env, &login(&second)).iter().enumerate() {
        reset();
        let (call, number) = step;
        env.shell(&format!(
            "strace -qq -o /dev/null -e inject={call}:signal=KILL:when={number} lamel {} 2>/dev/null >&2",
            login(&second)
        ));
        let found = registries(&dir);
        assert!(found.contains(&first.address()), "after {step:?}: {found:?}");
        for file in files(&dir) {
            let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file:?} after {step:?}");
            left += usize::from(file != dir.join("auth.json"));
        }
        // Whatever it is that comes next, and whether it has something to write.
        let next = [login(&third), command("logout", &first), command("logout", &third)];
        env.shell(&format!("lamel {}", next[index % next.len()])).success();
        assert_eq!(files(&dir), [dir.join("auth.json")], "after {step:?}");
        registries(&dir);
    }
    assert!(left > 0, "no draft was ever left");
}

#[test]
fn a_login_that_fails_removes_what_a_killed_one_has_left() {
    let env = Env::new();
    let dir = directory(&env);
    let draft = dir.join(".auth.json.lamel");
    std::fs::write(&draft, "secret").expect("a file");
    std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    env.lamel([
        "login",
        "--authfile",
        "auth/auth.json",
        "-u",
        "me",
        "-p",
        "x",
        "127.0.0.1:1",
    ])
    .code(1);
    assert!(files(&dir).is_empty());
}
