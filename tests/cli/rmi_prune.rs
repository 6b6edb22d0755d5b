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
    let told = env.lamel(["image", "prune", "-a", "--dry-run"]).success();
    env.lamel(["run", "--rm", &name, "true"]).success();
    let outcome = env.lamel(["image", "prune", "-a", "-f"]).success();
    assert!(
        outcome.stdout.contains(&format!("untagged: {name}\n")),
        "{}",
        outcome.stdout
    );
    assert_eq!(real(&told.stdout), outcome.stdout);
    env.lamel(["images", "-a", "-q"]).success().stdout("");
}

/// What a dry run says, in the words of the real one.
fn real(told: &str) -> String {
    let mut text = told.replace("Total reclaimable space", "Total reclaimed space");
    for what in ["Containers", "Images", "Leftovers"] {
        text = text.replace(&format!("{what} To Delete:"), &format!("Deleted {what}:"));
    }
    text
}

#[test]
fn a_prune_does_what_its_dry_run_told_to_the_byte() {
    let env = Env::new();
    env.pulled("base:1", &busybox());
    let name = env.pulled("base:1", &three_layers());
    env.lamel(["run", "--label", "keep=no", &name, "sh", "-c", "echo much > /new"])
        .success();
    env.lamel(["run", "--name", "other", &name, "true"]).success();
    let staging = env.root().join("staging/0123");
    std::fs::create_dir(&staging).expect("a directory in the store");
    std::fs::write(staging.join("file"), vec![1; 20_000]).expect("a file in it");
    std::fs::write(env.root().join("partial").join("0".repeat(64)), "half").expect("a file in the store");
    let kept = env
        .lamel(["prune", "--dry-run", "--filter", "label=keep=yes"])
        .success();
    assert!(!kept.stdout.contains("Containers"), "{}", kept.stdout);
    let before = files(&env.root()).len();
    for args in [
        &["prune"][..],
        &["prune", "--filter", "label=keep"],
        &["system", "prune", "-a", "--volumes"],
    ] {
        let run = |last: &str| env.lamel(args.iter().copied().chain([last])).success().stdout;
        let told = run("--dry-run");
        if args == ["prune"] {
            assert_eq!(files(&env.root()).len(), before);
            for line in [
                "Images To Delete:",
                "Leftovers To Delete:",
                "staging: 0123",
                "partial download: 000",
            ] {
                assert!(told.contains(line), "{told}");
            }
            continue;
        }
        let done = run("-f");
        assert_eq!(real(&told), done);
        assert!(!done.contains("space: 0B"), "{done}");
    }
    env.lamel(["images", "-a", "-q"]).success().stdout("");
    env.lamel(["prune", "--dry-run"])
        .success()
        .stdout("Total reclaimable space: 0B\n");
}

#[test]
fn all_images_go_at_once_but_those_that_a_container_uses() {
    let env = Env::new();
    let base = env.pulled("base:1", &busybox());
    let app = env.pulled("app:1", &three_layers());
    env.lamel(["tag", &app, "other:1"]).success();
    env.lamel(["run", "--name", "box", &base, "true"]).success();
    env.lamel(["rmi", "-a"])
        .code(1)
        .stderr("lamel: conflict: unable to delete [..] - image is being used by stopped container [..]\n");
    env.lamel(["images", "--format", "{{.Repository}}:{{.Tag}}"])
        .success()
        .stdout(&format!("{base}\n"));
    env.lamel(["rm", "box"]).success();
    env.lamel(["rmi", "--all"]).success();
    env.lamel(["rmi", "-a"]).success().stdout("");
    env.lamel(["rmi", "-i", "missing:1", &base])
        .success()
        .stdout("")
        .stderr("");
    env.lamel(["rmi", "-f", "missing:1"])
        .success()
        .stderr("lamel: no such image: missing:1\n");
}

