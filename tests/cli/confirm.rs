//! The question before something goes for good: asked on stdout, answered from stdin whatever that is, and nothing but
//! a yes is one.

use crate::env::Env;
use crate::fixtures::three_layers;
use serde_json::json;

const QUESTION: &str = "Are you sure you want to continue? [y/N] ";

/// A command that asks, what it warns of, and the command that lists what it removes.
struct Asking {
    args: &'static [&'static str],
    warning: &'static str,
    list: &'static [&'static str],
}

const ALL: &str = "This will remove:\n  - all stopped containers\n  - all dangling images\n  \
                   - what interrupted work left behind\n\n";

const COMMANDS: [Asking; 6] = [
    Asking {
        args: &["container", "prune"],
        warning: "This will remove all stopped containers.\n",
        list: &["ps", "-a", "-q"],
    },
    Asking {
        args: &["volume", "prune"],
        warning: "This will remove anonymous local volumes not used by at least one container.\n",
        list: &["volume", "ls", "-q"],
    },
    Asking {
        args: &["network", "prune"],
        warning: "This will remove all custom networks not used by at least one container.\n",
        list: &["network", "ls", "-q", "--filter", "name=net"],
    },
    Asking {
        args: &["image", "prune"],
        warning: "This will remove all dangling images.\n",
        list: &["images", "-q", "-f", "dangling=true"],
    },
    Asking {
        args: &["prune"],
        warning: ALL,
        list: &["ps", "-a", "-q"],
    },
    Asking {
        args: &["system", "prune"],
        warning: ALL,
        list: &["ps", "-a", "-q"],
    },
];

/// A stopped container, an anonymous volume, a network and a dangling image, as far as they are not there.
fn fill(env: &Env, image: &str) {
    if env.lamel(["container", "exists", "box"]).code != 0 {
        env.lamel(["create", "--name", "box", image]).success();
    }
    if env.lamel(["volume", "ls", "-q"]).stdout.is_empty() {
        env.lamel(["volume", "create"]).success();
    }
    if env.lamel(["images", "-q", "-f", "dangling=true"]).stdout.is_empty() {
        let name = env.pulled("old:1", &three_layers());
        env.lamel(["untag", &name]).success();
    }
    // As `network create` records it; an ordinary user cannot make one.
    let network = json!({
        "name": "net", "id": "ab".repeat(32), "created": "2024-01-02T03:04:05Z", "interface": "lamel77",
        "subnets": [{"subnet": "10.77.0.0/24", "gateway": "10.77.0.1", "range": null}],
        "internal": false, "dns": true, "labels": {}, "options": {},
    });
    let folder = env.root().join("networks");
    std::fs::create_dir_all(&folder).expect("a directory in the store");
    std::fs::write(folder.join("net.json"), network.to_string()).expect("a file in the store");
}

fn held(env: &Env, command: &Asking) -> String {
    env.lamel(command.list).success().stdout
}

#[test]
fn what_is_not_answered_with_yes_is_not_pruned() {
    let env = Env::new();
    let image = env.busybox();
    fill(&env, &image);
    for command in &COMMANDS {
        let before = held(&env, command);
        assert_eq!(before.lines().count(), 1, "{:?}", command.args);
        let asked = format!("WARNING! {}{QUESTION}", command.warning);
        for answer in ["n\n", "no\n", "\n", "yellow\n", "n\ny\n", "n"] {
            env.lamel_with_input(answer.as_bytes(), command.args)
                .success()
                .stdout(&asked)
                .stderr("");
        }
        // The end of input: /dev/null, an empty file, what is closed, a pipe; and what cannot be read.
        env.lamel(command.args).success().stdout(&asked).stderr("");
        env.lamel_with_input(b"", command.args).success().stdout(&asked);
        let line = command.args.join(" ");
        for line in [
            format!("lamel {line} <&-"),
            format!(": | lamel {line}"),
            format!("lamel {line} </"),
            format!("echo n | lamel {line}"),
        ] {
            env.shell(&line).success().stdout(&asked).stderr("");
        }
        assert_eq!(held(&env, command), before, "{:?}", command.args);
    }
}

#[test]
fn what_is_answered_with_yes_or_forced_is_pruned() {
    let env = Env::new();
    let image = env.busybox();
    for command in &COMMANDS {
        let asked = format!("WARNING! {}{QUESTION}", command.warning);
        for answer in ["y\n", "Y", " yes \n"] {
            fill(&env, &image);
            let done = env.lamel_with_input(answer.as_bytes(), command.args).success();
            assert!(done.stdout.starts_with(&asked), "{}", done.stdout);
            assert_eq!(held(&env, command), "", "{:?} after {answer:?}", command.args);
        }
        fill(&env, &image);
        // Not read where it is not asked for.
        let done = env
            .lamel_with_input(b"n\n", command.args.iter().copied().chain(["-f"]))
            .success();
        assert!(done.stdout.starts_with("Deleted "), "{}", done.stdout);
        assert_eq!(held(&env, command), "", "{:?} -f", command.args);
    }
}

#[test]
fn a_reset_is_asked_for_likewise_and_says_so_where_nobody_answers() {
    let env = Env::new();
    env.busybox();
    let root = env.root().display().to_string();
    let asked = format!(
        "WARNING! This will remove:\n  - all containers, those that run as well\n  - all images\n  \
         - the store {root}\n\n{QUESTION}"
    );
    env.lamel_with_input(b"n\n", ["system", "reset"])
        .success()
        .stdout(&asked)
        .stderr("");
    env.lamel(["system", "reset"]).code(1).stdout(&asked).stderr(&format!(
        "lamel: nobody is there to ask: use --force to remove all that is in {root}\n"
    ));
    assert!(env.root().join("images").exists());
    env.lamel_with_input(b"y\n", ["system", "reset"])
        .success()
        .stdout(&format!("{asked}Total reclaimed space: [..]B\n"));
    assert!(!env.root().exists());
}
