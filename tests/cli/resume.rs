//! What an interrupted `pull` leaves: nothing that is seen, and all that has come, for the next one to go on from.

use crate::env::{Env, eventually, is_root};
use crate::fixtures::busybox;
use crate::registry::{Fault, Image};
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;

/// So much of the layer comes before it stalls.
const CAME: u64 = 300_000;

/// A pull of busybox that was ended by a signal when so much had come.
struct Interrupted {
    env: Env,
    image: Image,
    name: String,
    status: ExitStatus,
}

impl Interrupted {
    fn by(signal: Signal) -> Interrupted {
        let (env, image) = (Env::new(), busybox());
        let name = env.serve("base:1", &image);
        let (after, times) = (CAME, 1);
        let layer = image.layers()[0].digest();
        env.registry().fault(&layer, Fault::Stall { after, times });
        let mut pull = env.spawn(["pull", "-q", &name]);
        let partial = partial(&env, &image);
        eventually("what has come is kept", || {
            partial.metadata().is_ok_and(|file| file.len() == CAME)
        });
        let pid = Pid::from_raw(pull.id() as i32).expect("a child has a pid");
        kill_process(pid, signal).expect("a child can be killed");
        let status = crate::env::wait(&mut pull, "lamel pull");
        env.registry().forget_requests();
        Interrupted {
            env,
            image,
            name,
            status,
        }
    }

    /// Pulls again; the ranges that the layer is asked for in.
    fn again(&self) -> Vec<Option<String>> {
        self.env.lamel(["pull", "-q", &self.name]).success();
        assert!(!partial(&self.env, &self.image).exists());
        let motd = ["run", "--rm", &self.name, "cat", "/etc/motd"];
        self.env.lamel(motd).success().stdout("welcome\n");
        let layer = self.image.layers()[0].digest();
        let requests = self.env.registry().requests().into_iter();
        requests
            .filter(|request| request.is_for(&layer))
            .map(|request| request.header("range").map(str::to_owned))
            .collect()
    }
}

fn partial(env: &Env, image: &Image) -> PathBuf {
    let digest = image.layers()[0].digest();
    env.root().join("partial").join(&digest["sha256:".len()..])
}

fn rest() -> Option<String> {
    Some(format!("bytes={CAME}-"))
}

#[test]
fn a_killed_pull_is_gone_on_with_from_the_last_byte_that_came() {
    let pull = Interrupted::by(Signal::KILL);
    pull.env.lamel(["images", "-a", "-q"]).success().stdout("");
    assert_eq!(pull.again(), [rest()]);
}

#[test]
fn control_c_ends_a_pull_at_once_and_leaves_what_came() {
    let pull = Interrupted::by(Signal::INT);
    // A shell makes 130 of it.
    assert_eq!(pull.status.signal(), Some(2));
    pull.env.lamel(["images", "-a", "-q"]).success().stdout("");
    assert_eq!(pull.again(), [rest()]);
}

#[test]
fn a_registry_without_ranges_is_read_from_the_start() {
    let pull = Interrupted::by(Signal::KILL);
    let layer = pull.image.layers()[0].digest();
    pull.env.registry().fault(&layer, Fault::IgnoreRange);
    assert_eq!(pull.again(), [rest()]);
}

#[test]
fn what_was_kept_and_proves_wrong_is_fetched_again() {
    let pull = Interrupted::by(Signal::KILL);
    let file = partial(&pull.env, &pull.image);
    let mut bytes = std::fs::read(&file).expect("the partial");
    bytes[1000] ^= 1;
    std::fs::write(&file, bytes).expect("the partial");
    assert_eq!(pull.again(), [rest(), None]);
}

#[test]
fn what_is_longer_than_the_layer_is_not_its_beginning() {
    let pull = Interrupted::by(Signal::KILL);
    let file = partial(&pull.env, &pull.image);
    let long = vec![0; pull.image.layers()[0].blob().len() + 1];
    std::fs::write(&file, long).expect("the partial");
    assert_eq!(pull.again(), [None]);
}

#[test]
fn what_is_all_there_is_not_asked_for() {
    let pull = Interrupted::by(Signal::KILL);
    let file = partial(&pull.env, &pull.image);
    std::fs::write(&file, pull.image.layers()[0].blob()).expect("the partial");
    assert_eq!(pull.again(), []);
}

#[test]
fn prune_gives_back_what_interrupted_pulls_keep() {
    let pull = Interrupted::by(Signal::KILL);
    assert!(partial(&pull.env, &pull.image).exists());
    let df = pull.env.lamel(["system", "df", "-v", "--format", "json"]).success();
    assert!(df.stdout.contains("partial download"), "{}", df.stdout);
    pull.env.lamel(["prune", "-f"]).success();
    for folder in ["partial", "staging", "trash", "layers", "claims", "leases"] {
        let left = std::fs::read_dir(pull.env.root().join(folder)).expect(folder).count();
        assert_eq!(left, 0, "{folder}");
    }
    assert_eq!(pull.again(), [None]);
}

#[test]
fn wrong_bytes_are_not_kept() {
    let (env, image) = (Env::new(), busybox());
    let name = env.serve("base:1", &image);
    env.registry().fault(&image.layers()[0].digest(), Fault::Corrupt);
    env.lamel(["pull", "-q", &name]).code(1);
    assert!(!partial(&env, &image).exists());
}

#[test]
fn a_full_disk_costs_nothing_that_came() {
    let (env, image) = (Env::new(), busybox());
    let name = env.serve("base:1", &image);
    // A filesystem of a size of its own takes root, at least of a namespace.
    let unshare = if is_root() { "unshare -m" } else { "unshare -rm" };
    let small = format!(
        "{unshare} sh -c 'mount -t tmpfs -o size=1400k none {0} && lamel pull -q {1}; code=$?; \
         mkdir {2}/kept && cp {0}/partial/* {2}/kept; exit $code'",
        env.root().display(),
        name,
        env.work().display()
    );
    let outcome = env.shell(&small).code(1);
    assert!(outcome.stderr.contains("No space left on device"), "{}", outcome.stderr);
    let kept = env.work().join("kept").join(&image.layers()[0].digest()[7..]);
    let kept = std::fs::read(kept).expect("what came");
    assert!(!kept.is_empty() && image.layers()[0].blob().starts_with(&kept));
}
