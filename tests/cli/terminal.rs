//! On a terminal: the container's own terminal, and the bars of a pull.

use crate::env::{Env, PATIENCE, eventually, wait};
use crate::fixtures::{busybox, short};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A terminal's mode, as text.
fn mode(terminal: &File) -> String {
    let mode = tcgetattr(terminal).expect("a terminal");
    format!("{:?} {:?} {:?}", mode.input_modes, mode.output_modes, mode.local_modes)
}

/// A terminal with a command on it.
pub struct Terminal {
    master: File,
    child: Child,
    /// Its mode before the command was started, which may change it at once.
    before: String,
    seen: Arc<Mutex<String>>,
    /// Set when the terminal is to be closed.
    closed: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Terminal {
    /// Starts `command` as the session leader of a new terminal of 80 × 24. `setsid --ctty` (util-linux) makes it the controlling one.
    pub fn start(command: &Command) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a terminal");
        grantpt(&master)
            .and_then(|()| unlockpt(&master))
            .expect("our own terminal");
        let path = ptsname(&master, Vec::new())
            .expect("it has a name")
            .into_string()
            .expect("text");
        let slave = || {
            File::options()
                .read(true)
                .write(true)
                .open(&path)
                .expect("our own terminal")
        };
        let master = File::from(master);
        resize(&master, 80, 24);
        let before = mode(&master);
        // What the suite was started to ignore (by nohup, in the background of a script), a shell on a terminal does not.
        let mut wrapped = Command::new("env");
        wrapped
            .args(["--default-signal", "setsid", "--ctty"])
            .arg(command.get_program())
            .args(command.get_args())
            .env_clear()
            .env("TERM", "xterm");
        wrapped.envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
        wrapped.current_dir(command.get_current_dir().expect("set"));
        wrapped
            .stdin(Stdio::from(slave()))
            .stdout(Stdio::from(slave()))
            .stderr(Stdio::from(slave()));
        let child = wrapped.spawn().expect("setsid (util-linux) starts");
        let (seen, closed) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicBool::new(false)));
        let (mut reader, text, close) = (
            master.try_clone().expect("a descriptor"),
            Arc::clone(&seen),
            Arc::clone(&closed),
        );
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            let soon = Timespec::try_from(Duration::from_millis(20)).expect("a short time");
            while !close.load(Ordering::Relaxed) {
                if poll(&mut [PollFd::new(&reader, PollFlags::IN)], Some(&soon)) == Ok(0) {
                    continue;
                }
                // Reading a terminal that nobody has open any more is EIO: the end.
                let Ok(count @ 1..) = reader.read(&mut buffer) else {
                    break;
                };
                text.lock()
                    .expect("no panic")
                    .push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        Terminal {
            master,
            child,
            before,
            seen,
            closed,
            reader: Some(reader),
        }
    }

    /// Closes the terminal, as its window is closed; the command's exit code.
    fn close(mut self) -> Option<i32> {
        self.closed.store(true, Ordering::Relaxed);
        self.reader.take().expect("taken once").join().expect("no panic");
        drop(self.master);
        wait(&mut self.child, "lamel on a closed terminal").code()
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id() as i32).expect("a pid");
        kill_process(pid, signal).expect("it runs");
    }

    fn mode(&self) -> String {
        mode(&self.master)
    }

    pub fn type_in(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).expect("a terminal takes input");
    }

    fn text(&self) -> String {
        self.seen.lock().expect("no panic").clone()
    }

    /// Waits until `text` has been shown.
    #[track_caller]
    pub fn expect(&self, text: &str) {
        let start = Instant::now();
        while !self.text().contains(text) {
            assert!(start.elapsed() < PATIENCE, "no {text:?} in:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn code(&mut self) -> Option<i32> {
        wait(&mut self.child, "lamel on a terminal").code()
    }
}

fn resize(terminal: &File, columns: u16, rows: u16) {
    tcsetwinsize(
        terminal,
        Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        },
    )
    .expect("our own terminal");
}

