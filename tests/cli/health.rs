//! Health checks: what they come to, where that is seen, and what they leave behind.

use crate::env::{Env, eventually};
use crate::fixtures;
use serde_json::{Value, json};

fn field(env: &Env, name: &str, template: &str) -> String {
    env.lamel(["inspect", "-f", template, name]).text().to_owned()
}

fn status(env: &Env, name: &str) -> String {
    field(env, name, "{{.State.Health.Status}}")
}

/// Runs a container in the background that sleeps.
fn sleeping(env: &Env, image: &str, name: &str, options: &[&str]) {
    let words = ["run", "-d", "--name", name].into_iter().chain(options.iter().copied());
    env.lamel(words.chain([image, "sleep", "60"])).success();
}

fn shown(env: &Env, filter: &str) -> String {
    let words = [
        "ps",
        "-a",
        "--filter",
        filter,
        "--sort",
        "names",
        "--format",
        "{{.Names}}",
    ];
    env.lamel(words).text().to_owned()
}

#[test]
fn a_container_becomes_healthy_and_unhealthy_and_healthy_again() {
    let env = Env::new();
    let image = env.busybox();
    let options = [
        "--health-cmd=echo $LEVEL by $(id -u); test -e /tmp/well",
        "--health-interval=100ms",
        "--health-retries=2",
        "--user=1234:1235",
        "--env=LEVEL=fine",
    ];
    let single = crate::env::is_single_id();
    let options: Vec<&str> = options
        .into_iter()
        .filter(|word| !single || !word.starts_with("--user"))
        .collect();
    let words = ["run", "-d", "--name", "box", "--tmpfs", "/tmp:mode=1777"]
        .into_iter()
        .chain(options);
    env.lamel(words.chain([image.as_str(), "sleep", "60"])).success();
    eventually("it is unhealthy", || status(&env, "box") == "unhealthy");
    let uid = if single { "0" } else { "1234" };
    let log = env.lamel(["inspect", "-f", "{{json .State.Health}}", "box"]).json();
    assert_eq!(log["Log"][0]["ExitCode"], 1);
    assert_eq!(log["Log"][0]["Output"], format!("fine by {uid}\n"));
    assert!(log["FailingStreak"].as_u64().is_some_and(|streak| streak >= 2), "{log}");
    let keys: Vec<_> = log["Log"][0].as_object().expect("an object").keys().cloned().collect();
    assert_eq!(keys, ["Start", "End", "ExitCode", "Output"]);

    env.lamel(["exec", "box", "touch", "/tmp/well"]).success();
    env.lamel(["wait", "--condition", "healthy", "-i", "20ms", "box"])
        .success()
        .stdout("-1\n");
    assert_eq!(field(&env, "box", "{{.State.Health.FailingStreak}}"), "0");
    eventually("five checks are kept", || {
        let log = env.lamel(["inspect", "-f", "{{json .State.Health.Log}}", "box"]).json();
        let codes: Vec<_> = log
            .as_array()
            .expect("a list")
            .iter()
            .map(|checked| checked["ExitCode"].clone())
            .collect();
        codes == [0, 0, 0, 0, 0]
    });
    let up = env.lamel(["ps", "--format", "{{.Status}}"]).text().to_owned();
    assert!(up.starts_with("Up ") && up.ends_with(" (healthy)"), "{up:?}");

    // Nothing is left of a check, and what does not run is not well.
    env.lamel(["stop", "-t", "0", "box"]).success();
    assert_eq!(status(&env, "box"), "unhealthy");
    env.lamel(["start", "box"]).success();
    assert_eq!(field(&env, "box", "{{.State.Status}}"), "running");
    env.lamel(["rm", "-f", "box"]).success();
}

#[test]
fn a_check_that_takes_too_long_is_ended_with_all_that_it_started() {
    let env = Env::new();
    let image = env.busybox();
    let line = "echo begun; (sh -c 'sleep 77; true'); true";
    sleeping(
        &env,
        &image,
        "box",
        &[
            &format!("--health-cmd={line}"),
            "--health-timeout=300ms",
            "--health-interval=100ms",
            "--health-retries=1",
        ],
    );
    env.lamel(["wait", "--condition", "unhealthy", "-i", "20ms", "box"])
        .success();
    let entry = env.lamel(["inspect", "-f", "{{json .State.Health.Log}}", "box"]).json()[0].clone();
    assert_eq!(entry["ExitCode"], -1);
    assert_eq!(entry["Output"], "Health check exceeded timeout (300ms): begun\n");
    // Of the checks so far there is none but one that may just be made.
    eventually("no check is under way", || {
        let seen = env.lamel(["exec", "box", "ps", "-o", "args"]).text().to_owned();
        !seen.contains("sleep 77")
    });
    env.lamel(["rm", "-f", "box"]).success();
}

