//! `load` and `import`: images without a registry.

use crate::env::Env;
use crate::fixtures::{busybox_layer, docker_archive, oci_layout, short, three_layers};
use crate::registry::{ALWAYS, Fault};
use std::path::PathBuf;

#[test]
fn a_docker_archive_brings_its_images_under_their_names() {
    let env = Env::new();
    let image = three_layers();
    std::fs::write(
        env.work().join("app.tar"),
        docker_archive(&image, &["app:1", "app:latest"]),
    )
    .expect("a file");
    env.lamel(["load", "-i", "app.tar"])
        .success()
        .stdout("Loaded image: app:1\nLoaded image: app:latest\n");
    assert_eq!(env.lamel(["images", "-q", "--no-trunc", "app:1"]).text(), image.id());
    env.lamel(["run", "--rm", "app", "cat", "/app/two"])
        .success()
        .stdout("two\n");
}

#[test]
fn an_archive_can_come_on_standard_input_and_compressed() {
    let env = Env::new();
    let archive =
        zstd::encode_all(&docker_archive(&three_layers(), &["app:1"])[..], 1).expect("memory takes any bytes");
    env.lamel_with_input(&archive, ["load"])
        .success()
        .stdout("Loaded image: app:1\n");
}

#[test]
fn an_archive_without_a_name_loads_by_id() {
    let env = Env::new();
    let image = three_layers();
    env.lamel_with_input(&docker_archive(&image, &[]), ["load"])
        .success()
        .stdout(&format!("Loaded image ID: {}\n", image.id()));
    env.lamel(["run", "--rm", &short(&image.id()), "cat", "/app/one"])
        .success()
        .stdout("one\n");
}

#[test]
fn an_oci_layout_loads_as_a_folder_and_as_an_archive() {
    let image = three_layers();
    for archive in [false, true] {
        let env = Env::new();
        oci_layout(&image, "app:1", &env.work().join("layout"));
        if archive {
            env.shell("tar -C layout -cf layout.tar . && lamel load -i layout.tar")
                .success()
                .stdout("Loaded image: app:1\n");
        } else {
            env.lamel(["load", "-i", "layout"])
                .success()
                .stdout("Loaded image: app:1\n");
        }
        env.lamel(["run", "--rm", "app:1", "cat", "/app/one"])
            .success()
            .stdout("one\n");
    }
}

#[test]
fn a_cut_archive_is_an_error_and_leaves_no_image() {
    let env = Env::new();
    let archive = docker_archive(&three_layers(), &["app:1"]);
    let outcome = env.lamel_with_input(&archive[..archive.len() / 2], ["load"]).code(1);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    env.lamel(["images", "-a", "-q"]).success().stdout("");
}

#[test]
fn an_imported_tar_is_an_image_of_one_layer() {
    let env = Env::new();
    let tar = busybox_layer().plain().tar().to_vec();
    env.lamel_with_input(
        &tar,
        [
            "import",
            "--change",
            "ENV PATH=/bin",
            "--change",
            "CMD [\"cat\", \"/etc/motd\"]",
            "-m",
            "from a tar",
            "-",
            "mine:1",
        ],
    )
    .success()
    .stdout("sha256:[ID64]\n");
    env.lamel(["run", "--rm", "mine:1"]).success().stdout("welcome\n");
    env.lamel(["history", "--format", "{{.Comment}}", "mine:1"])
        .success()
        .stdout("from a tar\n");
}

/// A file in the web, of which the test's registry is a part, as blobs are plain files there: its URL, and the name of its faults.
fn in_the_web(env: &Env, file: &[u8]) -> (String, String) {
    let digest = env.registry().put_blob(file);
    (
        format!("http://{}/v2/files/blobs/{digest}", env.registry().address()),
        digest,
    )
}

