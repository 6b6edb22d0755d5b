//! `run` in the foreground: the process, its surroundings, its exit code.

use crate::env::{Env, eventually, wait};
use crate::fixtures::{busybox, busybox_layer, three_layers};
use crate::registry::{Image, Layer};
use serde_json::json;
use std::io::{BufRead, BufReader};

#[test]
fn the_layers_are_seen_as_one_tree_with_whiteouts_applied() {
    let env = Env::new();
    let name = env.pulled("app:1", &three_layers());
    env.lamel(["run", "--rm", &name, "sh", "-c", "cat /app/*; ls /etc"])
        .success()
        .stdout("one\ntwo\ngroup\nhostname\nhosts\npasswd\nresolv.conf\n")
        .stderr("");
}

#[test]
fn an_image_that_is_not_held_is_pulled_and_only_the_result_is_on_stdout() {
    let env = Env::new();
    let name = env.serve("base:1", &busybox());
    let outcome = env.lamel(["run", "--rm", &name, "echo", "hi"]).success().stdout("hi\n");
    assert!(outcome.stderr.contains("Pull complete"), "{}", outcome.stderr);
    env.lamel(["run", "--rm", &name, "echo", "hi"])
        .success()
        .stdout("hi\n")
        .stderr("");
}

#[test]
fn the_directory_of_the_caller_need_not_be_there() {
    let env = Env::new();
    let name = env.busybox();
    env.shell(&format!(
        "mkdir gone && cd gone && rmdir ../gone && lamel run -d --name box {name} sleep 60 >/dev/null && \
         lamel exec box echo in && lamel rm -f box && lamel run --rm {name} echo fore"
    ))
    .success()
    .stdout("in\nbox\nfore\n");
}

#[test]
fn the_exit_code_is_the_commands_own() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", &name, "sh", "-c", "exit 42"]).code(42);
    // What the first process of a PID namespace sends itself and does not handle, does not come (pid_namespaces(7)).
    env.lamel(["run", "--rm", &name, "sh", "-c", "kill -TERM $$; exit 3"])
        .code(3);
}

#[test]
fn a_command_that_is_not_there_is_127_and_one_that_cannot_run_is_126() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", &name, "no-such-command"])
        .fails(127, "lamel: [..]no-such-command[..]\n");
    env.lamel(["run", "--rm", &name, "/etc/motd"])
        .fails(126, "lamel: [..]/etc/motd[..]\n");
    env.lamel(["run", "--rm", &name, "/etc"])
        .fails(126, "lamel: [..]/etc[..]\n");
}

#[test]
fn entrypoint_and_command_come_from_the_image_and_give_way_to_what_is_typed() {
    let env = Env::new();
    let name = env.pulled("echo:1", &busybox().entrypoint(&["/bin/echo", "from"]).cmd(&["image"]));
    env.lamel(["run", "--rm", &name]).success().stdout("from image\n");
    env.lamel(["run", "--rm", &name, "me"]).success().stdout("from me\n");
    env.lamel(["run", "--rm", "--entrypoint", "/bin/printf", &name, "%s\\n", "other"])
        .success()
        .stdout("other\n");
}

#[test]
fn the_environment_is_the_images_then_files_then_flags() {
    let env = Env::new();
    let name = env.pulled("env:1", &busybox().env("FROM=image").env("KEEP=1"));
    std::fs::write(env.work().join("vars"), "# a comment\nFROM=file\nFILE=2\n").expect("a file");
    env.lamel([
        "run",
        "--rm",
        "--env-file",
        "vars",
        "-e",
        "FLAG=3",
        "--hostname",
        "box",
        &name,
        "sh",
        "-c",
        "env | sort",
    ])
    .success()
    .stdout("FILE=2\nFLAG=3\nFROM=file\nHOME=/root\nHOSTNAME=box\nKEEP=1\nPATH=/bin\nPWD=/\nSHLVL=1\n");
}

#[test]
fn the_user_is_found_in_the_images_own_files() {
    let env = Env::new();
    let name = env.busybox();
    let id = |user: &str| env.lamel(["run", "--rm", "-u", user, &name, "id"]);
    id("root").success().stdout("uid=0(root) gid=0(root) groups=0(root)\n");
    // A user without subordinate ids has a single id to give: root is all there is.
    if crate::env::is_single_id() {
        let outcome = id("daisy").code(125);
        assert!(outcome.stderr.contains("subordinate"), "{}", outcome.stderr);
        return;
    }
    id("daisy")
        .success()
        .stdout("uid=1234(daisy) gid=1235(daisies) groups=1235(daisies),1300(extra)\n");
    id("1234:65534")
        .success()
        .stdout("uid=1234(daisy) gid=65534(nogroup) groups=65534(nogroup)\n");
    id("4321").success().stdout("uid=4321 gid=0(root) groups=0(root)\n");
    let outcome = id("nobody-here").code(125);
    assert!(outcome.stderr.contains("nobody-here"), "{}", outcome.stderr);
}

