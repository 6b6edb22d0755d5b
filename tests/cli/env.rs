//! A test's own world: a store, a home and a registry that nobody else sees, and the program run inside it.

use crate::fixtures;
use crate::leaks::Leaks;
use crate::pattern::matches;
use crate::registry::{Image, Registry};
use std::cell::OnceCell;
use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// No single command of a test takes longer than this; one that does hangs.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What a test waits for is there long before.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// See the module.
pub struct Env {
    dir: tempfile::TempDir,
    registry: OnceCell<Registry>,
    leaks: Leaks,
}

impl Env {
    pub fn new() -> Env {
        let dir = tempfile::Builder::new()
            .prefix("lamel")
            .tempdir()
            .expect("a temporary directory");
        for name in ["bin", "home", "root", "run", "work"] {
            std::fs::create_dir(dir.path().join(name)).expect("a directory in a fresh directory");
        }
        std::fs::write(dir.path().join("registries.conf"), "").expect("a file in a fresh directory");
        std::os::unix::fs::symlink(program(), dir.path().join("bin/lamel")).expect("a link in a fresh directory");
        let leaks = Leaks::of(dir.path(), &dir.path().join("run"));
        Env {
            dir,
            registry: OnceCell::new(),
            leaks,
        }
    }

    /// The store.
    pub fn root(&self) -> PathBuf {
        self.dir.path().join("root")
    }

    /// What is left of this world's containers, a line for each: see [`crate::leaks`].
    pub fn left(&self) -> Vec<String> {
        self.leaks.left()
    }

    /// Where what runs is kept.
    pub fn run_root(&self) -> PathBuf {
        self.dir.path().join("run")
    }

    /// The home directory, empty at first.
    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// The directory in which commands run, for a test's own files; empty at first.
    pub fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// The `registries.conf` that commands read instead of the machine's, empty at first.
    pub fn registries_conf(&self) -> PathBuf {
        self.dir.path().join("registries.conf")
    }

    /// `lamel ARGS`, ready to be started, with nothing of the tester's environment.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(program());
        command.args(args);
        self.enter(&mut command);
        command
    }

    /// A shell line in which `lamel` is the program under test.
    pub fn shell(&self, line: &str) -> Outcome {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line]);
        self.enter(&mut command);
        let path = format!("{}:{PATH}", self.dir.path().join("bin").display());
        finish(command.env("PATH", path).stdin(Stdio::null()), line.to_owned())
    }

    /// Runs `lamel ARGS` to its end, with nothing on standard input.
    pub fn lamel<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        let mut command = self.command(args);
        let line = format!("{command:?}");
        finish(command.stdin(Stdio::null()), line)
    }

    /// Runs `lamel ARGS` to its end with `input` on standard input.
    pub fn lamel_with_input<S: AsRef<OsStr>>(&self, input: &[u8], args: impl IntoIterator<Item = S>) -> Outcome {
        let mut file = tempfile::tempfile().expect("a temporary file");
        std::io::Write::write_all(&mut file, input).expect("writing a temporary file");
        std::io::Seek::rewind(&mut file).expect("a file can be rewound");
        let mut command = self.command(args);
        let line = format!("{command:?}");
        finish(command.stdin(file), line)
    }

    /// Starts `lamel ARGS`, all three streams piped, as a person's shell would: what runs the tests in the background may
    /// have it ignore SIGINT.
    pub fn spawn<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Child {
        let mut command = Command::new("env");
        command.arg("--default-signal=INT").arg(program()).args(args);
        self.enter(&mut command);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("lamel starts")
    }

    fn enter(&self, command: &mut Command) {
        command
            .env_clear()
            .env("PATH", PATH)
            .env("HOME", self.home())
            .env("CONTAINERS_REGISTRIES_CONF", self.registries_conf())
            .env("LAMEL_ROOT", self.root())
            .env("LAMEL_RUNROOT", self.run_root())
            .current_dir(self.work());
    }

    /// This world's registry, started when first asked for.
    pub fn registry(&self) -> &Registry {
        self.registry.get_or_init(Registry::start)
    }

    /// Puts an image, `NAME:TAG`, into this world's registry; its full name comes back.
    pub fn serve(&self, name: &str, image: &Image) -> String {
        let (repository, tag) = name.rsplit_once(':').expect("NAME:TAG");
        self.registry().push(repository, tag, image);
        self.registry().name(name)
    }

    /// Serves and pulls an image; its full name comes back.
    pub fn pulled(&self, name: &str, image: &Image) -> String {
        let name = self.serve(name, image);
        self.lamel(["pull", "-q", &name]).success();
        name
    }

    /// Serves and pulls the image with busybox alone.
    pub fn busybox(&self) -> String {
        self.pulled("busybox:1", &fixtures::busybox())
    }
}

impl Drop for Env {
    /// Containers are ended and removed, after which nothing of the test may be left on the machine ([`crate::leaks`]); then all the rest
    /// is removed by lamel itself: an ordinary user cannot unlink what belongs to subordinate ids, lamel can, inside its mapping.
    fn drop(&mut self) {
        let failed = std::thread::panicking();
        if failed && std::env::var_os("LAMEL_TEST_KEEP").is_some() {
            self.dir.disable_cleanup(true);
            #[expect(clippy::print_stderr, reason = "whoever keeps the directory looks for it")]
            {
                eprintln!("kept {}", self.dir.path().display());
            }
            return;
        }
        let run = |args: &[&str]| self.command(args).stdin(Stdio::null()).output().expect("lamel starts");
        let containers = run(&["ps", "-a", "-q"]);
        let containers = String::from_utf8_lossy(&containers.stdout);
        let removed = run(&[
            &["rm", "-f", "-v"],
            containers.split_whitespace().collect::<Vec<_>>().as_slice(),
        ]
        .concat());
        let left = match failed {
            // One failure is enough to tell.
            true => Vec::new(),
            false => self.left(),
        };
        run(&["system", "reset", "-f"]);
        if !failed {
            let told = String::from_utf8_lossy(&removed.stderr).into_owned();
            assert!(
                containers.is_empty() || removed.status.success(),
                "removing the containers: {told}"
            );
            assert!(left.is_empty(), "left behind:\n{}", left.join("\n"));
        }
    }
}

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The program under test: the one that `tests/run` has put where all users can read it, or cargo's.
pub fn program() -> PathBuf {
    std::env::var_os("LAMEL_BIN").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_lamel")), PathBuf::from)
}

