//! Containers as services of systemd: what lamel tells a service manager, and the units that it writes. The manager is the test's own socket;
//! systemd itself only looks at the units.

use crate::env::{Env, PATIENCE, eventually, finish};
use std::os::unix::net::UnixDatagram;
use std::process::Command;

/// The socket of a service manager.
struct Manager(UnixDatagram);

impl Manager {
    fn listen(env: &Env) -> Manager {
        let socket = UnixDatagram::bind(env.work().join("notify")).expect("a socket in a fresh directory");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        // As systemd's: it looks at who sends.
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(env.work().join("notify"), all).expect("it is ours");
        Manager(socket)
    }

    /// What was told, whole.
    fn hears(&self) -> String {
        let mut bytes = [0; 4096];
        let length = self.0.recv(&mut bytes).expect("something is told");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    fn hears_nothing(&self) -> bool {
        self.0.set_nonblocking(true).expect("a socket");
        let nothing = self.0.recv(&mut [0; 1]).is_err();
        self.0.set_nonblocking(false).expect("a socket");
        nothing
    }
}

#[test]
fn a_service_is_ready_when_its_command_runs() {
    let env = Env::new();
    let name = env.busybox();
    let manager = Manager::listen(&env);
    let mut service = env.command([
        "run",
        "--name",
        "box",
        "--sdnotify=conmon",
        &name,
        "sh",
        "-c",
        "echo ${NOTIFY_SOCKET-none}",
    ]);
    service.env("NOTIFY_SOCKET", env.work().join("notify"));
    let child = service
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("lamel starts");
    assert_eq!(manager.hears(), format!("MAINPID={}\nREADY=1", child.id()));
    let output = child.wait_with_output().expect("its output");
    // The socket is the supervisor's business alone.
    assert_eq!(String::from_utf8_lossy(&output.stdout), "none\n");

    let mut again = env.command(["start", "-a", "box"]);
    again.env("NOTIFY_SOCKET", env.work().join("notify"));
    finish(&mut again, "start".into()).success().stdout("none\n");
    assert!(manager.hears().ends_with("READY=1"));
}

#[test]
fn a_detached_service_names_its_monitor() {
    let env = Env::new();
    let name = env.busybox();
    let manager = Manager::listen(&env);
    let mut service = env.command([
        "run",
        "-d",
        "--name",
        "service",
        "--sdnotify=conmon",
        &name,
        "sleep",
        "60",
    ]);
    service.env("NOTIFY_SOCKET", env.work().join("notify"));
    finish(&mut service, "run -d".into()).success();
    let told = manager.hears();
    let pid = told
        .strip_prefix("MAINPID=")
        .and_then(|rest| rest.strip_suffix("\nREADY=1"))
        .expect("a pid and that it is ready");
    let command = std::fs::read(format!("/proc/{pid}/cmdline")).expect("the monitor runs");
    let title = String::from_utf8_lossy(&command);
    assert_eq!(title.trim_end_matches('\0'), "lamel: service");
}

#[test]
fn one_that_does_not_start_is_never_ready_and_one_that_is_to_ignore_says_nothing() {
    let env = Env::new();
    let name = env.busybox();
    let manager = Manager::listen(&env);
    for (mode, command, code) in [("conmon", "no-such-command", 127), ("ignore", "true", 0)] {
        let mut service = env.command(["run", "--rm", "--sdnotify", mode, &name, command]);
        service.env("NOTIFY_SOCKET", env.work().join("notify"));
        finish(&mut service, format!("run {command}")).code(code);
        assert!(manager.hears_nothing(), "{mode}");
    }
    let outcome = env.lamel(["run", "--sdnotify", "me", &name]).code(125);
    assert!(
        outcome.stderr.contains("container, conmon and ignore are known"),
        "{}",
        outcome.stderr
    );
}

/// systemd's own look at a unit.
fn verify(env: &Env, unit: &str) {
    let mut verify = Command::new("systemd-analyze");
    verify
        .args(["verify", "--man=no", "--user", unit])
        .current_dir(env.work());
    verify.env("XDG_RUNTIME_DIR", env.work());
    // What it says of other units of the machine is not ours.
    let outcome = finish(&mut verify, format!("systemd-analyze verify {unit}"));
    let file = unit.rsplit('/').next().expect("a file's name");
    let ours: Vec<_> = outcome.stderr.lines().filter(|line| line.contains(file)).collect();
    assert_eq!(ours, Vec::<&str>::new(), "{}", outcome.stderr);
}

#[test]
fn a_unit_starts_the_container_that_is_there() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "create",
        "--name",
        "web",
        "--stop-timeout",
        "3",
        "--stop-signal",
        "QUIT",
        &name,
        "sleep",
        "60",
    ])
    .success();
    let id = env.lamel(["inspect", "-f", "{{.Id}}", "web"]);
    let outcome = env.lamel(["generate", "systemd", "web"]).success();
    for line in [
        "[..].service".to_owned(),
        "Type=notify".into(),
        "Restart=on-failure".into(),
        "TimeoutStopSec=63".into(),
        "SuccessExitStatus=131".into(),
        "ExecStop=[..] stop \\".into(),
        format!("\t-t 3 {}", id.text()),
        "\t--sdnotify=conmon \\".into(),
        format!("\t{}", id.text()),
        "KillMode=mixed".into(),
        "WantedBy=default.target".into(),
    ] {
        let has = |found: &str| crate::pattern::matches(&line, found);
        assert!(outcome.stdout.lines().any(has), "{line}\n{}", outcome.stdout);
    }
    assert!(!outcome.stdout.contains("Delegate"));
    let options = [
        "--files",
        "--name",
        "--no-header",
        "-t",
        "9",
        "--restart-policy=always",
        "--restart-sec=2",
    ];
    let more = [
        "--container-prefix=app",
        "--separator=_",
        "--after=db.service",
        "--wants=db.service",
        "web",
    ];
    let path = env
        .lamel(["generate", "systemd"].into_iter().chain(options).chain(more))
        .success();
    assert_eq!(path.text(), env.work().join("app_web.service").display().to_string());
    verify(&env, path.text());
    let text = std::fs::read_to_string(path.text()).expect("the unit");
    assert!(text.starts_with("[Unit]\nDescription=Lamel app_web.service\n"));
    assert!(text.contains("db.service\n") && text.contains("Restart=always\nRestartSec=2\nTimeoutStopSec=69\n"));
    env.lamel(["generate", "systemd", "nobody"])
        .fails(1, "lamel: no such container: nobody\n");
}

