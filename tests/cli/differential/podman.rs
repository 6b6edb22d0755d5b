//! Containers beside podman's: what scripts written for podman see. Where podman and Docker differ lamel does what Docker does, which the tests
//! beside Docker show; here each such difference is named, and nothing else may differ.

mod shown;

use super::{box_archive, difference, lines};
use crate::engines::Podman;
use crate::env::{Env, Outcome};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Podman would raise these two, which not every host lets it do. They are lamel's as well, so that what is seen of them is compared.
const LIMITS: [&str; 4] = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"];
/// Nor does every host let it make a cgroup.
const PODMANS: &str = "--cgroups=disabled";

struct World {
    env: Env,
    podman: Podman,
    differences: RefCell<Vec<String>>,
}

/// Runs a comparison where both have the image `box:1`: busybox with a volume. Fails with every difference that it met.
#[track_caller]
fn compare(comparison: impl FnOnce(&World)) {
    let world = World {
        env: Env::new(),
        podman: Podman::with_containers(),
        differences: RefCell::default(),
    };
    let archive = box_archive(&world.env);
    world.both(&["load", "-q", "-i", &archive]);
    comparison(&world);
    let differences = world.differences.take();
    let count = differences.len();
    assert!(
        differences.is_empty(),
        "{count} differences:\n{}",
        differences.join("\n")
    );
}

/// `begin`, the words of `options`, and `end`.
fn line<'a>(begin: &[&'a str], options: &'a str, end: &[&'a str]) -> Vec<&'a str> {
    let options: Vec<&str> = options.split_whitespace().collect();
    [begin, &options, end].concat()
}

impl World {
    /// Runs it with both: podman's result, and lamel's.
    fn run(&self, args: &[&str]) -> (Outcome, Outcome) {
        let podmans = match args {
            [command @ ("run" | "create"), rest @ ..] => [&[*command, PODMANS], &LIMITS[..], rest].concat(),
            _ => args.to_vec(),
        };
        let lamels = podmans.iter().filter(|word| **word != PODMANS);
        (self.podman.podman(&podmans), self.env.lamel(lamels))
    }

    #[track_caller]
    fn both(&self, args: &[&str]) {
        let (podman, lamel) = self.run(args);
        podman.success();
        lamel.success();
    }

    /// A container that runs this script.
    fn start(&self, name: &str, options: &str, script: &str) {
        let run = ["run", "-d", "--network", "none", "-h", "host1", "--name", name];
        self.both(&line(&run, options, &["box:1", "sh", "-c", script]));
    }

    /// Both print the same and exit with the same code.
    fn same(&self, args: &[&str]) {
        self.same_but(args, |_, _| {});
    }

    /// As [`World::same`], after `arrange` has seen podman's lines and lamel's.
    fn same_but(&self, args: &[&str], arrange: impl Fn(&mut Vec<String>, &mut Vec<String>)) {
        let (podman, lamel) = self.run(args);
        let (mut theirs, mut ours) = (lines(&podman), lines(&lamel));
        arrange(&mut theirs, &mut ours);
        let difference = difference(args, "podman", (&podman, theirs), (&lamel, ours));
        self.differences.borrow_mut().extend(difference);
    }
}

#[test]
#[ignore = "needs podman, as root"]
fn commands_exit_with_podmans_codes() {
    const RUN: [&str; 4] = ["run", "--rm", "--network", "none"];
    const KILLED: [&str; 3] = ["sh", "-c", "sh -c 'kill -9 $$'; exit $?"];
    const THREE: [&str; 3] = ["sh", "-c", "exit 3"];
    compare(|world| {
        for command in ["true", "/etc/passwd", "/etc", "nothing", "/bin/nothing"] {
            world.same(&line(&RUN, "box:1", &[command]));
        }
        world.same(&line(&RUN, "box:1", &KILLED));
        world.same(&line(&RUN, "box:1", &THREE));
        // A user or a directory that is not there is 126 to podman, and 125 to Docker.
        for options in ["--unknown", "-v relative/path:/there"] {
            world.same(&line(&RUN, options, &["box:1", "true"]));
        }
        world.start("box", "", "exec sleep 1000");
        for command in ["true", "/etc/passwd", "nothing", "/bin/nothing"] {
            world.same(&["exec", "box", command]);
        }
        world.same(&line(&["exec", "box"], "", &KILLED));
        world.same(&line(&["exec", "box"], "", &THREE));
        for command in [
            "kill box",
            "wait box",
            "inspect -f {{.State.ExitCode}}={{.State.Status}} box",
            "start box",
            "stop -t 0 box",
            "wait box",
            "stop box",
            "rename box other",
            "container exists other",
            "container exists box",
            "exec nothing true",
            "rm other",
            "rm other",
            "rm -f other",
        ] {
            world.same(&line(&[], command, &[]));
        }
    });
}