/// Whether everything is asked for (`tests/run --all`): every round of what is done again and again, the large images in each format.
pub fn is_all() -> bool {
    std::env::var_os("LAMEL_TEST_ALL").is_some()
}

/// Whether the tests run as root.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Runs a program to its end, reading both streams at once so that neither fills; `line` names it in failures.
pub fn finish(command: &mut Command, line: String) -> Outcome {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stdout = read_all(child.stdout.take().expect("piped above"));
    let stderr = read_all(child.stderr.take().expect("piped above"));
    let status = wait(&mut child, &line);
    // A stream that stays open after its program has gone is held by a process it left behind, and would
    // keep `$(lamel run -d …)` waiting: that is a failure, not a delay.
    let text = |stream: mpsc::Receiver<Vec<u8>>, name: &str| match stream.recv_timeout(Duration::from_secs(5)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => panic!("{line}: ended, but something still holds its {name}"),
    };
    Outcome {
        stdout: text(stdout, "stdout"),
        stderr: without_single_id_warning(text(stderr, "stderr")),
        code: code(status),
        line,
    }
}

/// What lamel says in every command of a user who has no subordinate ids (`errors` looks at it once).
pub const SINGLE_ID_WARNING: &str = "lamel: warning: no subordinate ids for ";

fn without_single_id_warning(stderr: String) -> String {
    if !is_single_id() {
        return stderr;
    }
    let lines = stderr.split_inclusive('\n');
    lines.filter(|line| !line.starts_with(SINGLE_ID_WARNING)).collect()
}

/// Waits for a child for as long as a command may take.
pub fn wait(child: &mut Child, line: &str) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status;
        }
        if start.elapsed() > TIMEOUT {
            let _ = child.kill();
            panic!("{line}: still running after {TIMEOUT:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Looks every few milliseconds until `ready` holds, less often as time goes by: what is looked at needs the processor, too.
pub fn eventually(what: &str, mut ready: impl FnMut() -> bool) {
    let (start, mut pause) = (Instant::now(), Duration::from_millis(2));
    while !ready() {
        assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_millis(20));
    }
}

fn read_all(mut stream: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let _ = send.send(bytes);
    });
    receive
}

fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().expect("neither exited nor killed"))
}

/// What a command did.
pub struct Outcome {
    line: String,
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Outcome {
    #[track_caller]
    pub fn code(self, expected: i32) -> Outcome {
        assert!(
            self.code == expected,
            "expected exit code {expected}\n{}",
            self.report()
        );
        self
    }

    #[track_caller]
    pub fn success(self) -> Outcome {
        self.code(0)
    }

    /// The whole of standard output; see [`crate::pattern`] for ids and times.
    #[track_caller]
    pub fn stdout(self, expected: &str) -> Outcome {
        assert!(
            matches(expected, &self.stdout),
            "expected on stdout:\n{expected}\n{}",
            self.report()
        );
        self
    }

    /// The whole of standard error.
    #[track_caller]
    pub fn stderr(self, expected: &str) -> Outcome {
        assert!(
            matches(expected, &self.stderr),
            "expected on stderr:\n{expected}\n{}",
            self.report()
        );
        self
    }

    /// A failure as lamel reports its own: one line, on standard error alone.
    #[track_caller]
    pub fn fails(self, code: i32, expected: &str) -> Outcome {
        self.code(code).stdout("").stderr(expected)
    }

    /// Standard output without the newline at its end.
    pub fn text(&self) -> &str {
        self.stdout.trim_end_matches('\n')
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not JSON: {error}\n{}", self.report()))
    }

    fn report(&self) -> String {
        format!(
            "of {}\nexit code {}\nstdout:\n{}\nstderr:\n{}",
            self.line, self.code, self.stdout, self.stderr
        )
    }
}

/// Every regular file under `dir`, for looking at what is on disk.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![dir.to_owned()];
    while let Some(dir) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for entry in entries.flatten() {
            let kind = entry.file_type().expect("an entry has a type");
            if kind.is_dir() {
                pending.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found
}

/// Whether the tests run as a user who has no subordinate ids, so that containers have one single id.
pub fn is_single_id() -> bool {
    if is_root() {
        return false;
    }
    let passwd = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let uid = rustix::process::getuid().as_raw().to_string();
    let ours = passwd
        .lines()
        .find(|line| line.split(':').nth(2) == Some(&uid))
        .and_then(|line| line.split(':').next());
    let subuid = std::fs::read_to_string("/etc/subuid").unwrap_or_default();
    !subuid
        .lines()
        .filter_map(|line| line.split(':').next())
        .any(|who| who == uid || Some(who) == ours)
}

/// Bytes that a tree takes on disk, a file with several names counted once, as `du` counts.
pub fn disk_usage(dir: &Path) -> u64 {
    let du = Command::new("du")
        .args(["-s", "-B1"])
        .arg(dir)
        .output()
        .expect("du runs");
    let text = String::from_utf8_lossy(&du.stdout);
    text.split_whitespace()
        .next()
        .and_then(|bytes| bytes.parse().ok())
        .expect("du prints a number")
}