#[test]
fn a_new_unit_has_the_containers_own_command_line() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "create",
        "-it",
        "--rm",
        "--name=web",
        "-e",
        "GREETING=100% $HOME",
        "--memory=64m",
        &name,
    ])
    .success();
    let outcome = env.lamel(["generate", "systemd", "--new", "web"]).success();
    let program = crate::env::program().canonicalize().expect("the program");
    let begin = format!("ExecStart={}", program.display());
    let unit = &outcome.stdout[outcome.stdout.find(&begin).expect("a command")..];
    assert!(
        unit.contains(&format!(
            " run \\\n\t--cidfile=%t/%n.ctr-id \\\n\t--rm \\\n\t--sdnotify=conmon \\\n\t-t \\\n\t--name=web \\\n\t-e \"GREETING=100%% $$HOME\" \\\n\t--memory=64m \\\n\t{name}\n"
        )),
        "{unit}"
    );
    assert!(
        unit.contains(" rm \\\n\t--force \\\n\t--ignore \\\n\t-t 10 \\\n\t--cidfile=%t/%n.ctr-id\n"),
        "{unit}"
    );
    assert!(unit.contains("Delegate=yes\n"), "{unit}");
    let file = env.lamel(["generate", "systemd", "--files", "--new", "web"]).success();
    verify(&env, file.text());
    let template = env
        .lamel(["generate", "systemd", "--files", "--template", "web"])
        .success();
    assert!(template.text().ends_with("/container-web@.service"));
    let text = std::fs::read_to_string(template.text()).expect("the unit");
    assert!(text.contains("\t--name=web-%i \\\n"), "{text}");
    assert!(text.contains("Description=Lamel container-web@%i.service"), "{text}");
}