#[test]
fn an_ambiguous_beginning_of_ids_is_refused_and_a_digest_is_a_name() {
    let env = Env::new();
    let mut first = std::collections::HashMap::new();
    // Of 17 IDs two begin alike.
    let clash = (0..17).find_map(|number: u32| {
        let image = crate::registry::Image::new().env(&format!("NUMBER={number}"));
        let name = env.pulled(&format!("app{number}:1"), &image);
        let digit = image.id()[7..8].to_owned();
        first.insert(digit.clone(), name).map(|_| digit)
    });
    let clash = clash.expect("there are 16 digits");
    env.lamel(["rmi", &clash]).fails(
        1,
        &format!("lamel: image ID prefix {clash} is ambiguous: 2 images start with it\n"),
    );
    let image = three_layers();
    let name = env.pulled("app:1", &image);
    let by_digest = format!("{}@{}", name.trim_end_matches(":1"), image.digest());
    env.lamel(["rmi", &by_digest])
        .success()
        .stdout(&format!("Untagged: {by_digest}\n"));
    env.lamel(["rmi", &by_digest])
        .fails(1, &format!("lamel: no such image: {by_digest}\n"));
    env.lamel(["images", "-q", &name])
        .success()
        .stdout(&format!("{}\n", short(&image.id())));
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
    env.lamel(["container", "prune", "-f"]).success().stdout(&format!(
        "Deleted Containers:\n{stopped}\n\nTotal reclaimed space: [..]B\n"
    ));
    env.lamel(["ps", "-a", "--format", "{{.Names}}"])
        .success()
        .stdout("busy\n");
    env.lamel(["rm", "-f", "busy"]).success();
}

#[test]
fn prune_takes_anonymous_volumes_only_where_it_is_asked_to() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--name",
        "box",
        "-v",
        "/data",
        "-v",
        "named:/named",
        &name,
        "touch",
        "/data/file",
    ])
    .success();
    let volumes = || env.lamel(["volume", "ls", "-q"]).success().stdout;
    assert_eq!(volumes().lines().count(), 2);
    let held = volumes();
    let anonymous = held
        .lines()
        .find(|name| *name != "named")
        .expect("one that nobody named");
    // What is rehearsed is what is done.
    let rehearsed = env.lamel(["prune", "-a", "--volumes", "--dry-run"]).success().stdout;
    assert_eq!(volumes(), held);
    assert!(
        rehearsed.contains(&format!("Volumes To Delete:\n{anonymous}\n\n")),
        "{rehearsed}"
    );
    let done = env.lamel(["prune", "-af", "--volumes"]).success().stdout;
    let like_rehearsed = |line: &str| match line.strip_prefix("Deleted ") {
        Some(what) => format!("{} To Delete:", what.trim_end_matches(':')),
        None => line.replace("reclaimed", "reclaimable"),
    };
    assert_eq!(
        done.lines().map(like_rehearsed).collect::<Vec<_>>(),
        rehearsed.lines().collect::<Vec<_>>()
    );
    assert_eq!(volumes(), "named\n");
    env.lamel(["prune", "-f", "--volumes", "--filter", "until=1h"]).fails(
        1,
        "lamel: volumes have no age: --volumes and --filter until do not go together\n",
    );
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
    let taken = disk_usage(&env.root());
    assert!(
        (shown - taken as f64).abs() <= taken as f64 / 100.0,
        "{shown} is not {taken}"
    );
}

