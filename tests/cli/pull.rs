//! `pull`: what it prints, what it fetches, what it leaves when things go wrong.

use crate::env::{Env, Outcome};
use crate::fixtures::{busybox, busybox_layer, short, three_layers};
use crate::registry::{Auth, Fault, Image, Index, Layer, Packed};

/// The lines of a pull that had each layer in turn end like this; layers finish in any order.
#[track_caller]
fn reports(outcome: Outcome, name: &str, layers: &[(&Packed, &str)], digest: &str) {
    let (repository, tag) = name.rsplit_once(':').expect("NAME:TAG");
    let (_, path) = repository.split_once('/').expect("REGISTRY/PATH");
    let mut expected = vec![format!("{tag}: Pulling from {path}")];
    expected.extend(
        layers
            .iter()
            .map(|(layer, end)| format!("{}: {end}", short(&layer.digest()))),
    );
    expected[1..].sort();
    expected.extend([
        format!("Digest: {digest}"),
        format!("Status: Downloaded newer image for {name}"),
        name.to_owned(),
    ]);
    let mut lines: Vec<&str> = outcome.stdout.lines().collect();
    let layer_lines = 1..lines.len().min(1 + layers.len());
    lines[layer_lines].sort_unstable();
    assert_eq!(lines, expected, "stderr: {}", outcome.stderr);
}

/// Each layer of an image, fetched.
fn all(image: &Image) -> Vec<(&Packed, &str)> {
    image.layers().iter().map(|layer| (layer, "Pull complete")).collect()
}

#[test]
fn a_pull_reports_each_layer_and_the_digest() {
    let env = Env::new();
    let image = three_layers();
    let name = env.serve("tools/base:1", &image);
    let outcome = env.lamel(["pull", &name]).success().stderr("");
    reports(outcome, &name, &all(&image), &image.digest());
}

#[test]
fn quiet_prints_the_name_alone() {
    let env = Env::new();
    let name = env.serve("tools/base:1", &busybox());
    env.lamel(["pull", "-q", &name])
        .success()
        .stdout(&format!("{name}\n"))
        .stderr("");
}

#[test]
fn a_name_without_a_tag_means_latest_and_says_so() {
    let env = Env::new();
    let image = busybox();
    let name = env.serve("tools/base:latest", &image);
    let mut outcome = env.lamel(["pull", &env.registry().name("tools/base")]).success();
    let rest = outcome.stdout.strip_prefix("Using default tag: latest\n");
    outcome.stdout = rest.expect("the tag that was meant comes first").to_owned();
    reports(outcome, &name, &all(&image), &image.digest());
}

#[test]
fn pulling_again_fetches_no_layer() {
    let env = Env::new();
    let image = busybox();
    let name = env.pulled("base:1", &image);
    env.registry().forget_requests();
    let expected = format!(
        "1: Pulling from base\nDigest: {}\nStatus: Image is up to date for {name}\n{name}\n",
        image.digest()
    );
    env.lamel(["pull", &name]).success().stdout(&expected);
    assert_eq!(env.registry().blob_requests(), 0);
}

#[test]
fn a_layer_that_two_images_share_is_fetched_once() {
    let env = Env::new();
    env.pulled("base:1", &busybox());
    let image = three_layers();
    let name = env.serve("app:1", &image);
    let mut layers = all(&image);
    layers[0].1 = "Already exists";
    reports(env.lamel(["pull", &name]).success(), &name, &layers, &image.digest());
    assert_eq!(env.registry().count(&image.layers()[0].digest()), 1);
}

