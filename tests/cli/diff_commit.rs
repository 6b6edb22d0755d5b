//! `diff` and `commit`: what a container changed, and the image that is made of it.

use crate::env::Env;
use crate::fixtures::{busybox, three_layers};
use crate::registry::Layer;
use serde_json::{Value, json};

const CHANGES: &str =
    "echo a > /root/.history; rm /app/one; echo c >> /app/two; mkdir /new; ln -s x /new/link; chmod 700 /tmp";

#[test]
fn diff_lists_changed_added_and_deleted_paths_in_order() {
    let env = Env::new();
    let name = env.pulled("app:1", &three_layers());
    env.lamel(["run", "--name", "box", &name, "sh", "-c", CHANGES])
        .success();
    env.lamel(["diff", "box"])
        .success()
        .stdout("C /app\nD /app/one\nC /app/two\nA /new\nA /new/link\nC /root\nA /root/.history\nC /tmp\n")
        .stderr("");
}

#[test]
fn what_lamel_itself_mounts_or_makes_is_no_change() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", "-v", "/tmp:/mnt", "-w", "/", &name, "true"])
        .success();
    let outcome = env.lamel(["diff", "box"]).success();
    assert!(
        !outcome.stdout.contains("/etc") && !outcome.stdout.contains("/dev"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn a_replaced_directory_shows_only_what_is_new() {
    let env = Env::new();
    let name = env.pulled("app:1", &three_layers());
    env.lamel([
        "run",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        "rm -r /app; mkdir /app; echo 3 > /app/three",
    ])
    .success();
    env.lamel(["diff", "box"])
        .success()
        .stdout("C /app\nD /app/one\nA /app/three\nD /app/two\n");
}

#[test]
fn a_commit_adds_one_layer_and_one_history_entry() {
    let env = Env::new();
    let base = three_layers();
    let name = env.pulled("app:1", &base);
    env.lamel(["run", "--name", "box", &name, "sh", "-c", CHANGES])
        .success();
    env.lamel([
        "commit",
        "--author",
        "Ann <ann@example.org>",
        "--message",
        "my changes",
        "box",
        "mine:1",
    ])
    .success()
    .stdout("sha256:[ID64]\n")
    .stderr("");
    let image = env.lamel(["inspect", "mine:1"]).success().json()[0].clone();
    assert_eq!(image["RepoTags"], json!(["mine:1"]));
    assert_eq!(image["Author"], "Ann <ann@example.org>");
    assert_eq!(image["Comment"], "my changes");
    assert_eq!(image["Parent"], base.id().as_str());
    let layers = image["RootFS"]["Layers"].as_array().expect("a list");
    assert_eq!(layers.len(), 4);
    for (layer, below) in layers.iter().zip(base.layers()) {
        assert_eq!(layer, below.diff_id().as_str());
    }
    env.lamel([
        "run",
        "--rm",
        "mine:1",
        "sh",
        "-c",
        "cat /root/.history /app/two; ls /app; readlink /new/link; stat -c %a /tmp",
    ])
    .success()
    .stdout("a\ntwo\nc\ntwo\nx\n700\n");
    env.lamel([
        "history",
        "--format",
        "{{.CreatedBy}}|{{.Comment}}",
        "--no-trunc",
        "mine:1",
    ])
    .success()
    .stdout(&format!("sh -c {CHANGES}|my changes\nlayer 2|\nlayer 1|\nlayer 0|\n"));
}

#[test]
fn nothing_below_a_commit_is_copied() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", &name, "sh", "-c", "echo small > /small"])
        .success();
    let before = crate::env::disk_usage(&env.root());
    env.lamel(["commit", "box", "mine:1"]).success();
    let grown = crate::env::disk_usage(&env.root()) - before;
    assert!(grown < 200_000, "a commit of 6 bytes took {grown}");
}

#[test]
fn changes_given_to_commit_become_the_images_settings() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--name", "box", &name, "true"]).success();
    env.lamel([
        "commit",
        "--iidfile",
        "id",
        "--change",
        "ENV COLOUR=blue",
        "--change",
        "CMD [\"sh\", \"-c\", \"echo $COLOUR in $PWD\"]",
        "--change",
        "WORKDIR /tmp",
        "--change",
        "LABEL kind=test",
        "--change",
        "EXPOSE 80",
        "box",
        "mine:1",
    ])
    .success();
    env.lamel(["run", "--rm", "mine:1"]).success().stdout("blue in /tmp\n");
    let image = env.lamel(["inspect", "mine:1"]).success().json()[0].clone();
    let id = std::fs::read_to_string(env.work().join("id")).expect("--iidfile made it");
    assert_eq!(image["Id"], id);
    assert_eq!(image["Config"]["Labels"]["kind"], "test");
    assert_eq!(image["Config"]["ExposedPorts"], json!({"80/tcp": {}}));
}

