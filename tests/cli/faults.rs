//! The misbehaving registry: whatever goes wrong, wherever in a pull, it ends well after another attempt, or in one line that
//! says what is wrong; then nothing of the image is seen, and `prune` finds all that is left.

use crate::env::Env;
use crate::registry::{ALWAYS, Auth, Fault, Image, Index, Layer, Registry};

/// How a pull has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Well, by another attempt where one is needed.
    Well,
    /// In an error.
    Error,
}
use End::{Error, Well};

/// A fault, in words; what to expect of it.
type Case = (&'static str, Vec<Fault>, End);

fn status(code: u16, retry_after: Option<u64>, times: u32) -> Fault {
    Fault::Status {
        code,
        retry_after,
        times,
    }
}

fn dropped(after: u64, times: u32) -> Fault {
    Fault::Drop { after, times }
}

fn stalled(after: u64, times: u32) -> Fault {
    Fault::Stall { after, times }
}

/// What the same happens to in every stage: where no bytes come, or not all.
fn silence(length: u64) -> Vec<Case> {
    let (middle, last) = (length / 2, length - 1);
    vec![
        ("dropped before the first byte", vec![dropped(0, 1)], Well),
        ("dropped in the middle", vec![dropped(middle, 1)], Well),
        ("dropped before the last byte", vec![dropped(last, 1)], Well),
        ("dropped again and again", vec![dropped(0, 4)], Well),
        ("dropped for ever", vec![dropped(0, ALWAYS)], Error),
        ("stalled before the first byte", vec![stalled(0, 1)], Well),
        ("stalled in the middle", vec![stalled(middle, 1)], Well),
        ("stalled before the last byte", vec![stalled(last, 1)], Well),
        ("stalled for ever", vec![stalled(0, ALWAYS)], Error),
        (
            "a length that is too long",
            vec![Fault::ContentLength(length + 7)],
            Error,
        ),
        ("no length", vec![Fault::Chunked], Well),
        ("no length, and dropped", vec![Fault::Chunked, dropped(middle, 1)], Well),
    ]
}

/// Statuses instead of an answer.
fn statuses() -> Vec<Case> {
    vec![
        ("500 once", vec![status(500, None, 1)], Well),
        ("502 for ever", vec![status(502, None, ALWAYS)], Error),
        ("503 with a time to wait", vec![status(503, Some(0), 2)], Well),
        ("429 with a time to wait", vec![status(429, Some(0), 2)], Well),
        ("429 for ever", vec![status(429, None, ALWAYS)], Error),
        ("429 until tomorrow", vec![status(429, Some(86_400), 1)], Error),
        ("408 once", vec![status(408, None, 1)], Well),
        ("400", vec![status(400, None, ALWAYS)], Error),
        ("401 for ever", vec![status(401, None, ALWAYS)], Error),
        ("403", vec![status(403, None, ALWAYS)], Error),
        ("404", vec![status(404, None, ALWAYS)], Error),
        ("418", vec![status(418, None, ALWAYS)], Error),
        ("204, which has no body", vec![status(204, None, ALWAYS)], Error),
        ("to nobody", vec![Fault::Redirect("http://127.0.0.1:1/".into())], Error),
        ("to no address", vec![Fault::Redirect("http://".into())], Error),
        ("to a file", vec![Fault::Redirect("file:///etc/passwd".into())], Error),
    ]
}

/// Other bytes than the promised ones.
fn lies(length: u64) -> Vec<Case> {
    vec![
        ("empty", vec![Fault::Truncate { to: 0 }], Error),
        ("cut off", vec![Fault::Truncate { to: length / 2 }], Error),
        ("without its last byte", vec![Fault::Truncate { to: length - 1 }], Error),
        ("its first byte is another", vec![Fault::Corrupt], Error),
        ("a byte more", vec![Fault::Append(vec![b'x'])], Error),
        ("much more", vec![Fault::Append(vec![b' '; 5 << 20])], Error),
        (
            "much more, without a length",
            vec![Fault::Append(vec![b' '; 5 << 20]), Fault::Chunked],
            Error,
        ),
        (
            "a page for people",
            vec![Fault::Replace(b"<html><h1>Sign in</h1></html>".to_vec())],
            Error,
        ),
        (
            "nothing but zeros",
            vec![Fault::Replace(vec![0; length as usize])],
            Error,
        ),
        (
            "a length that is too short",
            vec![Fault::ContentLength(length / 2)],
            Error,
        ),
    ]
}

/// A world with one image in an index, which is pulled once for each case.
struct World {
    env: Env,
    image: Image,
    name: String,
}

impl World {
    fn new() -> World {
        let env = Env::new();
        // Large enough to be kept while it comes, and as long packed as unpacked.
        let noise: Vec<u8> = (0..200_000u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let image = Image::new().layer(Layer::new().file("noise", noise).plain());
        env.registry()
            .push_index("app", "1", &Index::new().image(image.clone()));
        let name = env.registry().name("app:1");
        World { env, image, name }
    }

    fn registry(&self) -> &Registry {
        self.env.registry()
    }

    fn lamel(&self, args: &[&str]) -> crate::env::Outcome {
        let mut command = self.env.command(args);
        command
            .env("LAMEL_STALL_TIMEOUT", "0.8")
            .env("LAMEL_RETRY_DELAY", "0.01");
        let line = format!("{command:?}");
        crate::env::finish(command.stdin(std::process::Stdio::null()), line)
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.env.root().join(folder))
            .into_iter()
            .flatten()
            .flatten();
        entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }

    /// Each case, on its own, in a store without the image. `before` each pull the registry is told what it needs.
    fn run(&self, target: &str, cases: Vec<Case>, before: impl Fn(&Registry)) {
        for (what, faults, end) in cases {
            before(self.registry());
            for fault in faults {
                self.registry().fault(target, fault);
            }
            let outcome = self.lamel(&["pull", "-q", &self.name]);
            let told = format!("{what}: {}{}", outcome.stdout, outcome.stderr);
            match end {
                Well => {
                    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{told}");
                    assert_eq!(outcome.stdout, format!("{}\n", self.name), "{told}");
                    assert_eq!(self.names("images").len(), 1, "{told}");
                }
                Error => {
                    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{told}");
                    let line = outcome.stderr.strip_prefix("lamel: ").expect(&told);
                    assert!(
                        line.ends_with('\n') && line.lines().count() == 1 && line.len() < 600,
                        "{told}"
                    );
                    for folder in ["images", "tags", "layers", "blobs/sha256", "staging"] {
                        assert_eq!(self.names(folder), [""; 0], "{told}");
                    }
                }
            }
            self.registry().heal();
            self.lamel(&["prune", "-a", "-f"]).success();
            for folder in FOLDERS {
                assert_eq!(self.names(folder), [""; 0], "after prune, {told}");
            }
        }
        self.lamel(&["pull", "-q", &self.name]).success();
    }
}

/// All in which something may be left.
const FOLDERS: [&str; 11] = [
    "images",
    "tags",
    "layers",
    "unsynced",
    "blobs/sha256",
    "partial",
    "staging",
    "trash",
    "claims",
    "leases",
    "chains",
];

#[test]
fn of_the_token() {
    let world = World::new();
    // About as long as it is, which depends on its number.
    let mut cases = [silence(30), statuses()].concat();
    cases.retain(|(what, ..)| *what != "a length that is too long");
    cases.extend([
        ("a length that is too long", vec![Fault::ContentLength(100)], Error),
        ("empty", vec![Fault::Truncate { to: 0 }], Error),
        ("a page for people", vec![Fault::Replace(b"<html>".to_vec())], Error),
        ("no token in it", vec![Fault::Replace(b"{}".to_vec())], Error),
        (
            "a token of two lines",
            vec![Fault::Replace(b"{\"token\":\"a\\r\\nb\"}".to_vec())],
            Error,
        ),
        (
            "a token that is refused",
            vec![Fault::Replace(b"{\"token\":\"x\"}".to_vec())],
            Error,
        ),
        ("much more", vec![Fault::Append(vec![b' '; 5 << 20])], Error),
    ]);
    world.run("token", cases, |registry| registry.demand(Auth::Anonymous));
}

#[test]
fn of_the_index() {
    let world = World::new();
    let length = Index::new().image(world.image.clone()).bytes().len() as u64;
    world.run("GET 1", [silence(length), statuses(), lies(length)].concat(), |_| {});
}

#[test]
fn of_the_manifest() {
    let world = World::new();
    let length = world.image.manifest().len() as u64;
    let digest = world.image.digest();
    world.run(&digest, [silence(length), statuses(), lies(length)].concat(), |_| {});
}

#[test]
fn of_the_configuration() {
    let world = World::new();
    let length = world.image.config().len() as u64;
    let digest = world.image.id();
    world.run(&digest, [silence(length), statuses(), lies(length)].concat(), |_| {});
}

#[test]
fn of_a_layer() {
    let world = World::new();
    let length = world.image.layers()[0].blob().len() as u64;
    let digest = world.image.layers()[0].digest();
    let mut cases = [silence(length), statuses(), lies(length)].concat();
    let half = length / 2;
    cases.extend([
        ("no ranges", vec![dropped(half, 1), Fault::IgnoreRange], Well),
        ("other ranges", vec![dropped(half, 1), Fault::ShiftRange(10)], Well),
        ("half of what is left, for ever", vec![dropped(half, ALWAYS)], Well),
        ("another type", vec![Fault::ContentType("text/html".into())], Well),
    ]);
    world.run(&digest, cases, |_| {});
}

#[test]
fn of_the_question_whether_anything_is_newer() {
    let world = World::new();
    world.lamel(&["pull", "-q", &world.name]).success();
    // Nothing of its bytes is asked for, so there is less to go wrong.
    let mut cases = statuses();
    cases.extend([
        ("500 for ever", vec![status(500, None, ALWAYS)], Error),
        (
            "a length, and no body as always",
            vec![Fault::ContentLength(1 << 50)],
            Well,
        ),
    ]);
    for (what, faults, end) in cases {
        faults
            .into_iter()
            .for_each(|fault| world.registry().fault("HEAD 1", fault));
        let outcome = world.lamel(&["pull", "-q", &world.name]);
        let told = format!("{what}: {}{}", outcome.stdout, outcome.stderr);
        assert_eq!(outcome.code == 0, end == Well, "{told}");
        assert_eq!(outcome.stderr.lines().count(), usize::from(end == Error), "{told}");
        world.registry().heal();
        // What was held is held.
        assert_eq!(
            world.lamel(&["images", "-q", "--no-trunc"]).text(),
            world.image.id(),
            "{told}"
        );
    }
}
