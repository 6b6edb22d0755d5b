//! What a tar becomes on disk.

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
    let world = applied(&tar.end());
    assert_eq!(world.paths(), ["d/", "d/f", "d/s", "h", "p"]);
    let file = world.stat("d/f");
    assert_eq!((file.mode() & 0o7777, file.len(), file.nlink()), (0o4751, 5, 2));
    assert_eq!((file.mtime(), file.mtime_nsec()), (1_234_567_890, 123_456_789));
    assert_eq!(world.stat("h").ino(), file.ino());
    assert_eq!(
        std::fs::read_link(world.diff().join("d/s")).unwrap(),
        Path::new("/outside")
    );
    assert!(world.stat("p").file_type().is_fifo());
    for path in ["d", "d/s", "p"] {
        assert_eq!(world.stat(path).mtime(), 1_600_000_000, "{path}");
    }
    assert_eq!(world.applied.size, 5 + "/outside".len() as u64);
    assert_eq!(world.applied.entries, 5);
    assert_eq!(world.applied.lower_refs, LowerRefs::default());
    assert_eq!(world.applied.skipped, Skipped::default());
}

#[test]
fn a_directory_may_forbid_what_is_placed_in_it_later() {
    let mut dir = Tar::header(b'5', "d", b"");
    dir.set_mode(0o2555);
    let world = applied(&Tar::default().put(dir, b"").file("d/f", "x").end());
    assert_eq!(world.stat("d").mode() & 0o7777, 0o2555);
    assert_eq!(world.stat("d").mtime(), 1_600_000_000);
    assert_eq!(world.read("d/f"), "x");
    // So that an ordinary user can remove it.
    std::fs::set_permissions(world.diff().join("d"), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_root_has_attributes_too() {
    let mut root = Tar::header(b'5', "./", b"");
    root.set_mode(0o711);
    let world = applied(&Tar::default().put(root, b"").file("./f", "x").end());
    assert_eq!(world.stat("").mode() & 0o7777, 0o711);
    assert_eq!(world.stat("").mtime(), 1_600_000_000);
    let world = applied(&Tar::default().file("f", "x").end());
    assert_eq!(world.stat("").mode() & 0o7777, 0o755);
}

#[test]
fn attributes_are_kept_but_never_overlayfs_own() {
    let world = applied(
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
    let all = crate::sys::files::xattr::all_at(world.fd().as_fd(), b"d").unwrap();
    assert_eq!(all, [(b"user.lamel".to_vec(), b"\0=\n\xff".to_vec())]);
}

#[test]
fn an_attribute_that_cannot_be_kept_is_skipped_and_told() {
    let world = applied(
        &Tar::default()
            .pax(&[("SCHILY.xattr.user.x", b"1")])
            .symlink("s", "t")
            .end(),
    );
    assert_eq!(world.applied.skipped.count, 1);
    assert_eq!(world.applied.skipped.first[0].0, Path::new("s"));
    assert!(world.exists("s"));
}

#[test]
fn a_device_that_may_not_be_made_is_skipped_and_told_and_never_a_file() {
    let mut device = Tar::header(b'3', "null", b"");
    device.set_device_major(1).unwrap();
    device.set_device_minor(3).unwrap();
    let world = applied(&Tar::default().put(device, b"").end());
    if world.applied.skipped.count == 1 {
        let told = (PathBuf::from("null"), "device 1:3: not permitted".to_owned());
        assert_eq!(world.applied.skipped.first, [told]);
        assert!(!world.exists("null"));
    } else {
        assert_eq!(world.stat("null").rdev(), rustix::fs::makedev(1, 3));
    }
}

#[test]
fn a_device_zero_is_no_whiteout() {
    let mut device = Tar::header(b'3', "d/x", b"");
    device.set_device_major(0).unwrap();
    device.set_device_minor(0).unwrap();
    let world = applied(&Tar::default().dir("d").put(device, b"").end());
    assert_eq!(world.paths(), ["d/"]);
    assert_eq!(world.applied.skipped.count, 1);
}

#[test]
fn blank_device_numbers_are_tolerated() {
    let mut pipe = Tar::header(b'6', "p", b"");
    pipe.as_gnu_mut().unwrap().dev_major = [b' '; 8];
    let world = applied(&Tar::default().put(pipe, b"").end());
    assert_eq!(world.paths(), ["p"]);
}

#[test]
fn whiteouts_and_opaque_directories_take_overlayfs_form() {
    let world = applied(
        &Tar::default()
            .dir("d")
            .file("d/new", "x")
            .file("d/.wh..wh..opq", "")
            .file("e/.wh.gone", "")
            .file(".wh..wh.plnk", "")
            .file(".wh..wh.aufs", "")
            .end(),
    );
    assert_eq!(world.paths(), ["d/", "d/new", "e/", "e/gone"]);
    assert!(world.is_opaque("d"));
    assert!(world.is_whiteout("e/gone"));
    assert_eq!(world.applied.lower_refs.implicit_dirs, [Path::new("e")]);
}

#[test]
fn a_directory_is_marked_where_whiteouts_are_in_it() {
    let tar = Tar::default()
        .dir("d")
        .file("d/.wh.gone", "")
        .dir("plain")
        .file("plain/f", "x");
    let world = applied(&tar.end());
    let root = world.fd();
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
        let world = applied(&tar.end());
        assert_eq!(world.paths(), ["d/", "d/g", "f"]);
        assert_eq!(world.read("f"), "mine");
        assert!(world.is_opaque("d"), "what is below must not show through");
    }
}

#[test]
fn whiteout_then_entries_below_it_without_a_directory() {
    let world = applied(&Tar::default().file(".wh.d", "").file("d/f", "x").end());
    assert_eq!(world.paths(), ["d/", "d/f"]);
    assert!(world.is_opaque("d"));
    assert_eq!(world.applied.lower_refs, LowerRefs::default());
}

#[test]
fn a_later_entry_replaces_an_earlier_one_of_any_type() {
    let world = applied(
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
        world.paths(),
        ["a", "b/", "b/y", "c/", "c/z", "d/", "d/kept", "e", "f", "g"]
    );
    assert_eq!(world.read("a"), "file");
    assert_eq!(world.read("f"), "two");
    assert_eq!(world.read("g"), "one");
    assert!(world.is_opaque("b") && world.is_opaque("c") && !world.is_opaque("d"));
    assert_eq!(world.applied.size, 4 + 3 + 3 + 4 + "b".len() as u64 + 3);
}

#[test]
fn a_symlink_in_the_same_layer_is_a_directory_like_any_other() {
    let world = applied(
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
    assert_eq!(world.read("usr/lib/f"), "x");
    assert_eq!(world.read("var/run/g"), "y");
    assert_eq!(world.stat("usr/lib/h").nlink(), 2);
    assert!(world.is_opaque("usr/lib"));
    let implicit = ["usr", "var", "var/run"].map(PathBuf::from);
    assert_eq!(world.applied.lower_refs.implicit_dirs, implicit);
}

#[test]
fn missing_parents_are_told_unless_their_entry_comes_later() {
    let world = applied(
        &Tar::default()
            .file("a/b/f", "x")
            .file("c/d/f", "x")
            .dir("a")
            .dir("c/d")
            .end(),
    );
    assert_eq!(world.applied.lower_refs.implicit_dirs, ["a/b", "c"].map(PathBuf::from));
    assert_eq!(world.stat("a/b").mode() & 0o7777, 0o755);
    assert_eq!(world.stat("a/b").mtime(), 0);
}

#[test]
fn a_removed_directory_leaves_no_needs_behind() {
    let world = applied(
        &Tar::default()
            .file("a/b/f", "x")
            .hard_link("a/l", "lower")
            .file("a", "x")
            .end(),
    );
    assert_eq!(world.applied.lower_refs, LowerRefs::default());
    assert_eq!(world.paths(), ["a"]);
}

#[test]
fn a_hard_link_to_a_later_entry_is_made_at_the_end() {
    let world = applied(
        &Tar::default()
            .hard_link("one", "two")
            .hard_link("two", "three")
            .file("three", "x")
            .dir("d")
            .end(),
    );
    assert_eq!(world.stat("three").nlink(), 3);
    assert_eq!(world.applied.lower_refs, LowerRefs::default());
}

#[test]
fn a_hard_link_to_a_lower_layer_is_told() {
    let world = applied(
        &Tar::default()
            .dir("d")
            .hard_link("d/one", "/etc/lower")
            .hard_link("two", "d/one")
            .end(),
    );
    assert_eq!(world.paths(), ["d/"]);
    let links = [("d/one", "etc/lower"), ("two", "etc/lower")].map(|(a, b)| (PathBuf::from(a), PathBuf::from(b)));
    assert_eq!(world.applied.lower_refs.links, links);
}

#[test]
fn a_hard_link_to_itself_is_left_alone() {
    let world = applied(&Tar::default().file("f", "x").hard_link("f", "f").end());
    assert_eq!(world.read("f"), "x");
}

#[test]
fn global_records_hold_for_all_that_follow() {
    let world = applied(
        &Tar::default()
            .extended(b'g', &[("mtime", b"77"), ("path", b"ignored"), ("comment", b"x")])
            .file("a", "")
            .pax(&[("mtime", b"88")])
            .file("b", "")
            .end(),
    );
    assert_eq!((world.stat("a").mtime(), world.stat("b").mtime()), (77, 88));
}

#[test]
fn the_last_slash_of_an_old_tar_makes_a_directory() {
    let world = applied(
        &Tar::default()
            .put(Tar::header(0, "d/", b""), b"")
            .put(Tar::header(0, "f", b"x"), b"x")
            .end(),
    );
    assert_eq!(world.paths(), ["d/", "f"]);
}

#[test]
fn owners_are_kept_as_root() {
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
    let (world, result) = try_apply(&tar, &options);
    result.unwrap();
    assert_eq!((world.stat("f").uid(), world.stat("f").gid()), (1234, 4321));
    assert_eq!(world.stat("f").mode() & 0o7777, 0o6755);
    options.single_id = true;
    let (world, result) = try_apply(&tar, &options);
    result.unwrap();
    assert_eq!((world.stat("f").uid(), world.stat("f").gid()), (0, 0));
}

#[test]
fn a_new_upper_directory_has_the_root_of_the_first_layer_that_has_one() {
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
fn below_what_is_no_directory_there_is_nothing_to_hide() {
    let world = applied(
        &Tar::default()
            .dir("etc")
            .file("etc/motd", "now a file")
            .file("etc/motd/.wh.in", "")
            .file("etc/motd/.wh..wh..opq", "")
            .file("etc/motd/deep/.wh.in", "")
            .end(),
    );
    assert_eq!(world.read("etc/motd"), "now a file");
    assert_eq!(world.paths(), ["etc/", "etc/motd"]);
}