/// Pausing makes a lock file in the container's directory, which is the evidence here.
#[test]
fn a_wrong_change_is_told_before_the_container_is_paused() {
    let env = Env::new();
    let name = env.busybox();
    let id = env
        .lamel(["run", "-d", "--name", "box", &name, "sleep", "60"])
        .success();
    let files = || crate::env::files(&env.root().join("containers").join(id.text()));
    let before = files();
    env.lamel(["commit", "--change", "RUN ls", "box", "mine:1"])
        .fails(1, "lamel: --change \"RUN ls\": only CMD, [..]\n");
    env.lamel(["commit", "--change", "EXPOSE 0", "none", "mine:1"])
        .fails(1, "lamel: --change \"EXPOSE 0\": invalid port \"0\"\n");
    assert_eq!(files(), before);
    env.lamel(["commit", "--change", "EXPOSE 80", "box", "mine:1"])
        .success();
    assert_ne!(files(), before, "pausing leaves no evidence any more");
    env.lamel(["rm", "-f", "box"]).success();
}

#[test]
fn a_running_container_can_be_committed() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        &name,
        "sh",
        "-c",
        "echo 1 > /file; sleep 60",
    ])
    .success();
    crate::env::eventually("the file is there", || env.lamel(["diff", "box"]).stdout == "A /file\n");
    env.lamel(["commit", "box", "mine:1"]).success();
    env.lamel(["run", "--rm", "mine:1", "cat", "/file"])
        .success()
        .stdout("1\n");
    assert_eq!(
        env.lamel(["inspect", "-f", "{{.State.Status}}", "box"]).text(),
        "running"
    );
}

#[test]
fn a_running_container_stands_still_while_it_is_committed() {
    let env = Env::new();
    let name = env.busybox();
    // What is read first and what is read last, and much between them.
    let count = "dd if=/dev/zero of=/m bs=1M count=64; while :; do echo x >> /a; echo x >> /z; done";
    env.lamel(["run", "-d", "--name", "box", &name, "sh", "-c", count])
        .success();
    let lines = || -> u64 {
        let outcome = env.lamel(["exec", "box", "sh", "-c", "wc -l < /z"]);
        outcome.stdout.trim().parse().unwrap_or(0)
    };
    crate::env::eventually("it counts", || lines() > 0);
    env.lamel(["commit", "box", "mine:1"]).success().stderr("");
    let committed = env.lamel(["run", "--rm", "mine:1", "sh", "-c", "wc -l < /a; wc -l < /z"]);
    let counts: Vec<u64> = committed
        .stdout
        .lines()
        .map(|line| line.parse().expect("a number"))
        .collect();
    assert!(counts[0] == counts[1] || counts[0] == counts[1] + 1, "{counts:?}");
    let after = lines();
    crate::env::eventually("it counts on", || lines() > after);
    env.lamel(["rm", "-f", "box"]).success();
}

#[test]
fn special_files_owners_and_times_survive_a_commit() {
    let env = Env::new();
    let name = env.busybox();
    let make = "mkfifo /fifo; echo x > /f; chmod 4711 /f; ln /f /hard; touch -d '2001-02-03 04:05:06' /f; mkdir -m 1777 /sticky";
    env.lamel(["run", "--name", "box", &name, "sh", "-c", make]).success();
    env.lamel(["commit", "box", "mine:1"]).success();
    env.lamel(["run", "--rm", "mine:1", "sh", "-c", "stat -c '%F %a %h %Y %n' /fifo /f /hard /sticky"]).success().stdout(
        "fifo 644 1 [..] /fifo\nregular file 4711 2 981173106 /f\nregular file 4711 2 981173106 /hard\ndirectory 1777 [..] /sticky\n",
    );
}

#[test]
fn a_commit_of_a_commit_stacks_up() {
    let env = Env::new();
    let mut name = env.pulled("base:1", &busybox());
    for n in 1..=3 {
        let container = format!("c{n}");
        env.lamel([
            "run",
            "--name",
            &container,
            &name,
            "sh",
            "-c",
            &format!("echo {n} > /f{n}"),
        ])
        .success();
        name = format!("step:{n}");
        env.lamel(["commit", &container, &name]).success();
    }
    env.lamel(["run", "--rm", "step:3", "cat", "/f1", "/f2", "/f3"])
        .success()
        .stdout("1\n2\n3\n");
}