#[test]
fn a_tar_from_a_url_is_the_image_that_the_same_file_is() {
    let env = Env::new();
    let files = [busybox_layer().plain(), busybox_layer().gzip(), busybox_layer().zstd()];
    for file in &files {
        let (url, _) = in_the_web(&env, file.blob());
        env.lamel(["import", "-c", "CMD cat /etc/motd", &url, "mine:1"])
            .success()
            .stdout("sha256:[ID64]\n")
            .stderr("");
        env.lamel(["inspect", "-f", "{{.RootFS.Layers}}", "mine:1"])
            .success()
            .stdout(&format!("[{}]\n", file.diff_id()));
        env.lamel(["run", "--rm", "mine:1"]).success().stdout("welcome\n");
        env.lamel(["history", "--format", "{{.Comment}}", "mine:1"])
            .success()
            .stdout(&format!("Imported from {url}\n"));
    }
    let (url, _) = in_the_web(&env, files[0].blob());
    env.lamel(["import", "-m", "mine", &url, "mine:2"]).success();
    env.lamel(["history", "--format", "{{.Comment}}", "mine:2"])
        .success()
        .stdout("mine\n");
}

#[test]
fn a_url_that_fails_is_one_line_and_leaves_nothing() {
    let env = Env::new();
    let file = busybox_layer().plain().blob().to_vec();
    let (url, digest) = in_the_web(&env, &file);
    let half = file.len() as u64 / 2;
    let status = |code, times| Fault::Status {
        code,
        retry_after: None,
        times,
    };
    for (fault, words) in [
        (
            Fault::Drop {
                after: half,
                times: ALWAYS,
            },
            format!("the transfer broke after {half} bytes: "),
        ),
        (
            Fault::Stall {
                after: half,
                times: ALWAYS,
            },
            format!("the transfer broke after {half} bytes: nothing came for 0.3 s\n"),
        ),
        (
            Fault::Truncate { to: half },
            "the tar ends in the middle of a file".to_owned(),
        ),
        (Fault::ContentLength(half * 3), "the transfer broke after ".to_owned()),
        (Fault::Replace(b"<html>".to_vec()), "".to_owned()),
        (Fault::Replace(Vec::new()), "the tar is empty\n".to_owned()),
        (status(404, ALWAYS), "the server answered 404 Not Found\n".to_owned()),
        (
            status(503, ALWAYS),
            "the server answered 503 Service Unavailable\n".to_owned(),
        ),
        (Fault::Redirect("file:///etc/passwd".into()), "".to_owned()),
    ] {
        env.registry().fault(&digest, fault.clone());
        let mut command = env.command(["import", &url, "mine:1"]);
        command
            .env("LAMEL_STALL_TIMEOUT", "0.3")
            .env("LAMEL_RETRY_DELAY", "0.01");
        let out = crate::env::finish(command.stdin(std::process::Stdio::null()), format!("{fault:?}"))
            .code(1)
            .stdout("");
        assert_eq!(out.stderr.lines().count(), 1, "{fault:?}: {}", out.stderr);
        let start = format!("lamel: {url}: ");
        assert!(
            out.stderr.starts_with(&start) && out.stderr.contains(&words),
            "{fault:?}: {}",
            out.stderr
        );
        env.lamel(["images", "-a", "-q"]).success().stdout("");
        env.registry().heal();
    }
    env.lamel(["prune", "-f"]).success();
    assert_eq!(crate::env::files(&env.root().join("layers")), Vec::<PathBuf>::new());
    // What passes is waited for.
    env.registry().fault(&digest, status(503, 2));
    env.lamel(["import", &url, "mine:1"]).success();
}

#[test]
fn a_url_is_asked_for_through_the_proxy_and_its_password_is_not_shown() {
    let env = Env::new();
    let (url, _) = in_the_web(&env, busybox_layer().plain().blob());
    let path = url.split_once("/v2/").expect("its path").1;
    let mut command = env.command(["import", &format!("http://me:secret@example.com/v2/{path}"), "mine:1"]);
    command.env("http_proxy", format!("http://{}", env.registry().address()));
    crate::env::finish(command.stdin(std::process::Stdio::null()), "a proxy".into())
        .success()
        .stderr("");
    let requests = env.registry().requests();
    let asked = format!("Basic {}", crate::registry::base64("me:secret"));
    assert_eq!(requests[0].header("host"), Some("example.com"));
    assert_eq!(requests[0].header("authorization"), Some(&asked[..]));
    let history = env.lamel(["history", "--format", "{{.Comment}}", "mine:1"]).success();
    assert_eq!(history.text(), format!("Imported from http://example.com/v2/{path}"));
}
