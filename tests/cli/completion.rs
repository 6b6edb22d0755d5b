//! Completion: what the scripts of the shells get when they ask the program, and what a person at a real bash sees.

use crate::env::{Env, finish, is_root};
use crate::terminal::Terminal;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The candidates for the last of the words, as the script for bash asks for them.
#[track_caller]
fn complete(env: &Env, words: &[&str]) -> Vec<String> {
    let mut command = env.command([&["--", "lamel"], words].concat());
    let outcome = finish(
        command.env("LAMEL_COMPLETE", "bash").stdin(Stdio::null()),
        format!("{words:?}"),
    );
    let text = outcome.success().stderr("").stdout;
    text.lines().map(str::to_owned).collect()
}

/// All that is in a directory, each with the time of its last change.
fn snapshot(directory: &Path) -> Vec<(PathBuf, i64, i64)> {
    let mut found = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        // Of a layer's directories some are closed to us.
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let metadata = std::fs::symlink_metadata(&path).expect("nobody changes it");
            found.push((path.clone(), metadata.ctime(), metadata.ctime_nsec()));
            if metadata.is_dir() {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn containers_are_offered_where_their_state_suits_the_command() {
    let env = Env::new();
    let image = env.busybox();
    for name in ["web", "walrus"] {
        env.lamel(["run", "-d", "--name", name, &image, "sleep", "1000"])
            .success();
    }
    env.lamel(["create", "--name", "idle", &image]).success();
    env.lamel(["pause", "walrus"]).success();
    let all = ["idle", "walrus", "web"];
    for command in ["rm", "inspect", "logs", "restart", "commit", "diff"] {
        let found = complete(&env, &["container", command, ""]);
        assert_eq!(found, all, "{command}");
    }
    for command in ["stop", "exec", "attach", "kill", "top"] {
        assert_eq!(complete(&env, &[command, ""]), ["walrus", "web"], "{command}");
    }
    assert_eq!(complete(&env, &["start", ""]), ["idle"]);
    assert_eq!(complete(&env, &["pause", "w"]), ["web"]);
    assert_eq!(complete(&env, &["unpause", ""]), ["walrus"]);
    // Several containers, after an option with a value, and in an option's value.
    assert_eq!(complete(&env, &["stop", "-t", "3", "web", "wa"]), ["walrus"]);
    assert_eq!(
        complete(&env, &["run", "--network=container:w"]),
        ["--network=container:walrus", "--network=container:web"]
    );
    assert_eq!(complete(&env, &["cp", "id"]), ["idle:"]);
    // What comes after the container is the command's.
    assert!(complete(&env, &["exec", "web", ""]).is_empty());
    assert!(complete(&env, &["exec", "-it", "web", "ls", "--"]).is_empty());
    env.lamel(["unpause", "walrus"]).success();
}

#[test]
fn images_volumes_networks_and_values_are_offered() {
    let env = Env::new();
    let image = env.busybox();
    for name in ["redis:7", "redis:8", "me/app:1"] {
        env.lamel(["tag", &image, name]).success();
    }
    env.lamel(["volume", "create", "data"]).success();
    // Networks are root's.
    let networks: &[&str] = match is_root() {
        true => &["front"],
        false => &[],
    };
    for name in networks {
        env.lamel(["network", "create", name]).success();
    }
    for command in [
        &["rmi", "re"][..],
        &["run", "--rm", "re"],
        &["image", "history", "re"],
        &["push", "re"],
    ] {
        assert_eq!(complete(&env, command), ["redis:7", "redis:8"], "{command:?}");
    }
    assert_eq!(
        complete(&env, &["rmi", "docker.io/library/redis:8"]),
        ["docker.io/library/redis:8"]
    );
    assert_eq!(complete(&env, &["volume", "rm", ""]), ["data"]);
    assert_eq!(complete(&env, &["run", "-v", "da"]), ["data:"]);
    assert_eq!(complete(&env, &["network", "rm", ""]), networks);
    assert_eq!(complete(&env, &["run", "--network", "f"]), networks);
    let modes = ["bridge", "host", "none", "pasta", "container:"];
    assert_eq!(complete(&env, &["run", "--network", ""]), [&modes, networks].concat());
    for (words, candidates) in [
        (&["create", "--log-driver", "j"][..], &["json-file", "journald"][..]),
        (&["run", "--pull", ""], &["always", "missing", "never"]),
        (&["run", "--restart", "o"], &["on-failure"]),
        (&["run", "--cap-add", "SYS_T"], &["SYS_TIME", "SYS_TTY_CONFIG"]),
        (&["kill", "-s", "SIGK"], &["SIGKILL"]),
        (&["ps", "--filter", "stat"], &["status="]),
        (&["images", "--filter=da"], &["--filter=dangling="]),
        (&["volume", "ls", "-f", "n"], &["name="]),
        (&["ps", "--format", "j"], &["json"]),
        (&["run", "--na"], &["--name"]),
        (&["image", "tr"], &["tree"]),
        (&["completion", ""], &["bash", "zsh", "fish"]),
        // Nothing is known of these, and no options are offered before a dash is typed.
        (&["run", "--name", ""], &[]),
        (&["network", "create", ""], &[]),
    ] {
        assert_eq!(complete(&env, words), candidates, "{words:?}");
    }
}

#[test]
fn other_shells_get_descriptions() {
    let env = Env::new();
    for shell in ["zsh", "fish"] {
        let mut command = env.command(["--", "lamel", "pul"]);
        let output = command.env("LAMEL_COMPLETE", shell).output().expect("lamel starts");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "pull\tPull images from a registry\n"
        );
    }
}

#[test]
fn a_store_that_is_missing_or_damaged_has_no_names_and_stays_as_it_is() {
    let env = Env::new();
    let missing = env.work().join("missing");
    let (option, run) = (format!("--root={}", missing.display()), env.work().join("run"));
    let run = format!("--runroot={}", run.display());
    for words in [["rm", ""], ["rmi", ""], ["pull", "x"]] {
        assert!(complete(&env, &[&[option.as_str(), &run], &words[..]].concat()).is_empty());
    }
    assert_eq!(std::fs::read_dir(env.work()).expect("it is there").count(), 0);

    let image = env.busybox();
    env.lamel(["create", "--name", "idle", &image]).success();
    assert_eq!(complete(&env, &["rm", ""]), ["idle"]);
    let format = env.root().join("format");
    let text = std::fs::read(&format).expect("a store has it");
    std::fs::write(&format, "{]").expect("a file of ours");
    let before = snapshot(&env.root());
    assert!(complete(&env, &["rm", ""]).is_empty());
    assert_eq!(snapshot(&env.root()), before);
    std::fs::write(&format, text).expect("a file of ours");
}

#[test]
fn completing_changes_nothing_and_waits_for_no_lock() {
    let env = Env::new();
    let image = env.busybox();
    env.lamel(["run", "-d", "--name", "web", &image, "sleep", "1000"])
        .success();
    let before = [snapshot(&env.root()), snapshot(&env.run_root())];
    let lock = |path: PathBuf| {
        let file = File::open(path).expect("it is there");
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).expect("nobody has it");
        file
    };
    let root = env.root();
    let held = ["lock", "names", "containers", "networks", "volumes"].map(|name| lock(root.join(name)));
    let start = Instant::now();
    assert_eq!(complete(&env, &["stop", ""]), ["web"]);
    assert_eq!(complete(&env, &["rmi", ""]), [image]);
    assert!(complete(&env, &["volume", "rm", ""]).is_empty());
    assert!(complete(&env, &["network", "rm", ""]).is_empty());
    // A few milliseconds each; a lock would be waited for without end.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!([snapshot(&root), snapshot(&env.run_root())] == before);
    drop(held);
}

