//! What is in layers: `images --tree`, `image tree`, `image files`, `image diff`, `history --layers`.

use crate::env::Env;
use crate::fixtures::{busybox, oci_layout, short};
use crate::registry::{Image, Layer};
use serde_json::json;

fn base() -> Image {
    Image::new()
        .layer(
            Layer::new()
                .dir("etc")
                .file("etc/motd", "welcome\n")
                .file("etc/passwd", "root\n")
                .dir("usr")
                .file("usr/lib", "x".repeat(1000))
                .gzip(),
        )
        .env("PATH=/bin")
        .cmd(&["/bin/sh"])
        .created("2024-01-01T00:00:00Z")
}

/// Over `base`: a file changed, one deleted, two added, one of them a link to the other.
fn app() -> Image {
    base()
        .layer(
            Layer::new()
                .file("etc/motd", "go away\n\n")
                .whiteout("etc/passwd")
                .dir("app")
                .program("app/run", "#!/bin/sh\n")
                .hard_link("app/again", "app/run")
                .symlink("app/link", "run")
                .gzip(),
        )
        .env("DEBUG=1")
        .created("2024-01-02T00:00:00Z")
}

fn other() -> Image {
    base()
        .layer(Layer::new().file("other", "12345").gzip())
        .created("2024-01-03T00:00:00Z")
}

/// An image that is given a name without a registry.
fn loaded(env: &Env, name: &str, image: &Image) -> String {
    let dir = env.work().join(name.replace([':', '/'], "-"));
    oci_layout(image, name, &dir);
    env.lamel(["load", "-q", "-i", &dir.display().to_string()]).success();
    env.lamel(["tag", &image.id(), name]).success();
    short(&image.id())
}

fn layer(image: &Image, index: usize) -> String {
    short(&image.layers()[index].diff_id())
}

#[test]
fn history_tells_what_each_layer_did() {
    let env = Env::new();
    let id = loaded(&env, "app:1", &app());
    let (lower, upper) = (layer(&app(), 0), layer(&app(), 1));
    env.lamel(["history", "--layers", "app:1"]).success().stdout(&format!(
        "IMAGE          CREATED BY   SIZE      LAYER          ADDED        CHANGED   DELETED\n\
         {id}   layer 1      22B       {upper}   3 (13B)      1 (9B)    1 (5B)\n\
         <missing>      layer 0      1.01kB    {lower}   3 (1.01kB)   0         0\n"
    ));
    let format = "{{.DiffID}} {{.FilesAdded}} {{.BytesAdded}} {{.FilesChanged}} {{.BytesChanged}} {{.FilesDeleted}} {{.BytesDeleted}}";
    env.lamel(["history", "--layers", "--format", format, "app:1"])
        .success()
        .stdout(&format!(
            "{} 3 13 1 9 1 5\n{} 3 1013 0 0 0 0\n",
            app().layers()[1].diff_id(),
            app().layers()[0].diff_id()
        ));
}

#[test]
fn images_are_shown_over_the_layers_that_they_share() {
    let env = Env::new();
    let ids =
        [("app:1", app()), ("base:1", base()), ("other:1", other())].map(|(name, image)| loaded(&env, name, &image));
    env.lamel(["tag", "base:1", "ground:2"]).success();
    let alone = Image::new()
        .layer(Layer::new().file("alone", "1").gzip())
        .created("2024-01-04T00:00:00Z");
    let alone_id = loaded(&env, "alone:1", &alone);
    let lower = layer(&base(), 0);
    env.lamel(["images", "--tree"]).success().stdout(&format!(
        "LAYERS AND IMAGES         ID             SIZE      SHARED    UNIQUE\n\
         alone:1 (+ 1 layer)       {alone_id}   1B        0B        1B\n\
         1 layer                   {lower}   1.01kB\n\
         ├── base:1, ground:2      {}   1.01kB    1.01kB    0B\n\
         ├── other:1 (+ 1 layer)   {}   1.02kB    1.01kB    5B\n\
         └── app:1 (+ 1 layer)     {}   1.03kB    1.01kB    22B\n",
        ids[1], ids[2], ids[0],
    ));
    let tree = env.lamel(["images", "--tree", "--format", "json"]).success().json();
    assert_eq!(tree["Images"][0]["Names"], json!(["alone:1"]));
    assert_eq!(
        tree["Branches"][0]["Layers"],
        json!([{"DiffID": base().layers()[0].diff_id(), "Size": 1013}])
    );
    assert_eq!(
        tree["Branches"][0]["Images"][2],
        json!({"Id": app().id(), "Names": ["app:1"], "OwnLayers": 1, "Size": 1035, "SharedSize": 1013, "UniqueSize": 22})
    );
}

