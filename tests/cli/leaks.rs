//! What a test may not leave behind, and how it is found: looked at when its world ends, after its containers were removed.
//!
//! A test's world is a temporary directory with a name of its own, which shows wherever something of the test lives on: in the mounts that a
//! process sees (the root of a container, or what its supervisor or pasta were started from), in its environment, directory
//! and open files. Control groups are called after containers, whose IDs the store has forgotten by then: they are noted as the containers
//! start. Nothing else on the machine is looked at: other tests run beside this one, and other users' tests.

use rustix::fs::inotify;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What was just ended has so long to go.
const PATIENCE: Duration = Duration::from_secs(8);

/// Looks after one world.
pub struct Leaks {
    dir: PathBuf,
    run_root: PathBuf,
    /// Tells of each container that starts.
    started: OwnedFd,
    ids: Mutex<BTreeSet<OsString>>,
}

impl Leaks {
    /// Of the world in `dir` with its run root, before anything is done there.
    pub fn of(dir: &Path, run_root: &Path) -> Leaks {
        let containers = run_root.join("containers");
        fs::create_dir(&containers).expect("a directory in a fresh directory");
        let flags = inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK;
        let started = inotify::init(flags).expect("a queue of events: see /proc/sys/fs/inotify/max_user_instances");
        inotify::add_watch(&started, &containers, inotify::WatchFlags::CREATE).expect("a directory can be watched");
        Leaks {
            dir: dir.to_owned(),
            run_root: run_root.to_owned(),
            started,
            ids: Mutex::default(),
        }
    }

    /// What is left of the world, a line for each; empty where nothing is.
    pub fn left(&self) -> Vec<String> {
        let ids = self.ids();
        let begun = Instant::now();
        loop {
            let left = [
                processes(&self.dir),
                files(&self.run_root),
                cgroups(Path::new("/sys/fs/cgroup"), &ids),
            ]
            .concat();
            if left.is_empty() || begun.elapsed() > PATIENCE {
                return left;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Of every container that was started here.
    fn ids(&self) -> BTreeSet<OsString> {
        let mut buffer = [MaybeUninit::uninit(); 16 << 10];
        let mut events = inotify::Reader::new(&self.started, &mut buffer);
        let mut ids = self.ids.lock().expect("no panic");
        // Until there are no more.
        while let Ok(event) = events.next() {
            assert!(
                !event.events().contains(inotify::ReadFlags::QUEUE_OVERFLOW),
                "too many containers"
            );
            let name = event
                .file_name()
                .map(|name| OsString::from_vec(name.to_bytes().to_vec()));
            ids.extend(name);
        }
        ids.clone()
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

/// Control groups of these containers, anywhere below `root`.
fn cgroups(root: &Path, ids: &BTreeSet<OsString>) -> Vec<String> {
    let mut left = Vec::new();
    // Most worlds had a container or two, and the machine has some hundred control groups.
    let mut pending = match ids.is_empty() {
        true => Vec::new(),
        false => vec![root.to_owned()],
    };
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            if ids.contains(&entry.file_name()) {
                left.push(format!("cgroup {}", entry.path().display()));
            }
            pending.push(entry.path());
        }
    }
    left
}

#[test]
fn what_is_left_is_told() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let run_root = dir.path().join("run");
    fs::create_dir(&run_root).expect("a directory in a fresh directory");
    let leaks = Leaks::of(dir.path(), &run_root);
    for name in ["gone", "box"] {
        fs::create_dir(run_root.join("containers").join(name)).expect("a directory in a fresh directory");
    }
    fs::remove_dir(run_root.join("containers/gone")).expect("it is empty");
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
    // Whoever is gone may have left a control group; others' are not looked at.
    let groups = dir.path().join("groups");
    for name in ["pids/user/gone", "pids/user/other"] {
        fs::create_dir_all(groups.join(name)).expect("directories in a fresh directory");
    }
    let expected = format!("cgroup {}", groups.join("pids/user/gone").display());
    assert_eq!(cgroups(&groups, &leaks.ids()), [expected]);
}
