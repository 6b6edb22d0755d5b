//! `history` beside docker's, of images however they were made.

use super::{World, compare};
use crate::env::Env;
use crate::real;

const OPTIONS: [&[&str]; 11] = [
    &[],
    &["--no-trunc"],
    &["-q"],
    &["-q", "--no-trunc"],
    &["-H=false"],
    &[
        "-H=false",
        "--no-trunc",
        "--format",
        "{{.CreatedSince}} {{.CreatedAt}} {{.Size}}",
    ],
    &[
        "--format",
        "{{.ID}} {{.CreatedAt}} {{.CreatedBy}} {{.Size}} {{.Comment}}",
    ],
    &["--format", "{{json .}}"],
    &["--format", "table {{.CreatedBy}}\t{{.Size}}"],
    &["--format", "table"],
    &[
        "--format",
        "{{if eq .ID \"<missing>\"}}-{{else}}{{.ID}}{{end}} {{upper .Comment}}",
    ],
];

/// The rows of one image, with each way to show them.
pub fn same(world: &World, name: &str) {
    for options in OPTIONS {
        world.same(&[&["history"], options, &[name]].concat());
    }
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn an_image_that_lamel_made_has_dockers_rows() {
    compare(|world| {
        let (env, base) = (Env::new(), real::name("docker:built"));
        let change = |from: &str, script: &str, to: &str| {
            env.lamel(["run", "--name", "box", "--network", "none", "--user", "0", from, script])
                .success();
            env.lamel([
                "commit",
                "-a",
                "Someone",
                "-m",
                "with lamel & more",
                "-c",
                "ENV A=b",
                "box",
                to,
            ])
            .success();
            env.lamel(["rm", "box"]).success();
        };
        env.lamel(["pull", "-q", &base]).success();
        change(&base, "echo 1 >/1", "made:1");
        // Nothing was written: a layer of no bytes.
        change("made:1", "true", "made:2");
        change("made:2", "rm /1; echo 22 >/2; sleep 0", "made:3");
        // From a tar, with nothing below.
        let archive = env.work().join("all.tar");
        let archive = archive.to_str().expect("a temporary directory has a name");
        env.lamel(["run", "--name", "box", "--network", "none", &base, "true"])
            .success();
        let tree = env.work().join("tree.tar");
        let tree = tree.to_str().expect("a temporary directory has a name");
        env.lamel(["export", "-o", tree, "box"]).success();
        env.lamel(["import", "-m", "from a tar", "-c", "CMD [\"true\"]", tree, "made:4"])
            .success();
        env.lamel(["save", "-o", archive, "made:1", "made:2", "made:3", "made:4"])
            .success();
        world.both(&["load", "-q", "-i", archive]);
        for name in ["made:1", "made:2", "made:3", "made:4"] {
            same(world, name);
        }
    });
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn commits_have_the_same_rows_and_know_what_they_were_made_from() {
    compare(|world| {
        let base = &real::name("docker:built");
        world.both(&["pull", "-q", base]);
        let steps = [
            (base.as_str(), "echo 1 >/1", "made:1"),
            ("made:1", "echo 22 >/2", "made:2"),
        ];
        for (from, script, to) in steps {
            let run = [
                "create",
                "--name",
                "box",
                "--network",
                "none",
                "--user",
                "0",
                from,
                script,
            ];
            world.both(&run);
            world.both(&["start", "-a", "box"]);
            world.both(&["commit", "-m", "changed", "box", to]);
            world.both(&["rm", "box"]);
        }
        for name in ["made:1", "made:2"] {
            // Each engine's own times and IDs: which rows have one is what is compared.
            let format = "{{if eq .ID \"<missing>\"}}-{{else}}ID{{end}}|{{.CreatedBy}}|{{.Size}}|{{.Comment}}";
            world.same(&["history", "--no-trunc", "--format", format, name]);
        }
        let parent = "{{if .Parent}}made from another{{end}} {{.Comment}} {{len .RootFS.Layers}} {{.Size}}";
        world.same(&["inspect", "-f", parent, "made:2"]);
    });
}
