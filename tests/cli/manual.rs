//! The examples of the manual pages are commands that work.

use crate::env::{Env, is_root, is_single_id};
use crate::fixtures::{busybox, three_layers};
use std::fs;

/// Parts of command lines that are only read here, and why they are not run.
const NOT_RUN: &[(&str, &str)] = &[
    (" -it ", "needs a terminal"),
    ("lamel attach", "waits for a container"),
    ("lamel logs -f", "waits for a container"),
    ("lamel wait web", "waits for a container"),
    ("lamel login", "needs an account"),
    ("lamel push", "needs a registry of that name"),
    ("--cpus", "needs a cgroup of the user's"),
    ("linux/arm64", "needs an image for another machine"),
    ("source <(", "needs bash"),
    ("lamel system reset", "removes the store"),
    ("lamel network connect", "needs a bridge, which is root's"),
    ("lamel network disconnect", "needs a bridge, which is root's"),
    ("--network back", "needs a bridge, which is root's"),
];

/// Whether an example is run, as this user.
fn is_run(line: &str) -> bool {
    let needs_root = line.contains("lamel network");
    let needs_ids = line.contains(" -u nobody ");
    !(NOT_RUN.iter().any(|(part, _)| line.contains(part)) || needs_root && !is_root() || needs_ids && is_single_id())
}

/// The examples of a page: what is between EX and EE, without roff's escapes.
fn examples(page: &str) -> Vec<String> {
    let blocks = page.split("\n.EX\n").skip(1);
    let text = |block: &str| block.split_once("\n.EE").expect("an example ends").0.trim().to_owned();
    blocks
        .map(|block| {
            text(block)
                .replace("\\*(Aq", "'")
                .replace("\\-", "-")
                .replace("\\\\", "\\")
        })
        .collect()
}

#[test]
fn the_examples_work() {
    let env = Env::new();
    let registry = env.registry();
    registry.push("library/alpine", "latest", &busybox());
    let conf = |prefix: &str| {
        let location = registry.address();
        format!("[[registry]]\nprefix = \"{prefix}\"\nlocation = \"{location}\"\ninsecure = true\n")
    };
    fs::write(env.registries_conf(), conf("docker.io") + &conf("registry.example.com")).expect("a file of ours");
    let younger = env.pulled("younger:1", &three_layers());
    let files =
        "mkdir -p rootfs/bin; tar -C rootfs -czf rootfs.tar.gz .; echo '<p>' > page.html; echo A=1 > variables.env";
    env.shell(files).success();
    // What the examples assume.
    let setup = format!(
        "lamel rm -af >/dev/null
         for image in alpine {younger}; do lamel image exists $image || lamel pull -q $image; done
         lamel volume exists data || lamel volume create data
         [ $(id -u) != 0 ] || lamel network exists front || lamel network create front
         lamel run -d --stop-signal KILL --name web alpine sleep 1000
         lamel create --name db alpine true"
    );
    let mut pages: Vec<_> = fs::read_dir("man")
        .expect("tests run in the package's directory")
        .map(|entry| entry.expect("an entry").path())
        .filter(|page| page.extension().is_some_and(|section| section == "1"))
        .collect();
    pages.sort();
    let (mut run, mut failed) = (0, String::new());
    for page in pages {
        let examples = examples(&fs::read_to_string(&page).expect("a page is text"));
        for line in examples.iter().filter(|line| is_run(line)) {
            run += 1;
            // The one before may have removed what this one needs.
            if env.shell(line).code == 0 {
                continue;
            }
            env.shell(&setup).success();
            let outcome = env.shell(line);
            if outcome.code != 0 {
                let page = page.display();
                failed.push_str(&format!("{page}: {line}\n{}{}\n", outcome.stdout, outcome.stderr));
            }
        }
    }
    assert!(failed.is_empty(), "{failed}");
    assert!(run > 80, "only {run} examples were run");
}