#[test]
fn an_images_layers_are_shown_with_who_has_them() {
    let env = Env::new();
    let id = loaded(&env, "app:1", &app());
    loaded(&env, "base:1", &base());
    env.lamel(["image", "tree", "app:1"]).success().stdout(&format!(
        "Image ID: {id}\n\
         Tags:     [app:1]\n\
         Size:     1.035kB\n\
         Image Layers\n\
         ├── ID: {} Size: 1.013kB Shared by 2 images Top Layer of: [base:1]\n\
         └── ID: {} Size: 22B Top Layer of: [app:1]\n",
        layer(&app(), 0),
        layer(&app(), 1),
    ));
    let tree = env.lamel(["image", "tree", "--format", "json", &id]).success().json();
    assert_eq!(tree["Layers"][0]["DiffID"], app().layers()[0].diff_id().as_str());
    assert_eq!(tree["Layers"][0]["Images"], 2);
    env.lamel(["image", "tree", "nobody"])
        .fails(1, "lamel: no such image: nobody\n");
}

#[test]
fn an_images_files_are_listed_with_their_layer() {
    let env = Env::new();
    loaded(&env, "app:1", &app());
    let time = "2023-11-14T22:13:20Z";
    env.lamel(["image", "files", "app:1"]).success().stdout(&format!(
        "LAYER     MODE         OWNER     SIZE      MODIFIED               PATH\n\
         2         drwxr-xr-x   0:0       0B        {time}   /app\n\
         2         hrwxr-xr-x   0:0       10B       {time}   /app/again link to /app/run\n\
         2         lrwxrwxrwx   0:0       0B        {time}   /app/link -> run\n\
         2         -rwxr-xr-x   0:0       10B       {time}   /app/run\n\
         1         drwxr-xr-x   0:0       0B        {time}   /etc\n\
         2         -rw-r--r--   0:0       9B        {time}   /etc/motd\n\
         1         drwxr-xr-x   0:0       0B        {time}   /usr\n\
         1         -rw-r--r--   0:0       1kB       {time}   /usr/lib\n"
    ));
}

#[test]
fn a_layers_entries_are_listed_as_its_tar_has_them() {
    let env = Env::new();
    loaded(&env, "app:1", &app());
    let diff_id = app().layers()[1].diff_id();
    for name in ["2", &diff_id, &diff_id[7..19]] {
        env.lamel([
            "image",
            "files",
            "--layer",
            name,
            "--format",
            "{{.Type}} {{.Mode}} {{.Size}} {{.Path}} {{.Link}}",
            "app:1",
        ])
        .success()
        .stdout(
            "file 0644 9 /etc/motd \nwhiteout 0644 0 /etc/passwd \ndirectory 0755 0 /app \n\
                 file 0755 10 /app/run \nhard link 0644 0 /app/again app/run\nsymlink 0777 0 /app/link run\n",
        );
    }
    let line = env
        .lamel(["image", "files", "--layer", "1", "--format", "json", "app:1"])
        .success()
        .stdout;
    let first: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    assert_eq!(first["Path"], "/etc");
    assert_eq!(first["Layer"], 1);
    env.lamel(["image", "files", "--layer", "3", "app:1"]).fails(
        1,
        "lamel: the image has no layer \"3\": give a number from 1 (the base) to 2, or a diff_id\n",
    );
}

#[test]
fn two_images_are_compared_by_their_files_and_configurations() {
    let env = Env::new();
    loaded(&env, "base:1", &base());
    loaded(&env, "app:1", &app());
    env.lamel(["image", "diff", "base:1", "app:1"]).success().stdout(
        "KIND      WHAT               BEFORE    AFTER\n\
         A         Config.Env.DEBUG             1\n\
         A         /app\n\
         A         /app/again                   10B\n\
         A         /app/link                    -> run\n\
         A         /app/run                     10B\n\
         C         /etc\n\
         C         /etc/motd          8B        9B\n\
         D         /etc/passwd        5B\n",
    );
    let found = env
        .lamel(["image", "diff", "--format", "json", "app:1", "base:1"])
        .success()
        .json();
    assert_eq!(
        found["Config"],
        json!([{"Field": "Config.Env.DEBUG", "Kind": "deleted", "Before": "1", "After": null}])
    );
    let kinds: Vec<String> = found["Files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| format!("{} {}", file["Kind"].as_str().unwrap(), file["Path"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        ["deleted /app", "changed /etc", "changed /etc/motd", "added /etc/passwd"]
    );
}

