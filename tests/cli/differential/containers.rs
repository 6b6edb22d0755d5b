//! Containers beside docker's: exit codes, confinement, environment, what `inspect`, `ps`, `logs` and `diff` tell.

use super::{World, ageless, box_archive, compare};
use crate::env::{Outcome, eventually};
use serde_json::Value;
use std::collections::BTreeSet;

const RUN: [&str; 4] = ["run", "--rm", "--network", "none"];

/// Runs a comparison where both have the image `box:1`: busybox with a volume.
#[track_caller]
fn compare_containers(comparison: impl FnOnce(&World)) {
    compare(|world| {
        let archive = box_archive(&world.env);
        world.both(&["load", "-q", "-i", &archive]);
        comparison(world);
        // Docker's would be left to the machine when its daemon ends.
        let left = world.docker.docker(["ps", "-a", "-q"]).success();
        for id in left.text().lines() {
            world.docker.docker(["rm", "-f", "-v", id]).success();
        }
    });
}

/// `run` with these options and this script, in a container that goes at once.
fn script<'a>(options: &[&'a str], script: &'a str) -> Vec<&'a str> {
    [&RUN[..], &["-h", "host1"], options, &["box:1", "sh", "-c", script]].concat()
}

/// A container that runs until it is ended.
fn start(world: &World, options: &[&str]) {
    let args = [&["run", "-d", "--network", "none", "--name", "box"], options].concat();
    world.both(&[&args[..], &["box:1", "sleep", "1000"]].concat());
}

#[test]
#[ignore = "needs docker, as root"]
fn commands_exit_with_dockers_codes() {
    compare_containers(|world| {
        for command in [
            &["true"][..],
            &["sh", "-c", "exit 3"],
            &["/etc/passwd"],
            &["/etc"],
            &["nothing"],
            &["/bin/nothing"],
            &["sh", "-c", "sh -c 'kill -9 $$'"],
        ] {
            world.same(&[&RUN[..], &["box:1"], command].concat());
        }
        for options in [
            &["-u", "ghost"][..],
            &["--unknown"],
            &["-v", "relative/path:/there"],
            &["-w", "relative"],
            &["-w", "/etc/passwd"],
            &["--rm", "--rm=1"],
            &["--rm=maybe"],
        ] {
            world.same(&[&RUN[..], options, &["box:1", "true"]].concat());
        }
        start(world, &[]);
        // Of a command that cannot be run, Docker tells on standard output.
        for command in [
            &["true"][..],
            &["sh", "-c", "exit 3"],
            &["sh", "-c", "kill -9 $$"],
            &["/etc/passwd"],
        ] {
            world.same_but(&[&["exec", "box"], command].concat(), Vec::clear);
        }
        world.same_but(&["exec", "-u", "ghost", "box", "true"], Vec::clear);
        // Docker 20.10 has 126 for this, too; from 23.0 on it is 127.
        world.env.lamel(["exec", "box", "nothing"]).code(127);
        for signal in ["KILL", "TERM"] {
            world.same(&["kill", "-s", signal, "box"]);
            world.same(&["wait", "box"]);
            world.same(&["inspect", "-f", "{{.State.ExitCode}} {{.State.Status}}", "box"]);
            world.both(&["rm", "box"]);
            start(world, &["--init"]);
        }
        world.same_once(&["stop", "-t", "5", "box"]);
        world.same(&["wait", "box"]);
    });
}

