//! Limits of memory, processors and processes: honoured, or refused with the reason.

use crate::env::{Env, Outcome, is_root};

/// Whether this host has the controllers mounted as version 1, which root alone may use.
fn is_version_1() -> bool {
    std::path::Path::new("/sys/fs/cgroup/memory").is_dir()
}

/// What the kernel enforces in the cgroups of container `name`: the value of `file` in that of `controller`.
fn enforced(env: &Env, name: &str, controller: &str, file: &str) -> String {
    let pid = env.lamel(["inspect", "-f", "{{.State.Pid}}", name]).success().stdout;
    let list = std::fs::read_to_string(format!("/proc/{}/cgroup", pid.trim())).expect("the cgroups of a process");
    let line = list.lines().find(|line| {
        let listed = line.split(':').nth(1).expect("three fields");
        if is_version_1() {
            listed == controller
        } else {
            listed.is_empty()
        }
    });
    let path = line.and_then(|line| line.splitn(3, ':').nth(2)).expect("a path");
    let root = if is_version_1() {
        format!("/sys/fs/cgroup/{controller}")
    } else {
        "/sys/fs/cgroup".into()
    };
    let file = format!("{root}{path}/{file}");
    std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{file}: {error}"))
        .trim()
        .to_owned()
}

#[test]
fn limits_are_in_force_shown_and_gone_with_the_container() {
    let env = Env::new();
    let name = env.busybox();
    let limits = [
        "--memory",
        "64m",
        "--cpus",
        "0.5",
        "--pids-limit",
        "20",
        "--cpu-shares",
        "512",
    ];
    let words = ["run", "-d", "--name", "box"].iter().chain(&limits).copied();
    let outcome = env.lamel(words.chain([name.as_str(), "sleep", "60"]));
    if !may_limit() {
        outcome.fails(125, "lamel: an ordinary user can limit nothing [..]\n");
        // It was made, and did not start.
        env.lamel(["ps", "-a", "--format", "{{.Names}} {{.State}}"])
            .success()
            .stdout("box created\n");
        return;
    }
    outcome.success();
    let (memory, processes) = match is_version_1() {
        true => ("memory.limit_in_bytes", "pids.max"),
        false => ("memory.max", "pids.max"),
    };
    assert_eq!(enforced(&env, "box", "memory", memory), "67108864");
    assert_eq!(enforced(&env, "box", "pids", processes), "20");
    match is_version_1() {
        true => assert_eq!(enforced(&env, "box", "cpu", "cpu.cfs_quota_us"), "50000"),
        false => assert_eq!(enforced(&env, "box", "cpu", "cpu.max"), "50000 100000"),
    }
    let host = env.lamel(["inspect", "box"]).success().json()[0]["HostConfig"].clone();
    assert_eq!(host["Memory"], 67108864);
    assert_eq!(host["NanoCpus"], 500_000_000);
    assert_eq!(host["PidsLimit"], 20);

    // A further process is under the same limits.
    let fork = "i=0; while [ $i -lt 40 ]; do sleep 5 >/dev/null 2>&1 & i=$((i+1)); done 2>&1; true";
    let outcome = env.lamel(["exec", "box", "sh", "-c", fork]);
    assert!(
        outcome.stdout.contains("can't fork"),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );

    let id = env.lamel(["inspect", "-f", "{{.Id}}", "box"]).success().stdout;
    env.lamel(["rm", "-f", "box"]).success();
    let found = std::process::Command::new("find")
        .args(["/sys/fs/cgroup", "-name", &format!("*{}*", id.trim())])
        .output()
        .expect("find runs");
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
}

/// Nothing is delegated to a user here: said, and no container is left.
fn refused(env: &Env, outcome: Outcome) {
    outcome.fails(125, "lamel: an ordinary user can limit nothing [..]\n");
    env.lamel(["ps", "-a", "--format", "{{.Names}} {{.State}}"])
        .success()
        .stdout("");
}

/// Whether this user may limit anything: root, and who has a cgroup of their own, or a service manager who gives them one.
fn may_limit() -> bool {
    if is_root() {
        return true;
    }
    let list = std::fs::read_to_string("/proc/self/cgroup").expect("/proc/self/cgroup");
    let own = list.lines().find_map(|line| line.strip_prefix("0::")).unwrap_or("/");
    let delegated = rustix::fs::access(
        format!("/sys/fs/cgroup{own}/cgroup.subtree_control"),
        rustix::fs::Access::WRITE_OK,
    );
    let manager = format!("/run/user/{}/bus", rustix::process::geteuid().as_raw());
    !is_version_1() && (delegated.is_ok() || std::path::Path::new(&manager).exists())
}