#[test]
fn a_container_has_a_terminal_of_its_own_size_and_exit_code() {
    let env = Env::new();
    let name = env.busybox();
    let mut terminal = Terminal::start(&env.command(["run", "--rm", "-it", &name, "sh"]));
    terminal.expect("# ");
    terminal.type_in("stty size; tty; echo $((6*7))\n");
    terminal.expect("24 80\r\n");
    terminal.expect("/dev/");
    terminal.expect("42\r\n");
    terminal.type_in("exit 3\n");
    assert_eq!(terminal.code(), Some(3));
}

#[test]
fn a_new_size_reaches_the_container() {
    let env = Env::new();
    let name = env.busybox();
    let script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done";
    let mut terminal = Terminal::start(&env.command(["run", "--rm", "-it", &name, "sh", "-c", script]));
    terminal.expect("ready");
    resize(&terminal.master, 101, 33);
    terminal.expect("33 101");
    terminal.type_in("\x03");
    assert_eq!(terminal.code(), Some(130));
}

#[test]
fn control_c_interrupts_the_command_and_not_lamel() {
    let env = Env::new();
    let name = env.busybox();
    let script = "trap 'echo caught; exit 8' INT; echo ready; while :; do sleep 0.05; done";
    let mut terminal = Terminal::start(&env.command(["run", "--rm", "-it", &name, "sh", "-c", script]));
    terminal.expect("ready");
    terminal.type_in("\x03");
    terminal.expect("caught");
    assert_eq!(terminal.code(), Some(8));
}

#[test]
fn the_terminal_is_as_before_when_the_container_ends() {
    let env = Env::new();
    let name = env.busybox();
    let program = crate::env::program().display().to_string();
    let line = format!("stty -g > before; {program} run --rm -it {name} true; stty -g > after; echo done");
    let mut shell = env.command([""; 0]);
    shell = {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &line])
            .envs(shell.get_envs().filter_map(|(k, v)| Some((k, v?))))
            .current_dir(env.work());
        command
    };
    let mut terminal = Terminal::start(&shell);
    terminal.expect("done");
    assert_eq!(terminal.code(), Some(0));
    let read = |name: &str| std::fs::read_to_string(env.work().join(name)).expect("written");
    assert_eq!(read("before"), read("after"));
}

#[test]
fn exec_has_a_terminal_too() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "60"])
        .success();
    let mut terminal = Terminal::start(&env.command(["exec", "-it", "box", "sh", "-c", "stty size; exit 2"]));
    terminal.expect("24 80");
    assert_eq!(terminal.code(), Some(2));
}

#[test]
fn the_detach_keys_leave_the_container_and_attach_comes_back_to_it() {
    let env = Env::new();
    let name = env.busybox();
    let mut terminal = Terminal::start(&env.command(["run", "-it", "--name", "box", &name, "sh"]));
    terminal.expect("# ");
    let before = terminal.mode();
    terminal.type_in("left=before; echo $((40+2))\n");
    terminal.expect("42\r\n");
    terminal.type_in("\x10\x11");
    assert_eq!(terminal.code(), Some(0));
    assert_ne!(terminal.mode(), before);
    env.lamel(["ps", "--format", "{{.Names}} {{.State}}"])
        .success()
        .stdout("box running\n");

    let mut terminal = Terminal::start(&env.command(["attach", "box"]));
    // The shell is asked to draw its prompt anew.
    terminal.type_in("echo was $left; stty size\n");
    terminal.expect("was before\r\n");
    terminal.expect("24 80\r\n");
    terminal.type_in("exit 5\n");
    assert_eq!(terminal.code(), Some(5));
    assert_eq!(env.lamel(["wait", "box"]).text(), "5");
    let logs = env.lamel(["logs", "box"]).success().stdout;
    assert!(logs.contains("42\r\n") && logs.contains("was before\r\n"), "{logs}");
}

#[test]
fn other_detach_keys_let_the_usual_ones_through() {
    let env = Env::new();
    let name = env.busybox();
    for keys in [["--detach-keys", "ctrl-x,y"], ["--sig-proxy", "--detach-keys=ctrl-x,y"]] {
        let mut command = env.command(["run", "--rm", "-it"]);
        command
            .args(keys)
            .args([&name, "sh", "-c", "stty raw -echo; echo ready; od -An -tx1 -N4"]);
        let mut terminal = Terminal::start(&command);
        terminal.expect("ready");
        terminal.type_in("\x10\x11\x18z");
        terminal.expect("10 11 18 7a");
        assert_eq!(terminal.code(), Some(0));
    }
    let mut command = env.command(["run", "-d", "-it", "--name", "box", &name, "cat"]);
    assert!(command.status().expect("lamel starts").success());
    let mut terminal = Terminal::start(env.command(["attach", "box"]).env("LAMEL_DETACH_KEYS", "a,b"));
    terminal.type_in("one\n");
    terminal.expect("one\r\none\r\n");
    terminal.type_in("ab");
    assert_eq!(terminal.code(), Some(0));
    assert_eq!(
        env.lamel(["inspect", "-f", "{{.State.Status}}", "box"]).text(),
        "running"
    );
}