#[test]
#[ignore = "needs docker, as root"]
fn processes_are_confined_and_named_as_dockers() {
    const SEEN: &str = "grep -E '^(Cap|Seccomp:|NoNew|Groups)' /proc/self/status; env | sort; \
        id; pwd; umask; hostname; tty; ulimit -c";
    compare_containers(|world| {
        for options in [
            &[][..],
            &["-t"],
            &["-u", "daisy"],
            &["-u", "daisy:1300"],
            &["-u", "4000:4001"],
            &["-u", "daisy", "--group-add", "extra", "--group-add", "77"],
            &["--cap-drop", "all", "--cap-add", "chown"],
            &["--cap-add", "net_admin", "--cap-drop", "CAP_MKNOD"],
            &["--security-opt", "no-new-privileges"],
            &["--security-opt", "seccomp=unconfined"],
            &[
                "-w",
                "/tmp",
                "-e",
                "A=b",
                "-e",
                "HOME=/elsewhere",
                "-e",
                "NOT_SET_ANYWHERE",
            ],
            &["-t", "-e", "TERM=dumb"],
        ] {
            world.same(&script(options, SEEN));
        }
        // Docker 20.10 has fe00::0; from 25.0 on it is fe00::.
        let short = |lines: &mut Vec<String>| lines.iter_mut().for_each(|line| *line = line.replace("::0\t", "::\t"));
        world.same_but(&script(&[], "cat /etc/hosts /etc/hostname"), short);
        start(world, &["-h", "host1", "-e", "A=b", "-w", "/tmp", "--cap-drop", "kill"]);
        for options in [
            &[][..],
            &["-t"],
            &["-u", "daisy"],
            &["-u", "4000:4001"],
            &["-w", "/etc", "-e", "A=c", "-e", "B=d"],
        ] {
            world.same(&[&["exec"], options, &["box", "sh", "-c", SEEN]].concat());
        }
    });
}