#[test]
fn what_a_unit_runs_works_outside_of_systemd_too() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--name", "web", &name, "sh", "-c", "echo up; exec sleep 60"])
        .success();
    let unit = env.lamel(["generate", "systemd", "--new", "web"]).success().stdout;
    env.lamel(["rm", "web"]).success();
    let unit = unit
        .replace("\\\n", " ")
        .replace("%t/%n", &env.work().join("unit").display().to_string());
    let command = |key: &str| {
        let line = unit.lines().find_map(|line| line.strip_prefix(&format!("{key}=")));
        line.expect("the unit has the command").to_owned()
    };
    let manager = Manager::listen(&env);
    let mut service = Command::new("sh");
    service.args(["-c", &format!("exec {}", command("ExecStart"))]);
    service.env("NOTIFY_SOCKET", env.work().join("notify"));
    let mut child = service.stdout(std::process::Stdio::null()).spawn().expect("a shell");
    assert_eq!(manager.hears(), format!("MAINPID={}\nREADY=1", child.id()));
    env.shell(&command("ExecStop").replace("-t 10", "-t 0")).success();
    assert_eq!(child.wait().expect("it ends").code(), Some(137));
    env.shell(&command("ExecStopPost")).success();
    eventually("nothing is left", || env.lamel(["ps", "-aq"]).stdout.is_empty());
}