#[test]
fn several_attached_see_the_same_and_get_the_same_exit_code() {
    let env = Env::new();
    let name = env.busybox();
    let mut first = Terminal::start(&env.command(["run", "--rm", "-it", "--name", "box", &name, "sh"]));
    first.expect("# ");
    let mut second = Terminal::start(&env.command(["attach", "box"]));
    let watcher = Terminal::start(&env.command(["attach", "--no-stdin", "box"]));
    eventually("all are attached", || {
        first.type_in("echo a$((1+1))b\n");
        second.text().contains("a2b") && watcher.text().contains("a2b")
    });
    second.type_in("echo c$((1+2))d\n");
    for terminal in [&first, &second, &watcher] {
        terminal.expect("c3d\r");
    }
    // One's new size is the container's.
    resize(&second.master, 90, 20);
    eventually("the size is new", || {
        first.type_in("stty size\n");
        first.text().contains("20 90")
    });
    first.type_in("exit 9\n");
    for mut terminal in [first, second, watcher] {
        assert_eq!(terminal.code(), Some(9));
    }
    env.lamel(["ps", "-aq"]).success().stdout("");
}

#[test]
fn a_container_outlives_the_terminal_that_it_was_run_on() {
    let env = Env::new();
    let name = env.busybox();
    let terminal = Terminal::start(&env.command(["run", "-it", "--name", "box", &name, "sh"]));
    terminal.expect("# ");
    terminal.close();
    let status = || {
        env.lamel(["inspect", "-f", "{{.State.Status}}", "box"])
            .text()
            .to_owned()
    };
    assert_eq!(status(), "running");
    let mut terminal = Terminal::start(&env.command(["attach", "box"]));
    terminal.type_in("echo $((40+2))\n");
    terminal.expect("42\r\n");
    let mut killed = Terminal::start(&env.command(["attach", "box"]));
    killed.expect("# ");
    killed.signal(Signal::KILL);
    assert_eq!(killed.code(), None);
    terminal.type_in("exit 3\n");
    assert_eq!(terminal.code(), Some(3));
}

#[test]
fn a_signal_restores_the_terminal_and_ends_only_who_is_attached() {
    let env = Env::new();
    let name = env.busybox();
    assert!(
        env.command(["run", "-dit", "--name", "box", &name])
            .status()
            .expect("it runs")
            .success()
    );
    let mut terminal = Terminal::start(&env.command(["attach", "box"]));
    eventually("raw mode", || terminal.mode() != terminal.before);
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.code(), Some(143));
    assert_eq!(terminal.mode(), terminal.before);
    assert_eq!(
        env.lamel(["inspect", "-f", "{{.State.Status}}", "box"]).text(),
        "running"
    );
}

#[test]
fn a_signal_to_run_on_a_terminal_is_the_containers() {
    let env = Env::new();
    let name = env.busybox();
    let script = "trap 'echo caught; exit 7' TERM; echo ready; while :; do sleep 0.05; done";
    let mut terminal = Terminal::start(&env.command(["run", "--rm", "-it", &name, "sh", "-c", script]));
    terminal.expect("ready");
    terminal.signal(Signal::TERM);
    terminal.expect("caught");
    assert_eq!(terminal.code(), Some(7));
    assert_eq!(terminal.mode(), terminal.before);
}

#[test]
fn control_z_is_the_containers_on_its_terminal() {
    let env = Env::new();
    let name = env.busybox();
    let script = "trap 'echo caught; exit 4' TSTP; echo ready; while :; do sleep 0.05; done";
    let mut terminal = Terminal::start(&env.command(["run", "--rm", "-it", &name, "sh", "-c", script]));
    terminal.expect("ready");
    terminal.type_in("\x1a");
    terminal.expect("caught");
    assert_eq!(terminal.code(), Some(4));
}