#[test]
#[ignore = "needs docker, as root"]
fn the_same_paths_are_masked_and_read_only() {
    // What a path has to be read, and whether it can be written.
    const LOOK: &str = "
        for p in /proc/acpi /proc/asound /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list /proc/timer_stats \\
            /proc/sched_debug /proc/scsi /sys/firmware /proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger /sys /sys/fs; do
            if test -d $p; then
                mkdir $p/new 2>/dev/null && made=made || made=refused
                echo $p directory $(ls $p | wc -l | sed 's/^[1-9].*/some/') $made
            elif test -e $p; then
                echo $p file $(head -c 1 $p 2>/dev/null | wc -c) $(test -w $p && echo writable)
            fi
        done
        for f in /proc/sysrq-trigger /proc/sys/kernel/domainname; do (echo x >$f) 2>/dev/null && echo $f written; done
        ls /dev; stat -c '%a %F %n' /dev/* | sort";
    compare_containers(|world| {
        world.same(&script(&[], LOOK));
        world.same(&script(
            &["--read-only"],
            "touch /new /dev/new /tmp/new /volume/new; echo $?",
        ));
        start(world, &[]);
        world.same(&["exec", "box", "sh", "-c", LOOK]);
    });
}

#[test]
#[ignore = "needs docker, as root"]
fn changes_are_dockers() {
    compare_containers(|world| {
        start(world, &["-w", "/made", "--tmpfs", "/scratch"]);
        let change = "echo new >/new; rm /etc/group; mkdir -p /a/b; touch /a/b/c; chmod 700 /root; ln -s x /link; \
                      mv /etc/motd /etc/moved; echo 1 >/volume/x; echo 2 >/tmp/t; touch /dev/shm/x /scratch/x";
        world.same(&["exec", "box", "sh", "-c", change]);
        world.same_but(&["diff", "box"], |lines| {
            // lamel's are in order, without the directories that were made to mount on.
            lines.retain(|line| !["A /volume", "A /scratch"].contains(&line.as_str()));
            lines.sort();
        });
    });
}

/// The fields of an object and of those in it, each with its place.
fn fields(value: &Value, place: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                let place = format!("{place}.{name}");
                fields(value, &place, found);
                found.insert(place);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, place, found)),
        _ => {}
    }
}

#[test]
#[ignore = "needs docker, as root"]
fn inspect_has_dockers_fields_and_values() {
    // Of Docker 20.10 alone, and gone since.
    const THEIRS: [&str; 2] = [".HostConfig.KernelMemory", ".HostConfig.KernelMemoryTCP"];
    // Podman's, for what Docker does not have.
    const OURS: [&str; 3] = [".Config.CreateCommand", ".Config.Timeout", ".Config.sdNotifyMode"];
    // Of the engine's own: ids, places, times, defaults that differ (the cgroup namespace is the kernel's choice in Docker).
    const OWN: [&str; 13] = [
        ".Config.Hostname",
        ".State.Pid",
        ".State.StartedAt",
        ".State.FinishedAt",
        ".Mounts.Name",
        ".Mounts.Source",
        ".HostConfig.Runtime",
        ".HostConfig.CgroupnsMode",
        ".HostConfig.MaskedPaths",
        // An empty list of the one is no list of the other.
        ".HostConfig.BlkioDeviceReadBps",
        ".HostConfig.BlkioDeviceReadIOps",
        ".HostConfig.BlkioDeviceWriteBps",
        ".HostConfig.BlkioDeviceWriteIOps",
    ];
    let object = |outcome: Outcome| outcome.success().json()[0].take();
    compare_containers(|world| {
        let shared = world.env.work().display().to_string();
        let bind = format!("{shared}:/shared:ro");
        for options in [
            &[][..],
            &["-v", &bind],
            &["-v", "data:/data", "--read-only"],
            &[
                "--init",
                "--stop-signal",
                "INT",
                "--stop-timeout",
                "3",
                "-e",
                "A=b",
                "-l",
                "k=v",
                "-u",
                "daisy",
                "-w",
                "/tmp",
            ],
            &[
                "--cap-add",
                "net_admin",
                "--cap-drop",
                "kill",
                "--security-opt",
                "no-new-privileges",
                "--group-add",
                "77",
            ],
            &[
                "--tmpfs",
                "/scratch:size=1m",
                "--ulimit",
                "nofile=100:200",
                "--shm-size",
                "1m",
                "--restart",
                "on-failure:2",
            ],
            &[
                "-it",
                "--dns",
                "1.1.1.1",
                "--add-host",
                "other:10.0.0.1",
                "--entrypoint",
                "cat",
                "--uts",
                "host",
            ],
        ] {
            let args = [
                &["create", "--network", "none", "--name", "box"],
                options,
                &["box:1", "sleep", "9"],
            ]
            .concat();
            world.both(&args);
            let (theirs, ours) = (
                object(world.docker.docker(["inspect", "box"])),
                object(world.env.lamel(["inspect", "box"])),
            );
            let differ = |what: String| world.differences.borrow_mut().push(format!("{options:?}: {what}"));
            for part in ["State", "Config", "HostConfig", "Mounts"] {
                let all = |value: &Value| {
                    let mut found = BTreeSet::new();
                    fields(&value[part], &format!(".{part}"), &mut found);
                    found
                };
                let (docker, lamel) = (all(&theirs), all(&ours));
                for field in docker.symmetric_difference(&lamel) {
                    if !THEIRS.contains(&field.as_str()) && !OURS.contains(&field.as_str()) {
                        differ(format!("{field} is not in both"));
                    }
                }
                let pairs = match (&theirs[part], &ours[part]) {
                    (Value::Array(theirs), Value::Array(ours)) => {
                        let sorted = |list: &[Value]| {
                            let mut list = list.to_vec();
                            // Docker tells of these in HostConfig.Tmpfs alone.
                            list.retain(|mount| mount["Type"] != "tmpfs");
                            list.sort_by_key(|mount| mount["Destination"].to_string());
                            list
                        };
                        sorted(theirs).into_iter().zip(sorted(ours)).collect()
                    }
                    (theirs, ours) => vec![(theirs.clone(), ours.clone())],
                };
                for (theirs, ours) in &pairs {
                    for (name, docker) in theirs.as_object().into_iter().flatten() {
                        let field = format!(".{part}.{name}");
                        let Some(lamel) = ours.get(name).filter(|_| !OWN.contains(&field.as_str())) else {
                            continue;
                        };
                        // For SELinux, with every named volume.
                        let is_relabelled = field == ".Mounts.Mode" && docker == "z" && lamel == "";
                        if docker != lamel && !is_relabelled {
                            differ(format!("{field}: docker {docker}, lamel {lamel}"));
                        }
                    }
                }
            }
            world.both(&["rm", "-v", "box"]);
        }
    });
}

#[test]
#[ignore = "needs docker, as root"]
fn ps_has_dockers_columns() {
    // Not .Size: lamel tells what is taken on the disk, Docker the sum of the files' lengths.
    const FIELDS: &str = "{{.Names}}|{{.Image}}|{{.Command}}|{{.State}}|{{.Status}}|{{.Ports}}|\
        {{.Label \"k\"}}|{{.Label \"a\"}}|{{.LocalVolumes}}|{{.Networks}}|{{.RunningFor}}";
    let ageless = |lines: &mut Vec<String>| lines.iter_mut().for_each(|line| *line = ageless(line));
    compare_containers(|world| {
        for (name, command) in [
            ("one", "exit 0"),
            ("two", "exit 3"),
            ("three", "sleep 1000 # and a long line of words"),
        ] {
            let run = [
                "run",
                "-d",
                "--network",
                "none",
                "--name",
                name,
                "-l",
                "k=v",
                "-l",
                "a=b",
            ];
            world.both(&[&run[..], &["box:1", "sh", "-c", command]].concat());
        }
        for name in ["one", "two"] {
            world.same(&["wait", name]);
        }
        world.both(&[
            "create",
            "--name",
            "four",
            "--network",
            "none",
            "--expose",
            "80",
            "box:1",
            "true",
        ]);
        for options in [
            &["-a"][..],
            &[],
            &["-n", "2"],
            &["-l"],
            &["-a", "--filter", "exited=3"],
            &["-a", "--filter", "label=k=v", "--filter", "status=created"],
            &["-a", "--filter", "name=t"],
            &["-a", "--no-trunc"],
        ] {
            let args = [&["ps"], options].concat();
            world.same_but(&[&args[..], &["--format", FIELDS]].concat(), ageless);
            world.same_but(
                &[&args[..], &["--format", "table {{.Names}}\t{{.Command}}\t{{.Status}}"]].concat(),
                ageless,
            );
        }
    });
}

#[test]
#[ignore = "needs docker, as root"]
fn logs_are_dockers() {
    /// Of times, the form alone.
    fn timeless(lines: &mut Vec<String>) {
        for line in lines {
            let (time, rest) = line.split_once(' ').unwrap_or((line, ""));
            let time: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            *line = format!("{time} {rest}");
        }
    }
    compare_containers(|world| {
        let script = "echo one; echo; echo error >&2; echo two; printf part";
        let details = [
            "--log-opt=labels=a,none",
            "--log-opt=env=B,C",
            "--log-opt=tag=x/{{.Name}}",
            "-l=a=ä 1",
            "-e=B=x y,=",
            "-e=D=4",
        ];
        for (name, options) in [("pipes", &[][..]), ("terminal", &["-t"]), ("details", &details)] {
            let run = [&["run", "-d", "--network", "none", "--name", name], options].concat();
            world.both(&[&run[..], &["box:1", "sh", "-c", script]].concat());
            world.same(&["wait", name]);
            eventually("Docker's last line", || {
                world.docker.docker(["logs", name]).stdout.ends_with("part")
            });
            for options in [
                &[][..],
                &["-n", "0"],
                &["--since", "1h"],
                &["--until", "1h"],
                &["-f"],
                &["--details"],
            ] {
                world.same(&[&["logs"], options, &[name]].concat());
            }
            world.same_but(&["logs", "-t", name], timeless);
            let errors = (
                world.docker.docker(["logs", name]).stderr,
                world.env.lamel(["logs", name]).stderr,
            );
            assert_eq!(errors.1, errors.0, "{name}");
        }
    });
}
