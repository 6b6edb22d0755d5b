//! `save`: archives that lamel, and everybody else, reads back to the same images.

use crate::env::Env;
use crate::fixtures::{busybox, docker_archive, three_layers};
use crate::registry::Layer;
use serde_json::Value;

/// Runs another tool in the test's world, and gives what it printed.
#[track_caller]
fn tool(env: &Env, line: &str) -> String {
    let outcome = env.shell(line);
    assert!(outcome.code == 0, "{line}: {}\n{}", outcome.stdout, outcome.stderr);
    outcome.stdout.trim_end().to_owned()
}

fn id(env: &Env, name: &str) -> String {
    env.lamel(["images", "-q", "--no-trunc", name]).text().to_owned()
}

#[test]
fn what_is_saved_is_loaded_as_the_same_image() {
    for format in ["docker-archive", "oci-archive", "oci-dir"] {
        let env = Env::new();
        let image = three_layers();
        let name = env.pulled("app:1", &image);
        env.lamel(["save", "--format", format, "-o", "saved", &name])
            .success()
            .stdout("")
            .stderr("");
        let other = Env::new();
        let saved = env.work().join("saved");
        other
            .lamel(["load", "-i", saved.to_str().expect("UTF-8")])
            .success()
            .stdout(&format!("Loaded image: {name}\n"));
        assert_eq!(id(&other, &name), image.id(), "{format}");
        other
            .lamel(["run", "--rm", &name, "cat", "/app/two"])
            .success()
            .stdout("two\n");
    }
}

#[test]
fn several_images_share_their_layers_in_the_archive() {
    let env = Env::new();
    let (one, two) = (busybox(), three_layers());
    let first = env.pulled("one:1", &one);
    let second = env.pulled("two:1", &two);
    env.lamel(["tag", &second, "also:here"]).success();
    env.shell(&format!("lamel save {first} also:here {second} > all.tar"))
        .success();
    let members = tool(&env, "tar -tf all.tar | sort | uniq -d");
    assert_eq!(members, "", "a member is in the archive twice");
    let blobs = tool(&env, "tar -tf all.tar | grep -c 'blobs/sha256/.'");
    // Three layers, two configurations, two manifests.
    assert_eq!(blobs, "7");

    let list: Value = serde_json::from_str(&tool(&env, "tar -xOf all.tar manifest.json")).expect("JSON");
    let path = |digest: &str| format!("blobs/sha256/{}", &digest["sha256:".len()..]);
    assert_eq!(list[0]["RepoTags"], serde_json::json!([first]));
    assert_eq!(list[1]["RepoTags"], serde_json::json!(["also:here", second]));
    assert_eq!(list[1]["Config"], path(&two.id()));
    assert_eq!(list[1]["Layers"][2], path(&two.layers()[2].diff_id()));
    let repositories: Value = serde_json::from_str(&tool(&env, "tar -xOf all.tar repositories")).expect("JSON");
    assert_eq!(
        repositories["also"]["here"],
        two.layers()[2].diff_id()["sha256:".len()..]
    );

    let other = Env::new();
    other
        .shell(&format!("lamel load -i {}/all.tar", env.work().display()))
        .success()
        .stdout(&format!(
            "Loaded image: {first}\nLoaded image: also:here\nLoaded image: {second}\n"
        ));
    assert_eq!((id(&other, &first), id(&other, "also:here")), (one.id(), two.id()));
}

#[test]
fn a_repository_stands_for_all_its_tags_and_an_id_for_no_name() {
    let env = Env::new();
    let name = env.pulled("app:1", &busybox());
    for tag in ["tools:b", "tools:a"] {
        env.lamel(["tag", &name, tag]).success();
    }
    let id = busybox().id();
    env.shell("lamel save tools | tar -xO manifest.json")
        .success()
        .stdout(&format!(
            "[{{\"Config\":\"blobs/sha256/{hex}\",\"RepoTags\":[\"tools:a\",\"tools:b\"],\"Layers\":[\"blobs/sha256/{layer}\"]}}]",
            hex = &id[7..],
            layer = &busybox().layers()[0].diff_id()[7..]
        ));
    let list = tool(&env, &format!("lamel save {} | tar -xO manifest.json", &id[7..]));
    assert!(list.contains("\"RepoTags\":null"), "{list}");
}