#[test]
fn the_unit_in_the_readme_starts_and_stops() {
    let env = Env::new();
    let name = env.busybox();
    let readme = include_str!("../../README.md");
    let unit = readme
        .split("```ini\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let unit = unit.expect("the unit is in the README");
    let line = "trap 'exit 0' TERM; while :; do sleep 0.05; done";
    let program = crate::env::program().canonicalize().expect("the program");
    let unit = unit
        .replace("/usr/local/bin/lamel", &program.display().to_string())
        .replace("--network host nginx:1.27", &format!("{name} sh -c \"{line}\""));
    let path = env.work().join("web@.service");
    std::fs::write(&path, &unit).expect("a file");
    verify(&env, &path.display().to_string());
    let command = |key: &str| {
        let line = unit.lines().find_map(|line| line.strip_prefix(&format!("{key}=")));
        line.expect("the unit has the command").replace("%i", "one")
    };
    let manager = Manager::listen(&env);
    // As systemd does, the environment is the service's own and its output a socket.
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().expect("a pair of sockets");
    let mut service = env.command(["version"]);
    let environment: Vec<_> = service
        .get_envs()
        .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
        .collect();
    service = Command::new("sh");
    service
        .args(["-c", &format!("exec {}", command("ExecStart"))])
        .envs(environment);
    service.env("NOTIFY_SOCKET", env.work().join("notify"));
    let mut child = service
        .stdout(std::os::fd::OwnedFd::from(theirs))
        .spawn()
        .expect("a shell");
    drop(ours);
    assert_eq!(manager.hears(), format!("MAINPID={}\nREADY=1", child.id()));
    assert_eq!(env.lamel(["ps", "--format", "{{.Names}}"]).text(), "web-one");
    env.shell(&command("ExecStop")).success();
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(env.lamel(["ps", "-aq"]).stdout, "");
}

#[test]
fn standard_output_can_be_opened_again_where_it_goes_to_a_socket() {
    use std::io::Read;
    let env = Env::new();
    let name = env.busybox();
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().expect("a pair of sockets");
    let mut service = env.command([
        "run",
        "--rm",
        &name,
        "sh",
        "-c",
        "echo opened >/dev/stdout; echo as it is",
    ]);
    let mut child = service
        .stdout(std::os::fd::OwnedFd::from(theirs))
        .spawn()
        .expect("lamel starts");
    drop(service);
    let mut text = String::new();
    ours.read_to_string(&mut text).expect("its output");
    assert_eq!(text, "opened\nas it is\n");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_program_that_says_itself_when_it_is_ready_is_heard_but_not_on_what_is_the_hosts() {
    let env = Env::new();
    let name = env.busybox();
    let manager = Manager::listen(&env);
    let address = env.work().join("notify");
    let script = "import os,socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(os.environ['SOCKET'])
for message in ['MAINPID=1\\nFDSTORE=1\\nWATCHDOG_USEC=1\\nNOTIFYACCESS=all', 'MAINPID=1\\nREADY=1\\nSTATUS=up', 'STOPPING=1']:
    s.send(message.encode())
";
    std::fs::write(env.work().join("tell"), script).expect("a file");
    for (options, front) in [(&["-u", "1"][..], true), (&["-d"], false)] {
        // Busybox cannot send datagrams to such a socket: a program of the host's does, which finds it as the container's users see it.
        let options = match crate::env::is_single_id() && front {
            true => &[],
            false => options,
        };
        let words = ["run", "--name", "box"].iter().chain(options).copied();
        let wait = "test -S $NOTIFY_SOCKET && test -w $NOTIFY_SOCKET && echo $NOTIFY_SOCKET; while [ ! -e /go ]; do sleep 0.05; done";
        let mut service = env.command(words.chain(["--sdnotify=container", &name, "sh", "-c", wait]));
        service
            .env("NOTIFY_SOCKET", &address)
            .stdin(std::process::Stdio::null());
        let mut child = service
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("lamel starts");
        let told = manager.hears();
        let supervisor = told.strip_prefix("MAINPID=").expect("a pid, alone").to_owned();
        if front {
            assert_eq!(supervisor, child.id().to_string());
        }
        eventually("it looked", || {
            env.lamel(["logs", "box"]).stdout == "/run/notify.sock\n"
        });
        let pid = env.lamel(["inspect", "-f", "{{.State.Pid}}", "box"]).text().to_owned();
        let mut tell = Command::new("python3");
        tell.arg(env.work().join("tell"));
        tell.env("SOCKET", format!("/proc/{pid}/root/run/notify.sock"));
        finish(&mut tell, "tell".into()).success();
        assert_eq!([manager.hears(), manager.hears()], ["READY=1\nSTATUS=up", "STOPPING=1"]);
        // The container may end before this command has, which is killed then.
        env.lamel(["exec", "-u", "0", "box", "touch", "/go"]);
        env.lamel(["wait", "box"]).success();
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
        env.lamel(["rm", "box"]).success();
        assert!(manager.hears_nothing());
    }
}

#[test]
fn a_manager_at_an_abstract_name_hears_and_one_that_is_gone_keeps_nothing_from_starting() {
    use std::os::linux::net::SocketAddrExt;
    let env = Env::new();
    let name = env.busybox();
    let abstract_name = format!("lamel-{}-notify", std::process::id());
    let address = std::os::unix::net::SocketAddr::from_abstract_name(&abstract_name).expect("an address");
    let manager = Manager(UnixDatagram::bind_addr(&address).expect("a free name"));
    manager.0.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let line = "test -S \"$NOTIFY_SOCKET\" && echo there";
    for manager_at in [
        format!("@{abstract_name}"),
        env.work().join("gone").display().to_string(),
    ] {
        let mut service = env.command(["run", "--rm", &name, "sh", "-c", line]);
        service.env("NOTIFY_SOCKET", manager_at);
        finish(&mut service, "run".into())
            .success()
            .stdout("there\n")
            .stderr("");
    }
    let told = manager.hears();
    assert!(told.starts_with("MAINPID=") && !told.contains("READY"), "{told}");
    assert!(manager.hears_nothing());
}

#[test]
fn the_restart_policy_is_the_units() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "--restart", "unless-stopped", "--name", "web", &name])
        .success();
    let unit = env.lamel(["generate", "systemd", "--new", "web"]).success().stdout;
    assert!(
        unit.contains("Restart=always\n") && !unit.contains("--restart"),
        "{unit}"
    );
    let unit = env
        .lamel(["generate", "systemd", "--new", "--restart-policy=no", "web"])
        .success()
        .stdout;
    assert!(unit.contains("Restart=no\n"), "{unit}");
}
