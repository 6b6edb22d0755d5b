//! What a tar is on disk when it was applied.

use crate::layer::attributes::inherit_root;
use crate::layer::model::{LowerRefs, Skipped};
use crate::layer::tests::*;
use std::os::unix::fs::PermissionsExt;

#[test]
fn files_directories_and_links_with_their_attributes() {
    let mut file = Tar::header(b'0', "d/f", b"hello");
    file.set_mode(0o4751);
    let tar = Tar::default()
        .dir("d/")
        .pax(&[("mtime", b"1234567890.123456789")])
        .put(file, b"hello")
        .symlink("d/s", "/outside")
        .hard_link("h", "./d/f")
        .put(Tar::header(b'6', "p", b""), b"");
    let layer = applied(&tar.end());
    assert_eq!(layer.paths(), ["d/", "d/f", "d/s", "h", "p"]);
    let file = layer.stat("d/f");
    assert_eq!((file.mode() & 0o7777, file.len(), file.nlink()), (0o4751, 5, 2));
    assert_eq!((file.mtime(), file.mtime_nsec()), (1_234_567_890, 123_456_789));
    assert_eq!(layer.stat("h").ino(), file.ino());
    assert_eq!(
        std::fs::read_link(layer.diff().join("d/s")).unwrap(),
        Path::new("/outside")
    );
    assert!(layer.stat("p").file_type().is_fifo());
    for path in ["d", "d/s", "p"] {
        assert_eq!(layer.stat(path).mtime(), 1_600_000_000, "{path}");
    }
    assert_eq!(layer.applied.size, 5 + "/outside".len() as u64);
    assert_eq!(layer.applied.entries, 5);
    assert_eq!(layer.applied.lower_refs, LowerRefs::default());
    assert_eq!(layer.applied.skipped, Skipped::default());
}

