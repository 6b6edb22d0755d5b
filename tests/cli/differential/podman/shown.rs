//! What `logs`, `ps` and `inspect` tell of containers.

use super::super::ageless;
use super::{compare, line};
use crate::env::{Outcome, eventually};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Of a time at the beginning of a line, the form alone.
fn timeless(lines: &mut [String]) {
    for line in lines {
        let (time, rest) = line.split_once(' ').unwrap_or((line, ""));
        *line = format!("{} {rest}", time.replace(|c: char| c.is_ascii_digit(), "0"));
    }
}

#[test]
#[ignore = "needs podman, as root"]
fn logs_are_podmans() {
    compare(|world| {
        for (name, options) in [("pipes", ""), ("terminal", "-t")] {
            // Not a line without an end: podman takes it and the one before it for one. The error has time to be read
            // before the rest: in which order two pipes are read that are full at once, nobody says.
            world.start(
                name,
                options,
                "echo error >&2; sleep 0.3; echo one; echo; echo two; echo three",
            );
            world.same(&["wait", name]);
            eventually("podman's last line", || {
                world.podman.podman(["logs", name]).stdout.trim_end().ends_with("three")
            });
            for options in [
                "",
                "-f",
                "--tail 0",
                "--tail 1",
                "--since 1h",
                "--since 2001-02-03T04:05:06Z",
                "--until 2001-02-03T04:05:06Z",
            ] {
                world.same(&line(&["logs"], options, &[name]));
            }
            world.same_but(&["logs", "-t", name], |podman, lamel| {
                timeless(podman);
                timeless(lamel);
            });
            let (podman, lamel) = world.run(&["logs", name]);
            assert_eq!(lamel.stderr, podman.stderr, "{name}");
        }
    });
}

#[test]
#[ignore = "needs podman, as root"]
fn ps_has_podmans_fields() {
    const FIELDS: &str = "{{.Names}}|{{.ImageID}}|{{.Status}}|{{.Ports}}|{{.CreatedHuman}}|{{.RunningFor}}|{{.ExitCode}}|\
        {{.Exited}}|{{.AutoRemove}}";
    // To podman, what is up has been so "ago".
    let arranged = |podman: &mut Vec<String>, lamel: &mut Vec<String>| {
        for line in podman.iter_mut().chain(lamel) {
            *line = ageless(line).replace("Up N second ago", "Up N second");
        }
    };
    compare(|world| {
        world.start("one", "-l k=v", "exit 0");
        world.start("two", "-l k=v", "exit 3");
        world.start("three", "", "exec sleep 1000");
        world.same(&["wait", "one", "two"]);
        world.both(&["create", "--rm", "--name", "four", "--network", "none", "box:1", "true"]);
        for options in [
            "-a",
            "",
            "-l",
            "-a --filter exited=3",
            "-a --filter status=created",
            "-a --filter status=running",
            "-a --filter label=k=v",
            "-a --filter name=t",
            "-a --filter before=three",
            "-a --filter since=one",
        ] {
            world.same_but(
                &line(&["ps", "--sort", "names", "--format", FIELDS], options, &[]),
                arranged,
            );
        }
        // Podman's is one array, of which Docker has a line for each.
        let (podman, lamel) = world.run(&["ps", "-a", "--sort", "names", "--format", "json"]);
        let (theirs, ours) = (podman.success().json(), lamel.success());
        let ours = ours
            .stdout
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let ours: Vec<Value> = ours.collect();
        assert_eq!(ours.len(), theirs.as_array().expect("a list").len());
        for (theirs, ours) in theirs.as_array().expect("a list").iter().zip(&ours) {
            assert_eq!(ours["Names"], theirs["Names"][0]);
            assert_eq!(ours["ExitCode"], theirs["ExitCode"].to_string());
            for field in ["State", "Exited", "AutoRemove"] {
                assert_eq!(ours[field], theirs[field], "{field} of {}", ours["Names"]);
            }
            for field in ["StartedAt", "ExitedAt"] {
                let at = |row: &Value| row[field].as_i64().expect("a number");
                assert!((at(ours) - at(theirs)).abs() < 60, "{field}: {ours} {theirs}");
            }
        }
    });
}

