//! Images go between lamel and the engines (docker, podman, buildah) and keep their IDs, both ways. As root: docker wants it.

use crate::distribution::Distribution;
use crate::engines::{Docker, Podman};
use crate::env::{Env, Outcome, finish, is_all};
use crate::interop::{IMAGES, held, id_in_registry, is_large, sh};
use crate::real;
use std::process::Stdio;

#[test]
#[ignore = "needs images that tests/run makes"]
fn docker_and_lamel_load_what_the_other_saves() {
    let (env, docker) = (Env::new(), Docker::take());
    let saved = env.work().join("saved").display().to_string();
    let back = env.work().join("back").display().to_string();
    for image in IMAGES {
        let (name, id) = (real::name(image), id_in_registry(&env, "", image));
        sh(&env, &format!("lamel pull -q {name} && lamel save -o saved {name}"));
        docker.docker(["load", "-i", &saved]).success();
        let loaded = docker.docker(["inspect", "-f", "{{.Id}}", &name]).success();
        assert_eq!(loaded.text(), id, "{image} to docker");
        docker.docker(["save", "-o", &back, &name]).success();
        sh(&env, &format!("lamel rmi -f {name} && lamel load -q -i back"));
        assert_eq!(held(&env), id, "{image} from docker");
        sh(&env, &format!("lamel rmi -f {name} && rm saved back"));
        docker.docker(["rmi", "-f", &name]).success();
    }
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn podman_and_lamel_load_what_the_other_saves() {
    let (env, podman) = (Env::new(), Podman::new());
    let saved = env.work().join("saved").display().to_string();
    let back = env.work().join("back").display().to_string();
    for image in IMAGES {
        let (name, id) = (real::name(image), id_in_registry(&env, "", image));
        // The large one in one format: the size is what it shows.
        let formats = match is_large(image) && !is_all() {
            true => &["oci-archive"][..],
            false => &["docker-archive", "oci-archive"],
        };
        for format in formats {
            sh(
                &env,
                &format!("lamel pull -q {name} && lamel save --format {format} -o saved {name}"),
            );
            podman.podman(["load", "-q", "-i", &saved]).success();
            let loaded = podman.podman(["inspect", "-f", "{{.Id}}", &name]).success();
            assert_eq!(loaded.text(), &id[7..], "{image} to podman as {format}");
            podman
                .podman(["save", "-q", "--format", format, "-o", &back, &name])
                .success();
            sh(&env, &format!("lamel rmi -f {name} && lamel load -q -i back"));
            assert_eq!(held(&env), id, "{image} from podman as {format}");
            sh(&env, &format!("lamel rmi -f {name} && rm saved back"));
            podman.podman(["rmi", "-f", &name]).success();
        }
    }
}

/// Each image goes through a registry to the engine, and from the engine through the registry back; the first of them in each compression.
fn through_a_registry(engine: &dyn Fn(&[&str]) -> Outcome, insecure: &[&str], compressions: &[&str]) {
    let (env, registry) = (Env::new(), Distribution::start());
    // A whole Debian shows nothing more here, and takes minutes.
    for image in IMAGES.into_iter().filter(|image| !is_large(image)) {
        let (name, id) = (real::name(image), id_in_registry(&env, "", image));
        let some = if image == IMAGES[0] {
            compressions
        } else {
            &compressions[..1]
        };
        for compression in some {
            let there = registry.name(&format!("{compression}/{image}"));
            let back = registry.name(&format!("back/{compression}/{image}"));
            sh(
                &env,
                &format!("lamel pull -q {name} && lamel push -q --compression {compression} {name} {there}"),
            );
            engine(&[&["pull", "-q"], insecure, &[&there]].concat()).success();
            let pulled = engine(&["inspect", "-f", "{{.Id}}", &there]).success();
            let plain = pulled.text().trim_start_matches("sha256:");
            assert_eq!(plain, &id["sha256:".len()..], "{image}, {compression}, to the engine");
            engine(&["tag", &there, &back]).success();
            engine(&[&["push", "-q"], insecure, &[&back]].concat()).success();
            sh(&env, &format!("lamel rmi -f {name} && lamel pull -q {back}"));
            assert_eq!(held(&env), id, "{image}, {compression}, from the engine");
            sh(&env, &format!("lamel rmi -f {back}"));
            engine(&["rmi", "-f", &there, &back]).success();
        }
    }
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn docker_pulls_what_lamel_pushes_and_the_other_way() {
    let docker = Docker::take();
    // Loopback is insecure to it by itself.
    through_a_registry(&|args| docker.docker(args), &[], &["gzip"]);
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn podman_pulls_what_lamel_pushes_and_the_other_way() {
    let podman = Podman::new();
    let insecure = ["--tls-verify=false"];
    through_a_registry(&|args| podman.podman(args), &insecure, &["gzip", "zstd"]);
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn buildah_pulls_what_lamel_pushes_and_the_other_way() {
    let env = Env::new();
    let dir = env.home().join("buildah").display().to_string();
    let buildah = |args: &[&str]| {
        let mut command = std::process::Command::new("buildah");
        command.args([
            "--root",
            &format!("{dir}/root"),
            "--runroot",
            &format!("{dir}/run"),
            "--storage-driver",
            "vfs",
        ]);
        // It has no flag for the digest of the configuration but a template of its own.
        let args: Vec<&str> = match args {
            ["inspect", "-f", _, name] => vec!["inspect", "--type", "image", "-f", "{{.FromImageID}}", name],
            args => args.to_vec(),
        };
        let line = format!("buildah {args:?}");
        finish(command.args(args).stdin(Stdio::null()), line)
    };
    through_a_registry(&buildah, &["--tls-verify=false"], &["gzip", "zstd"]);
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn an_image_that_lamel_committed_is_the_same_in_docker() {
    let (env, docker) = (Env::new(), Docker::take());
    let name = real::name("docker:built");
    let change = "echo new >/new; rm /first; ln /second /fifth; mkdir -p /a/b; touch /a/b/empty; ln -s /new /a/link";
    sh(
        &env,
        &format!(
            "lamel run --user 0 --name box --entrypoint /bin/sh --network none {name} -c '{change}' && \
             lamel commit -a 'Someone <someone@example.org>' -m 'one container' -c 'LABEL committed=yes' \
                -c 'CMD [\"cat\", \"/new\"]' box mine:1 && lamel save -o saved mine:1"
        ),
    );
    let saved = env.work().join("saved").display().to_string();
    docker.docker(["load", "-i", &saved]).success();
    for args in [
        &[
            "history",
            "--no-trunc",
            "--format",
            "{{.CreatedAt}} {{.CreatedBy}} {{.Size}} {{.Comment}}",
        ][..],
        &[
            "inspect",
            "-f",
            "{{.Id}} {{.Created}} {{.Author}} {{.Comment}} {{.RepoTags}} {{.RootFS.Layers}}",
        ],
        &["inspect", "-f", "{{.Size}}"],
        &[
            "inspect",
            "-f",
            "{{json .Config.Labels}} {{json .Config.Cmd}} {{json .Config.Env}} {{.Config.User}}",
        ],
        &[
            "run",
            "--rm",
            "--network",
            "none",
            "--user",
            "0",
            "--entrypoint",
            "/bin/cat",
        ],
    ] {
        let args = [args, &["mine:1"], if args[0] == "run" { &["/new"] } else { &[] }].concat();
        let (theirs, ours) = (docker.docker(&args).success(), env.lamel(&args).success());
        assert_eq!(ours.stdout, theirs.stdout, "{args:?}");
    }
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn buildah_builds_on_what_is_saved_and_lamel_runs_it() {
    let env = Env::new();
    let name = real::name("buildah:built");
    let dir = env.home().join("buildah").display().to_string();
    let buildah = format!("buildah --root {dir}/root --runroot {dir}/run --storage-driver vfs");
    sh(
        &env,
        &format!("lamel pull -q {name} && lamel save --format oci-archive -o saved {name}"),
    );
    sh(
        &env,
        &format!(
            "c=$({buildah} from -q oci-archive:saved) && {buildah} run --user 0 --isolation chroot $c -- sh -c 'echo built >/built; rm /first' && \
             {buildah} commit -q --rm $c oci-archive:built:it:1 && lamel load -q -i built"
        ),
    );
    let seen = "lamel run --rm --network none --user 0 --entrypoint /bin/sh it:1 -c 'cat /built; test -e /first || echo gone; cat /tree/deep/two'";
    assert_eq!(sh(&env, seen), "built\ngone\n2");
}
