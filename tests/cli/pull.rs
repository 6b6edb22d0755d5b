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

#[test]
fn all_tags_come_page_after_page_with_one_status_at_the_end() {
    let env = Env::new();
    let (one, two) = (busybox(), three_layers());
    for (tag, image) in [("1", &one), ("1.0", &one), ("2", &two)] {
        env.serve(&format!("tools/base:{tag}"), image);
    }
    env.registry().page_tags(2);
    let name = env.registry().name("tools/base");
    let layer = |image: &Image, n: usize| short(&image.layers()[n].digest());
    let outcome = env.lamel(["pull", "--all-tags", &name]).success().stderr("");
    let mut lines: Vec<&str> = outcome.stdout.lines().collect();
    let last = [1, 2].map(|n| format!("{}: Pull complete", layer(&two, n)));
    let expected = [
        "1: Pulling from tools/base".to_owned(),
        format!("{}: Pull complete", layer(&one, 0)),
        format!("Digest: {}", one.digest()),
        "1.0: Pulling from tools/base".to_owned(),
        format!("Digest: {}", one.digest()),
        "2: Pulling from tools/base".to_owned(),
        last[0].clone(),
        last[1].clone(),
        format!("{}: Already exists", layer(&two, 0)),
        format!("Digest: {}", two.digest()),
        format!("Status: Downloaded newer image for {name}"),
        name.clone(),
    ];
    let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    // Layers finish in any order.
    lines[6..9].sort_unstable();
    expected[6..9].sort_unstable();
    assert_eq!(lines, expected);
    env.lamel(["pull", "-a", "-q", &name])
        .success()
        .stdout(&format!("{name}\n"));
    for tag in ["1", "1.0", "2"] {
        env.lamel(["inspect", &format!("{name}:{tag}")]).success();
    }
}

