//! How far a container's processes are confined, as the kernel says it: of the first one, and of one that `exec` brings in.

use crate::env::{Env, is_root, is_single_id};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const STATUS: [&str; 4] = ["grep", "-E", "^(Cap.*|NoNewPrivs|Seccomp):", "/proc/self/status"];
/// Docker's fourteen.
const DEFAULT: &str = "00000000a80425fb";
const NONE: &str = "0000000000000000";

fn status(permitted: &str, bounding: &str, no_new_privileges: u8, seccomp: u8) -> String {
    format!(
        "CapInh:\t{NONE}\nCapPrm:\t{permitted}\nCapEff:\t{permitted}\nCapBnd:\t{bounding}\nCapAmb:\t{NONE}\nNoNewPrivs:\t{no_new_privileges}\n\
         Seccomp:\t{seccomp}\n"
    )
}

/// All that there is to give: to an ordinary user, root of a namespace of its own, what the kernel has.
fn all() -> String {
    if is_root() {
        let status = std::fs::read_to_string("/proc/self/status").expect("/proc");
        let bounding = status.lines().find_map(|line| line.strip_prefix("CapBnd:\t"));
        return bounding.expect("the kernel says it").to_owned();
    }
    let last = std::fs::read_to_string("/proc/sys/kernel/cap_last_cap").expect("the kernel says it");
    format!(
        "{:016x}",
        u64::MAX >> (63 - last.trim().parse::<u32>().expect("a number"))
    )
}

#[test]
fn run_and_exec_are_confined_alike() {
    let env = Env::new();
    let name = env.busybox();
    let all = all();
    let admin = "00000000a82425fb";
    for (flags, expected) in [
        (&[][..], status(DEFAULT, DEFAULT, 0, 2)),
        (&["--init"], status(DEFAULT, DEFAULT, 0, 2)),
        (&["--cap-drop=ALL"], status(NONE, NONE, 0, 2)),
        (&["--cap-add=SYS_ADMIN"], status(admin, admin, 0, 2)),
        (&["--cap-add=ALL"], status(&all, &all, 0, 2)),
        (&["--security-opt=no-new-privileges"], status(DEFAULT, DEFAULT, 1, 2)),
        (&["--security-opt=seccomp=unconfined"], status(DEFAULT, DEFAULT, 0, 0)),
        (&["--security-opt=label=disable"], status(DEFAULT, DEFAULT, 0, 2)),
        (&["--privileged"], status(&all, &all, 0, 0)),
    ] {
        let run = env
            .lamel([&["run", "--rm"], flags, &[&name], &STATUS].concat())
            .success();
        assert_eq!(run.stdout, expected, "run {flags:?}");
        env.lamel([&["run", "-d", "--name", "box"], flags, &[&name, "sleep", "1000"]].concat())
            .success();
        let exec = env.lamel([&["exec", "box"][..], &STATUS].concat()).success();
        assert_eq!(exec.stdout, expected, "exec {flags:?}");
        // It is about capabilities alone.
        let privileged = env
            .lamel([&["exec", "--privileged", "box"][..], &STATUS].concat())
            .success();
        let (no_new_privileges, seccomp) = (expected.contains("NoNewPrivs:\t1"), expected.contains("Seccomp:\t2"));
        assert_eq!(
            privileged.stdout,
            status(&all, &all, no_new_privileges.into(), if seccomp { 2 } else { 0 }),
            "exec --privileged {flags:?}"
        );
        env.lamel(["rm", "-f", "box"]).success();
    }
}

#[test]
fn a_user_who_is_not_root_has_no_capabilities() {
    let env = Env::new();
    let name = env.busybox();
    if is_single_id() {
        // There is no other user.
        let refused = env.lamel([&["run", "--rm", "-u", "1234", &name][..], &STATUS].concat());
        assert_eq!(refused.code, 125, "{}", refused.stderr);
        return;
    }
    env.lamel([
        "run",
        "-d",
        "--name",
        "box",
        "--cap-add=SYS_ADMIN",
        &name,
        "sleep",
        "1000",
    ])
    .success();
    let run = env.lamel([&["run", "--rm", "-u", "1234", &name][..], &STATUS].concat());
    assert_eq!(run.success().stdout, status(NONE, DEFAULT, 0, 2));
    let exec = env.lamel([&["exec", "-u", "1234", "box"][..], &STATUS].concat());
    assert_eq!(exec.success().stdout, status(NONE, "00000000a82425fb", 0, 2));
}

