//! What overlayfs leaves in an upper directory, listed as by `docker diff`.

use crate::layer::model::{Change, ChangeKind};
use crate::layer::overlay::changes::changes;
use crate::layer::tests::*;

/// Mounts `lowers` (scripts that fill them, base first) in a user namespace and runs `script` in the merged directory.
/// Returns the changes as lines.
fn diff(lowers: &[&str], script: &str, skip: &[&str]) -> Vec<String> {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    let mut layers = Vec::new();
    for (number, lower) in lowers.iter().enumerate() {
        layers.insert(0, format!("l{number}"));
        shell(dir.path(), &format!("mkdir l{number}; cd l{number}; {lower}"));
    }
    let mount = format!("lowerdir={},upperdir=upper,workdir=work,userxattr", layers.join(":"));
    let inside = format!("mount -t overlay overlay -o {mount} merged; cd merged; {script}");
    std::fs::write(dir.path().join("inside"), inside).unwrap();
    shell(
        dir.path(),
        "mkdir upper work merged; unshare -Urm sh -eu inside; chmod -R u+rwX work",
    );
    let lowers: Vec<OwnedFd> = layers
        .iter()
        .map(|layer| File::open(dir.path().join(layer)).unwrap().into())
        .collect();
    let upper = File::open(dir.path().join("upper")).unwrap();
    let skip: Vec<PathBuf> = skip.iter().map(PathBuf::from).collect();
    let changes = changes(upper.as_fd(), &lowers, Flavour::User, &skip).unwrap();
    let line = |change: Change| {
        let kind = match change.kind {
            ChangeKind::Changed => 'C',
            ChangeKind::Added => 'A',
            ChangeKind::Deleted => 'D',
        };
        format!("{kind} {}", change.path.display())
    };
    changes.into_iter().map(line).collect()
}

#[test]
fn files_that_were_only_read_are_not_listed() {
    assert_eq!(diff(&["mkdir d; : > d/f"], "cat d/f; ls d", &[]), [""; 0]);
}

#[test]
fn changes_are_listed_with_their_parents() {
    let base = "mkdir -p etc root var/lib/deep; echo hi > etc/motd; echo x > etc/conf; : > var/lib/deep/f";
    let script = "rm etc/motd; echo y >> etc/conf; : > root/.bash_history; chmod 600 var/lib/deep/f; mkdir -p new/dir";
    assert_eq!(
        diff(&[base], script, &[]),
        [
            "C /etc",
            "C /etc/conf",
            "D /etc/motd",
            "A /new",
            "A /new/dir",
            "C /root",
            "A /root/.bash_history",
            "C /var",
            "C /var/lib",
            "C /var/lib/deep",
            "C /var/lib/deep/f",
        ]
    );
}

#[test]
fn changes_are_sorted_by_the_whole_path() {
    let script = "mkdir a; : > a/b; : > a-b; : > a.b";
    assert_eq!(diff(&[":"], script, &[]), ["A /a", "A /a-b", "A /a.b", "A /a/b"]);
}

#[test]
fn a_directory_made_again_lists_as_deleted_what_it_lacks() {
    let base = "mkdir -p d/sub; : > d/one; : > d/two; : > d/sub/three";
    let upper = "mkdir d; : > d/four";
    let script = "rm -r d; mkdir d; : > d/two; : > d/new; mkdir d/sub";
    assert_eq!(
        diff(&[base, upper], script, &[]),
        [
            "C /d",
            "D /d/four",
            "A /d/new",
            "D /d/one",
            "C /d/sub",
            "D /d/sub/three",
            "C /d/two"
        ],
    );
}

#[test]
fn lower_whiteouts_and_opaque_directories_are_honoured() {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    shell(
        dir.path(),
        "mkdir -p l0/d l1/d upper/d; : > l0/gone; : > l0/d/hidden; : > upper/gone; : > upper/d/hidden",
    );
    let l1 = File::open(dir.path().join("l1")).unwrap();
    rustix::fs::mknodat(&l1, "gone", FileType::CharacterDevice, rustix::fs::Mode::empty(), 0).unwrap();
    crate::sys::files::xattr::set(
        File::open(dir.path().join("l1/d")).unwrap(),
        b"user.overlay.opaque",
        b"y",
    )
    .unwrap();
    let lowers = ["l1", "l0"].map(|name| OwnedFd::from(File::open(dir.path().join(name)).unwrap()));
    let upper = File::open(dir.path().join("upper")).unwrap();
    let changes = changes(upper.as_fd(), &lowers, Flavour::User, &[]).unwrap();
    let added = |path: &str| Change {
        path: PathBuf::from(path),
        kind: ChangeKind::Added,
    };
    let parent = Change {
        path: PathBuf::from("/d"),
        kind: ChangeKind::Changed,
    };
    assert_eq!(changes, [parent, added("/d/hidden"), added("/gone")]);
}

#[test]
fn files_of_another_type_are_changed() {
    let base = "mkdir d; : > d/f; : > f; ln -s f s; : > l";
    let script = "rm -r d f s l; : > d; mkdir f; : > f/g; mkdir s; ln -s x l";
    assert_eq!(diff(&[base], script, &[]), ["C /d", "C /f", "A /f/g", "C /l", "C /s"]);
}

#[test]
fn skipped_paths_are_not_listed() {
    let script = "mkdir -p dev/pts etc; : > etc/hosts; : > .dockerenv";
    assert_eq!(
        diff(&["mkdir etc"], script, &["dev", "etc/hosts", ".dockerenv"]),
        [""; 0]
    );
}

#[test]
fn a_directory_with_another_mode_is_changed_but_not_one_with_another_time() {
    assert_eq!(diff(&["mkdir a b"], "chmod 700 a; : > b/x; rm b/x", &[]), ["C /a"]);
}

#[test]
fn a_directory_with_another_attribute_is_changed() {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    shell(dir.path(), "mkdir -p lower/a lower/b upper/a upper/b");
    let set = |path, name: &[u8]| {
        crate::sys::files::xattr::set(File::open(dir.path().join(path)).unwrap(), name, b"1").unwrap()
    };
    set("upper/a", b"user.x");
    set("upper/b", b"user.overlay.impure");
    let lowers = [OwnedFd::from(File::open(dir.path().join("lower")).unwrap())];
    let upper = File::open(dir.path().join("upper")).unwrap();
    let changes = changes(upper.as_fd(), &lowers, Flavour::User, &[]).unwrap();
    let changed = Change {
        path: PathBuf::from("/a"),
        kind: ChangeKind::Changed,
    };
    assert_eq!(changes, [changed]);
}

#[test]
fn moved_files_and_directories_are_deleted_and_added() {
    let base = "mkdir d e; : > d/f; : > e/g";
    assert_eq!(
        diff(&[base], "mv d/f h; cp -r e n; rm -r e", &[]),
        ["C /d", "D /d/f", "D /e", "A /h", "A /n", "A /n/g"]
    );
}