#[test]
fn the_working_directory_is_made_where_it_is_missing() {
    let env = Env::new();
    let name = env.pulled("wd:1", &busybox().run("WorkingDir", json!("/srv/app")));
    env.lamel(["run", "--rm", &name, "pwd"]).success().stdout("/srv/app\n");
    env.lamel(["run", "--rm", "-w", "/new/place", &name, "pwd"])
        .success()
        .stdout("/new/place\n");
}

#[test]
fn standard_input_reaches_the_command_only_when_asked() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel_with_input(b"through\n", ["run", "--rm", "-i", &name, "cat"])
        .success()
        .stdout("through\n");
    env.lamel_with_input(b"through\n", ["run", "--rm", &name, "cat"])
        .success()
        .stdout("");
}

#[test]
fn both_streams_stay_apart() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", &name, "sh", "-c", "echo out; echo err >&2"])
        .success()
        .stdout("out\n")
        .stderr("err\n");
}

#[test]
fn a_signal_reaches_the_container_and_its_code_comes_back() {
    let env = Env::new();
    let name = env.busybox();
    let line = "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.05; done";
    let mut child = env.spawn(["run", "--rm", &name, "sh", "-c", line]);
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    assert_eq!(lines.next().expect("a line").expect("text"), "ready");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("our own child");
    assert_eq!(lines.next().expect("a line").expect("text"), "caught");
    assert_eq!(wait(&mut child, "lamel run").code(), Some(9));
}

#[test]
fn the_command_is_process_1_and_a_direct_child_of_lamel() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", &name, "sh", "-c", "echo $$"])
        .success()
        .stdout("1\n");
    let mut child = env.spawn(["run", "--rm", "--name", "kid", &name, "sleep", "60"]);
    let init = || {
        env.lamel(["inspect", "-f", "{{.State.Pid}}", "kid"])
            .text()
            .parse::<u32>()
            .ok()
            .filter(|pid| *pid > 0)
    };
    eventually("the container runs", || init().is_some());
    let status = std::fs::read_to_string(format!("/proc/{}/status", init().expect("a pid"))).expect("it runs");
    assert!(status.contains(&format!("PPid:\t{}\n", child.id())), "{status}");
    env.lamel(["kill", "kid"]).success();
    assert_eq!(wait(&mut child, "lamel run").code(), Some(137));
}

#[test]
fn init_reaps_orphans_and_passes_the_exit_code() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", "--init", &name, "sh", "-c", "test $$ != 1; exit 5"])
        .code(5);
}

#[test]
fn volumes_show_the_hosts_files_and_tmpfs_is_empty() {
    let env = Env::new();
    let name = env.busybox();
    std::fs::write(env.work().join("file"), "host\n").expect("a file");
    let dir = env.work().display().to_string();
    env.lamel([
        "run",
        "--rm",
        "-v",
        &format!("{dir}:/mnt"),
        &name,
        "sh",
        "-c",
        "cat /mnt/file; echo back > /mnt/new",
    ])
    .success()
    .stdout("host\n");
    assert_eq!(
        std::fs::read_to_string(env.work().join("new")).expect("written"),
        "back\n"
    );
    let outcome = env
        .lamel([
            "run",
            "--rm",
            "-v",
            &format!("{dir}:/mnt:ro"),
            &name,
            "touch",
            "/mnt/no",
        ])
        .code(1);
    assert!(outcome.stderr.contains("Read-only file system"), "{}", outcome.stderr);
    env.lamel([
        "run",
        "--rm",
        "--tmpfs",
        "/etc",
        &name,
        "sh",
        "-c",
        "touch /etc/x; ls -A /etc | grep -v -e hosts -e host -e resolv",
    ])
    .success()
    .stdout("x\n");
}

#[test]
fn a_read_only_root_cannot_be_written_but_dev_shm_can() {
    let env = Env::new();
    let name = env.busybox();
    let outcome = env.lamel(["run", "--rm", "--read-only", &name, "touch", "/x"]).code(1);
    assert!(outcome.stderr.contains("Read-only file system"), "{}", outcome.stderr);
    env.lamel([
        "run",
        "--rm",
        "--read-only",
        &name,
        "sh",
        "-c",
        "touch /dev/shm/x && echo ok",
    ])
    .success()
    .stdout("ok\n");
}