#[test]
fn the_same_files_in_other_layers_are_no_difference() {
    let env = Env::new();
    let split = Image::new()
        .layer(Layer::new().dir("etc").file("etc/motd", "welcome\n").dir("usr").gzip())
        .layer(
            Layer::new()
                .with(|tar| {
                    let mut header = tar::Header::new_gnu();
                    header.set_mode(0o644);
                    header.set_size(5);
                    header.set_mtime(1_800_000_000);
                    tar.append_data(&mut header, "etc/passwd", &b"root\n"[..]).unwrap();
                })
                .file("usr/lib", "y".repeat(1000))
                .gzip(),
        )
        .env("PATH=/bin")
        .cmd(&["/bin/sh"]);
    loaded(&env, "base:1", &base());
    loaded(&env, "split:1", &split);
    env.lamel(["image", "diff", "base:1", "base:1"])
        .success()
        .stdout("KIND      WHAT      BEFORE    AFTER\n");
    // The library has the same size, and other bytes.
    env.lamel(["image", "diff", "base:1", "split:1"]).success().stdout(
        "KIND      WHAT       BEFORE    AFTER\n\
         C         /usr\n\
         C         /usr/lib   1kB       1kB\n",
    );
}

/// What a layer has, what one above it deletes, hides and changes, and the first layer again on top of both.
fn the_same_layer_again() -> Image {
    let again = || {
        Layer::new()
            .dir("d")
            .file("d/f", "first\n")
            .dir("d/hidden")
            .file("d/hidden/f", "first\n")
            .file("d/own", "own\n")
            // A directory without an entry of its own.
            .file("bare/f", "first\n")
            // A whiteout that hides nothing, and must not be listed.
            .file("alone/f", "first\n")
            .whiteout("alone/gone")
            .gzip()
    };
    let between = Layer::new()
        .entry(tar::EntryType::Directory, "d", 0o700, None, b"")
        .whiteout("d/f")
        .opaque("d/hidden")
        .file("d/hidden/g", "between\n")
        .file("d/own", "between\n")
        .entry(tar::EntryType::Directory, "bare", 0o711, None, b"");
    busybox().layer(again()).layer(between.gzip()).layer(again())
}

#[test]
fn a_layer_that_is_there_again_counts_where_it_is_topmost() {
    let env = Env::new();
    loaded(&env, "again:1", &the_same_layer_again());
    let files = "/alone/f\n/bare/f\n/d/f\n/d/hidden/f\n/d/hidden/g\n/d/own\n";
    let look = "find /alone /bare /d -type f | sort; cat /d/f /d/own /d/hidden/g; stat -c '%a %n' /d /bare";
    let seen = format!("{files}first\nown\nbetween\n755 /d\n711 /bare\n");
    env.lamel(["run", "--rm", "again:1", "sh", "-c", look])
        .success()
        .stdout(&seen)
        .stderr("");
    // A volume is filled with it, and what does not run shows the same.
    let fill = format!("{look} && echo new > /d/new");
    env.lamel(["run", "--name", "box", "-v", "/bare", "again:1", "sh", "-c", &fill])
        .success()
        .stdout(&seen);
    env.lamel(["diff", "box"]).success().stdout("C /d\nA /d/new\n");
    env.shell("lamel export box | tar -t | grep -e '^d/.*[^/]$' | sort")
        .success()
        .stdout("d/f\nd/hidden/f\nd/hidden/g\nd/new\nd/own\n");
    env.shell("lamel cp box:/d - | tar -tv | grep -c '^drwxr-xr-x.* d/$'")
        .success()
        .stdout("1\n");
    for name in ["again:1", "box"] {
        let format = "{{.GraphDriver.Data.UpperDir}}:{{.GraphDriver.Data.LowerDir}}";
        let directories = env.lamel(["inspect", "-f", format, name]).success();
        let mut each = std::collections::BTreeSet::new();
        assert!(
            directories.text().split(':').all(|directory| each.insert(directory)),
            "{name}: {}",
            directories.stdout
        );
    }
    env.lamel(["commit", "box", "again:2"]).success();
    env.lamel(["run", "--rm", "again:2", "cat", "/d/own", "/d/new"])
        .success()
        .stdout("own\nnew\n");
    // Without a mount, and through an archive.
    let listed = ["image", "files", "--format", "{{.Layer}} {{.Path}}"];
    let listing = env.lamel(listed.into_iter().chain(["again:1"])).success().stdout;
    for line in ["4 /d/f", "4 /d/own", "3 /d/hidden/g", "4 /d/hidden/f", "4 /bare/f"] {
        assert!(listing.lines().any(|listed| listed == line), "{line}: {listing}");
    }
    env.shell("lamel save again:1 > saved && lamel rm box && lamel rmi -f again:1 again:2 && lamel load -q -i saved")
        .success();
    env.lamel(["run", "--rm", "again:1", "sh", "-c", look])
        .success()
        .stdout(&seen);
}
