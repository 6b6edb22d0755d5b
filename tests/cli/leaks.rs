//! What a test may not leave behind, and how it is found: looked at when its world ends, after its containers were removed.
//!
//! A test's world is a temporary directory with a name of its own, which shows wherever something of the test lives on: in the mounts that a
//! process sees (the root of a container, or what its supervisor or pasta were started from), in its environment, directory
//! and open files. Control groups and named network namespaces are called after containers, whose IDs are forgotten by then; so whichever
//! of them stays without a process for a while is a leak of some test's, and the one that sees it fails.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// What was just ended has so long to go.
const PATIENCE: Duration = Duration::from_secs(8);

/// What the machine had before the first test, which is no test's leak. Called before a test does anything.
pub fn before() -> &'static [String] {
    static BEFORE: OnceLock<Vec<String>> = OnceLock::new();
    BEFORE.get_or_init(|| [cgroups(), network_namespaces()].concat())
}

/// What is left of the world in `dir` with its run root, a line for each; empty where nothing is.
pub fn left(dir: &Path, run_root: &Path) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let mut left = [processes(dir), files(run_root), cgroups(), network_namespaces()].concat();
        left.retain(|line| !before().contains(line));
        if left.is_empty() || begun.elapsed() > PATIENCE {
            return left;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Processes that see, use or were started for anything in `dir`, but for this one, which has the directory.
fn processes(dir: &Path) -> Vec<String> {
    let own = std::process::id().to_string();
    let mut left = Vec::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let process = entry.path();
        let pid = entry.file_name().to_string_lossy().into_owned();
        if !pid.bytes().all(|byte| byte.is_ascii_digit()) || pid == own && !mentions(&process.join("mountinfo"), dir) {
            continue;
        }
        if let Some(why) = bond(&process, dir) {
            let line = fs::read(process.join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            left.push(format!("process {pid} ({}) {why}", line.trim_end()));
        }
    }
    left
}

/// What ties a process to the directory.
fn bond(process: &Path, dir: &Path) -> Option<&'static str> {
    if mentions(&process.join("mountinfo"), dir) {
        return Some("has a mount of the test's");
    }
    if mentions(&process.join("environ"), dir) {
        return Some("has the test's environment");
    }
    let leads_there = |link: PathBuf| fs::read_link(link).is_ok_and(|target| target.starts_with(dir));
    if leads_there(process.join("cwd")) || leads_there(process.join("root")) {
        return Some("is in a directory of the test's");
    }
    let open = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    open.map(|entry| entry.path())
        .any(leads_there)
        .then_some("has a file of the test's open")
}

/// Whether a file has the directory's name in it; not where it cannot be read.
fn mentions(file: &Path, dir: &Path) -> bool {
    let name = dir.as_os_str().as_bytes();
    fs::read(file).is_ok_and(|text| text.windows(name.len()).any(|part| part == name))
}

/// All that is no directory in the run root, and each container's directory.
fn files(run_root: &Path) -> Vec<String> {
    let containers = run_root.join("containers");
    let entries = |dir: &Path| {
        fs::read_dir(dir)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    entries(&containers)
        .chain(entries(run_root).filter(|path| !path.is_dir()))
        .map(|path| format!("file {}", path.display()))
        .collect()
}

/// Control groups that are called after a container and hold no process.
fn cgroups() -> Vec<String> {
    let mut left = Vec::new();
    let mut pending = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let is_empty = || fs::read_to_string(path.join("cgroup.procs")).is_ok_and(|list| list.is_empty());
            if is_id(&entry.file_name().to_string_lossy()) && is_empty() {
                left.push(format!("cgroup {}", path.display()));
            }
            pending.push(path);
        }
    }
    left
}

fn is_id(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Named network namespaces that no process is in.
fn network_namespaces() -> Vec<String> {
    use std::os::unix::fs::MetadataExt;
    let named: Vec<(PathBuf, u64)> = fs::read_dir("/run/netns")
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("lamel"))
        .filter_map(|entry| Some((entry.path(), fs::metadata(entry.path()).ok()?.ino())))
        .collect();
    if named.is_empty() {
        return Vec::new();
    }
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    let used: Vec<u64> = processes
        .filter_map(|entry| Some(fs::metadata(entry.path().join("ns/net")).ok()?.ino()))
        .collect();
    named
        .into_iter()
        .filter(|(_, namespace)| !used.contains(namespace))
        .map(|(path, _)| format!("network namespace {}", path.display()))
        .collect()
}

#[test]
fn what_is_left_is_told() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let run_root = dir.path().join("run");
    fs::create_dir_all(run_root.join("containers/box")).expect("a directory in a fresh directory");
    let mut child = std::process::Command::new("sleep")
        .arg("60")
        .current_dir(dir.path())
        .spawn()
        .expect("sleep runs");
    let left = [processes(dir.path()), files(&run_root)].concat();
    child.kill().expect("our own child");
    child.wait().expect("our own child");
    let expected = [
        format!("process {} (sleep 60) is in a directory of the test's", child.id()),
        format!("file {}", run_root.join("containers/box").display()),
    ];
    assert_eq!(left, expected);
    assert_eq!(processes(dir.path()), [""; 0]);
}
