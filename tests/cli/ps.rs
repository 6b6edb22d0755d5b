//! `ps`: filters, order, formats.

use crate::env::Env;

/// Three containers, oldest first: `one` ended with 3, `two` never ran, `three` runs.
fn three(env: &Env) -> String {
    let name = env.busybox();
    env.lamel(["run", "--name", "one", "-l", "tier=web", &name, "sh", "-c", "exit 3"])
        .code(3);
    env.lamel(["create", "--name", "two", "-v", "/tmp:/data", &name, "true"])
        .success();
    env.lamel([
        "run",
        "-d",
        "--name",
        "three",
        "--network",
        "none",
        &name,
        "sleep",
        "60",
    ])
    .success();
    name
}

#[test]
fn filters_choose() {
    let env = Env::new();
    let name = three(&env);
    let names = |filters: &[&str]| {
        let args = ["ps", "-a", "--sort", "created", "--format", "{{.Names}}"];
        let filters = filters.iter().flat_map(|filter| ["-f", filter]);
        env.lamel(args.into_iter().chain(filters))
            .success()
            .stdout
            .replace('\n', " ")
    };
    assert_eq!(names(&[]), "one two three ");
    assert_eq!(names(&["name=^t"]), "two three ");
    assert_eq!(names(&["status=exited", "status=created"]), "one two ");
    assert_eq!(names(&["exited=3"]), "one ");
    assert_eq!(names(&["label=tier=web"]), "one ");
    assert_eq!(names(&["label!=tier"]), "two three ");
    assert_eq!(names(&["before=three", "since=one"]), "two ");
    assert_eq!(names(&["volume=/data"]), "two ");
    assert_eq!(names(&["network=none"]), "three ");
    assert_eq!(names(&["command=sleep"]), "three ");
    assert_eq!(names(&["until=1h"]), "");
    assert_eq!(names(&[&format!("ancestor={name}")]), "one two three ");
    assert_eq!(names(&["ancestor=nothing"]), "");
    env.lamel(["ps", "-f", "colour=red"])
        .fails(1, "lamel: invalid filter \"colour=red\": [..]\n");
}

#[test]
fn order_number_and_headings() {
    let env = Env::new();
    three(&env);
    let names = |args: &[&str]| {
        let all = ["ps", "--format", "{{.Names}}"];
        env.lamel(all.iter().chain(args)).success().stdout.replace('\n', " ")
    };
    assert_eq!(names(&["-a"]), "three two one ");
    assert_eq!(names(&["-a", "--sort", "names"]), "one three two ");
    assert_eq!(names(&["-n", "2"]), "three two ");
    assert_eq!(names(&["-l"]), "three ");
    assert_eq!(names(&["--external"]), "three ");
    env.lamel(["ps", "-l", "--noheading"])
        .success()
        .stdout("[ID]   [..]   \"sleep 60\"   [..]   three\n");
}

#[test]
fn sizes_are_of_what_was_written_and_of_the_image_below() {
    let env = Env::new();
    let name = env.busybox();
    let write = "dd if=/dev/zero of=/f bs=1M count=2 2>/dev/null";
    env.lamel(["run", "--name", "box", &name, "sh", "-c", write]).success();
    env.lamel(["ps", "-a", "-s"])
        .success()
        .stdout("CONTAINER ID[..]   NAMES     SIZE\n[ID]   [..]   box       2.[..]MB (virtual [..]MB)\n");
    env.lamel(["ps", "-a", "--format", "{{.Size}}"])
        .success()
        .stdout("2.[..]MB (virtual [..]MB)\n");
}

#[test]
fn json_has_dockers_fields_and_podmans() {
    let env = Env::new();
    let name = three(&env);
    env.lamel(["ps", "-l", "--format", "json"]).success().stdout(&format!(
        "{{\"AutoRemove\":false,\"Command\":\"\\\"sleep 60\\\"\",\"CreatedAt\":\"[..]\",\"CreatedHuman\":\"[AGO]\",\"ExitCode\":\"0\",\
         \"Exited\":false,\"ExitedAt\":-62135596800,\"ID\":\"[..]\",\"Image\":\"{name}\",\
         \"ImageID\":\"[..]\",\"Labels\":\"\",\"LocalVolumes\":\"0\",\"Mounts\":\"\",\"Names\":\"three\",\"Networks\":\"none\",\
         \"Pid\":\"[..]\",\"Ports\":\"\",\"RunningFor\":\"[AGO]\",\"Size\":\"0B\",\"StartedAt\":[..],\"State\":\"running\",\"Status\":\"Up [..]\"}}\n"
    ));
}

#[test]
fn one_label_is_asked_for_by_name() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "create",
        "--name",
        "box",
        "-l",
        "tier=db",
        "-l",
        "dotted.key=x y",
        &name,
    ])
    .success();
    env.lamel([
        "ps",
        "-a",
        "--format",
        "{{.Names}} {{.Label \"tier\"}} {{.Label \"dotted.key\"}} [{{.Label \"none\"}}]",
    ])
    .success()
    .stdout("box db x y []\n");
    env.lamel(["ps", "-a", "--format", "table {{.Names}}\t{{.Label \"tier\"}}"])
        .success()
        .stdout("NAMES     tier\nbox       db\n");
    assert_eq!(env.lamel(["ps", "-a", "--format", "json"]).json().get("Label"), None);
    env.lamel([
        "ps",
        "-a",
        "-q",
        "--external",
        "--filter",
        "publish=80",
        "--filter",
        "restart-policy=no",
    ])
    .success()
    .stdout("");
}
