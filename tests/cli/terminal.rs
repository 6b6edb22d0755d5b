//! On a terminal: the container's own terminal, and the bars of a pull.

use crate::env::{Env, PATIENCE, wait};
use crate::fixtures::{busybox, short};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A terminal with a command on it.
struct Terminal {
    master: File,
    child: Child,
    seen: Arc<Mutex<String>>,
}

impl Terminal {
    /// Starts `command` as the session leader of a new terminal of 80 × 24. `setsid --ctty` (util-linux) makes it the controlling one.
    fn start(command: &Command) -> Terminal {
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
        let mut wrapped = Command::new("setsid");
        wrapped
            .arg("--ctty")
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
        let seen = Arc::new(Mutex::new(String::new()));
        let (mut reader, text) = (master.try_clone().expect("a descriptor"), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Reading a terminal that nobody has open any more is EIO: the end.
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                text.lock()
                    .expect("no panic")
                    .push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        Terminal { master, child, seen }
    }

    fn type_in(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).expect("a terminal takes input");
    }

    fn text(&self) -> String {
        self.seen.lock().expect("no panic").clone()
    }

    /// Waits until `text` has been shown.
    #[track_caller]
    fn expect(&self, text: &str) {
        let start = Instant::now();
        while !self.text().contains(text) {
            assert!(start.elapsed() < PATIENCE, "no {text:?} in:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn code(&mut self) -> Option<i32> {
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