#[test]
fn a_profile_of_the_users_holds_for_run_and_exec() {
    let env = Env::new();
    let name = env.busybox();
    let profile =
        r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}"#;
    std::fs::write(env.work().join("profile.json"), profile).expect("a file in a fresh directory");
    let option = "--security-opt=seccomp=profile.json";
    let line = ["sh", "-c", "mkdir /tmp/x; touch /tmp/y && echo made"];
    let told = "mkdir: can't create directory '/tmp/x': Operation not permitted\n";
    env.lamel([&["run", "--rm", option, &name][..], &line].concat())
        .success()
        .stdout("made\n")
        .stderr(told);
    env.lamel(["run", "-d", "--name", "box", option, &name, "sleep", "1000"])
        .success();
    env.lamel([&["exec", "box"][..], &line].concat())
        .success()
        .stdout("made\n")
        .stderr(told);
}

/// Docker's lists (moby, oci/defaults.go).
#[test]
fn what_tells_of_the_host_is_masked_and_what_changes_it_is_read_only() {
    let env = Env::new();
    let name = env.busybox();
    let script = "for p in asound acpi interrupts kcore keys latency_stats timer_list timer_stats sched_debug scsi; do \
                  [ ! -e /proc/$p ] || grep -q \" /proc/$p \" /proc/self/mountinfo || echo $p; done; \
                  for p in bus fs irq sys sysrq-trigger; do [ ! -e /proc/$p ] || grep -qE \" /proc/$p ro[, ]\" /proc/self/mountinfo || echo $p; done; \
                  grep -qE ' /sys ro[, ]' /proc/self/mountinfo || echo sys; cat /proc/kcore /proc/keys; ls -A /sys/firmware; echo end";
    env.lamel(["run", "--rm", &name, "sh", "-c", script])
        .success()
        .stdout("end\n");
    let open = "grep -cE ' /proc/(kcore|sys|bus) ' /proc/self/mountinfo";
    for option in [
        "--privileged",
        "--security-opt=systempaths=unconfined",
        "--security-opt=unmask=ALL",
    ] {
        env.lamel(["run", "--rm", option, &name, "sh", "-c", open])
            .code(1)
            .stdout("0\n");
    }
    let options = [
        "--security-opt=unmask=/proc/kc*:/proc/bus",
        "--security-opt=mask=/bin:/etc/group",
    ];
    env.lamel(
        ["create", "--name", "box"]
            .iter()
            .chain(&options)
            .copied()
            .chain([name.as_str(), "true"]),
    )
    .success();
    let script = "grep -oE ' /proc/(kcore|sys|bus) ' /proc/self/mountinfo; test -s /etc/group || echo nothing";
    let words = ["run", "--rm", options[0], "--security-opt=mask=/etc/group"];
    env.lamel([&words[..], &[&name, "sh", "-c", script]].concat())
        .success()
        .stdout(" /proc/sys \nnothing\n");
    let host = env.lamel(["inspect", "box"]).success().json()[0]["HostConfig"].clone();
    let has = |kind: &str, path: &str| host[kind].as_array().expect("a list").contains(&path.into());
    assert!(has("MaskedPaths", "/bin") && !has("MaskedPaths", "/proc/kcore") && has("MaskedPaths", "/proc/keys"));
    assert!(has("ReadonlyPaths", "/proc/sys") && !has("ReadonlyPaths", "/proc/bus"));
}

/// A descriptor can be opened again by /proc/self/fd, with other rights than it was opened with.
#[test]
fn what_output_is_written_to_and_input_read_from_is_not_the_containers() {
    let env = Env::new();
    let name = env.busybox();
    let (log, settings) = (env.work().join("log"), env.work().join("settings"));
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o7777;
    let attack =
        "head -n 1; chmod 4777 /proc/self/fd/0 /proc/self/fd/1; echo evil >/proc/self/fd/1; echo evil >/proc/self/fd/0";
    std::fs::write(env.work().join("attack"), attack).expect("a file");
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "1000"])
        .success();
    for command in [&*format!("run --rm -i {name}"), "exec -i box"] {
        std::fs::write(&log, "secret\n").expect("a file");
        std::fs::write(&settings, "setting\n").expect("a file");
        env.shell(&format!(
            "chmod 600 log settings; timeout 20 lamel {command} sh -c \"$(cat attack)\" <settings >>log 2>/dev/null"
        ));
        let text = |path| std::fs::read_to_string(path).expect("it is there");
        assert_eq!(text(&log), "secret\nsetting\nevil\n", "{command}");
        assert_eq!(text(&settings), "setting\n", "{command}");
        assert_eq!((mode(&log), mode(&settings)), (0o600, 0o600), "{command}");
    }
    // Neither is /dev/null the host's.
    let null = mode(Path::new("/dev/null"));
    env.shell("lamel exec box chmod 600 /proc/self/fd/0 /proc/self/fd/1 >/dev/null");
    assert_eq!(mode(Path::new("/dev/null")), null);
}
