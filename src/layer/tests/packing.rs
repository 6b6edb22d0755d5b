//! A directory is packed as a tar, which unpacks to the same directory.

use crate::layer::model::{LowerRefs, Skipped};
use crate::layer::pack::pack;
use crate::layer::tests::*;
use crate::sys::files::xattr;

fn pack_of(dir: &Path, skip: &[&str]) -> anyhow::Result<Vec<u8>> {
    let skip: Vec<PathBuf> = skip.iter().map(PathBuf::from).collect();
    let mut out = Vec::new();
    pack(File::open(dir).unwrap().as_fd(), Flavour::User, &skip, None, &mut out)?;
    Ok(out)
}

fn upper(script: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    shell(dir.path(), script);
    dir
}

fn whiteout(dir: &Path, name: &str) {
    let dir = File::open(dir).unwrap();
    let nothing = rustix::fs::Mode::empty();
    rustix::fs::mknodat(&dir, name, FileType::CharacterDevice, nothing, 0).unwrap();
}

fn set(path: &Path, name: &str, value: &[u8]) {
    xattr::set(File::open(path).unwrap(), name.as_bytes(), value).unwrap();
}

fn names(tar: &[u8]) -> Vec<String> {
    let mut archive = ::tar::Archive::new(tar);
    let name = |entry: std::io::Result<::tar::Entry<'_, &[u8]>>| {
        String::from_utf8_lossy(&entry.unwrap().path_bytes()).into_owned()
    };
    archive.entries().unwrap().map(name).collect()
}

#[test]
fn packing_and_applying_give_the_same_tree_and_the_same_tar_again() {
    let long = "l".repeat(150);
    let dir = upper(&format!(
        r#"mkdir -p d/e z/{long} opaque; echo hello > d/f; ln d/f d/e/hard; ln d/f a-first; ln -s ../f d/e/soft; mkfifo p
        ln -s {long}/{long}/{long} far
        echo long > z/{long}/{long}; printf x > 'd/é
new'; printf y > $(printf 'd/\377'); head -c 700000 /dev/urandom > big; : > empty
        chmod 4755 d/f; chmod 1777 d/e; touch -d '1969-12-31 23:59:58.25 UTC' empty; touch -d @5000000000.5 big; touch -d @1000 z"#
    ));
    set(&dir.path().join("d/f"), "user.lamel", b"\0\n=x");
    set(&dir.path().join("d/e"), "user.overlay.impure", b"y");
    set(&dir.path().join("d/f"), "user.overlay.origin", b"z");
    set(&dir.path().join("opaque"), "user.overlay.opaque", b"y");
    whiteout(&dir.path().join("d"), "gone");
    let tar = pack_of(dir.path(), &[]).unwrap();
    assert!(
        tar == pack_of(dir.path(), &[]).unwrap(),
        "packing again gave other bytes"
    );

    let layer = applied(&tar);
    assert_eq!(layer.applied.lower_refs, LowerRefs::default());
    assert_eq!(layer.applied.skipped, Skipped::default());
    assert!(tar == pack_of(&layer.diff(), &[]).unwrap(), "the tree is another");
    assert_eq!(layer.read(&format!("z/{long}/{long}")), "long\n");
    assert_eq!(layer.stat("d/f").nlink(), 3);
    assert_eq!(
        (layer.stat("empty").mtime(), layer.stat("empty").mtime_nsec()),
        (-2, 250_000_000)
    );
    assert_eq!(
        (layer.stat("big").mtime(), layer.stat("big").mtime_nsec()),
        (5_000_000_000, 500_000_000)
    );
    assert!(layer.is_whiteout("d/gone") && layer.is_opaque("opaque"));
    let all = xattr::all_at(File::open(layer.diff().join("d")).unwrap().as_fd(), b"f").unwrap();
    assert_eq!(all, [(b"user.lamel".to_vec(), b"\0\n=x".to_vec())]);
    assert_eq!(
        xattr::all_at(File::open(layer.diff().join("d")).unwrap().as_fd(), b"e").unwrap(),
        []
    );
}

#[test]
fn gnu_tar_and_python_read_what_was_packed() {
    let long = "n".repeat(120);
    let dir = upper(&format!(
        "mkdir in; cd in; mkdir -p é/{long}; echo x > é/{long}/f; ln -s {long} é/s; ln é/{long}/f h; touch -d @7.5 h"
    ));
    std::fs::write(dir.path().join("tar"), pack_of(&dir.path().join("in"), &[]).unwrap()).unwrap();
    shell(
        dir.path(),
        "mkdir out; tar -xpf tar -C out; diff -r --no-dereference in out; stat -c %.Y:%h out/h | grep -qx '7.5[0]*:2'",
    );
    let listed = shell(
        dir.path(),
        "python3 -c 'import tarfile; print(len(tarfile.open(\"tar\").getmembers()))'",
    );
    assert_eq!(listed, b"5\n");
}

#[test]
fn entries_are_sorted_and_whiteouts_have_the_formats_names() {
    let dir = upper("mkdir -p b/c a; : > b/z; : > b/c/y; : > b-1");
    set(&dir.path().join("b"), "user.overlay.opaque", b"y");
    whiteout(dir.path(), "x");
    let tar = pack_of(dir.path(), &[]).unwrap();
    assert_eq!(
        names(&tar),
        ["a/", "b/", "b/.wh..wh..opq", "b-1", ".wh.x", "b/c/", "b/z", "b/c/y"]
    );
}

#[test]
fn skipped_paths_and_sockets_are_not_packed() {
    let dir = upper("mkdir -p etc dev/pts; : > etc/hosts; : > etc/mine; : > dev/null2");
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
    assert_eq!(
        names(&pack_of(dir.path(), &["etc/hosts", "dev"]).unwrap()),
        ["etc/", "etc/mine"]
    );
}

#[test]
fn a_file_whose_content_is_elsewhere_is_an_error() {
    for name in ["redirect", "metacopy"] {
        let dir = upper("mkdir d");
        set(&dir.path().join("d"), &format!("user.overlay.{name}"), b"/old");
        let error = format!("{:#}", pack_of(dir.path(), &[]).unwrap_err());
        assert_eq!(
            error,
            format!("packing d: has user.overlay.{name}: its content is in another place")
        );
    }
}

#[test]
fn a_name_that_would_become_a_whiteout_is_an_error() {
    let dir = upper("mkdir d; : > d/.wh.x");
    let error = format!("{:#}", pack_of(dir.path(), &[]).unwrap_err());
    assert_eq!(
        error,
        "packing d/.wh.x: a layer cannot have a name that starts with .wh."
    );
}

#[test]
fn a_tree_deeper_than_the_limit_of_open_files_is_packed() {
    let dir = upper("d=$(printf 'd/%.0s' $(seq 1500)); mkdir -p $d; : > $d/f");
    let tar = pack_of(dir.path(), &[]).unwrap();
    assert_eq!(names(&tar).len(), 1501);
    // Too deep for `remove_dir_all`, which the temporary directory uses.
    shell(dir.path(), "rm -r d");
}
