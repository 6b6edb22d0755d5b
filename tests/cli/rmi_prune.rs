//! `rmi`, `prune` and `system df`: what goes, what stays, what it all takes.

use crate::env::{Env, disk_usage, files};
use crate::fixtures::{busybox, short, three_layers};

#[test]
fn the_last_name_takes_the_image_and_its_layers_top_first() {
    let env = Env::new();
    let image = three_layers();
    let name = env.pulled("app:1", &image);
    let repository = name.trim_end_matches(":1");
    env.lamel(["rmi", &name]).success().stderr("").stdout(&format!(
        "Untagged: {name}\nUntagged: {repository}@{}\nDeleted: {}\nDeleted: sha256:[ID64]\nDeleted: sha256:[ID64]\nDeleted: {}\n",
        image.digest(),
        image.id(),
        image.layers()[0].diff_id(),
    ));
    env.lamel(["images", "-a", "-q"]).success().stdout("");
    let left: Vec<_> = files(&env.root())
        .into_iter()
        .filter(|path| path.ends_with("busybox"))
        .collect();
    assert_eq!(left, Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_name_among_several_is_only_untagged() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["tag", &name, "other:1"]).success();
    env.lamel(["rmi", "other:1"]).success().stdout("Untagged: other:1\n");
    env.lamel(["run", "--rm", &name, "echo", "still here"])
        .success()
        .stdout("still here\n");
}

#[test]
fn an_id_with_several_names_needs_force() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["tag", &name, "other:1"]).success();
    let id = short(&busybox().id());
    env.lamel(["rmi", &id]).fails(1, &format!("lamel: [..]{id}[..]\n"));
    env.lamel(["rmi", "-f", &id]).success();
    env.lamel(["images", "-q"]).success().stdout("");
}

#[test]
fn layers_that_another_image_uses_stay() {
    let env = Env::new();
    let base = env.pulled("base:1", &busybox());
    let app = env.pulled("app:1", &three_layers());
    let outcome = env.lamel(["rmi", &app]).success();
    assert_eq!(
        outcome
            .stdout
            .lines()
            .filter(|line| line.starts_with("Deleted: "))
            .count(),
        3,
        "{}",
        outcome.stdout
    );
    env.lamel(["run", "--rm", &base, "cat", "/etc/motd"])
        .success()
        .stdout("welcome\n");
}

#[test]
fn an_image_that_a_container_uses_is_refused_with_its_id() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--cidfile", "cid", &name, "true"]).success();
    let container = std::fs::read_to_string(env.work().join("cid")).expect("written");
    env.lamel(["rmi", &name])
        .fails(1, &format!("lamel: [..]{}[..]\n", &container[..12]));
    env.lamel(["rmi", "-f", &name])
        .success()
        .stdout("Untagged: [..]\nUntagged: [..]\n");
    env.lamel(["start", "-a", container.trim()]).success();
    env.lamel(["rm", container.trim()]).success();
    env.lamel(["rmi", &short(&busybox().id())]).success();
}

#[test]
fn every_argument_is_tried_and_one_failure_is_the_exit_code() {
    let env = Env::new();
    let name = env.busybox();
    let outcome = env
        .lamel(["rmi", "missing:1", &name])
        .code(1)
        .stderr("lamel: no such image: missing:1\n");
    assert!(
        outcome.stdout.starts_with(&format!("Untagged: {name}\n")),
        "{}",
        outcome.stdout
    );
}

#[test]
fn dangling_images_go_by_the_shells_own_means() {
    let env = Env::new();
    env.pulled("base:1", &busybox());
    env.pulled("base:1", &three_layers());
    env.shell("lamel rmi $(lamel images -q -f dangling=true)")
        .success()
        .stdout(&format!(
            "Untagged: [..]/base@{}\nDeleted: {}\n",
            busybox().digest(),
            busybox().id()
        ));
    env.lamel(["images", "-q"])
        .success()
        .stdout(&format!("{}\n", short(&three_layers().id())));
}

#[test]
fn image_prune_takes_dangling_images_and_with_all_those_without_a_container() {
    let env = Env::new();
    env.pulled("base:1", &busybox());
    let name = env.pulled("base:1", &three_layers());
    env.lamel(["image", "prune", "-f"]).success().stdout(&format!(
        "Deleted Images:\nuntagged: [..]/base@{}\ndeleted: {}\n\nTotal reclaimed space: [..]B\n",
        busybox().digest(),
        busybox().id()
    ));
    env.lamel(["run", "--name", "box", &name, "true"]).success();
    env.lamel(["image", "prune", "-a", "-f"])
        .success()
        .stdout("Total reclaimed space: 0B\n");
    env.lamel(["rm", "box"]).success();
    let outcome = env.lamel(["image", "prune", "-a", "-f"]).success();
    assert!(
        outcome.stdout.contains(&format!("untagged: {name}\n")),
        "{}",
        outcome.stdout
    );
    env.lamel(["images", "-a", "-q"]).success().stdout("");
}

#[test]
fn container_prune_takes_what_does_not_run() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["container", "prune", "-f"])
        .success()
        .stdout("Total reclaimed space: 0B\n");
    env.lamel(["run", "--cidfile", "cid", &name, "touch", "/new"]).success();
    env.lamel(["run", "-d", "--name", "busy", &name, "sleep", "60"])
        .success();
    let stopped = std::fs::read_to_string(env.work().join("cid")).expect("written");
    let stopped = stopped.trim();
    // Nobody is there to ask.
    env.lamel(["container", "prune"]).success().stdout(&format!(
        "Deleted Containers:\n{stopped}\n\nTotal reclaimed space: [..]B\n"
    ));
    env.lamel(["ps", "-a", "--format", "{{.Names}}"])
        .success()
        .stdout("busy\n");
    env.lamel(["rm", "-f", "busy"]).success();
}

#[test]
fn system_df_agrees_with_du_and_counts_a_shared_layer_once() {
    let env = Env::new();
    env.pulled("base:1", &busybox());
    let alone = disk_usage(&env.root().join("layers"));
    env.pulled("app:1", &three_layers());
    let both = disk_usage(&env.root().join("layers"));
    assert!(both - alone < alone / 10, "{alone} then {both}");
    env.lamel(["system", "df"]).success().stdout(
        "TYPE[..]TOTAL[..]ACTIVE[..]SIZE[..]RECLAIMABLE\nImages[..]2[..]0[..]\nContainers[..]0[..]0[..]0B[..]0B[..]\n",
    );
    // Three digits are shown, so one per cent is as near as the columns come.
    let shown = env.lamel(["system", "df", "--format", "{{.Type}} {{.Size}}"]).success();
    let shown = shown.stdout.lines().find_map(|line| line.strip_prefix("Images "));
    let shown = bytes(shown.expect("a row on images"));
    let parts = ["layers", "blobs", "images", "tags", "chains"];
    let taken: u64 = parts.iter().map(|part| disk_usage(&env.root().join(part))).sum();
    assert!(
        (shown - taken as f64).abs() <= taken as f64 / 100.0,
        "{shown} is not {taken}"
    );
}

/// What is shown as `1.23MB`.
fn bytes(text: &str) -> f64 {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "B" => 1.0,
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        other => panic!("{other:?} is no unit"),
    };
    digits.parse::<f64>().expect("a number") * factor
}