#[test]
fn system_df_in_full_shows_what_each_shares_and_what_is_left_over() {
    let env = Env::new();
    let base = env.pulled("base:1", &busybox());
    env.pulled("app:1", &three_layers());
    env.lamel(["run", "--name", "box", &base, "true"]).success();
    env.lamel(["system", "df", "-v"]).success().stdout(
        "Images space usage:\n\nREPOSITORY[..]SHARED SIZE   UNIQUE SIZE   CONTAINERS\n[..]\n[..]\n\
         \nContainers space usage:\n\nCONTAINER ID[..]LOCAL VOLUMES   SIZE[..]STATUS[..]NAMES\n[..] box\n",
    );
    let template = "{{range .Images}}{{.Repository}} {{.Containers}} {{.UniqueSize}}\n{{end}}";
    let shown = env.lamel(["system", "df", "-v", "--format", template]).success();
    let base = base.trim_end_matches(":1");
    assert!(shown.stdout.contains(&format!("{base} 1 0B\n")), "{}", shown.stdout);
    assert!(!shown.stdout.contains("/app 0 0B\n"), "{}", shown.stdout);
    let left = env.root().join("staging/0123");
    std::fs::create_dir(&left).expect("a directory in the store");
    std::fs::write(left.join("file"), vec![1; 3_000_000]).expect("a file in it");
    let rows = env.lamel(["system", "df", "--format", "{{.Type}} {{.Size}}"]).success();
    let total: f64 = rows
        .stdout
        .lines()
        .map(|line| bytes(line.rsplit(' ').next().expect("a size")))
        .sum();
    let taken = disk_usage(&env.root()) as f64;
    assert!((total - taken).abs() <= taken / 100.0, "{total} is not {taken}");
    env.lamel(["system", "df", "-v", "--format", "json"])
        .success()
        .stdout("{[..]\"Leftovers\":[{\"Kind\":\"staging\",\"Name\":\"0123\",\"Size\":\"3[..]MB\",\"Status\":\"reclaimable\"}]}\n");
}

#[test]
fn system_df_agrees_with_du_on_all_that_a_store_holds() {
    let env = Env::new();
    let base = env.pulled("base:1", &busybox());
    env.pulled("app:1", &three_layers());
    let write = |count: u32, file: &str| format!("dd if=/dev/urandom of={file} bs=1000 count={count} 2>/dev/null");
    let run = |options: &[&str], script: &str| {
        let args = [
            &["run", "--network", "none"],
            options,
            &[base.as_str(), "sh", "-c", script],
        ]
        .concat();
        env.lamel(args).success();
    };
    run(
        &["--name", "stopped", "-v", "used:/data"],
        &format!("{}; {}", write(900, "/new"), write(700, "/data/file")),
    );
    run(&["--rm", "-v", "unused:/data"], &write(500, "/data/file"));
    run(
        &["-d", "--name", "running"],
        &format!("{}; exec sleep 60", write(300, "/new")),
    );
    // What was interrupted, and what is being downloaded.
    std::fs::create_dir(env.root().join("staging/0123")).expect("a directory in the store");
    std::fs::write(env.root().join("staging/0123/file"), vec![1; 400_000]).expect("a file in it");
    std::fs::write(env.root().join("partial").join("ab".repeat(32)), vec![1; 200_000]).expect("a partial");

    let kinds = ["Images", "Containers", "Local Volumes", "Leftovers"];
    let close = |shown: f64, taken: u64| (shown - taken as f64).abs() <= taken as f64 / 100.0;
    let format = "{{.Type}}|{{.TotalCount}}|{{.Active}}|{{.Size}}";
    // A container that has just started is still writing.
    let deadline = std::time::Instant::now() + crate::env::PATIENCE;
    loop {
        let shown = env.lamel(["system", "df", "--format", format]).success().stdout;
        let rows: Vec<Vec<&str>> = shown.lines().map(|line| line.split('|').collect()).collect();
        assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), kinds);
        assert_eq!(
            rows.iter().map(|row| (row[1], row[2])).collect::<Vec<_>>(),
            [("2", "1"), ("2", "1"), ("2", "1"), ("2", "0")]
        );
        let total: f64 = rows.iter().map(|row| bytes(row[3])).sum();
        let taken = disk_usage(&env.root());
        if close(total, taken) && close(bytes(rows[2][3]), disk_usage(&env.root().join("volumes"))) {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{shown}: {total} is not {taken}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let shown = env.lamel(["system", "df", "-v"]).success().stdout;
    let table = "\n\nLocal Volumes space usage:\n\nVOLUME NAME   LINKS     SIZE\nunused        0         5";
    assert!(
        shown.contains(table) && shown.contains("\nused          1         7"),
        "{shown}"
    );
    env.lamel(["rm", "-f", "running"]).success();
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