#[test]
fn a_tag_that_cannot_be_pulled_does_not_stop_the_other_tags() {
    let env = Env::new();
    env.serve("base:1", &busybox());
    env.registry().put_manifest("base", "0.sig", "application/json", b"{}");
    let name = env.registry().name("base");
    let outcome = env.lamel(["pull", "-a", "-q", &name]).code(1);
    assert_eq!(outcome.stdout, format!("{name}\n"));
    assert!(
        outcome.stderr.starts_with(&format!("lamel: {name}:0.sig: ")),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    env.lamel(["run", "--rm", &format!("{name}:1"), "true"]).success();
}

#[test]
fn all_tags_want_a_repository_that_has_some() {
    let env = Env::new();
    env.serve("base:1", &busybox());
    let name = env.registry().name("base");
    env.lamel(["pull", "-a", &format!("{name}:1")]).fails(
        1,
        &format!("lamel: {name}:1 names one image already, and --all-tags wants all of a repository\n"),
    );
    for (list, why) in [
        (r#"{"tags":null}"#, "has no tags"),
        (r#"{"tags":["../x"]}"#, r#"lists "../x", which is no tag"#),
    ] {
        env.registry().heal();
        env.registry().fault("tags/list", Fault::Replace(list.into()));
        env.lamel(["pull", "-a", &name])
            .fails(1, &format!("lamel: {name} {why}\n"));
    }
    env.registry().heal();
    env.registry().fault("tags/list", Fault::Replace(b"[".to_vec()));
    let outcome = env.lamel(["pull", "-a", &name]).code(1);
    assert!(
        outcome.stderr.starts_with("lamel: the list of tags from 127.0.0.1:"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn for_programs_each_line_is_an_object() {
    let env = Env::new();
    let image = busybox();
    let name = env.serve("base:1", &image);
    let outcome = env.lamel(["pull", "--progress", "json", &name]).success().stderr("");
    let lines: Vec<serde_json::Value> = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let layer = short(&image.layers()[0].digest());
    let size = image.layers()[0].blob().len();
    let of_layer = |status: &str| {
        lines
            .iter()
            .rfind(|line| line["id"] == *layer && line["status"] == status)
    };
    let amount = &of_layer("Downloading").expect("the layer is downloaded")["progressDetail"];
    assert_eq!(amount["total"], size);
    assert!(of_layer("Pull complete").is_some());
    assert_eq!(lines[0]["status"], "1: Pulling from base");
    let end = serde_json::json!([
        {"status": format!("Digest: {}", image.digest())},
        {"status": format!("Status: Downloaded newer image for {name}")},
        {"aux": {"Name": name, "ID": image.id()}},
    ]);
    assert_eq!(lines[lines.len() - 3..], end.as_array().expect("an array")[..]);
    let none = env.registry().name("none:1");
    let outcome = env.lamel(["pull", "--progress=json", &none]).code(1);
    let last: serde_json::Value = serde_json::from_str(outcome.stdout.lines().last().expect("a line")).expect("JSON");
    let error = format!("no such image none:1 in {}", env.registry().address());
    assert_eq!(
        last,
        serde_json::json!({"errorDetail": {"message": error}, "error": error})
    );
    assert_eq!(outcome.stderr, format!("lamel: {error}\n"));
}

#[test]
fn progress_can_be_plain_or_none() {
    let env = Env::new();
    let image = busybox();
    let name = env.serve("base:1", &image);
    env.lamel(["pull", "--progress", "none", &name])
        .success()
        .stdout(&format!("{name}\n"));
    env.lamel(["rmi", &name]).success();
    let outcome = env.lamel(["pull", "--progress=plain", &name]).success();
    reports(outcome, &name, &all(&image), &image.digest());
}

#[test]
fn of_several_images_each_is_tried() {
    let env = Env::new();
    let name = env.serve("base:1", &busybox());
    let (none, other) = (env.registry().name("none:1"), env.serve("other:1", &three_layers()));
    let outcome = env.lamel(["pull", "-q", &name, &none, &other]).code(1);
    assert_eq!(outcome.stdout, format!("{name}\n{other}\n"));
    let error = format!("lamel: no such image none:1 in {}\n", env.registry().address());
    assert_eq!(outcome.stderr, error);
}

#[test]
fn an_image_that_cannot_fit_is_refused_before_anything_is_fetched() {
    let env = Env::new();
    let image = busybox();
    let (size, more) = (image.layers()[0].blob().len(), 1u64 << 60);
    let manifest = String::from_utf8(image.manifest()).expect("JSON");
    let manifest = manifest.replace(&format!("\"size\":{size}"), &format!("\"size\":{more}"));
    env.serve("base:1", &image);
    env.registry()
        .put_manifest("base", "1", &image.media_type(), manifest.as_bytes());
    let outcome = env.lamel(["pull", "-q", &env.registry().name("base:1")]).code(1);
    let expected = format!(
        "lamel: not enough space in {}: the missing layers need at least {more} bytes, [..] are free\n\
         lamel: hint: 'lamel system df' shows what takes room, 'lamel prune' makes room\n",
        env.root().display()
    );
    outcome.stderr(&expected);
    assert_eq!(env.registry().count(&image.layers()[0].digest()), 0);
}

#[test]
fn what_is_held_costs_one_request() {
    let env = Env::new();
    let name = env.pulled("base:1", &three_layers());
    env.registry().forget_requests();
    env.lamel(["pull", "-q", &name]).success();
    let requests = env.registry().requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!(requests[0].method, "HEAD");
}

#[test]
fn a_proxy_is_asked_except_for_who_needs_none() {
    let env = Env::new();
    let image = busybox();
    env.serve("base:1", &image);
    // Only the proxy knows this host.
    let (host, name) = ("registry.invalid:5000", "registry.invalid:5000/base:1");
    let pull = |no_proxy: &str| {
        let mut command = env.command(["pull", "-q", name]);
        command
            .env("HTTP_PROXY", format!("http://{}", env.registry().address()))
            .env("http_proxy", format!("http://{}", env.registry().address()))
            .env("NO_PROXY", no_proxy)
            .env("LAMEL_INSECURE_REGISTRIES", host)
            .stdin(std::process::Stdio::null());
        crate::env::finish(&mut command, "lamel pull through a proxy".to_owned())
    };
    let outcome = pull(".invalid").code(1);
    assert!(
        outcome
            .stderr
            .starts_with(&format!("lamel: cannot reach registry {host}: ")),
        "{}",
        outcome.stderr
    );
    assert_eq!(env.registry().requests().len(), 0);
    pull("localhost").success().stdout(&format!("{name}\n"));
    let requests = env.registry().requests();
    assert_eq!(requests.len(), 3, "manifest, configuration, layer: {requests:?}");
    assert!(
        requests.iter().all(|request| request.header("host") == Some(host)),
        "{requests:?}"
    );
}
