//! `--replace`: a container in the place of another of the same name.

use crate::env::{Env, eventually};

fn id(env: &Env) -> String {
    env.lamel(["inspect", "-f", "{{.Id}}", "box"])
        .success()
        .text()
        .to_owned()
}

#[test]
fn the_old_container_is_stopped_and_removed_for_the_new_one() {
    let env = Env::new();
    let image = env.busybox();
    let line = "trap 'echo bye >/shared/word; exit' TERM; echo up; while :; do sleep 0.05; done";
    let shared = env.work().join("shared");
    std::fs::create_dir(&shared).expect("a directory in a fresh directory");
    let shared = format!("{}:/shared", shared.display());
    let args = [
        "run",
        "-d",
        "--replace",
        "--name",
        "box",
        "-v",
        &shared,
        "-v",
        "/own",
        &image,
    ];
    env.lamel(args.iter().chain(&["sh", "-c", line])).success();
    eventually("it is up", || env.lamel(["logs", "box"]).stdout == "up\n");
    let old = id(&env);
    env.lamel(args.iter().chain(&["sleep", "1000"])).success();
    let word = std::fs::read_to_string(env.work().join("shared/word"));
    assert_eq!(word.expect("the old one was asked to stop"), "bye\n");
    let new = id(&env);
    assert_ne!(old, new);
    env.lamel(["ps", "-a", "-q", "--no-trunc"])
        .success()
        .stdout(&format!("{new}\n"));
    // The old one's own volume went with it.
    assert_eq!(env.lamel(["volume", "ls", "-q"]).success().stdout.lines().count(), 1);
    env.lamel(["stop", "-t", "0", "box"]).success();
    env.lamel(["create", "--replace", "--name", "box", &image]).success();
    assert_ne!(id(&env), new);
    // Another's ID is not its name.
    let prefix = &id(&env)[..12];
    env.lamel(["create", "--replace", "--name", prefix, &image]).success();
    assert_eq!(env.lamel(["ps", "-a", "-q"]).success().stdout.lines().count(), 2);
    env.lamel(["create", "--replace", &image]).code(125);
}

#[test]
fn the_old_container_goes_on_where_there_is_no_image_for_the_new_one() {
    let env = Env::new();
    let image = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &image, "sleep", "1000"])
        .success();
    let old = id(&env);
    env.lamel([
        "run",
        "-d",
        "--replace",
        "--pull",
        "never",
        "--name",
        "box",
        "nowhere:1",
    ])
    .code(125);
    assert_eq!(id(&env), old);
    env.lamel(["ps", "--format", "{{.Names}}"]).success().stdout("box\n");
}

#[test]
fn labels_are_read_from_files_and_options_win() {
    let env = Env::new();
    let image = env.busybox();
    std::fs::write(
        env.work().join("labels"),
        "# of the service\nrole=db\ntier=back\nbare\n",
    )
    .expect("a file");
    env.lamel([
        "create",
        "--name",
        "box",
        "--label-file",
        "labels",
        "-l",
        "tier=front",
        &image,
    ])
    .success();
    env.lamel(["inspect", "-f", "{{json .Config.Labels}}", "box"])
        .success()
        .stdout("{\"bare\":\"\",\"role\":\"db\",\"tier\":\"front\"}\n");
    env.lamel(["create", "--label-file", "missing", &image])
        .fails(125, "lamel: label file missing: No such file or directory\n");
}