#[test]
fn names_are_resolved_from_the_files_lamel_writes() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run", "--rm", "--network", "none", "--hostname", "box", "--add-host", "db:10.1.2.3", "--dns", "9.9.9.9", &name, "sh", "-c",
        "hostname; cat /etc/hostname; grep -c localhost /etc/hosts; grep db /etc/hosts; grep nameserver /etc/resolv.conf",
    ])
    .success()
    .stdout("box\nbox\n[..]\n10.1.2.3\tdb\nnameserver 9.9.9.9\n");
}

#[test]
fn network_none_has_loopback_alone_and_it_is_up() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--rm",
        "--network",
        "none",
        &name,
        "sh",
        "-c",
        "ls /sys/class/net; ip -o addr show lo | grep -c 127.0.0.1",
    ])
    .success()
    .stdout("lo\n1\n");
}

#[test]
fn network_host_is_the_hosts_own() {
    let env = Env::new();
    let name = env.busybox();
    let ours = std::fs::read_link("/proc/self/ns/net")
        .expect("a namespace")
        .display()
        .to_string();
    env.lamel([
        "run",
        "--rm",
        "--network",
        "host",
        &name,
        "readlink",
        "/proc/self/ns/net",
    ])
    .success()
    .stdout(&format!("{ours}\n"));
}

#[test]
fn pasta_lets_the_container_reach_the_registry_of_the_host() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--rm",
        "--network",
        "pasta",
        &name,
        "sh",
        "-c",
        "ls /sys/class/net | wc -l",
    ])
    .success()
    .stdout("2\n");
}

#[test]
fn capabilities_are_dockers_and_can_be_added_and_dropped() {
    let env = Env::new();
    let name = env.busybox();
    let effective = |flags: &[&str]| {
        let command = [name.as_str(), "grep", "CapEff", "/proc/self/status"];
        env.lamel([&["run", "--rm"], flags, &command].concat())
            .success()
            .text()
            .to_owned()
    };
    assert_eq!(effective(&[]), "CapEff:\t00000000a80425fb");
    assert_eq!(effective(&["--cap-drop", "ALL"]), "CapEff:\t0000000000000000");
    assert_eq!(
        effective(&["--cap-drop", "ALL", "--cap-add", "NET_ADMIN"]),
        "CapEff:\t0000000000001000"
    );
}

#[test]
fn a_seccomp_filter_is_in_force_unless_it_is_refused() {
    let env = Env::new();
    let name = env.busybox();
    let mode = |flags: &[&str]| {
        let command = [
            name.as_str(),
            "grep",
            "-E",
            "^(Seccomp|NoNewPrivs):",
            "/proc/self/status",
        ];
        env.lamel([&["run", "--rm"], flags, &command].concat())
            .success()
            .text()
            .to_owned()
    };
    assert_eq!(mode(&[]), "NoNewPrivs:\t0\nSeccomp:\t2");
    assert_eq!(
        mode(&["--security-opt", "seccomp=unconfined"]),
        "NoNewPrivs:\t0\nSeccomp:\t0"
    );
    assert_eq!(
        mode(&["--security-opt", "no-new-privileges"]),
        "NoNewPrivs:\t1\nSeccomp:\t2"
    );
    assert_eq!(mode(&["--privileged"]), "NoNewPrivs:\t0\nSeccomp:\t0");
}

#[test]
fn limits_of_the_process_are_set() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--rm",
        "--ulimit",
        "nofile=100:200",
        &name,
        "sh",
        "-c",
        "ulimit -Sn; ulimit -Hn",
    ])
    .success()
    .stdout("100\n200\n");
}

#[test]
fn proc_sys_and_dev_are_what_a_container_expects() {
    let env = Env::new();
    let name = env.busybox();
    let script = "ls /dev | tr '\\n' ' '; echo; ls -A /sys/firmware /proc/acpi /proc/scsi 2>/dev/null | grep -v -e : -e '^$' | wc -l; \
                  stat -c %a /dev/shm /dev/null; echo x > /proc/sys/kernel/core_pattern; touch /sys/x";
    let outcome = env.lamel(["run", "--rm", &name, "sh", "-c", script]).code(1);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    for device in [
        "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom",
        "zero",
    ] {
        assert!(
            lines[0].split(' ').any(|name| name == device),
            "no {device} in {}",
            lines[0]
        );
    }
    assert_eq!(lines[1], "0", "these tell of the host");
    assert_eq!(&lines[2..4], ["1777", "666"]);
    assert_eq!(
        outcome
            .stderr
            .lines()
            .filter(|line| line.contains("Read-only file system"))
            .count(),
        2,
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_container_with_rm_leaves_nothing_and_without_it_stays() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "--rm", &name, "true"]).success();
    env.lamel(["ps", "-a", "-q"]).success().stdout("");
    env.lamel(["run", "--cidfile", "cid", &name, "true"]).success();
    let id = std::fs::read_to_string(env.work().join("cid")).expect("written");
    env.lamel(["ps", "-a", "-q", "--no-trunc"])
        .success()
        .stdout(&format!("{}\n", id.trim()));
}

