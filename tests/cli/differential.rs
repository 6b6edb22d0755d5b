//! The same operations on lamel, docker and podman, on images as people make them (`tests/engine-images`, `tests/real-images`).
//! What is compared is compared exactly; each exception says why.
//!
//! Containers are compared on an image made in code.
//!
//! As root alone: docker wants it. They are ignored by default: they need images and a registry that `tests/run` provides.

mod containers;
mod history;
mod podman;
mod templates;

use crate::engines::{Docker, Podman};
use crate::env::{Env, Outcome};
use crate::fixtures::{busybox_layer, docker_archive};
use crate::real;
use crate::registry::Image;
use serde_json::{Value, json};
use std::cell::RefCell;

/// Every way an image is made, and both formats. Docker 20.10 does not know zstd.
const IMAGES: [&str; 8] = [
    "docker:built",
    "docker:committed",
    "buildah:built",
    "buildah:docker",
    "buildah:multi",
    "docker:multi",
    "debian:gzip",
    "built:docker",
];

/// The engines side by side.
struct World {
    env: Env,
    docker: Docker,
    differences: RefCell<Vec<String>>,
}

/// Runs a comparison to its end, and fails with every difference that it met.
#[track_caller]
fn compare(comparison: impl FnOnce(&World)) {
    let world = World {
        env: Env::new(),
        docker: Docker::take(),
        differences: RefCell::default(),
    };
    comparison(&world);
    let differences = world.differences.take();
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

impl World {
    /// Both do the same, and succeed.
    #[track_caller]
    fn both(&self, args: &[&str]) {
        self.docker.docker(args).success();
        self.env.lamel(args).success();
    }

    /// Both print the same, to the letter, and exit with the same code. Ages go by between the two: where they differ Docker is asked
    /// again, until it says the same twice.
    fn same(&self, args: &[&str]) {
        self.same_but(args, |_| {});
    }

    /// As [`World::same`], with `arrange` applied to the lines of both.
    fn same_but(&self, args: &[&str], arrange: impl Fn(&mut Vec<String>)) {
        let arranged = |outcome: &Outcome| {
            let mut lines = lines(outcome);
            arrange(&mut lines);
            lines
        };
        let mut docker = self.docker.docker(args);
        loop {
            let lamel = self.env.lamel(args);
            let again = match arranged(&docker) == arranged(&lamel) {
                true => None,
                false => Some(self.docker.docker(args)),
            };
            match again {
                Some(again) if arranged(&again) != arranged(&docker) => docker = again,
                _ => return self.expect(args, (&docker, arranged(&docker)), (&lamel, arranged(&lamel))),
            }
        }
    }

    /// As [`World::same`], of a command that changes something: it is run once.
    #[track_caller]
    fn same_once(&self, args: &[&str]) {
        let (docker, lamel) = (self.docker.docker(args), self.env.lamel(args));
        self.expect(args, (&docker, lines(&docker)), (&lamel, lines(&lamel)));
    }

    fn expect(&self, args: &[&str], docker: (&Outcome, Vec<String>), lamel: (&Outcome, Vec<String>)) {
        let difference = difference(args, "docker", docker, lamel);
        self.differences.borrow_mut().extend(difference);
    }
}

/// None where the lines that count are the same, and the exit codes.
fn difference(
    args: &[&str],
    engine: &str,
    theirs: (&Outcome, Vec<String>),
    lamel: (&Outcome, Vec<String>),
) -> Option<String> {
    if theirs.1 == lamel.1 && theirs.0.code == lamel.0.code {
        return None;
    }
    // The lines that differ, or those around where one has fewer than the other.
    let differing = |ours: &[String], theirs: &[String], sign: char| -> String {
        let lines = ours
            .iter()
            .enumerate()
            .filter(|(at, line)| theirs.get(*at) != Some(*line));
        lines.take(5).map(|(_, line)| format!("{sign} {line}\n")).collect()
    };
    Some(format!(
        "{args:?}\n{engine}: exit code {}, {}\n{}lamel: exit code {}, {}\n{}",
        theirs.0.code,
        theirs.0.stderr.trim_end(),
        differing(&theirs.1, &lamel.1, '-'),
        lamel.0.code,
        lamel.0.stderr.trim_end(),
        differing(&lamel.1, &theirs.1, '+'),
    ))
}

/// Writes the image `box:1` as an archive: busybox with a volume. Returns the file's name.
fn box_archive(env: &Env) -> String {
    let image = Image::new()
        .layer(busybox_layer().plain())
        .env("PATH=/bin")
        .run("Volumes", json!({"/volume": {}}));
    let archive = env.work().join("box.tar");
    std::fs::write(&archive, docker_archive(&image, &["box:1"])).expect("a file");
    archive.display().to_string()
}

/// A line of `ps` without numbers of seconds: a container was started a moment after the other engine's.
fn ageless(line: &str) -> String {
    let words = line
        .replace("Less than a second", "1 second")
        .replace("seconds", "second");
    let mut kept: Vec<&str> = words.split_inclusive([' ', '|']).collect();
    for at in 1..kept.len() {
        if kept[at].starts_with("second") {
            kept[at - 1] = "N ";
        }
    }
    kept.concat()
}

/// The lines of a result. Docker pads the last column too, while lamel's lines end where their words end; and some of Docker's JSON has
/// these three characters escaped, for use in HTML, which Go does where it is not told otherwise.
fn lines(outcome: &Outcome) -> Vec<String> {
    let plain = |line: &str| {
        let line = line
            .replace("\\u003c", "<")
            .replace("\\u003e", ">")
            .replace("\\u0026", "&");
        line.trim_end().to_owned()
    };
    outcome.stdout.lines().map(plain).collect()
}

/// What stays of a pull's lines: not the steps of each layer, which lamel shows on a terminal alone, and the layers in any order,
/// since lamel unpacks them side by side.
fn stable(outcome: &Outcome) -> Vec<String> {
    let step = |line: &str| {
        [
            ": Pulling fs layer",
            ": Waiting",
            ": Verifying Checksum",
            ": Download complete",
        ]
        .iter()
        .any(|step| line.ends_with(step))
    };
    let mut lines = lines(outcome);
    lines.retain(|line| !step(line));
    let is_layer = |line: &str| line.ends_with(": Pull complete") || line.ends_with(": Already exists");
    let first = lines.iter().position(|line| is_layer(line)).unwrap_or(0);
    let count = lines.iter().filter(|line| is_layer(line)).count();
    lines[first..first + count].sort_unstable();
    lines
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn pull_says_what_docker_says() {
    compare(|world| {
        let pull = |args: &[&str]| {
            let args = [&["pull"], args].concat();
            let (docker, lamel) = (world.docker.docker(&args), world.env.lamel(&args));
            world.expect(&args, (&docker, stable(&docker)), (&lamel, stable(&lamel)));
        };
        // Layers that are held; the image that is held; quiet; an index; by digest; what is not there.
        for image in IMAGES {
            let name = real::name(image);
            pull(&[&name]);
            pull(&[&name]);
            pull(&["-q", &name]);
            let by_digest = world
                .docker
                .docker(["inspect", "-f", "{{index .RepoDigests 0}}", &name]);
            pull(&[by_digest.success().text()]);
        }
        pull(&[&real::name("docker:nothing")]);
        pull(&[&real::name("nothing:here")]);
        pull(&[&real::name("docker")]);
    });
}

/// One test: each of the two has to fetch the images, which takes longer than what is looked at.
#[test]
#[ignore = "needs images that tests/run makes"]
fn pulled_images_are_told_of_as_docker_tells() {
    compare(|world| {
        for image in IMAGES {
            world.both(&["pull", "-q", &real::name(image)]);
        }
        IMAGES.iter().for_each(|image| inspected(world, image));
        IMAGES.iter().for_each(|image| history::same(world, &real::name(image)));
        world.same(&["history", "nothing"]);
        templates::of_images(world, &real::name("docker:built"));
        // The last, since it gives an image another name.
        listed(world);
    });
}

/// What `images` lists.
fn listed(world: &World) {
    world.both(&["tag", &real::name("docker:built"), "other/name:1"]);
    let built = real::name("docker:built");
    let repository = built.trim_end_matches(":built");
    // Docker's zone is the daemon's, lamel's the user's: both are this machine's.
    let row = "{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}} {{.Size}} {{.CreatedAt}} {{.CreatedSince}}";
    for args in [
        &["images"][..],
        &["images", "--digests", "--no-trunc"],
        &["images", "-q"],
        &["images", "-q", "--no-trunc"],
        &["images", "--format", row],
        &["images", "--digests", "--format", row],
        &["images", "--format", "{{json .}}"],
        &["images", "--format", "{{.VirtualSize}}"],
        &["images", "--format", "table"],
        &["images", "-a"],
        &["images", "--digests", "-q"],
        &["images", "--no-trunc", "--format", "table {{.ID}}\t{{.Size}}"],
        &["images", "nothing"],
        &["images", "a[b"],
        &["images", "--format", "table {{.ID}}\t{{.Repository}}\t{{.Tag}}"],
        &["images", repository],
        &["images", "*/docker"],
        &["images", &built],
        &["images", "-f", "label=committed"],
        &["images", "-f", "label=committed=no"],
        &["images", "-f", "label=committed=yes", "-f", "label=maintainer"],
        &["images", "-f", "label=empty="],
        &["images", "-f", "dangling=true"],
        &["images", "-f", "dangling=false"],
        &["images", "-f", "dangling=maybe"],
        &["images", "-f", "nothing=here"],
        &["images", "-f", "reference=*/*:built", "-f", "reference=other/*"],
        &["images", "-f", "before=nothing"],
        &["images", "--format", "{{.Nothing}}"],
        &["images", "--format", "{{"],
        &["images", "-f", "reference=other/*:1"],
        &["images", "-f", &format!("before={built}")],
        &["images", "-f", &format!("since={built}")],
    ] {
        // Images of one second, and the names of one image, come in any order from Docker.
        world.same_but(args, |lines| lines.sort());
    }
}

/// Docker's object without what cannot be the same.
fn comparable(mut object: Value) -> Value {
    let fields = object.as_object_mut().expect("an object");
    // Of the container that a build made, which newer Dockers leave out too.
    fields.shift_remove("Container");
    fields.shift_remove("ContainerConfig");
    // Directories of the store.
    fields.shift_remove("GraphDriver");
    // Docker does not note when a pull gave an image its name.
    fields.shift_remove("Metadata");
    object
}

/// The fields, in order, and those of the image's configuration in theirs.
fn flat(object: Value) -> Vec<(String, Value)> {
    let fields = |value: Value| match value {
        Value::Object(fields) => fields.into_iter().collect::<Vec<_>>(),
        other => panic!("no object: {other}"),
    };
    let mut all = Vec::new();
    for (name, value) in fields(object) {
        match name.as_str() {
            "Config" => all.extend(
                fields(value)
                    .into_iter()
                    .map(|(field, value)| (format!("Config.{field}"), value)),
            ),
            _ => all.push((name, value)),
        }
    }
    all
}

/// What `inspect` shows is Docker's object, in Docker's order.
fn inspected(world: &World, image: &str) {
    let name = &real::name(image);
    let object = |outcome: Outcome| flat(comparable(outcome.success().json()[0].take()));
    let docker = object(world.docker.docker(["inspect", name]));
    let lamel = object(world.env.lamel(["inspect", name]));
    for (docker, lamel) in docker.iter().zip(&lamel) {
        if docker != lamel {
            let difference = format!("inspect {image}\n-- docker: {docker:?}\n-- lamel: {lamel:?}");
            world.differences.borrow_mut().push(difference);
        }
    }
    assert_eq!(docker.len(), lamel.len(), "fields of {image}");
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn rmi_says_what_docker_says() {
    compare(|world| {
        let [built, committed, other, third] =
            ["docker:built", "docker:committed", "buildah:built", "buildah:docker"].map(real::name);
        let id = |name: &str| {
            world
                .env
                .lamel(["inspect", "-f", "{{.Id}}", name])
                .success()
                .text()
                .to_owned()
        };
        let digest = |name: &str| {
            let args = ["inspect", "-f", "{{index .RepoDigests 0}}", name];
            world.env.lamel(args).success().text().to_owned()
        };
        let pull = |names: &[&str]| names.iter().for_each(|name| world.both(&["pull", "-q", name]));

        // One name among several, then the last; layers that another image uses stay.
        pull(&[&built, &committed, &other, &third]);
        world.both(&["tag", &built, "other:1"]);
        world.same_once(&["rmi", "other:1"]);
        world.same_once(&["rmi", &built]);
        world.same_once(&["rmi", &committed]);
        world.same_once(&["rmi", &other]);
        world.same_once(&["rmi", &third]);

        // By ID and by its beginning; with names in two repositories; forced.
        pull(&[&built, &committed]);
        world.same_once(&["rmi", &id(&built)[7..19]]);
        world.both(&["tag", &committed, "other:1"]);
        world.same_once(&["rmi", &id(&committed)]);
        world.same_once(&["rmi", "-f", &id(&committed)]);

        // With two names in one repository.
        pull(&[&committed]);
        let second = committed.replace(":committed", ":second");
        world.both(&["tag", &committed, &second]);
        world.same_once(&["rmi", &id(&committed)[7..]]);

        // By digest, while a tag is left, and after.
        pull(&[&built]);
        world.same_once(&["rmi", &digest(&built)]);
        world.same_once(&["rmi", &built]);
        pull(&[&built]);
        let named = digest(&built);
        world.same_once(&["rmi", &built, &named]);

        // Several at once, of which one fails.
        pull(&[&built, &committed]);
        world.same_once(&["rmi", "nothing:1", &built, "nothing:2", &committed]);

        // Images that containers use.
        pull(&[&built, &committed]);
        world.both(&["create", "--name", "holder", &committed]);
        world.same_once(&["rmi", &committed]);
        world.same_once(&["rmi", &built]);
        world.same_once(&["rmi", "-f", &committed]);
        world.same(&["images", "-a", "--no-trunc"]);
        world.both(&["rm", "holder"]);
        world.same_once(&["image", "prune", "-f"]);
        world.same(&["images", "-a", "-q"]);
    });
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn podman_sees_the_same_image() {
    let (env, podman) = (Env::new(), Podman::new());
    for image in IMAGES.into_iter().chain(["debian:zstd", "buildah:zstd"]) {
        let name = &real::name(image);
        env.lamel(["pull", name]).success();
        let pulled = podman.podman(["pull", "-q", "--tls-verify=false", name]).success();
        let theirs = podman.podman(["inspect", name]).success().json()[0].take();
        let ours = env.lamel(["inspect", name]).success().json()[0].take();
        // An ID without its algorithm.
        assert_eq!(ours["Id"], format!("sha256:{}", pulled.text()), "{image}");
        for field in ["Created", "Author", "Architecture", "Os", "RootFS"] {
            assert_eq!(ours[field], theirs[field], "{field} of {image}");
        }
        // The newest name is podman's first.
        let sorted = |names: &Value| {
            let mut names = names.as_array().expect("a list").clone();
            names.sort_by_key(Value::to_string);
            names
        };
        assert_eq!(sorted(&ours["RepoTags"]), sorted(&theirs["RepoTags"]), "{image}");
        // Podman adds the digest of the platform's manifest to the index's.
        let digests = theirs["RepoDigests"].as_array().expect("digests");
        assert!(digests.contains(&ours["RepoDigests"][0]), "{digests:?} of {image}");
        // Of what a commit was commented with, it knows what is in the history.
        let comment = theirs["Comment"].as_str().expect("a text");
        assert!(comment.is_empty() || ours["Comment"] == comment, "comment of {image}");
        // Podman leaves out what is empty.
        for (field, value) in theirs["Config"].as_object().expect("an object") {
            assert_eq!(&ours["Config"][field], value, "{field} of {image}");
        }
        // Sizes are another thing to podman: those of tar streams, with all their padding. And it takes an image that has the first
        // layers of another one for its parent, where for Docker and lamel that is the one it was really made from.
        let args = ["history", "--no-trunc", "--format", "{{.CreatedBy}} {{.Comment}}", name];
        let (ours, theirs) = (env.lamel(args).success(), podman.podman(args).success());
        assert_eq!(ours.stdout, theirs.stdout, "history of {image}");
    }
}