#[test]
fn entries_are_placed_in_a_directory_whose_mode_forbids_it() {
    let mut dir = Tar::header(b'5', "d", b"");
    dir.set_mode(0o2555);
    let layer = applied(&Tar::default().put(dir, b"").file("d/f", "x").end());
    assert_eq!(layer.stat("d").mode() & 0o7777, 0o2555);
    assert_eq!(layer.stat("d").mtime(), 1_600_000_000);
    assert_eq!(layer.read("d/f"), "x");
    // So that an ordinary user can remove it.
    std::fs::set_permissions(layer.diff().join("d"), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_roots_entry_gives_it_attributes() {
    let mut root = Tar::header(b'5', "./", b"");
    root.set_mode(0o711);
    let layer = applied(&Tar::default().put(root, b"").file("./f", "x").end());
    assert_eq!(layer.stat("").mode() & 0o7777, 0o711);
    assert_eq!(layer.stat("").mtime(), 1_600_000_000);
    let layer = applied(&Tar::default().file("f", "x").end());
    assert_eq!(layer.stat("").mode() & 0o7777, 0o755);
}

#[test]
fn attributes_are_kept_except_overlayfs_own() {
    let layer = applied(
        &Tar::default()
            .pax(&[
                ("SCHILY.xattr.user.lamel", b"\0=\n\xff"),
                ("SCHILY.xattr.user.overlay.opaque", b"y"),
                ("SCHILY.xattr.user.overlay.redirect", b"/etc"),
                ("SCHILY.xattr.trusted.overlay.opaque", b"y"),
            ])
            .dir("d")
            .end(),
    );
    let all = crate::sys::files::xattr::all_at(layer.fd().as_fd(), b"d").unwrap();
    assert_eq!(all, [(b"user.lamel".to_vec(), b"\0=\n\xff".to_vec())]);
}

#[test]
fn an_attribute_that_cannot_be_set_is_reported_as_skipped() {
    let layer = applied(
        &Tar::default()
            .pax(&[("SCHILY.xattr.user.x", b"1")])
            .symlink("s", "t")
            .end(),
    );
    assert_eq!(layer.applied.skipped.count, 1);
    assert_eq!(layer.applied.skipped.first[0].0, Path::new("s"));
    assert!(layer.exists("s"));
}

#[test]
fn a_device_that_may_not_be_made_is_reported_as_skipped() {
    let mut device = Tar::header(b'3', "null", b"");
    device.set_device_major(1).unwrap();
    device.set_device_minor(3).unwrap();
    let layer = applied(&Tar::default().put(device, b"").end());
    if layer.applied.skipped.count == 1 {
        let told = (PathBuf::from("null"), "device 1:3: not permitted".to_owned());
        assert_eq!(layer.applied.skipped.first, [told]);
        assert!(!layer.exists("null"));
    } else {
        assert_eq!(layer.stat("null").rdev(), rustix::fs::makedev(1, 3));
    }
}

#[test]
fn a_device_with_the_numbers_of_a_whiteout_is_skipped() {
    let mut device = Tar::header(b'3', "d/x", b"");
    device.set_device_major(0).unwrap();
    device.set_device_minor(0).unwrap();
    let layer = applied(&Tar::default().dir("d").put(device, b"").end());
    assert_eq!(layer.paths(), ["d/"]);
    assert_eq!(layer.applied.skipped.count, 1);
}

#[test]
fn a_pipe_may_have_blank_device_numbers() {
    let mut pipe = Tar::header(b'6', "p", b"");
    pipe.as_gnu_mut().unwrap().dev_major = [b' '; 8];
    let layer = applied(&Tar::default().put(pipe, b"").end());
    assert_eq!(layer.paths(), ["p"]);
}

#[test]
fn whiteouts_and_opaque_directories_take_overlayfs_form() {
    let layer = applied(
        &Tar::default()
            .dir("d")
            .file("d/new", "x")
            .file("d/.wh..wh..opq", "")
            .file("e/.wh.gone", "")
            .file(".wh..wh.plnk", "")
            .file(".wh..wh.aufs", "")
            .end(),
    );
    assert_eq!(layer.paths(), ["d/", "d/new", "e/", "e/gone"]);
    assert!(layer.is_opaque("d"));
    assert!(layer.is_whiteout("e/gone"));
    assert_eq!(layer.applied.lower_refs.implicit_dirs, [Path::new("e")]);
}

#[test]
fn a_directory_with_whiteouts_has_the_origin_attribute() {
    let tar = Tar::default()
        .dir("d")
        .file("d/.wh.gone", "")
        .dir("plain")
        .file("plain/f", "x");
    let layer = applied(&tar.end());
    let root = layer.fd();
    let origin = |name: &[u8]| crate::sys::files::xattr::get_at(root.as_fd(), name, b"user.overlay.origin").unwrap();
    assert_eq!((origin(b"d"), origin(b"plain")), (Some(Vec::new()), None));
}

#[test]
fn a_whiteout_hides_the_layers_below_and_not_its_own() {
    let after = Tar::default()
        .file("f", "mine")
        .dir("d")
        .file("d/g", "mine")
        .file(".wh.f", "")
        .file(".wh.d", "");
    let before = Tar::default()
        .file(".wh.f", "")
        .file(".wh.d", "")
        .file("f", "mine")
        .dir("d")
        .file("d/g", "mine");
    for tar in [after, before] {
        let layer = applied(&tar.end());
        assert_eq!(layer.paths(), ["d/", "d/g", "f"]);
        assert_eq!(layer.read("f"), "mine");
        assert!(layer.is_opaque("d"), "what is below must not show through");
    }
}

#[test]
fn whiteout_then_entries_below_it_without_a_directory() {
    let layer = applied(&Tar::default().file(".wh.d", "").file("d/f", "x").end());
    assert_eq!(layer.paths(), ["d/", "d/f"]);
    assert!(layer.is_opaque("d"));
    assert_eq!(layer.applied.lower_refs, LowerRefs::default());
}

#[test]
fn a_later_entry_replaces_an_earlier_one_of_any_type() {
    let layer = applied(
        &Tar::default()
            .dir("a")
            .file("a/x", "lost")
            .file("a", "file")
            .file("b", "lost too")
            .dir("b")
            .file("b/y", "new")
            .symlink("c", "b")
            .dir("c")
            .file("c/z", "new")
            .dir("d")
            .file("d/kept", "kept")
            .dir("d")
            .file("e", "first")
            .file("e", "second")
            .symlink("e", "b")
            .file("f", "one")
            .hard_link("g", "f")
            .file("f", "two")
            .end(),
    );
    assert_eq!(
        layer.paths(),
        ["a", "b/", "b/y", "c/", "c/z", "d/", "d/kept", "e", "f", "g"]
    );
    assert_eq!(layer.read("a"), "file");
    assert_eq!(layer.read("f"), "two");
    assert_eq!(layer.read("g"), "one");
    assert!(layer.is_opaque("b") && layer.is_opaque("c") && !layer.is_opaque("d"));
    assert_eq!(layer.applied.size, 4 + 3 + 3 + 4 + "b".len() as u64 + 3);
}

#[test]
fn a_symlink_in_the_same_layer_is_a_directory_like_any_other() {
    let layer = applied(
        &Tar::default()
            .dir("usr/lib")
            .symlink("lib", "usr/lib")
            .file("lib/f", "x")
            .symlink("run", "/var/run")
            .file("run/g", "y")
            .hard_link("lib/h", "lib/f")
            .file("lib/.wh..wh..opq", "")
            .end(),
    );
    assert_eq!(layer.read("usr/lib/f"), "x");
    assert_eq!(layer.read("var/run/g"), "y");
    assert_eq!(layer.stat("usr/lib/h").nlink(), 2);
    assert!(layer.is_opaque("usr/lib"));
    let implicit = ["usr", "var", "var/run"].map(PathBuf::from);
    assert_eq!(layer.applied.lower_refs.implicit_dirs, implicit);
}

#[test]
fn parents_without_an_entry_are_implicit_directories() {
    let layer = applied(
        &Tar::default()
            .file("a/b/f", "x")
            .file("c/d/f", "x")
            .dir("a")
            .dir("c/d")
            .end(),
    );
    assert_eq!(layer.applied.lower_refs.implicit_dirs, ["a/b", "c"].map(PathBuf::from));
    assert_eq!(layer.stat("a/b").mode() & 0o7777, 0o755);
    assert_eq!(layer.stat("a/b").mtime(), 0);
}

#[test]
fn a_removed_directory_leaves_no_lower_references() {
    let layer = applied(
        &Tar::default()
            .file("a/b/f", "x")
            .hard_link("a/l", "lower")
            .file("a", "x")
            .end(),
    );
    assert_eq!(layer.applied.lower_refs, LowerRefs::default());
    assert_eq!(layer.paths(), ["a"]);
}

#[test]
fn a_hard_link_to_a_later_entry_is_made_at_the_end() {
    let layer = applied(
        &Tar::default()
            .hard_link("one", "two")
            .hard_link("two", "three")
            .file("three", "x")
            .dir("d")
            .end(),
    );
    assert_eq!(layer.stat("three").nlink(), 3);
    assert_eq!(layer.applied.lower_refs, LowerRefs::default());
}

#[test]
fn a_hard_link_to_a_lower_layer_is_a_lower_reference() {
    let layer = applied(
        &Tar::default()
            .dir("d")
            .hard_link("d/one", "/etc/lower")
            .hard_link("two", "d/one")
            .end(),
    );
    assert_eq!(layer.paths(), ["d/"]);
    let links = [("d/one", "etc/lower"), ("two", "etc/lower")].map(|(a, b)| (PathBuf::from(a), PathBuf::from(b)));
    assert_eq!(layer.applied.lower_refs.links, links);
}

#[test]
fn a_hard_link_to_itself_is_left_alone() {
    let layer = applied(&Tar::default().file("f", "x").hard_link("f", "f").end());
    assert_eq!(layer.read("f"), "x");
}

#[test]
fn global_records_apply_to_all_entries_after_them() {
    let layer = applied(
        &Tar::default()
            .extended(b'g', &[("mtime", b"77"), ("path", b"ignored"), ("comment", b"x")])
            .file("a", "")
            .pax(&[("mtime", b"88")])
            .file("b", "")
            .end(),
    );
    assert_eq!((layer.stat("a").mtime(), layer.stat("b").mtime()), (77, 88));
}

#[test]
fn a_slash_at_the_end_makes_a_directory_of_a_v7_entry() {
    let layer = applied(
        &Tar::default()
            .put(Tar::header(0, "d/", b""), b"")
            .put(Tar::header(0, "f", b"x"), b"x")
            .end(),
    );
    assert_eq!(layer.paths(), ["d/", "f"]);
}

#[test]
fn root_keeps_owners_unless_only_one_id_is_mapped() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let mut header = Tar::header(b'0', "f", b"");
    header.set_mode(0o6755);
    let tar = Tar::default()
        .pax(&[("uid", b"1234"), ("gid", b"4321")])
        .put(header, b"")
        .end();
    let mut options = options();
    let (layer, result) = try_apply(&tar, &options);
    result.unwrap();
    assert_eq!((layer.stat("f").uid(), layer.stat("f").gid()), (1234, 4321));
    assert_eq!(layer.stat("f").mode() & 0o7777, 0o6755);
    options.single_id = true;
    let (layer, result) = try_apply(&tar, &options);
    result.unwrap();
    assert_eq!((layer.stat("f").uid(), layer.stat("f").gid()), (0, 0));
}

#[test]
fn a_new_upper_directory_has_the_root_attributes_of_the_topmost_layer_with_a_root_entry() {
    let mut root = Tar::header(b'5', "./", b"");
    root.set_mode(0o1711);
    let base = applied(
        &Tar::default()
            .pax(&[("SCHILY.xattr.user.x", b"1")])
            .put(root, b"")
            .end(),
    );
    let top = applied(&Tar::default().file("f", "x").end());
    let upper = tempfile::tempdir_in("/var/tmp").unwrap();
    let fd = File::open(upper.path()).unwrap();
    let lowers = [top.fd(), base.fd()].into_iter();
    inherit_root(lowers.map(|fd| Ok(fd.into())), fd.as_fd()).unwrap();
    let stat = std::fs::metadata(upper.path()).unwrap();
    assert_eq!((stat.mode() & 0o7777, stat.mtime()), (0o1711, 1_600_000_000));
    let all = crate::sys::files::xattr::all_at(fd.as_fd(), b".").unwrap();
    assert_eq!(all, [(b"user.x".to_vec(), b"1".to_vec())]);
}

#[test]
fn a_whiteout_below_a_file_is_ignored() {
    let layer = applied(
        &Tar::default()
            .dir("etc")
            .file("etc/motd", "now a file")
            .file("etc/motd/.wh.in", "")
            .file("etc/motd/.wh..wh..opq", "")
            .file("etc/motd/deep/.wh.in", "")
            .end(),
    );
    assert_eq!(layer.read("etc/motd"), "now a file");
    assert_eq!(layer.paths(), ["etc/", "etc/motd"]);
}