#[test]
fn an_index_gives_the_image_of_this_platform_and_keeps_its_own_digest() {
    let env = Env::new();
    let (ours, other) = (
        busybox(),
        Image::new()
            .layer(Layer::new().file("other", "").gzip())
            .platform("linux/s390x"),
    );
    let index = Index::new().image(other.clone()).image(ours.clone());
    env.registry().push_index("multi", "1", &index);
    let name = env.registry().name("multi:1");
    reports(
        env.lamel(["pull", &name]).success(),
        &name,
        &all(&ours),
        &index.digest(),
    );
    assert_eq!(env.lamel(["images", "-q", "--no-trunc"]).text(), ours.id());
    env.lamel(["pull", "-q", "--platform", "linux/s390x", &name]).success();
    assert_eq!(env.lamel(["images", "-q", "--no-trunc", &name]).text(), other.id());
}

#[test]
fn every_packing_and_both_manifest_kinds_work() {
    let env = Env::new();
    let image = busybox()
        .layer(Layer::new().file("zstd", "zstd\n").zstd())
        .layer(Layer::new().file("plain", "plain\n").plain());
    let docker = Image::new().docker().layer(busybox_layer().gzip()).env("PATH=/bin");
    let (oci, docker) = (env.pulled("oci:1", &image), env.pulled("docker:1", &docker));
    env.lamel(["run", "--rm", &oci, "cat", "/zstd", "/plain"])
        .success()
        .stdout("zstd\nplain\n");
    env.lamel(["run", "--rm", &docker, "echo", "ran"])
        .success()
        .stdout("ran\n");
}

#[test]
fn a_pull_by_digest_gets_that_image_whatever_the_tag_names() {
    let env = Env::new();
    let image = busybox();
    env.serve("base:1", &image);
    env.serve("base:1", &three_layers());
    let name = env.registry().name(&format!("base@{}", image.digest()));
    env.lamel(["pull", "-q", &name]).success().stdout(&format!("{name}\n"));
    assert_eq!(env.lamel(["images", "-q", "--no-trunc"]).text(), image.id());
}

#[test]
fn a_moved_tag_leaves_the_older_image_without_a_name() {
    let env = Env::new();
    let (old, new) = (busybox(), three_layers());
    env.pulled("base:1", &old);
    env.pulled("base:1", &new);
    assert_eq!(
        env.lamel(["images", "-q", "-f", "dangling=true"]).text(),
        short(&old.id())
    );
}

#[test]
fn anonymous_tokens_basic_and_bearer_logins_are_answered_from_where_docker_and_podman_keep_them() {
    let image = busybox();
    let login = || Auth::Basic {
        user: "ann".into(),
        password: "s3cret".into(),
    };
    let bearer = || Auth::Bearer {
        user: "ann".into(),
        password: "s3cret".into(),
    };
    for (demand, file) in [
        (Auth::Anonymous, ""),
        (login(), ".docker/config.json"),
        (bearer(), ".config/containers/auth.json"),
    ] {
        let env = Env::new();
        let name = env.serve("private:1", &image);
        env.registry().demand(demand);
        if !file.is_empty() {
            let auth = crate::registry::base64("ann:s3cret");
            let path = env.home().join(file);
            std::fs::create_dir_all(path.parent().expect("in a directory")).expect("a directory in a fresh home");
            let text = format!(
                r#"{{"auths": {{"{}": {{"auth": "{auth}"}}}}}}"#,
                env.registry().address()
            );
            std::fs::write(path, text).expect("a login");
        }
        env.lamel(["pull", "-q", &name]).success().stdout(&format!("{name}\n"));
    }
}

#[test]
fn a_broken_transfer_goes_on_from_where_it_broke() {
    let env = Env::new();
    let image = busybox();
    let name = env.serve("base:1", &image);
    let layer = image.layers()[0].digest();
    env.registry().fault(
        &layer,
        Fault::Drop {
            after: 100_000,
            times: 1,
        },
    );
    env.lamel(["pull", "-q", &name]).success();
    let ranges: Vec<_> = env
        .registry()
        .requests()
        .into_iter()
        .filter(|r| r.is_for(&layer))
        .collect();
    assert_eq!(ranges.len(), 2);
    assert_eq!(ranges[1].header("range"), Some("bytes=100000-"));
    env.lamel(["run", "--rm", &name, "echo", "whole"])
        .success()
        .stdout("whole\n");
}

