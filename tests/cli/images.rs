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
fn labels_are_found_however_long_they_are() {
    let env = Env::new();
    let long = small(1).label("text", &"long ".repeat(2000)).label("kind", "long");
    env.pulled("long:1", &long);
    env.pulled("short:1", &small(2).label("kind", "short"));
    let ids = |filter: &str| env.lamel(["images", "-q", "-f", filter]).success().stdout;
    assert_eq!(ids("label=kind").lines().count(), 2);
    assert_eq!(ids("label=kind=long"), format!("{}\n", short(&long.id())));
    assert_eq!(ids("label!=kind=long").lines().count(), 1);
    assert_eq!(ids(&format!("label=text={}", "long ".repeat(2000))).lines().count(), 1);
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

#[test]
fn rows_are_sorted_by_what_is_asked_for() {
    let env = Env::new();
    let large = Image::new()
        .layer(Layer::new().file("file", "x".repeat(5000)).gzip())
        .created("2024-01-01T00:00:00Z");
    env.pulled("b:1", &large);
    env.pulled("a:3", &small(3));
    env.pulled("c:2", &small(2));
    let tags = |by: &str| {
        env.lamel(["images", "--format", "{{.Tag}}", "--sort", by])
            .success()
            .stdout
            .replace('\n', "")
    };
    assert_eq!(tags("created"), "321");
    assert_eq!(tags("repository"), "312");
    assert_eq!(tags("tag"), "123");
    assert!(tags("size").ends_with('1'), "{}", tags("size"));
    let ids = env
        .lamel(["images", "-q", "--no-trunc", "--sort", "id"])
        .success()
        .stdout;
    assert!(ids.lines().is_sorted());
    assert_eq!(ids.lines().count(), 3);
    env.lamel(["images", "--sort", "colour"]).code(2);
}

#[test]
fn a_pattern_that_is_not_closed_is_an_error() {
    let env = Env::new();
    for args in [&["images", "a[b"][..], &["images", "-f", "reference=a[b"]] {
        env.lamel(args).fails(1, "lamel: syntax error in pattern \"a[b\"\n");
    }
}

#[test]
fn headings_can_be_left_out() {
    let env = Env::new();
    env.pulled("first:1", &small(1));
    let outcome = env.lamel(["images", "-n"]).success();
    assert_eq!(outcome.stdout.lines().count(), 1);
    env.lamel(["images", "--noheading", "--format", "table {{.Tag}}"])
        .success()
        .stdout("1\n");
}

#[test]
fn filters_pick_ids_images_with_containers_and_steps_of_a_build() {
    let env = Env::new();
    let name = env.busybox();
    env.pulled("other:1", &small(1));
    env.lamel(["run", "--name", "box", &name, "touch", "/x"]).success();
    // Committed without a name, and made into another: what a build leaves on its way.
    let between = env.lamel(["commit", "box"]).success().text().to_owned();
    env.lamel(["run", "--name", "next", &between, "touch", "/y"]).success();
    let last = env.lamel(["commit", "next", "last:1"]).success().text().to_owned();
    let ids = |filters: &[&str]| {
        let mut args = vec!["images", "-q", "--no-trunc"];
        filters.iter().for_each(|filter| args.extend(["-f", filter]));
        let mut ids: Vec<String> = env.lamel(args).success().stdout.lines().map(str::to_owned).collect();
        ids.sort();
        ids
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(ids(&["intermediate=true"]), std::slice::from_ref(&between));
    assert!(!ids(&["intermediate=false"]).contains(&between));
    assert_eq!(ids(&["containers=true", "intermediate=false"]), [busybox().id()]);
    assert_eq!(ids(&["containers=false"]), sorted(vec![small(1).id(), last.clone()]));
    assert_eq!(ids(&[&format!("id={}", &last[7..15])]), std::slice::from_ref(&last));
    assert_eq!(ids(&[&format!("id={last}"), &format!("id={}", small(1).id())]).len(), 2);
    env.lamel(["images", "-f", "containers=maybe"]).fails(
        1,
        "lamel: invalid filter \"containers=maybe\": expected true or false\n",
    );
}

#[test]
fn whether_an_image_is_held_is_told_by_the_exit_code() {
    let env = Env::new();
    let name = env.busybox();
    for held in [&name, &busybox().id(), &short(&busybox().id())] {
        env.lamel(["image", "exists", held]).success().stdout("").stderr("");
    }
    for missing in ["nobody:1", "0123456789ab"] {
        env.lamel(["image", "exists", missing]).code(1).stdout("").stderr("");
    }
    env.lamel(["image", "exists", "NO/NAME"]).code(125).stdout("");
}

#[test]
fn names_are_taken_and_the_image_stays() {
    let env = Env::new();
    let name = env.busybox();
    let id = busybox().id();
    for other in ["other:2", "third"] {
        env.lamel(["tag", &name, other]).success();
    }
    let names = || {
        let format = "{{.Repository}}:{{.Tag}}";
        env.lamel(["images", "--format", format, "--sort", "repository"])
            .success()
            .stdout
    };
    env.lamel(["untag", &id, "other:2", "nobody"])
        .fails(1, &format!("lamel: nobody:latest is no name of image {}\n", short(&id)));
    assert_eq!(names().lines().count(), 3);
    env.lamel(["untag", &name, "third"]).success().stdout("").stderr("");
    assert_eq!(names(), format!("{name}\nother:2\n"));
    env.lamel(["image", "untag", "other:2"]).success();
    assert_eq!(names(), "<none>:<none>\n");
    env.lamel(["untag", "nobody"])
        .fails(1, "lamel: no such image: nobody\n");
}
