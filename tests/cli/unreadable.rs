//! A container whose record cannot be read: the others are listed as ever, nothing that it may use goes, and there is a
//! way out.

use crate::env::{Env, eventually, files};
use crate::fixtures::three_layers;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A container `bad` that does not run, of an image of its own and with a named volume.
struct World {
    env: Env,
    image: String,
    id: String,
}

impl World {
    fn new() -> World {
        let env = Env::new();
        let image = env.pulled("app:1", &three_layers());
        let id = env
            .lamel(["create", "--name", "bad", "-v", "data:/data", &image, "true"])
            .success()
            .text()
            .to_owned();
        World { env, image, id }
    }

    fn record(&self) -> PathBuf {
        record(&self.env, &self.id)
    }

    /// Puts something else into the configuration that is recorded, at a JSON pointer.
    fn damage(&self, place: &str, value: Value) {
        let text = std::fs::read(self.record()).expect("its record");
        let mut record: Value = serde_json::from_slice(&text).expect("JSON");
        *record["config"].pointer_mut(place).expect("it is recorded") = value;
        std::fs::write(self.record(), record.to_string()).expect("its record");
    }

    fn short(&self) -> &str {
        &self.id[..12]
    }
}

fn record(env: &Env, id: &str) -> PathBuf {
    env.root().join("containers").join(id).join("record.json")
}

/// What is said of `bad` where its configuration has a number for a host name.
const NO_NAME: &str = "container bad: its record cannot be read ('lamel rm -f bad' removes it): \
                       invalid type: integer `7`, expected a string";

#[test]
fn the_others_are_listed_and_it_is_named_with_the_way_out() {
    let world = World::new();
    let env = &world.env;
    env.lamel(["create", "--name", "good", &world.image, "true"]).success();
    let damaged = format!(
        "container {0}: its record cannot be read ('lamel rm -f {0}' removes it): {1} is damaged: [..]",
        world.short(),
        world.record().display(),
    );
    for (told, name) in [(NO_NAME.to_owned(), "bad"), (damaged, world.short())] {
        match name {
            "bad" => world.damage("/hostname", json!(7)),
            _ => std::fs::write(world.record(), "[]").expect("its record"),
        }
        let warning = format!("lamel: warning: {told}\n");
        env.lamel(["ps", "-a", "--format", "{{.Names}}"])
            .success()
            .stdout("good\n")
            .stderr(&warning);
        // It does not run.
        env.lamel(["ps", "-q"]).success().stdout("").stderr("");
        // No other is taken for the newest one.
        env.lamel(["ps", "-q", "-n", "2"])
            .success()
            .stdout("[ID]\n")
            .stderr(&warning);
        for args in [&["system", "df", "-v"][..], &["stats", "-a", "--no-stream"]] {
            env.lamel(args).success().stderr(&warning);
        }
        for args in [&["images", "--filter", "containers=true"][..], &["info"]] {
            env.lamel(args).success().stderr("");
        }
        let counts = env
            .lamel(["system", "df", "--format", "{{.Type}} {{.TotalCount}}"])
            .success();
        assert!(counts.stdout.contains("Containers 2\n"), "{}", counts.stdout);
        env.lamel(["info", "-f", "{{.Containers}}"]).success().stdout("2\n");
        for args in [
            &["inspect", "--type", "container", name][..],
            &["start", name],
            &["rm", name],
        ] {
            let failed = env.lamel(args).code(1);
            assert!(failed.stderr.contains("'lamel rm -f "), "{args:?}: {}", failed.stderr);
        }
    }
    env.lamel(["rm", "-f", "bad"]).success().stdout("bad\n").stderr("");
    env.lamel(["ps", "-a", "--format", "{{.Names}}"])
        .success()
        .stdout("good\n")
        .stderr("");
    // Its name is free.
    env.lamel(["create", "--name", "bad", &world.image, "true"]).success();
}

#[test]
fn the_newest_container_is_no_other() {
    let world = World::new();
    world.damage("/hostname", json!(7));
    world.env.lamel(["logs", "-l"]).fails(1, &format!("lamel: {NO_NAME}\n"));
    world
        .env
        .lamel(["create", "--name", "good", &world.image, "true"])
        .success();
    world.env.lamel(["logs", "-l"]).success().stderr("");
    std::fs::write(world.record(), "[]").expect("its record");
    world.env.lamel(["rm", "-l"]).code(1).stdout("");
    world.env.lamel(["rm", "-f", "bad"]).success();
}