#[test]
fn a_layer_that_is_not_what_its_digest_says_leaves_nothing_behind() {
    let env = Env::new();
    let image = busybox();
    let name = env.serve("base:1", &image);
    env.registry().fault(&image.layers()[0].digest(), Fault::Corrupt);
    let outcome = env.lamel(["pull", &name]).code(1);
    assert!(outcome.stderr.contains("digest"), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains(&short(&image.layers()[0].digest())),
        "{}",
        outcome.stderr
    );
    env.lamel(["images", "-a", "-q"]).success().stdout("");
    env.registry().heal();
    env.lamel(["pull", "-q", &name]).success();
    env.lamel(["run", "--rm", &name, "echo", "healed"])
        .success()
        .stdout("healed\n");
}

#[test]
fn two_pulls_of_one_image_at_once_fetch_each_layer_once() {
    let env = Env::new();
    let image = three_layers();
    let name = env.serve("base:1", &image);
    let mut pulls: Vec<_> = (0..2).map(|_| env.spawn(["pull", "-q", &name])).collect();
    for pull in &mut pulls {
        assert!(crate::env::wait(pull, "lamel pull").success());
    }
    for layer in image.layers() {
        assert_eq!(env.registry().count(&layer.digest()), 1);
    }
}

#[test]
fn a_pull_that_is_killed_leaves_no_image_and_the_next_one_completes() {
    let env = Env::new();
    let image = three_layers();
    let name = env.serve("base:1", &image);
    env.registry().fault(
        &image.layers()[0].digest(),
        Fault::Stall {
            after: 50_000,
            times: 1,
        },
    );
    let mut pull = env.spawn(["pull", "-q", &name]);
    let layer = image.layers()[0].digest();
    crate::env::eventually("the layer is asked for", || env.registry().count(&layer) == 1);
    pull.kill().and_then(|()| pull.wait()).expect("a child can be killed");
    env.lamel(["images", "-a", "-q"]).success().stdout("");
    env.lamel(["pull", "-q", &name]).success();
    env.lamel(["run", "--rm", &name, "cat", "/app/one"])
        .success()
        .stdout("one\n");
}

#[test]
fn a_layer_that_is_no_tar_is_an_error_and_leaves_no_image() {
    let env = Env::new();
    let image = Image::new().layer(Packed::raw(b"not a tar ".repeat(1000)));
    let name = env.serve("base:1", &image);
    let outcome = env.lamel(["pull", "-q", &name]).code(1);
    assert!(
        outcome.stderr.contains(&short(&image.layers()[0].digest())),
        "{}",
        outcome.stderr
    );
    env.lamel(["images", "-a", "-q"]).success().stdout("");
}

#[test]
fn as_many_layers_as_the_kernel_stacks_work_with_few_open_files_and_more_are_refused() {
    let env = Env::new();
    let many = |count: usize| {
        let layers = (1..count - 1).map(|n| Layer::new().dir("d").file(&format!("d/{n}"), ""));
        // The last one has no entry for its directory, so all below have to be looked at.
        let image = layers.fold(busybox(), |image, layer| image.layer(layer.plain()));
        image.layer(Layer::new().file("d/top", "").plain())
    };
    // One more directory is stacked, with the attributes that the last layer leaves open.
    let name = env.serve("many:499", &many(499));
    env.shell(&format!(
        "ulimit -Sn 1024; lamel run --rm -q {name} sh -c 'ls /d | wc -l'"
    ))
    .success()
    .stdout("498\n");
    let name = env.serve("many:500", &many(500));
    env.lamel(["run", "--rm", "-q", &name, "true"]).fails(
        125,
        "lamel: [..]501 directories to stack are more than the 500 that overlayfs takes\n",
    );
    let name = env.serve("many:501", &many(501));
    env.lamel(["pull", "-q", &name]).fails(
        1,
        "lamel: the image has 501 layers, more than the 500 that overlayfs takes\n",
    );
}