#[test]
fn the_images_check_is_used_changed_or_left_out() {
    let env = Env::new();
    let check = json!({"Test": ["CMD", "test", "-e", "/etc/motd"], "Interval": 50_000_000, "Timeout": 5_000_000_000_u64, "Retries": 7});
    let image = env.pulled("checked:1", &fixtures::busybox().run("Healthcheck", check.clone()));
    sleeping(&env, &image, "as-is", &[]);
    let of = |name: &str| -> Value {
        env.lamel(["inspect", "-f", "{{json .Config.Healthcheck}}", name])
            .json()
    };
    assert_eq!(of("as-is"), check);
    eventually("the image's check succeeds", || status(&env, "as-is") == "healthy");

    sleeping(
        &env,
        &image,
        "changed",
        &["--health-interval=1h", "--health-start-period=1m30s"],
    );
    let mut changed = check;
    changed["Interval"] = json!(3_600_000_000_000_u64);
    changed["StartPeriod"] = json!(90_000_000_000_u64);
    assert_eq!(of("changed"), changed);
    let up = env.lamel(["ps", "--filter", "name=changed", "--format", "{{.Status}}"]);
    assert!(up.text().ends_with(" (health: starting)"), "{:?}", up.text());

    sleeping(&env, &image, "without", &["--no-healthcheck"]);
    assert_eq!(of("without")["Test"], json!(["NONE"]));
    let state = env.lamel(["inspect", "-f", "{{json .State}}", "without"]).json();
    assert_eq!(state.get("Health"), None);

    assert_eq!(shown(&env, "health=healthy"), "as-is");
    assert_eq!(shown(&env, "health=starting"), "changed");
    assert_eq!(shown(&env, "health=none"), "without");
    env.lamel(["rm", "-f", "-a"]).success();
}

#[test]
fn a_check_by_hand_counts_and_answers_by_its_exit_code() {
    let env = Env::new();
    let image = env.busybox();
    let line = "--health-cmd=cat /sys/fs/cgroup/none 2>/dev/null; yes | head -c 5000; test -e /root/well";
    sleeping(
        &env,
        &image,
        "box",
        &[line, "--health-interval=1h", "--health-retries=2"],
    );
    let run = || env.lamel(["healthcheck", "run", "box"]);
    run().code(1).stdout("unhealthy\n");
    assert_eq!(status(&env, "box"), "starting");
    run().code(1).stdout("unhealthy\n");
    assert_eq!(status(&env, "box"), "unhealthy");
    let output = field(&env, "box", "{{(index .State.Health.Log 1).Output}}");
    assert_eq!((output.len(), &output[4094..]), (4099, "y\n..."));
    env.lamel(["exec", "box", "touch", "/root/well"]).success();
    run().success().stdout("");
    assert_eq!(status(&env, "box"), "healthy");

    env.lamel(["pause", "box"]).success();
    run().fails(1, "lamel: container box is not running\n");
    env.lamel(["rm", "-f", "box"]).success();
    sleeping(&env, &image, "plain", &[]);
    env.lamel(["healthcheck", "run", "plain"])
        .fails(1, "lamel: container plain has no defined healthcheck\n");
    env.lamel(["rm", "-f", "plain"]).success();
}

#[test]
fn what_cannot_be_checked_is_told() {
    let env = Env::new();
    let image = env.busybox();
    let create = |options: &[&str]| {
        let words = ["create"].iter().chain(options).copied();
        env.lamel(words.chain([image.as_str()]))
    };
    create(&["--no-healthcheck", "--health-cmd=true"])
        .fails(125, "lamel: --no-healthcheck conflicts with --health-* options\n");
    create(&["--health-interval=soon"]).code(125);
    create(&["--health-interval=1us"]).code(125);
    create(&["--health-retries=-1"]).code(125);
}
