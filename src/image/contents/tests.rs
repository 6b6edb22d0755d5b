use crate::image::contents::*;
use EntryKind::{Directory, File, HardLink, Opaque, Symlink, Whiteout};

fn entry(path: &str, kind: EntryKind, size: u64) -> LayerEntry {
    LayerEntry {
        path: path.into(),
        kind,
        mode: 0o644,
        uid: 0,
        gid: 0,
        mtime: 0,
        size,
        link: if kind == HardLink {
            "etc/motd".into()
        } else {
            PathBuf::new()
        },
        device: (0, 0),
        xattrs: Default::default(),
    }
}

/// Stacks layers; returns what the last one changed as `files/bytes` added, changed and deleted.
fn stack(layers: &[&[LayerEntry]]) -> (Contents, String) {
    let mut contents = Contents::empty();
    let mut last = LayerChanges::default();
    for entries in layers {
        last = contents
            .add_layer(&|each| entries.iter().cloned().try_for_each(&mut *each))
            .unwrap();
    }
    let count = |count: Count| format!("{}/{}", count.files, count.bytes);
    let text = [last.added, last.changed, last.deleted].map(count).join(" ");
    (contents, text)
}

fn paths(contents: &Contents) -> String {
    let mut paths = Vec::new();
    contents.visit(&mut |path, _| paths.push(path.display().to_string()));
    paths.join(" ")
}

fn base() -> Vec<LayerEntry> {
    vec![
        entry("etc", Directory, 0),
        entry("etc/motd", File, 8),
        entry("etc/passwd", File, 20),
        entry("usr/lib/libc", File, 100),
        entry("bin", Symlink, 0),
    ]
}

#[test]
fn a_base_layer_adds_all_its_files() {
    let (contents, changes) = stack(&[&base()]);
    assert_eq!(changes, "4/128 0/0 0/0");
    assert_eq!(paths(&contents), "bin etc etc/motd etc/passwd usr usr/lib usr/lib/libc");
}

#[test]
fn files_are_changed_added_and_deleted() {
    let next = [
        entry("etc", Directory, 0),
        entry("etc/motd", File, 3),
        entry("etc/new", File, 5),
        entry("etc/passwd", Whiteout, 0),
    ];
    let (contents, changes) = stack(&[&base(), &next]);
    assert_eq!(changes, "1/5 1/3 1/20");
    assert_eq!(paths(&contents), "bin etc etc/motd etc/new usr usr/lib usr/lib/libc");
}

#[test]
fn a_whiteout_of_a_directory_deletes_all_below_it() {
    let (contents, changes) = stack(&[&base(), &[entry("usr", Whiteout, 0), entry("gone", Whiteout, 0)]]);
    assert_eq!(changes, "0/0 0/0 1/100");
    assert_eq!(paths(&contents), "bin etc etc/motd etc/passwd");
}

#[test]
fn an_opaque_marker_hides_lower_layers_and_not_its_own() {
    let next = [entry("etc/new", File, 5), entry("etc", Opaque, 0)];
    let (contents, changes) = stack(&[&base(), &next]);
    assert_eq!(changes, "1/5 0/0 2/28");
    assert_eq!(paths(&contents), "bin etc etc/new usr usr/lib usr/lib/libc");
}

#[test]
fn a_file_may_replace_a_directory_and_a_directory_a_file() {
    let (contents, changes) = stack(&[&base(), &[entry("usr", File, 7), entry("bin/sh", File, 9)]]);
    assert_eq!(changes, "2/16 0/0 2/100");
    assert_eq!(paths(&contents), "bin bin/sh etc etc/motd etc/passwd usr");
}

#[test]
fn a_hard_link_is_a_file_without_bytes_of_its_own() {
    let (contents, changes) = stack(&[&base(), &[entry("copy", HardLink, 0)]]);
    assert_eq!(changes, "1/0 0/0 0/0");
    let (layer, found) = contents.entry(contents.find(Path::new("copy")).unwrap()).unwrap();
    assert_eq!((layer, found.size, found.path.as_path()), (0, 8, Path::new("etc/motd")));
}

#[test]
fn hard_links_share_the_entry_of_their_file() {
    let mut second = entry("second", HardLink, 0);
    second.link = "first".into();
    let (contents, _) = stack(&[&base(), &[entry("first", HardLink, 0), second]]);
    let known = |path: &str| {
        let node = contents.find(Path::new(path)).unwrap();
        contents.nodes[node].entry.clone().unwrap()
    };
    assert!(Arc::ptr_eq(&known("etc/motd"), &known("first")));
    assert!(Arc::ptr_eq(&known("etc/motd"), &known("second")));
}

#[test]
fn a_name_that_comes_twice_in_a_tar_counts_once() {
    let (_, changes) = stack(&[&[entry("x", File, 8), entry("x", File, 3)]]);
    assert_eq!(changes, "1/3 0/0 0/0");
    let (_, changes) = stack(&[&base(), &[entry("etc/motd", File, 8), entry("etc/motd", File, 3)]]);
    assert_eq!(changes, "0/0 1/3 0/0");
}