#[test]
fn what_it_is_known_to_use_stays_though_the_rest_cannot_be_read() {
    let world = World::new();
    let env = &world.env;
    world.damage("/hostname", json!(7));
    env.lamel(["volume", "create", "other"]).success();
    env.lamel(["rmi", &world.image]).code(1).stderr(&format!(
        "lamel: conflict: [..]container {} is using[..]\n",
        world.short()
    ));
    env.lamel(["volume", "rm", "data"])
        .fails(1, &format!("lamel: remove data: volume is in use - [{}]\n", world.id));
    let layers = files(&env.root().join("layers")).len();
    env.lamel(["prune", "-a", "-f", "--volumes"])
        .success()
        .stderr(&format!("lamel: warning: {NO_NAME}\n"));
    assert_eq!(files(&env.root().join("layers")).len(), layers);
    env.lamel(["volume", "prune", "-a", "-f"])
        .success()
        .stdout("Deleted Volumes:\nother\n\nTotal reclaimed space: [..]\n")
        .stderr("");
    env.lamel(["volume", "ls", "-q", "-f", "dangling=true"])
        .success()
        .stdout("");
    env.lamel(["images", "-q"]).success().stdout("[ID]\n");
    env.lamel(["rm", "-f", "bad"]).success();
    env.lamel(["volume", "prune", "-a", "-f"])
        .success()
        .stdout("Deleted Volumes:\ndata\n\nTotal reclaimed space: [..]\n");
}

#[test]
fn no_volume_and_no_network_goes_where_it_is_not_known_which_it_uses() {
    let world = World::new();
    let env = &world.env;
    let network = json!({
        "name": "net", "id": "ab".repeat(32), "created": "2024-01-02T03:04:05Z", "interface": "lamel77",
        "subnets": [{"subnet": "10.77.0.0/24", "gateway": "10.77.0.1", "range": null}],
        "internal": false, "dns": true, "labels": {}, "options": {},
    });
    std::fs::create_dir_all(env.root().join("networks")).expect("a directory in the store");
    std::fs::write(env.root().join("networks/net.json"), network.to_string()).expect("a file in the store");
    env.lamel(["volume", "create", "other"]).success();
    for (kind, part, name) in [
        ("volume", "/host/volumes", "other"),
        ("network", "/host/network", "net"),
    ] {
        world.damage(part, json!(7));
        env.lamel([kind, "rm", name]).code(1).stderr(&format!(
            "lamel: {kind} {name}: it may be in use: container bad: its record cannot be read \
             ('lamel rm -f bad' removes it): [..]\n"
        ));
        env.lamel([kind, "prune", "-f"]).success().stderr(&format!(
            "lamel: warning: no {kind} is removed, since any may be in use: container bad: [..]\n"
        ));
        let dangling = env.lamel([kind, "ls", "-q", "-f", "dangling=true"]).success();
        assert_eq!(dangling.stdout, "");
        assert!(dangling.stderr.contains("container bad: "), "{}", dangling.stderr);
        assert_eq!(env.lamel([kind, "exists", name]).code, 0);
    }
    env.lamel(["rm", "-f", "bad"]).success();
    env.lamel(["volume", "rm", "other", "data"]).success();
    env.lamel(["network", "rm", "net"]).success();
}

#[test]
fn no_image_goes_where_it_is_not_known_which_it_was_made_from() {
    let world = World::new();
    let env = &world.env;
    let other = env.busybox();
    std::fs::write(world.record(), "[]").expect("its record");
    let layers = || files(&env.root().join("layers")).len();
    let before = layers();
    for args in [&["rmi", "-f", &other][..], &["rmi", "-a"]] {
        env.lamel(args).fails(
            1,
            &format!("lamel: any image may be in use: container {}: [..]\n", world.short()),
        );
    }
    env.lamel(["image", "prune", "-a", "-f"]).success().stderr(&format!(
        "lamel: warning: no image and no layer is removed, since any may be in use: container {}: [..]\n",
        world.short()
    ));
    env.lamel(["untag", &world.image]).success();
    env.lamel(["prune", "-a", "-f", "--volumes"]).success();
    assert_eq!(layers(), before);
    assert_eq!(env.lamel(["images", "-a", "-q"]).stdout.lines().count(), 2);
    assert_eq!(env.lamel(["volume", "ls", "-q"]).stdout, "data\n");
    env.lamel(["rm", "-f", world.short()]).success();
    env.lamel(["prune", "-a", "-f"]).success().stderr("");
    assert_eq!(layers(), 0);
}

#[test]
fn what_runs_keeps_its_layers_and_volumes_though_its_record_is_cut_off_and_can_be_removed() {
    let env = Env::new();
    let image = env.busybox();
    let script = "echo mine >/data/file; trap 'exit 0' TERM; while :; do sleep 0.05; done";
    let run = |name: &str| {
        let run = ["run", "-d", "--name", name, "-v", "/data", &image, "sh", "-c", script];
        env.lamel(run).success().text().to_owned()
    };
    let (kept, removed) = (run("kept"), run("removed"));
    let whole = std::fs::read(record(&env, &kept)).expect("its record");
    for id in [&kept, &removed] {
        std::fs::write(record(&env, id), "").expect("its record");
    }
    env.lamel(["untag", &image]).success();
    env.lamel(["prune", "-a", "-f", "--volumes"]).success();
    std::fs::write(record(&env, &kept), whole).expect("its record");
    env.lamel(["exec", "kept", "cat", "/data/file"])
        .success()
        .stdout("mine\n");
    env.lamel(["rm", "-f", "removed"]).success().stderr("");
    eventually("its processes are gone", || {
        !env.run_root().join("containers").join(&removed).exists()
    });
    env.lamel(["rm", "-f", "-v", "kept"]).success();
}
