//! `load` and `import`: images without a registry.

use crate::env::Env;
use crate::fixtures::{busybox_layer, docker_archive, oci_layout, short, three_layers};

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