#[test]
fn bash_completes_with_the_script() {
    let env = Env::new();
    let image = env.busybox();
    env.lamel(["create", "--name", "webserver", &image]).success();
    env.lamel(["tag", &image, "me/app:stable"]).success();
    let lamel = env.command([""; 0]);
    let bin = env.root().with_file_name("bin");
    let mut bash = Command::new("bash");
    bash.args(["--norc", "--noprofile", "-i"])
        .envs(lamel.get_envs().filter_map(|(key, value)| Some((key, value?))))
        .env("PATH", format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", bin.display()))
        .env("PS1", "> ")
        .current_dir(env.work());
    let mut terminal = Terminal::start(&bash);
    terminal.type_in("source <(lamel completion bash); echo rea''dy\n");
    terminal.expect("ready");
    // Completed, with a space after it, and run.
    terminal.type_in("lamel inspect -f '{{.Name}} {{.State.Status}}' webs\t\n");
    terminal.expect("/webserver created");
    // Words that Bash splits at a colon and at an equals sign.
    terminal.type_in("lamel image exists me/app:st\t&& echo fou''nd\n");
    terminal.expect("me/app:stable && echo");
    terminal.expect("found");
    terminal.type_in("lamel ps -a --filter=nam\twebserver --format '<{{.Names}}>'\n");
    terminal.expect("--filter=name=webserver --format");
    terminal.expect("<webserver>");
    terminal.type_in("exit 7\n");
    assert_eq!(terminal.code(), Some(7));
}
