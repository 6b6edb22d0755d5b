//! `images` and `tag`: the list, its filters and its forms.

use crate::env::Env;
use crate::fixtures::{busybox, short, three_layers};
use crate::registry::{Image, Layer};

/// An image of one small file, made on a day of January 2024.
fn small(day: u32) -> Image {
    Image::new()
        .layer(Layer::new().file("file", "x".repeat(1000)).gzip())
        .created(&format!("2024-01-{day:02}T00:00:00Z"))
}

#[test]
fn an_empty_store_lists_its_header() {
    let env = Env::new();
    env.lamel(["images"])
        .success()
        .stdout("REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n")
        .stderr("");
    env.lamel(["images", "-q"]).success().stdout("");
}

#[test]
fn the_list_is_newest_first_with_sizes() {
    let env = Env::new();
    let (older, newer) = (env.pulled("first:1", &small(1)), env.pulled("second:2", &small(2)));
    let (older, newer) = (older.trim_end_matches(":1"), newer.trim_end_matches(":2"));
    env.lamel(["images"]).success().stdout(&format!(
        "REPOSITORY[..]   TAG       IMAGE ID       CREATED[..]   SIZE\n{newer}   2         {}   [AGO]1kB\n{older}    1         {}   [AGO]1kB\n",
        short(&small(2).id()),
        short(&small(1).id()),
    ));
}

#[test]
fn ids_come_short_or_in_full() {
    let env = Env::new();
    env.pulled("first:1", &small(1));
    env.lamel(["images", "-q"])
        .success()
        .stdout(&format!("{}\n", short(&small(1).id())));
    env.lamel(["images", "-q", "--no-trunc"])
        .success()
        .stdout(&format!("{}\n", small(1).id()));
}

#[test]
fn a_repository_or_a_name_narrows_the_list() {
    let env = Env::new();
    let name = env.pulled("first:1", &small(1));
    env.pulled("second:1", &small(2));
    env.lamel(["tag", &name, "short:3"]).success().stdout("");
    let ids = |filter: &str| env.lamel(["images", "-q", filter]).success().stdout;
    let first = format!("{}\n", short(&small(1).id()));
    assert_eq!(ids(&name), first);
    assert_eq!(ids(name.trim_end_matches(":1")), first);
    assert_eq!(ids("short"), first);
    assert_eq!(ids("short:3"), first);
    assert_eq!(ids("short:4"), "");
}

#[test]
fn filters_pick_dangling_labels_references_and_times() {
    let env = Env::new();
    env.pulled("moving:1", &small(1));
    let name = env.pulled("moving:1", &small(2).label("kind", "good"));
    let ids = |filter: &str| env.lamel(["images", "-q", "-f", filter]).success().stdout;
    let (old, new) = (
        format!("{}\n", short(&small(1).id())),
        format!("{}\n", short(&small(2).label("kind", "good").id())),
    );
    assert_eq!(ids("dangling=true"), old);
    assert_eq!(ids("dangling=false"), new);
    assert_eq!(ids("label=kind"), new);
    assert_eq!(ids("label=kind=good"), new);
    assert_eq!(ids("label=kind=bad"), "");
    assert_eq!(ids(&format!("before={name}")), old);
    assert_eq!(ids(&format!("since={}", old.trim())), new);
    assert_eq!(ids("reference=*/moving:*"), new);
    assert_eq!(ids("until=2024-01-01T12:00:00Z"), old);
}

#[test]
fn a_template_forms_each_line() {
    let env = Env::new();
    let name = env.pulled("first:1", &small(1));
    let repository = name.trim_end_matches(":1");
    env.lamel(["images", "--format", "{{.Repository}}|{{.Tag}}|{{.ID}}|{{.Size}}"])
        .success()
        .stdout(&format!("{repository}|1|{}|1kB\n", short(&small(1).id())));
    env.lamel(["images", "--format", "table {{.Tag}}\t{{.ID}}"])
        .success()
        .stdout(&format!("TAG       IMAGE ID\n1         {}\n", short(&small(1).id())));
    let json = env.lamel(["images", "--format", "json"]).success().json();
    assert_eq!(json["Repository"], repository);
}

#[test]
fn digests_have_a_column_of_their_own() {
    let env = Env::new();
    let image = small(1);
    let name = env.pulled("first:1", &image);
    let line = format!(
        "{}   1         {}   {}   [AGO]1kB\n",
        name.trim_end_matches(":1"),
        image.digest(),
        short(&image.id())
    );
    env.lamel(["images", "--digests"])
        .success()
        .stdout(&format!("REPOSITORY[..]   TAG       DIGEST[..]   IMAGE ID[..]\n{line}"));
}

#[test]
fn one_image_with_two_names_is_two_lines() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["tag", &name, "other:2"]).success();
    let id = short(&busybox().id());
    env.lamel(["images", "-q"]).success().stdout(&format!("{id}\n{id}\n"));
}

#[test]
fn a_shared_layer_is_in_both_sizes() {
    let env = Env::new();
    env.pulled("base:1", &busybox());
    env.pulled("app:1", &three_layers());
    let sizes = env.lamel(["images", "--format", "{{.Size}}"]).success().stdout;
    let sizes: Vec<&str> = sizes.lines().collect();
    assert_eq!(sizes.len(), 2);
    assert_eq!(sizes[0], sizes[1]);
}
