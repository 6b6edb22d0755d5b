//! `run`: what surrounds the process, option by option; or why this host cannot.

use crate::env::{Env, is_root, is_single_id};

#[test]
fn flags_take_a_value_and_may_be_given_again() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", "--rm=false", "-d=F", "--name", "stays", &name, "true"])
        .success()
        .stdout("");
    env.lamel([
        "run",
        "--rm=true",
        "--rm",
        "-i=1",
        "--name",
        "goes",
        &name,
        "echo",
        "--rm=false",
    ])
    .success()
    .stdout("--rm=false\n");
    env.lamel(["ps", "-a=true", "--format", "{{.Names}}"])
        .success()
        .stdout("stays\n");
    env.lamel(["start", "--attach=true", "stays"]).success();
    env.lamel(["run", "--rm=maybe", &name, "true"])
        .code(125)
        .stderr("error: invalid value 'maybe' for '--rm[=<REMOVE>]': expected true or false\n\nFor more information, try '--help'.\n");
    env.lamel(["rm", "--force=1", "stays"]).success();
}

#[test]
fn the_groups_of_whoever_starts_it_are_kept_where_asked() {
    let env = Env::new();
    let name = env.busybox();
    let own = rustix::process::getegid();
    // Of those that are not mapped the kernel says nobody's.
    let inside = |group: &rustix::process::Gid| match (is_root(), *group == own) {
        (true, _) => group.as_raw(),
        (false, true) => 0,
        (false, false) => 65534,
    };
    let mut groups: Vec<u32> = match is_root() {
        true => vec![7, 4242],
        false => rustix::process::getgroups()
            .expect("groups")
            .iter()
            .map(inside)
            .collect(),
    };
    groups.sort_unstable();
    let groups: String = groups.iter().map(|group| format!("{group} ")).collect();
    let lamel = if is_root() {
        "setpriv --groups 7,4242 lamel"
    } else {
        "lamel"
    };
    let told = |command: &str| {
        let line = format!("{lamel} {command} {name} grep ^Groups /proc/self/status");
        env.shell(&line).success().stdout
    };
    let keep = "--group-add keep-groups";
    assert_eq!(told(&format!("run --rm {keep}")), format!("Groups:\t{groups}\n"));
    let line = format!("{lamel} run -d --name box {keep} {name} sleep 100 && lamel stop -t 0 box && {lamel} start box");
    env.shell(&line).success();
    let exec = env.shell(&format!(
        "{lamel} exec box grep ^Groups /proc/1/status /proc/self/status"
    ));
    exec.success().stdout(&format!(
        "/proc/1/status:Groups:\t{groups}\n/proc/self/status:Groups:\t{groups}\n"
    ));
    if !is_single_id() {
        assert_eq!(told("run --rm"), "Groups:\t0 \n");
    }
    env.lamel(["run", "--rm", "--group-add=7", "--group-add=keep-groups", &name, "true"])
        .fails(
            125,
            "lamel: --group-add keep-groups is not allowed with any other --group-add\n",
        );
}

#[test]
fn a_working_directory_is_a_directory() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", "-w", "/etc/group", &name, "true"])
        .fails(125, "lamel: working directory: /etc/group: not a directory\n");
}

#[test]
fn the_umask_the_time_zone_and_inherited_files_are_the_commands() {
    let env = Env::new();
    let name = env.busybox();
    let run = |options: &[&str], script: &str| {
        let words = ["run", "--rm"].iter().chain(options).copied();
        env.lamel(words.chain([name.as_str(), "sh", "-c", script]))
    };
    run(&[], "umask").success().stdout("0022\n");
    run(&["--umask", "077"], "umask").success().stdout("0077\n");
    run(&["--umask", "9"], "umask").code(125);
    run(&["--tz", "Asia/Tokyo"], "date -d @0 +%H:%M")
        .success()
        .stdout("09:00\n");
    run(&["--tz", "local"], "test -s /etc/localtime").success();
    run(&["--tz", "../../../etc/passwd"], "true").fails(125, "lamel: invalid time zone \"../../../etc/passwd\"\n");
    run(&["--tz", "No/Where"], "true").fails(
        125,
        "lamel: time zone \"No/Where\": /usr/share/zoneinfo/No/Where: No such file or directory\n",
    );

    // A further command has the mask, too.
    env.lamel(["run", "-d", "--umask", "0027", "--name", "box", &name, "sleep", "60"])
        .success();
    env.lamel(["exec", "box", "sh", "-c", "umask"])
        .success()
        .stdout("0027\n");

    env.shell(&format!(
        "echo three >3; echo four >4; lamel run --rm --preserve-fds 2 {name} sh -c 'cat <&3; cat <&4; ls /proc/self/fd' 3<3 4<4 5<4"
    ))
    .success()
    .stdout("three\nfour\n0\n1\n2\n3\n4\n5\n");
    env.shell(&format!("lamel run --rm {name} sh -c 'cat <&3' 3</etc/passwd"))
        .code(1)
        .stdout("");
    env.shell(&format!("lamel run --rm --preserve-fds 1 {name} true 3<&-"))
        .fails(125, "lamel: file descriptor 3 is not open\n");
}