#[test]
fn the_same_images_are_the_same_archive() {
    let env = Env::new();
    let name = env.pulled("app:1", &three_layers());
    let sum = |env: &Env| tool(env, &format!("lamel save {name} | sha256sum"));
    let first = sum(&env);
    let other = Env::new();
    env.shell(&format!(
        "lamel save {name} | LAMEL_ROOT={} LAMEL_RUNROOT={} lamel load",
        other.root().display(),
        other.home().join("run").display()
    ))
    .success();
    assert_eq!(sum(&other), first);
}

#[test]
fn a_terminal_is_refused_and_what_cannot_be_is_said() {
    let env = Env::new();
    let name = env.pulled("app:1", &busybox());
    let line = format!("{} save {name}", crate::env::program().display());
    let out = env.shell(&format!("script -qec '{line}' /dev/null"));
    assert!(
        out.stdout
            .contains("lamel: cowardly refusing to save to a terminal. Use the -o flag or redirect"),
        "{}",
        out.stdout
    );
    env.lamel(["save", "-o", "x.tar", &name, "missing"])
        .fails(1, "lamel: no such image: missing\n");
    assert!(!env.work().join("x.tar").exists());
    env.lamel(["save", "--format", "oci-dir", &name])
        .fails(1, "lamel: --format oci-dir needs a directory (-o)\n");
    env.lamel(["save", "--format", "oci-dir", "-o", ".", &name]).success();
    env.lamel(["save", "--format", "oci-dir", "-o", ".", &name])
        .fails(1, "lamel: cannot write .: the directory is not empty\n");
    env.lamel(["save", "-o", "none/x.tar", &name])
        .fails(1, "lamel: cannot write none/x.tar: No such file or directory\n");
    // A reader that has seen enough is no failure.
    env.shell(&format!("lamel save {name} | head -c 10 > /dev/null"))
        .success()
        .stderr("");
}

#[test]
fn a_damaged_layer_is_named_and_no_file_appears() {
    let env = Env::new();
    let image = busybox().layer(Layer::new().file("data", "precious").gzip());
    let name = env.pulled("app:1", &image);
    let diff_id = image.layers()[1].diff_id();
    let file = env.root().join("layers").join(&diff_id[7..]).join("diff/data");
    std::fs::write(&file, "corrupt!").expect("what is root's in the image is whoever's store it is");
    let out = env.lamel(["save", "-o", "x.tar", &name]).code(1);
    assert!(
        out.stderr
            .contains(&format!("layer {diff_id}: it is damaged: its tar is sha256:")),
        "{}",
        out.stderr
    );
    assert_eq!(std::fs::read_dir(env.work()).expect("a directory").count(), 0);
}

#[test]
fn skopeo_reads_what_is_saved_as_the_same_image() {
    let env = Env::new();
    let image = three_layers();
    let name = env.pulled("app:1", &image);
    for (format, transport) in [
        ("docker-archive", "docker-archive"),
        ("docker-archive", "oci-archive"),
        ("oci-archive", "oci-archive"),
        ("oci-dir", "oci"),
    ] {
        let saved = format!("{format}-{transport}");
        env.lamel(["save", "--format", format, "-o", &saved, &name]).success();
        let raw = tool(&env, &format!("skopeo inspect --raw --config {transport}:{saved}"));
        assert_eq!(crate::registry::digest_of(raw.as_bytes()), image.id(), "{saved}");
        tool(
            &env,
            &format!("skopeo copy -q --insecure-policy {transport}:{saved} docker-archive:{saved}.out:{name}"),
        );
        env.lamel(["load", "-i", &format!("{saved}.out")])
            .success()
            .stdout(&format!("Loaded image: {name}\n"));
        assert_eq!(id(&env, &name), image.id());
    }
}

#[test]
fn an_image_that_docker_saved_is_saved_again_with_its_id() {
    let env = Env::new();
    let image = three_layers();
    env.lamel_with_input(&docker_archive(&image, &["app:1"]), ["load"])
        .success();
    let list = tool(&env, "lamel save app | tar -xO manifest.json");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list[0]["Config"], format!("blobs/sha256/{}", &image.id()[7..]));
    assert_eq!(list[0]["RepoTags"][0], "app:1");
}
