//! What a layer takes from the layers below it.

use crate::layer::overlay::lower_refs::resolve;
use crate::layer::tests::*;

/// The lower references of a layer, resolved in `dest` on the layers `l1` and `l0`.
struct Resolved {
    dir: tempfile::TempDir,
}

impl Resolved {
    fn stat(&self, path: &str) -> std::fs::Metadata {
        std::fs::symlink_metadata(self.dir.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn names(&self) -> String {
        String::from_utf8(shell(
            self.dir.path(),
            "cd dest; find . -mindepth 1 | sort | tr '\\n' ' '",
        ))
        .unwrap()
    }
}

/// Resolves the lower references of `layer`. `script` fills `l1` and `l0`, the layers below.
fn resolved(layer: &AppliedLayer, script: &str) -> anyhow::Result<Resolved> {
    resolved_with(layer, script, |_| {})
}

/// Likewise; `more` does what a shell cannot do everywhere.
fn resolved_with(layer: &AppliedLayer, script: &str, more: impl FnOnce(&Path)) -> anyhow::Result<Resolved> {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    shell(dir.path(), &format!("mkdir dest l0 l1; {script}"));
    more(dir.path());
    let lowers = ["l1", "l0"].map(|name| OwnedFd::from(File::open(dir.path().join(name)).unwrap()));
    let dest = File::open(dir.path().join("dest")).unwrap();
    resolve(
        &layer.applied.lower_refs,
        layer.fd().as_fd(),
        &lowers,
        dest.as_fd(),
        Flavour::User,
    )?;
    Ok(Resolved { dir })
}

#[test]
fn a_directory_without_an_entry_keeps_the_attributes_it_has_below() {
    let layer = applied(
        &Tar::default()
            .file("a/b/f", "x")
            .file("c/f", "x")
            .dir("e")
            .file("e/g/f", "x")
            .end(),
    );
    let script =
        "mkdir -p l0/a/b l0/e/g; chmod 1770 l0/a; chmod 711 l0/a/b; chmod 700 l0/e/g; touch -d @1234.5 l0/a; : > l1/c";
    let resolved = resolved(&layer, script).unwrap();
    assert_eq!(resolved.names(), "./a ./a/b ./e ./e/g ");
    assert_eq!(resolved.stat("dest/a").mode() & 0o7777, 0o1770);
    assert_eq!(
        (resolved.stat("dest/a").mtime(), resolved.stat("dest/a").mtime_nsec()),
        (1234, 500_000_000)
    );
    assert_eq!(resolved.stat("dest/a/b").mode() & 0o7777, 0o711);
    assert_eq!(
        resolved.stat("dest/e").mode() & 0o7777,
        0o755,
        "the layer has its own entry"
    );
    assert_eq!(resolved.stat("dest/e").mtime(), 1_600_000_000);
    assert_eq!(resolved.stat("dest/e/g").mode() & 0o7777, 0o700);
}

#[test]
fn a_directory_keeps_its_attributes_but_not_overlayfs_own() {
    let layer = applied(&Tar::default().file("a/f", "x").end());
    let resolved = resolved_with(&layer, "mkdir l0/a", |dir| {
        let a = File::open(dir.join("l0/a")).unwrap();
        crate::sys::files::xattr::set(&a, b"user.x", b"1").unwrap();
        crate::sys::files::xattr::set(&a, b"user.overlay.opaque", b"y").unwrap();
    });
    let resolved = resolved.unwrap();
    let dest = File::open(resolved.dir.path().join("dest")).unwrap();
    let all = crate::sys::files::xattr::all_at(dest.as_fd(), b"a").unwrap();
    assert_eq!(all, [(b"user.x".to_vec(), b"1".to_vec())]);
}

#[test]
fn a_hidden_lower_directory_gives_no_attributes() {
    let layer = applied(
        &Tar::default()
            .file("a/f", "x")
            .file("b/f", "x")
            .file("c/d/f", "x")
            .file("c/.wh..wh..opq", "")
            .end(),
    );
    let script = "mkdir -p l0/a l0/b l1/b l0/c/d; chmod 700 l0/a l0/b l0/c/d; chmod 711 l1/b";
    let shown = resolved(&layer, script).unwrap();
    assert_eq!(shown.names(), "./a ./b ");
    assert_eq!(shown.stat("dest/b").mode() & 0o7777, 0o711);
    let hidden = resolved_with(&layer, script, |dir| {
        let l1 = File::open(dir.join("l1")).unwrap();
        rustix::fs::mknodat(&l1, "a", FileType::CharacterDevice, rustix::fs::Mode::empty(), 0).unwrap();
    });
    assert_eq!(hidden.unwrap().names(), "./b ");
}

#[test]
fn a_hard_link_is_the_lower_file_itself() {
    let layer = applied(
        &Tar::default()
            .dir("d")
            .hard_link("d/link", "/usr/bin/tool")
            .hard_link("top", "usr/bin/tool")
            .end(),
    );
    let resolved = resolved(
        &layer,
        "mkdir -p l0/usr/bin; echo x > l0/usr/bin/tool; mkdir -p l1/usr/bin",
    )
    .unwrap();
    assert_eq!(resolved.names(), "./d ./d/link ./top ");
    assert_eq!(
        resolved.stat("dest/d/link").ino(),
        resolved.stat("l0/usr/bin/tool").ino()
    );
    assert_eq!(resolved.stat("l0/usr/bin/tool").nlink(), 3);
    assert_eq!(resolved.stat("dest/d").mtime(), 1_600_000_000);
}

#[test]
fn a_hard_link_to_nothing_is_an_error_that_names_both() {
    let layer = applied(&Tar::default().hard_link("link", "lost").end());
    for script in [":", "mkdir l0/lost", "echo x > l0/lost; mkdir l1/lost"] {
        let error = format!("{:#}", resolved(&layer, script).err().unwrap());
        assert_eq!(
            error,
            "resolving hard link link to lost: the target is in no layer below"
        );
    }
}

#[test]
fn an_opaque_root_hides_everything_below() {
    let layer = applied(
        &Tar::default()
            .dir("d")
            .file("mine", "x")
            .file(".wh..wh..opq", "")
            .file("e/f", "x")
            .end(),
    );
    assert!(layer.is_opaque("d") && layer.is_opaque("e"));
    let resolved = resolved(&layer, "mkdir l0/d l0/e; : > l0/other; : > l1/mine; mkdir l1/dir").unwrap();
    assert_eq!(resolved.names(), "./dir ./other ");
    assert_eq!(resolved.stat("dest/other").rdev(), 0);
    assert!(resolved.stat("dest/dir").file_type().is_char_device());
}