#[test]
fn mercy_is_asked_for_or_refused() {
    let env = Env::new();
    let name = env.busybox();
    let run = |score: &str| {
        env.lamel([
            "run",
            "--rm",
            "--oom-score-adj",
            score,
            &name,
            "cat",
            "/proc/self/oom_score_adj",
        ])
    };
    run("500").success().stdout("500\n");
    run("1001").code(125);
    // Whether this user may is the kernel's to say.
    match env.shell("echo -500 >/proc/self/oom_score_adj").code {
        0 => run("-500").success().stdout("-500\n"),
        _ => run("-500").fails(
            125,
            "lamel: --oom-score-adj -500 cannot be honoured: this user's least is [..]\n",
        ),
    };
}

#[test]
fn a_directory_is_a_root_that_is_written_into_or_kept() {
    let env = Env::new();
    let name = env.busybox();
    env.shell(&format!(
        "mkdir tree && lamel create --name source {name} && lamel export source | tar -x -C tree && lamel rm source"
    ))
    .success();
    let script = "echo mine >/made; cat /etc/motd";
    env.lamel(["run", "--name", "kept", "--rootfs", "tree:O", "/bin/sh", "-c", script])
        .success()
        .stdout("welcome\n");
    assert!(!env.work().join("tree/made").exists());
    let tree = env.work().join("tree").display().to_string();
    env.lamel(["ps", "-a", "--format", "{{.Names}} {{.Image}}"])
        .success()
        .stdout(&format!("kept {tree}\n"));
    env.lamel(["diff", "kept"]).success().stdout("A /made\n");
    env.lamel(["commit", "kept"]).fails(
        1,
        &format!(
            "lamel: container kept was made of the directory {tree}, and of no image that its changes could be added to\n"
        ),
    );
    env.lamel(["run", "--name", "into", "--rootfs", "tree", "/bin/sh", "-c", script])
        .success()
        .stdout("welcome\n");
    env.lamel(["start", "-a", "into"]).success().stdout("welcome\n");
    assert_eq!(
        std::fs::read_to_string(env.work().join("tree/made")).expect("the file"),
        "mine\n"
    );
    env.lamel(["cp", "into:/made", "copy"]).success();
    // What is written into the directory is not told from what was there; what is written over it is.
    let directory = crate::env::disk_usage(&env.work().join("tree"));
    let sizes = |name: &str| {
        let object = env.lamel(["inspect", "-s", name]).success().json();
        let [written, whole] = ["SizeRw", "SizeRootFs"].map(|field| object[0][field].as_u64().expect("a size"));
        (written, whole)
    };
    assert_eq!(sizes("into"), (directory, directory));
    let (written, whole) = sizes("kept");
    assert!(
        written > 0 && written < directory && whole == written + directory,
        "{written} {whole}"
    );
    let shown = env
        .lamel(["ps", "-a", "--format", "{{.Names}} {{.Size}}"])
        .success()
        .stdout;
    let [into, kept] = ["into", "kept"].map(|name| {
        let line = shown.lines().find(|line| line.starts_with(name));
        line.expect("it is listed").to_owned()
    });
    let megabytes = |bytes: u64| format!("{:.2}MB", bytes as f64 / 1e6);
    let (all, over) = (megabytes(directory), megabytes(whole));
    assert_eq!(into, format!("into {all} (virtual {all})"));
    assert!(
        kept.ends_with(&format!(" (virtual {over})")) && !kept.contains(" 0B "),
        "{kept}"
    );
    env.lamel(["rm", "kept", "into"]).success();
    assert!(env.work().join("tree/bin/busybox").exists());
    env.lamel(["run", "--rootfs", "none", "true"])
        .fails(125, "lamel: root directory none: No such file or directory\n");
}
