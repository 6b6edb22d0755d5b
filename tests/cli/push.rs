//! `push`: what is sent, what is not, and what comes back.

use crate::env::Env;
use crate::fixtures::{busybox, docker_archive, short, three_layers};
use crate::registry::{ALWAYS, Auth, Fault, Image, Layer, digest_of};
use serde_json::Value;

/// Loads an image, so that its compressed layers are known to nobody, and names it for this world's registry.
fn loaded(env: &Env, image: &Image, name: &str) -> String {
    env.lamel_with_input(&docker_archive(image, &["loaded:1"]), ["load"])
        .success();
    let name = env.registry().name(name);
    env.lamel(["tag", "loaded:1", &name]).success();
    name
}

fn layer_name(image: &Image, layer: usize) -> String {
    short(&image.layers()[layer].diff_id())
}

/// The manifest that the registry has for `me/app:1`.
fn manifest(env: &Env) -> (Value, String, usize) {
    let bytes = env.registry().manifest("me/app", "1").expect("it was pushed");
    let value = serde_json::from_slice(&bytes).expect("JSON");
    (value, digest_of(&bytes), bytes.len())
}

#[test]
fn an_image_is_pushed_and_comes_back_as_the_same_image() {
    let env = Env::new();
    let image = three_layers();
    let name = loaded(&env, &image, "me/app:1");
    let out = env.lamel(["push", &name]).success();
    let (manifest, digest, size) = manifest(&env);
    let lines: Vec<&str> = out.stdout.lines().collect();
    assert_eq!(
        lines[0],
        format!("The push refers to repository [{}]", env.registry().name("me/app"))
    );
    let mut pushed = lines[1..4].to_vec();
    pushed.sort_unstable();
    let mut expected: Vec<String> = (0..3).map(|n| format!("{}: Pushed", layer_name(&image, n))).collect();
    expected.sort_unstable();
    assert_eq!(pushed, expected);
    assert_eq!(lines[4..], [format!("1: digest: {digest} size: {size}")]);
    assert_eq!(manifest["config"]["digest"], image.id());
    assert_eq!(manifest["layers"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        manifest["layers"][0]["mediaType"],
        "application/vnd.oci.image.layer.v1.tar+gzip"
    );
    assert_eq!(env.registry().open_uploads(), 0);

    let other = Env::new();
    other.lamel(["pull", "-q", &name]).success();
    assert_eq!(other.lamel(["images", "-q", "--no-trunc"]).text(), image.id());
    other
        .lamel(["run", "--rm", &name, "cat", "/app/two"])
        .success()
        .stdout("two\n");
}

#[test]
fn what_was_pushed_is_neither_compressed_nor_sent_again() {
    let env = Env::new();
    let image = three_layers();
    let name = loaded(&env, &image, "me/app:1");
    env.lamel(["push", "-q", &name]).success().stdout(&format!("{name}\n"));
    let (_, digest, size) = manifest(&env);
    env.registry().forget_requests();
    let lines: String = (0..3)
        .rev()
        .map(|n| format!("{}: Layer already exists\n", layer_name(&image, n)))
        .collect();
    let out = env.lamel(["push", &name]).success();
    let mut printed: Vec<&str> = out.stdout.lines().skip(1).take(3).collect();
    let mut expected: Vec<&str> = lines.lines().collect();
    printed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(printed, expected);
    assert!(
        out.stdout.ends_with(&format!("1: digest: {digest} size: {size}\n")),
        "{}",
        out.stdout
    );
    let registry = env.registry();
    assert_eq!((registry.count_method("POST"), registry.count_method("PATCH")), (0, 0));
    assert_eq!(registry.count_method("PUT"), 1);
    env.lamel(["pull", &name]).success().stdout(&format!(
        "1: Pulling from me/app\nDigest: {digest}\nStatus: Image is up to date for {name}\n{name}\n"
    ));
}

#[test]
fn what_was_pulled_goes_back_with_its_digest() {
    let env = Env::new();
    for (docker, repository) in [(false, "oci/app"), (true, "docker/app")] {
        let image = match docker {
            true => three_layers().docker(),
            false => three_layers(),
        };
        let name = env.pulled(&format!("{repository}:1"), &image);
        let again = env.registry().name(&format!("{repository}:2"));
        env.lamel(["tag", &name, &again]).success();
        let out = env.lamel(["push", &again]).success();
        let size = image.manifest().len();
        assert!(
            out.stdout
                .ends_with(&format!("2: digest: {} size: {size}\n", image.digest())),
            "{}",
            out.stdout
        );
        assert_eq!(env.registry().manifest(repository, "2"), Some(image.manifest()));
        assert_eq!(env.registry().count_method("PATCH"), 0);
    }
}

#[test]
fn a_committed_layer_is_all_that_is_sent() {
    let env = Env::new();
    let base = env.pulled("base:1", &busybox());
    env.lamel(["run", "--name", "changed", &base, "sh", "-c", "echo new > /new"])
        .success();
    let name = env.registry().name("me/app:1");
    env.lamel(["commit", "changed", &name]).success();
    let out = env.lamel(["push", &name]).success();
    assert_eq!(env.registry().count_method("PATCH"), 1);
    assert!(
        out.stdout
            .contains(&format!("{}: Layer already exists\n", layer_name(&busybox(), 0))),
        "{}",
        out.stdout
    );
    let (manifest, ..) = manifest(&env);
    assert_eq!(manifest["layers"][0]["digest"], busybox().layers()[0].digest());
    let other = Env::new();
    other
        .lamel(["run", "--rm", &name, "cat", "/new"])
        .success()
        .stdout("new\n");
    assert_eq!(
        other.lamel(["images", "-q", "--no-trunc"]).text(),
        env.lamel(["images", "-q", "--no-trunc", &name]).text()
    );
}

#[test]
fn another_repository_of_the_registry_has_it() {
    let env = Env::new();
    env.registry().demand(Auth::Anonymous);
    let image = busybox();
    let first = loaded(&env, &image, "first/app:1");
    env.lamel(["push", "-q", &first]).success();
    let second = env.registry().name("me/app:1");
    env.lamel(["tag", &first, &second]).success();
    env.registry().forget_requests();
    let out = env.lamel(["push", &second]).success();
    assert!(
        out.stdout
            .contains(&format!("\n{}: Mounted from first/app\n", layer_name(&image, 0))),
        "{}",
        out.stdout
    );
    assert_eq!(env.registry().count_method("PATCH"), 0);
    let tokens: Vec<String> = env
        .registry()
        .requests()
        .into_iter()
        .map(|request| request.path)
        .filter(|path| path.starts_with("/token"))
        .collect();
    assert_eq!(tokens.len(), 1);
    assert!(
        tokens[0].contains("scope=repository%3Ame%2Fapp%3Apull%2Cpush&scope=repository%3Afirst%2Fapp%3Apull"),
        "{tokens:?}"
    );
}

#[test]
fn a_registry_that_lost_its_blobs_gets_them_again() {
    let env = Env::new();
    let name = loaded(&env, &busybox(), "me/app:1");
    env.lamel(["push", "-q", &name]).success();
    let other = crate::registry::Registry::start();
    let elsewhere = other.name("me/app:1");
    env.lamel(["push", "-q", &name, &elsewhere]).success();
    assert_eq!(other.manifest("me/app", "1"), env.registry().manifest("me/app", "1"));
}

#[test]
fn layers_are_compressed_as_asked() {
    let env = Env::new();
    let image = busybox();
    let name = env.pulled("me/app:1", &image);
    let zstd = env.registry().name("me/app:zstd");
    env.lamel([
        "push",
        "-q",
        "--compression-format",
        "zstd",
        "--compression-level",
        "9",
        &name,
        &zstd,
    ])
    .success();
    let manifest = env.registry().manifest("me/app", "zstd").expect("it was pushed");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    assert_eq!(
        manifest["layers"][0]["mediaType"],
        "application/vnd.oci.image.layer.v1.tar+zstd"
    );
    let digest = manifest["layers"][0]["digest"].as_str().expect("a digest");
    let blob = env.registry().uploaded("me/app", digest).expect("it was sent");
    assert_eq!(zstd::decode_all(&blob[..]).expect("zstd"), image.layers()[0].tar());
    // As it was, in gzip, it is there already.
    env.lamel(["push", "-q", "--compression", "gzip", &name]).success();
    assert_eq!(env.registry().manifest("me/app", "1"), Some(image.manifest()));
    env.lamel(["push", "--compression-level", "10", &name])
        .fails(1, "lamel: compression level 10 is not from 0 to 9\n");
}

#[test]
fn settings_say_how_what_is_sent_is_compressed() {
    let env = Env::new();
    let name = loaded(&env, &busybox(), "me/app:1");
    let dir = env.home().join(".config/lamel");
    std::fs::create_dir_all(&dir).expect("a directory");
    let set = |text: &str| std::fs::write(dir.join("lamel.toml"), text).expect("lamel.toml");
    set("compression-format = 'zstd'\ncompression-level = 19\n");
    env.lamel(["push", "-q", &name]).success();
    let (first, ..) = manifest(&env);
    let layer = |manifest: &Value| manifest["layers"][0]["mediaType"].as_str().expect("a type").to_owned();
    assert_eq!(layer(&first), "application/vnd.oci.image.layer.v1.tar+zstd");
    // What the registry has is good enough for another setting, not for an option.
    set("");
    env.lamel(["push", "-q", &name]).success();
    assert_eq!(manifest(&env).0, first);
    set("compression-format = 'zstd'\ncompression-level = 19\n");
    env.lamel(["push", "-q", "--compression", "gzip", &name]).success();
    assert_eq!(layer(&manifest(&env).0), "application/vnd.oci.image.layer.v1.tar+gzip");
    let by = dir.join("lamel.toml").display().to_string();
    set("compression-level = 19\n");
    env.lamel(["push", &name]).fails(
        1,
        &format!("lamel: compression level 19 (by {by}) is not from 0 to 9\n"),
    );
    set("compression-format = 'xz'\n");
    env.lamel(["push", &name])
        .fails(1, &format!("lamel: {by}, line 1: \"xz\" is neither gzip nor zstd\n"));
}

#[test]
fn all_tags_are_pushed() {
    let env = Env::new();
    let name = loaded(&env, &busybox(), "me/app:1");
    env.lamel(["tag", &name, &env.registry().name("me/app:2")]).success();
    let repository = env.registry().name("me/app");
    let out = env.lamel(["push", "-a", &repository]).success();
    let (_, digest, size) = manifest(&env);
    let layer = layer_name(&busybox(), 0);
    assert_eq!(
        out.stdout,
        format!(
            "The push refers to repository [{repository}]\n{layer}: Pushed\n1: digest: {digest} size: {size}\n\
             {layer}: Layer already exists\n2: digest: {digest} size: {size}\n"
        )
    );
    env.lamel(["push", "-a", &name])
        .fails(1, "lamel: tag can't be used with --all-tags/-a\n");
    env.lamel(["push", "nobody/has:this"])
        .code(1)
        .stdout("The push refers to repository [docker.io/nobody/has]\n")
        .stderr("lamel: an image does not exist locally with the tag: nobody/has:this\n");
}

#[test]
fn credentials_are_used_and_a_token_that_runs_out_is_renewed() {
    for auth in [
        Auth::Basic {
            user: "me".into(),
            password: "secret".into(),
        },
        Auth::Bearer {
            user: "me".into(),
            password: "secret".into(),
        },
    ] {
        let env = Env::new();
        let name = loaded(&env, &three_layers(), "me/app:1");
        env.registry().demand(auth);
        let out = env.lamel(["push", &name]).code(1);
        assert!(
            out.stderr.contains("does not give access to me/app") && out.stderr.contains("lamel login"),
            "{}",
            out.stderr
        );
        let file = env.home().join(".docker/config.json");
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
        let encoded = crate::registry::base64("me:secret");
        let auths = format!(
            r#"{{"auths":{{"{}":{{"auth":"{encoded}"}}}}}}"#,
            env.registry().address()
        );
        std::fs::write(&file, auths).expect("a file");
        env.lamel(["push", "-q", &name]).success();
        env.registry().expire_tokens();
        env.lamel(["push", "-q", &name]).success();
    }
}

#[test]
fn faults_end_in_success_or_in_one_line() {
    for (target, fault) in [
        ("PATCH", Fault::Drop { after: 1000, times: 1 }),
        (
            "PATCH",
            Fault::Status {
                code: 503,
                retry_after: None,
                times: 2,
            },
        ),
        (
            "PATCH",
            Fault::Status {
                code: 404,
                retry_after: None,
                times: 1,
            },
        ),
        (
            "POST",
            Fault::Status {
                code: 429,
                retry_after: Some(0),
                times: 1,
            },
        ),
        (
            "PUT",
            Fault::Status {
                code: 500,
                retry_after: None,
                times: 2,
            },
        ),
        ("PUT", Fault::Drop { after: 10, times: 1 }),
        (
            "1",
            Fault::Status {
                code: 502,
                retry_after: None,
                times: 1,
            },
        ),
    ] {
        let env = Env::new();
        let name = loaded(&env, &three_layers(), "me/app:1");
        env.registry().fault(target, fault.clone());
        let out = env.lamel(["push", &name]);
        assert_eq!(out.code, 0, "{target} {fault:?}: {}", out.stderr);
        let other = Env::new();
        other
            .lamel(["run", "--rm", &name, "cat", "/app/one"])
            .success()
            .stdout("one\n");
    }
    for (target, fault, words) in [
        (
            "POST",
            Fault::Status {
                code: 403,
                retry_after: None,
                times: ALWAYS,
            },
            "denies access to me/app",
        ),
        (
            "PATCH",
            Fault::Status {
                code: 413,
                retry_after: None,
                times: ALWAYS,
            },
            "answered 413 for an upload",
        ),
        (
            "1",
            Fault::Status {
                code: 400,
                retry_after: None,
                times: ALWAYS,
            },
            "answered 400 for a manifest",
        ),
    ] {
        let env = Env::new();
        let name = loaded(&env, &busybox(), "me/app:1");
        env.registry().fault(target, fault);
        let out = env.lamel(["push", &name]).code(1);
        assert!(out.stderr.contains(words), "{}", out.stderr);
        assert_eq!(out.stderr.lines().count(), 1, "{}", out.stderr);
        assert_eq!(env.registry().manifest("me/app", "1"), None);
    }
}

#[test]
fn a_damaged_layer_is_not_pushed() {
    let env = Env::new();
    let image = busybox().layer(Layer::new().file("data", "precious").gzip());
    let name = loaded(&env, &image, "me/app:1");
    let diff_id = image.layers()[1].diff_id();
    let file = env.root().join("layers").join(&diff_id[7..]).join("diff/data");
    std::fs::write(&file, "corrupt!").expect("what is root's in the image is whoever's store it is");
    let out = env.lamel(["push", &name]).code(1);
    assert!(
        out.stderr.contains(&format!("layer {diff_id}: it is damaged")),
        "{}",
        out.stderr
    );
    assert_eq!(env.registry().manifest("me/app", "1"), None);
    let sent = env.registry().count_method("PUT");
    assert!(sent <= 1, "{sent} blobs were ended");
}