#[test]
fn memory_that_is_not_granted_ends_the_command() {
    let env = Env::new();
    let name = env.busybox();
    // A file in memory counts, as all memory does.
    let script = "dd if=/dev/zero of=/mem/file bs=1M count=40 2>/dev/null";
    let run = |container, memory| {
        env.lamel([
            "run", "--name", container, "-m", memory, "--tmpfs", "/mem", &name, "sh", "-c", script,
        ])
    };
    if !may_limit() {
        return refused(&env, env.lamel(["run", "--rm", "-m", "100m", &name, "true"]));
    }
    run("enough", "100m").success();
    let killed = run("short", "16m");
    assert!(killed.code == 137 || killed.code == 1, "{}", killed.code);
    env.lamel(["inspect", "-f", "{{.Name}} {{.State.OOMKilled}}", "enough", "short"])
        .success()
        .stdout("/enough false\n/short true\n");
}

#[test]
fn limits_that_make_no_sense_are_refused() {
    let env = Env::new();
    let name = env.busybox();
    let refused = |option: &str, value: &str, message: &str| {
        env.lamel(["create", option, value, &name])
            .fails(125, &format!("lamel: {message}\n"));
    };
    refused("--memory", "1m", "minimum memory limit allowed is 6MB");
    refused("--memory", "lots", "--memory: invalid size \"lots\"[..]");
    refused(
        "--memory-swap",
        "1g",
        "you should always set the memory limit when using the memoryswap limit",
    );
    refused("--cpus", "-1", "--cpus: invalid number of processors \"-1\"");
    refused("--blkio-weight", "5", "range of blkio weight is from 10 to 1000");
    // Nothing is limited by these.
    env.lamel([
        "run",
        "--rm",
        "-m",
        "0",
        "--cpus",
        "0",
        "--pids-limit",
        "-1",
        &name,
        "true",
    ])
    .success();
}

#[test]
fn the_limits_of_a_running_container_are_changed_or_that_is_refused() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "60"])
        .success();
    env.lamel(["create", "--name", "still", &name]).success();
    // Of one that does not run, only the record changes.
    env.lamel(["update", "--memory", "64m", "--restart", "on-failure:3", "still"])
        .success()
        .stdout("still\n");
    let still = env.lamel(["inspect", "still"]).success().json()[0]["HostConfig"].clone();
    assert_eq!(still["Memory"], 67108864);
    assert_eq!(still["RestartPolicy"]["Name"], "on-failure");
    assert_eq!(still["RestartPolicy"]["MaximumRetryCount"], 3);
    env.lamel(["update", "box"])
        .fails(1, "lamel: you must provide one or more flags when using this command\n");
    env.lamel(["update", "--memory", "1m", "box"])
        .fails(1, "lamel: minimum memory limit allowed is 6MB\n");
    let update = ["update", "-m", "64m", "--pids-limit", "20", "--cpus", "0.5", "box"];
    if !may_limit() {
        env.lamel(update).fails(
            1,
            "lamel: cannot update container box: it has no cgroup of its own[..]\n",
        );
        assert_eq!(env.lamel(["inspect", "box"]).json()[0]["HostConfig"]["Memory"], 0);
        return;
    }
    env.lamel(update).success().stdout("box\n");
    let memory = match is_version_1() {
        true => "memory.limit_in_bytes",
        false => "memory.max",
    };
    assert_eq!(enforced(&env, "box", "memory", memory), "67108864");
    assert_eq!(enforced(&env, "box", "pids", "pids.max"), "20");
    // Up and down again, past what swap was bound to.
    for size in [512 << 20, 32 << 20] {
        env.lamel(["update", "-m", &size.to_string(), "box"]).success();
        assert_eq!(enforced(&env, "box", "memory", memory), size.to_string());
    }
    env.lamel(["update", "--pids-limit", "-1", "box"]).success();
    assert_eq!(enforced(&env, "box", "pids", "pids.max"), "max");
    assert_eq!(
        env.lamel(["inspect", "box"]).json()[0]["HostConfig"]["Memory"],
        32 << 20
    );
    // A further process is limited, too, and nothing is left.
    env.lamel(["exec", "box", "true"]).success().stderr("");
    let id = env.lamel(["inspect", "-f", "{{.Id}}", "box"]).success().stdout;
    env.lamel(["rm", "-f", "box"]).success();
    let found = env.shell(&format!("find /sys/fs/cgroup -name '*{}*'", id.trim()));
    assert_eq!(found.stdout, "");
}