#[test]
#[ignore = "needs podman, as root"]
fn processes_are_confined_and_named_as_podmans() {
    // Numbers, since podman adds whoever is not there to /etc/passwd; and the groups with the first one, which Docker and lamel list among
    // the others.
    const SEEN: &str = "grep -E '^(Cap|Seccomp:|NoNew)' /proc/self/status; env | sort; id -u; id -g; \
        id -G | tr ' ' '\\n' | sort -u; pwd; umask; hostname; tty; ulimit -c -n";
    // What Docker gives by default and podman does not.
    const NET_RAW: u64 = 1 << 13;
    const MKNOD: u64 = 1 << 27;
    const AUDIT_WRITE: u64 = 1 << 29;
    const DOCKERS: u64 = NET_RAW | MKNOD | AUDIT_WRITE;
    let arranged = |more: u64| {
        move |podman: &mut Vec<String>, lamel: &mut Vec<String>| {
            for line in podman.iter_mut().filter(|line| line.starts_with("Cap")) {
                let (name, mask) = line.split_once(":\t").expect("a field of the kernel's");
                let mask = u64::from_str_radix(mask, 16).expect("a mask");
                let mask = if mask == 0 { 0 } else { mask | more };
                *line = format!("{name}:\t{mask:016x}");
            }
            // Podman sets the one without a terminal, too; the other is its own.
            let own = |line: &str| line == "TERM=xterm" || line == "container=podman";
            podman.retain(|line| !own(line));
            lamel.retain(|line| !own(line));
        }
    };
    compare(|world| {
        let run = ["run", "--rm", "--network", "none", "-h", "host1"];
        for (options, more) in [
            ("", DOCKERS),
            ("-t", DOCKERS),
            ("-u daisy", DOCKERS),
            ("-u daisy:1300", DOCKERS),
            ("-u 4000:4001", DOCKERS),
            ("-u daisy --group-add extra --group-add 77", DOCKERS),
            ("--cap-drop all --cap-add chown", 0),
            ("--cap-add net_admin --cap-drop CAP_MKNOD", NET_RAW | AUDIT_WRITE),
            ("--security-opt no-new-privileges", DOCKERS),
            ("--security-opt seccomp=unconfined", DOCKERS),
            ("--privileged", 0),
            ("-w /tmp -e A=b -e HOME=/elsewhere -e NOT_SET_ANYWHERE", DOCKERS),
        ] {
            world.same_but(&line(&run, options, &["box:1", "sh", "-c", SEEN]), arranged(more));
        }
        world.start("box", "-e A=b", "exec sleep 1000");
        for (options, more) in [
            ("", DOCKERS),
            ("-t", DOCKERS),
            ("-u daisy", DOCKERS),
            ("-w /etc -e A=c -e B=d", DOCKERS),
            ("--privileged", 0),
        ] {
            world.same_but(&line(&["exec"], options, &["box", "sh", "-c", SEEN]), arranged(more));
        }
    });
}

#[test]
#[ignore = "needs podman, as root"]
fn changes_are_podmans() {
    // Made to mount on, and therefore left out by lamel.
    const PLACES: [&str; 2] = ["/volume", "/scratch"];
    const CHANGE: &str = "echo new >/new; rm /etc/group; mkdir -p /a/b; touch /a/b/c; chmod 700 /root; ln -s x /link; \
        mv /etc/motd /etc/moved; echo 1 >/volume/x; echo 2 >/tmp/t; touch /dev/shm/x /scratch/x";
    compare(|world| {
        world.start("box", "--tmpfs /scratch", "exec sleep 1000");
        world.same(&["exec", "box", "sh", "-c", CHANGE]);
        // Podman's come in any order.
        world.same_but(&["diff", "box"], |podman, _| {
            podman.retain(|line| !PLACES.iter().any(|place| line == &format!("A {place}")));
            podman.sort_by_key(|line| line[2..].to_owned());
        });
        let (podman, lamel) = world.run(&["diff", "--format", "json", "box"]);
        let sets = |outcome: Outcome| -> BTreeMap<String, BTreeSet<String>> {
            serde_json::from_value(outcome.success().json()).expect("lists of paths")
        };
        let (mut theirs, ours) = (sets(podman), sets(lamel));
        let added = theirs.get_mut("added").expect("something is new");
        added.retain(|path| !PLACES.contains(&path.as_str()));
        assert_eq!(ours, theirs);
    });
}