/// Fields whose values are the engine's own, or Docker's in lamel. Those that only one of both has, which are more with each podman, are not looked at:
/// lamel has Docker's.
const DIFFER: &[&str] = &[
    "State.Pid",
    "State.StartedAt",
    "State.FinishedAt",
    "Config.CreateCommand",
    // With container=podman and TERM; a whole name; `/` for none; a text; as if nobody looked at a container that was created.
    "Config.Env",
    "Config.Image",
    "Config.WorkingDir",
    "Config.Entrypoint",
    "Config.StdinOnce",
    "Config.AttachStdin",
    "Config.AttachStdout",
    "Config.AttachStderr",
    // A number, where lamel has the name that was given.
    "Config.StopSignal",
    // Filled from `Mounts` in podman, not from what was asked for; the image's volumes in lamel.
    "HostConfig.Binds",
    "HostConfig.Tmpfs",
    "Config.Volumes",
    // What it comes to, by whole names.
    "HostConfig.CapAdd",
    "HostConfig.CapDrop",
    "HostConfig.Ulimits",
    // Other words for what was not asked for, and another default.
    "HostConfig.IpcMode",
    "HostConfig.PidMode",
    "HostConfig.UTSMode",
    "HostConfig.LogConfig",
    "HostConfig.Runtime",
    "HostConfig.ShmSize",
    "Mounts.Name",
    "Mounts.Source",
    "Mounts.Mode",
    "Mounts.Propagation",
];

/// A part's fields, of a list's objects by their destinations.
fn fields(object: &Value, part: &str) -> BTreeMap<(String, String), Value> {
    let mut found = BTreeMap::new();
    let all = match &object[part] {
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    for one in &all {
        let place = one["Destination"].as_str().unwrap_or_default();
        for (name, value) in one.as_object().expect("an object") {
            found.insert((place.to_owned(), format!("{part}.{name}")), value.clone());
        }
    }
    found
}

/// Podman's word for none is none.
fn without_policy(podman: Value) -> Value {
    match podman == json!({"Name": "", "MaximumRetryCount": 0}) {
        true => json!({"Name": "no", "MaximumRetryCount": 0}),
        false => podman,
    }
}

/// The one writes `[]`, `""` or `{}` where the other writes `null`, or 0 where there is no limit.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || [json!([]), json!({}), json!(""), json!(0)].contains(value)
}

#[test]
#[ignore = "needs podman, as root"]
fn inspect_has_podmans_fields_and_values() {
    let object = |outcome: Outcome| outcome.success().json()[0].take();
    compare(|world| {
        let look = |what: &str| {
            let (podman, lamel) = world.run(&["inspect", "box"]);
            let (theirs, ours) = (object(podman), object(lamel));
            let mut count = 0;
            for part in ["State", "Config", "HostConfig", "Mounts"] {
                let ours = fields(&ours, part);
                for ((place, field), podman) in fields(&theirs, part) {
                    let podman = without_policy(podman);
                    let Some(lamel) = ours.get(&(place.clone(), field.clone())) else {
                        continue;
                    };
                    count += 1;
                    let agree = *lamel == podman || (is_nothing(lamel) && is_nothing(&podman));
                    if agree || DIFFER.contains(&field.as_str()) {
                        continue;
                    }
                    let difference = format!("{what}: {field} {place}: podman {podman}, lamel {lamel}");
                    world.differences.borrow_mut().push(difference);
                }
            }
            assert!(count > 80, "{count} fields in common");
        };
        let bind = format!("-v {}:/shared:ro", world.env.work().display());
        for options in [
            "",
            &bind,
            "-v data:/data --read-only",
            "--init --stop-timeout 3 -e A=b -l k=v -u daisy -w /tmp --stop-signal INT",
            "--cap-add net_admin --cap-drop kill --security-opt no-new-privileges --group-add 77",
            "--tmpfs /scratch:size=1m --shm-size 1m --restart on-failure:2 --privileged",
            "-it --add-host other:10.0.0.1 --entrypoint cat --oom-score-adj 100",
        ] {
            let create = ["create", "--network", "none", "-h", "host1", "--name", "box"];
            world.both(&line(&create, options, &["box:1", "sleep", "9"]));
            look(options);
            world.both(&["rm", "-v", "box"]);
        }
        world.start("box", "", "exec sleep 1000");
        look("running");
        world.both(&["kill", "box"]);
        world.same(&["wait", "box"]);
        look("ended");
    });
}
