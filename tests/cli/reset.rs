//! `system reset`: the store goes, whatever state it is in.

use crate::env::Env;
use crate::fixtures::{busybox, three_layers};

#[test]
fn images_running_containers_and_the_store_itself_go() {
    let env = Env::new();
    env.pulled("app:1", &three_layers());
    let name = env.pulled("base:1", &busybox());
    // Files of other owners, where there are other ids.
    env.lamel([
        "run",
        "--name",
        "old",
        &name,
        "sh",
        "-c",
        "mkdir -m 0 /shut; chown 7:7 /shut || true",
    ])
    .success();
    env.lamel(["run", "-d", "--name", "busy", &name, "sleep", "600"])
        .success();
    env.lamel(["system", "reset", "-f"])
        .success()
        .stdout("Total reclaimed space: [..]B\n")
        .stderr("");
    assert!(!env.root().exists());
    env.lamel(["ps", "-a", "-q"]).success().stdout("");
    env.lamel(["system", "reset", "-f"])
        .success()
        .stdout("Total reclaimed space: [..]B\n");
    env.lamel(["system", "reset", "-f"]).success().stdout("");
}

#[test]
fn a_damaged_store_goes_with_what_still_runs_in_it() {
    let env = Env::new();
    let name = env.busybox();
    let id = env.lamel(["run", "-d", &name, "sleep", "600"]).success();
    let record = env.root().join("containers").join(id.stdout.trim()).join("record.json");
    std::fs::write(record, "[]").expect("a file in the store");
    std::fs::write(env.root().join("format"), "{]").expect("a file in the store");
    std::fs::remove_dir_all(env.root().join("trash")).expect("a directory in the store");
    std::fs::write(env.root().join("trash"), "").expect("a file in the store");
    env.lamel(["images"]).code(1);
    env.lamel(["system", "reset", "-f"]).success().stderr("");
    assert!(!env.root().exists());
    env.lamel(["images", "-q"]).success().stdout("");
}

#[test]
fn a_directory_that_is_no_store_is_left_alone_and_foreign_files_in_one_stay() {
    let env = Env::new();
    std::fs::create_dir(env.work().join("images")).expect("a directory");
    std::fs::write(env.work().join("format"), "mine").expect("a file");
    std::fs::write(env.work().join("letter"), "mine").expect("a file");
    let work = env.work().display().to_string();
    env.lamel(["--root", &work, "system", "reset", "-f"])
        .fails(1, &format!("lamel: {work} holds other files and is no lamel store\n"));
    assert!(env.work().join("images").exists());
    env.busybox();
    std::fs::write(env.root().join("letter"), "mine").expect("a file");
    env.lamel(["system", "reset", "-f"]).success();
    let left: Vec<_> = std::fs::read_dir(env.root()).expect("still there").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}