#[test]
fn hosts_files_of_a_hostile_image_are_not_followed_outside() {
    let env = Env::new();
    let target = env.work().join("target");
    std::fs::write(&target, "mine\n").expect("a file");
    let outside = target.display().to_string();
    let links = busybox_layer()
        .symlink("etc/hosts", &outside)
        .symlink("etc/resolv.conf", &outside)
        .symlink("etc/hostname", "../../../../srv/../tmp/hostname");
    let image = Image::new()
        .layer(links.gzip())
        .layer(Layer::new().symlink("srv", "/../../..").gzip())
        .env("PATH=/bin");
    let name = env.pulled("hostile:1", &image);
    env.lamel(["run", "--rm", "-w", "/srv", &name, "true"]).success();
    assert_eq!(std::fs::read_to_string(&target).expect("still there"), "mine\n");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let env = Env::new();
    let name = env.busybox();
    env.shell(&format!("lamel run --rm {name} yes | head -1"))
        .success()
        .stdout("y\n");
    env.shell("lamel images | true").success().stderr("");
}

#[test]
fn an_image_of_127_layers_runs() {
    let env = Env::new();
    let image = (1..127).fold(busybox(), |image, n| {
        image.layer(Layer::new().file(&format!("l{n}"), n.to_string()).gzip())
    });
    let name = env.pulled("deep:1", &image);
    env.lamel(["run", "--rm", &name, "sh", "-c", "ls /l* | wc -l; cat /l126"])
        .success()
        .stdout("126\n126");
}

#[test]
fn signals_are_as_a_fresh_process_expects_them() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "--rm",
        &name,
        "grep",
        "-E",
        "^Sig(Blk|Ign|Cgt):",
        "/proc/self/status",
    ])
    .success()
    // Real-time signals aside: glibc has those it uses itself ignored in what it spawns, this test's lamel among them.
    .stdout("SigBlk:\t0000000000000000\nSigIgn:\t[..]0000000\nSigCgt:\t0000000000000000\n");
}

/// CVE-2019-5736: a process of the container's runs lamel, and another one keeps a descriptor of its file.
#[test]
fn a_container_cannot_change_the_program_that_started_it() {
    let env = Env::new();
    let name = env.busybox();
    // A file of our own: one that we cannot write anyway would prove nothing.
    let program = env.home().join("lamel");
    // Not by this process, whose children of other tests would hold the file that is written, and it could not be executed.
    env.shell(&format!("cp {} {}", crate::env::program().display(), program.display()))
        .success();
    let lamel = |args: &[&str]| {
        let mut command = std::process::Command::new(&program);
        let variables = env.command(args);
        command.args(args).env_clear().current_dir(env.work());
        command.envs(variables.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.stdin(std::process::Stdio::null());
        command
    };
    let script = |line: &str| {
        let done = lamel(&["exec", "self", "sh", "-c", line]).output().unwrap();
        String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned()
    };
    let sleep = lamel(&["run", "-d", "--name=self", &name, "sleep", "1000"]).status();
    assert!(sleep.unwrap().success());
    // By this name lamel only waits for a child.
    script("ln -s /proc/self/exe /tmp/lamel-init");
    let mut inside = lamel(&["exec", "self", "/tmp/lamel-init", "--", "sleep", "1000"])
        .spawn()
        .unwrap();
    let find = "for p in /proc/[0-9]*; do [ \"$(readlink $p/exe)\" = / ] && echo ${p#/proc/}; done; true";
    eventually("lamel in the container", || !script(find).is_empty());
    let pid = script(find).trim().to_owned();
    for line in [
        format!(": > /proc/{pid}/exe"),
        format!("chmod 4755 /proc/{pid}/exe"),
        format!(
            "exec 3< /proc/{pid}/exe; kill -9 {pid}; while [ -e /proc/{pid} ]; do sleep 0.01; done; : > /proc/self/fd/3"
        ),
    ] {
        let output = script(&line);
        // Not "Text file busy", which would be gone with the last lamel that runs.
        assert!(output.contains("Read-only file system"), "{line}: {output}");
    }
    inside.wait().unwrap();
    assert!(lamel(&["rm", "-f", "self"]).status().unwrap().success());
}