#[test]
fn commits_that_change_nothing_stack_up() {
    let env = Env::new();
    let mut name = env.busybox();
    for n in 1..=3 {
        let container = format!("c{n}");
        // Each time but the first from an image that has the empty layer already, the last time twice.
        env.lamel(["run", "--name", &container, &name, "cat", "/etc/motd"])
            .success()
            .stdout("welcome\n");
        name = format!("same:{n}");
        env.lamel(["commit", &container, &name]).success();
    }
    let image = env.lamel(["inspect", "same:3"]).success().json()[0].clone();
    let layers = image["RootFS"]["Layers"].as_array().expect("a list");
    assert_eq!(layers[1..], [layers[1].clone(), layers[1].clone(), layers[1].clone()]);
    env.lamel(["run", "--rm", "same:3", "cat", "/etc/motd"])
        .success()
        .stdout("welcome\n");
}

#[test]
fn equal_changes_give_equal_images_where_their_time_is_given() {
    let env = Env::new();
    let name = env.busybox();
    let commit = |container: &str| {
        env.lamel([
            "run",
            "--name",
            container,
            &name,
            "sh",
            "-c",
            "mkdir /d; echo x > /d/f; ln -s f /d/l",
        ])
        .success();
        let line = format!("SOURCE_DATE_EPOCH=1136073600 lamel commit -q {container}");
        env.shell(&line).success().text().to_owned()
    };
    let first = commit("one");
    // Files of another second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(commit("two"), first);
    env.lamel(["inspect", "-f", "{{.Created}}", &first])
        .success()
        .stdout("2006-01-01T00:00:00Z\n");
    env.lamel(["run", "--rm", &first, "stat", "-c", "%Y", "/d/f", "/d"])
        .success()
        .stdout("1136073600\n1136073600\n");
    assert_ne!(env.lamel(["commit", "one"]).success().text(), first);
    env.lamel(["commit", "--source-date-epoch", "soon", "one"]).code(2);
}

/// Docker, BuildKit and others write more into a configuration than the specification names.
#[test]
fn unknown_fields_of_a_configuration_survive_commit_save_and_push() {
    let env = Env::new();
    let base = busybox();
    let mut config: Value = serde_json::from_slice(&base.config()).expect("JSON");
    config["moby.buildkit.buildinfo.v1"] = json!("info");
    config["config"]["Healthcheck"] = json!({ "Test": ["NONE"], "Later": 1 });
    config["config"]["Cmd"] = Value::Null;
    config["rootfs"]["base"] = json!("x");
    config["history"][0]["buildkit"] = json!({ "step": 1 });
    let layer = &base.layers()[0];
    let list = json!([{ "Config": "config.json", "RepoTags": ["base:1"], "Layers": ["layer.tar"] }]);
    let archive = Layer::new()
        .file("config.json", config.to_string())
        .file("layer.tar", layer.tar())
        .file("manifest.json", list.to_string());
    env.lamel_with_input(archive.plain().tar(), ["load"]).success();
    env.lamel(["run", "--name", "box", "base:1", "sh", "-c", "echo x > /x"])
        .success();
    let name = env.registry().name("me/app:1");
    let id = env.lamel(["commit", "box", &name]).success().text().to_owned();

    env.lamel(["save", "--format", "oci-dir", "-o", "saved", &name])
        .success();
    let saved = env.work().join("saved/blobs/sha256").join(&id["sha256:".len()..]);
    let saved: Value = serde_json::from_slice(&std::fs::read(saved).expect("the configuration")).expect("JSON");
    assert_eq!(saved["moby.buildkit.buildinfo.v1"], "info");
    assert_eq!(saved["config"]["Healthcheck"], config["config"]["Healthcheck"]);
    assert_eq!(saved["config"]["Cmd"], json!(["sh", "-c", "echo x > /x"]));
    assert_eq!(saved["rootfs"]["base"], "x");
    assert_eq!(saved["history"][0], config["history"][0]);
    assert_eq!(saved["history"].as_array().map(Vec::len), Some(2));

    env.lamel(["push", "-q", &name]).success();
    let other = Env::new();
    other.lamel(["pull", "-q", &name]).success();
    assert_eq!(other.lamel(["images", "-q", "--no-trunc"]).text(), id);
}