#[test]
fn control_z_and_control_c_are_signals_for_a_container_without_a_terminal() {
    let env = Env::new();
    let name = env.busybox();
    let script = "trap 'echo stop' TSTP; trap 'echo bye; exit 6' INT; echo ready; while :; do sleep 0.05; done";
    for option in ["--rm", "--privileged"] {
        let mut terminal = Terminal::start(&env.command(["run", option, &name, "sh", "-c", script]));
        terminal.expect("ready");
        terminal.type_in("\x1a");
        terminal.expect("stop\r\n");
        terminal.type_in("\x03");
        terminal.expect("bye\r\n");
        assert_eq!(terminal.code(), Some(6));
    }
}

#[test]
fn a_container_that_was_made_with_a_terminal_is_started_on_one() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["create", "-it", "--name", "box", &name, "sh"]).success();
    for code in [4, 5] {
        let mut terminal = Terminal::start(&env.command(["start", "-a", "-i", "box"]));
        terminal.expect("# ");
        terminal.type_in(&format!("stty size; exit {code}\n"));
        terminal.expect("24 80\r\n");
        assert_eq!(terminal.code(), Some(code));
    }
    env.lamel(["create", "--name", "other", &name, "true"]).success();
    env.lamel(["start", "-a", "box", "other"])
        .fails(1, "lamel: you cannot start and attach multiple containers at once\n");
}

#[test]
fn all_that_was_written_to_a_terminal_is_shown_before_the_end() {
    let env = Env::new();
    let name = env.busybox();
    let shown = env
        .lamel(["run", "--rm", "-t", &name, "seq", "1", "30000"])
        .success()
        .stdout;
    let wanted: String = (1..=30000).map(|number| format!("{number}\r\n")).collect();
    assert!(shown == wanted, "{} bytes of {}", shown.len(), wanted.len());
}

#[test]
fn the_detach_keys_leave_a_further_command_running() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["run", "-d", "--name", "box", &name, "sleep", "600"])
        .success();
    let script = "echo ready; while ! [ -e /tmp/go ]; do sleep 0.05; done; touch /tmp/done";
    let mut terminal = Terminal::start(&env.command(["exec", "-it", "box", "sh", "-c", script]));
    terminal.expect("ready");
    terminal.type_in("\x10\x11");
    assert_eq!(terminal.code(), Some(0));
    env.lamel(["exec", "box", "touch", "/tmp/go"]).success();
    eventually("it goes on", || {
        env.lamel(["exec", "box", "test", "-e", "/tmp/done"]).code == 0
    });
}

#[test]
fn asking_for_a_terminal_without_one_is_an_error() {
    let env = Env::new();
    let name = env.busybox();
    let outcome = env.lamel(["run", "--rm", "-it", &name, "true"]).code(125);
    assert!(
        outcome.stderr.contains("terminal") || outcome.stderr.contains("TTY"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_pull_on_a_terminal_ends_with_the_stable_lines() {
    let env = Env::new();
    let image = busybox();
    let name = env.serve("base:1", &image);
    let mut terminal = Terminal::start(&env.command(["pull", &name]));
    assert_eq!(terminal.code(), Some(0));
    terminal.expect(&format!("{}: Pull complete", short(&image.layers()[0].digest())));
    terminal.expect(&format!("Digest: {}\r\n", image.digest()));
    terminal.expect(&format!("{name}\r\n"));
}

#[test]
fn what_is_asked_is_answered_at_the_terminal() {
    let env = Env::new();
    let name = env.busybox();
    for (answer, left) in [("n\n", "box\n"), ("\x04", "box\n"), ("y\n", "")] {
        env.lamel(["create", "--replace", "--name", "box", &name]).success();
        let mut terminal = Terminal::start(&env.command(["container", "prune"]));
        terminal
            .expect("WARNING! This will remove all stopped containers.\r\nAre you sure you want to continue? [y/N] ");
        terminal.type_in(answer);
        assert_eq!(terminal.code(), Some(0), "{answer:?}");
        env.lamel(["ps", "-a", "--format", "{{.Names}}"]).success().stdout(left);
    }
}
