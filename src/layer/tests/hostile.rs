//! Tars that are hostile, or damaged.

use crate::layer::apply::apply;
use crate::layer::model::{Applied, ApplyLimits, ApplyOptions};
use crate::layer::tests::*;

fn apply_in(dest: BorrowedFd<'_>, blob: Box<dyn Read + Send + '_>) -> anyhow::Result<Applied> {
    apply(blob, dest, &mut std::io::sink(), &options(), &AtomicBool::new(false))
}

#[test]
fn no_name_leads_outside() {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    std::fs::create_dir(dir.path().join("diff")).unwrap();
    std::fs::write(dir.path().join("victim"), "untouched").unwrap();
    let tar = Tar::default()
        .file("../victim", "1")
        .file("/../../victim", "2")
        .file("a/../../victim", "3")
        .symlink("up", "..")
        .file("up/victim", "4")
        .symlink("far", "../../../../../../../..")
        .file("far/victim", "5")
        .symlink("abs", "/")
        .file("abs/victim", "6")
        .hard_link("linked", "../../victim")
        .hard_link("linked2", "up/victim")
        .symlink("victim2", "../victim")
        .file("victim2", "7")
        .file("up/.wh.victim", "")
        .file(".wh.../x", "")
        .end();
    let dest = File::open(dir.path().join("diff")).unwrap();
    apply_in(dest.as_fd(), Box::new(&*tar)).unwrap();
    assert_eq!(std::fs::read_to_string(dir.path().join("victim")).unwrap(), "untouched");
    assert_eq!(std::fs::read_to_string(dir.path().join("diff/victim")).unwrap(), "6");
    assert_eq!(std::fs::symlink_metadata(dir.path().join("victim")).unwrap().nlink(), 1);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn a_symlink_to_a_host_path_is_followed_inside() {
    let outside = tempfile::tempdir_in("/var/tmp").unwrap();
    let path = outside.path().to_str().unwrap();
    let layer = applied(&Tar::default().symlink("out", path).file("out/file", "x").end());
    let inside = layer.dir.path().join("diff").join(path.trim_start_matches('/'));
    assert_eq!(std::fs::read_to_string(inside.join("file")).unwrap(), "x");
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
    let error = refused(&Tar::default().symlink("etc", "/etc").file("etc/file", "x").end());
    assert_eq!(error, "unpacking etc/file: too many symlinks at etc");
}

#[test]
fn symlinks_with_too_many_components_are_refused() {
    let around = |turns: usize| {
        let target = "x/../".repeat(turns);
        let link = Tar::default().pax(&[("linkpath", target.as_bytes())]).symlink("l", "");
        link.file("l/f", "x").end()
    };
    assert_eq!(applied(&around(500)).read("f"), "x");
    assert_eq!(
        refused(&around(600)),
        "unpacking l/f: symlinks of more than 1024 names at l"
    );
}

#[test]
fn a_whiteout_without_a_name_is_refused() {
    for name in [".wh.", "d/.wh..", ".wh..."] {
        let error = refused(&Tar::default().file(name, "").end());
        assert_eq!(error, format!("unpacking {name}: a whiteout of no name"));
    }
}

#[test]
fn an_entry_below_a_file_is_refused() {
    let error = refused(&Tar::default().file("f", "x").file("f/g", "x").end());
    assert_eq!(error, "unpacking f/g: f is not a directory");
}

#[test]
fn limits_are_enforced() {
    let with = |limits: ApplyLimits, tar: &[u8]| {
        let options = ApplyOptions { limits, ..options() };
        format!("{:#}", try_apply(tar, &options).1.unwrap_err())
    };
    let three = Tar::default().file("a", "").file("b", "").file("c", "").end();
    let limits = ApplyLimits {
        entries: 2,
        ..ApplyLimits::default()
    };
    assert_eq!(with(limits, &three), "the layer has more than 2 entries");
    let limits = ApplyLimits {
        bytes: 1000,
        ..ApplyLimits::default()
    };
    assert_eq!(
        with(limits, &three),
        "tar entry at byte 0: the layer is larger than the limit of 1000 bytes"
    );
    let limits = ApplyLimits {
        depth: 3,
        ..ApplyLimits::default()
    };
    assert_eq!(
        with(limits, &Tar::default().file("a/b/c/d", "").end()),
        "unpacking a/b/c/d: more than 3 directories deep"
    );
    let limits = ApplyLimits {
        depth: 3,
        ..ApplyLimits::default()
    };
    let deep = Tar::default()
        .symlink("s", "a/b/c")
        .symlink("a/b/c/t", "d/e")
        .file("s/t", "")
        .end();
    assert!(with(limits, &deep).contains("more than 3 directories deep"));
}

#[test]
fn extended_headers_are_bounded() {
    let big = vec![b'x'; 600 << 10];
    let records: [(&str, &[u8]); 1] = [("comment", &big)];
    let error = refused(&Tar::default().pax(&records).pax(&records).file("f", "").end());
    assert!(
        error.ends_with("extended headers of more than 1048576 bytes"),
        "{error}"
    );
    let mut name = Tar::header(b'L', "long", b"");
    name.set_size(1 << 40);
    let error = refused(&Tar::default().put(name, b"").end());
    assert!(
        error.ends_with("extended headers of more than 1048576 bytes"),
        "{error}"
    );
}

#[test]
fn attributes_in_global_records_are_bounded() {
    let names: Vec<String> = (0..100).map(|number| format!("SCHILY.xattr.user.{number}")).collect();
    let records: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"1"[..])).collect();
    // The limit is for all headers together.
    let tar = Tar::default()
        .extended(b'g', &records[..50])
        .file("f", "")
        .extended(b'g', &records[50..]);
    let error = refused(&tar.file("g", "").end());
    assert!(
        error.ends_with("global PAX records of more than 4096 bytes of attributes"),
        "{error}"
    );
}

#[test]
fn truncated_and_damaged_tars_are_errors() {
    let tar = Tar::default().file("f", &"content".repeat(200)).end();
    for length in [1, 511, 513, 600, 1024] {
        assert!(!refused(&tar[..length]).is_empty());
    }
    let mut damaged = tar.clone();
    damaged[0] ^= 1;
    assert_eq!(
        refused(&damaged),
        "tar entry at byte 0: wrong checksum: this is no tar, or it is damaged"
    );
    let mut lone = Tar::default();
    lone.0.resize(512, 0);
    assert_eq!(
        refused(&lone.file("f", "").end()),
        "tar entry at byte 0: a lone block of zeros inside the tar"
    );
    assert!(refused(b"<html>no tar</html>").contains("the middle of a header"));
}

#[test]
fn sparse_maps_must_fit() {
    let sparse = |map: &str, size: &str| {
        let records = [("GNU.sparse.map", map.as_bytes()), ("GNU.sparse.size", size.as_bytes())];
        refused(&Tar::default().pax(&records).file("f", "12345").end())
    };
    for (map, size, error) in [
        ("0,3,2,2", "10", "segments overlap or are out of order"),
        ("0,5", "4", "a segment is past the end of the file"),
        ("0,4", "10", "segments of 4 bytes, content of 5"),
        ("0,4,5", "10", "an offset without a length"),
        ("18446744073709551615,5", "10", "a segment is out of range"),
    ] {
        assert_eq!(sparse(map, size), format!("tar entry at byte 0: sparse map: {error}"));
    }
    let huge = u64::MAX.to_string();
    assert!(sparse("0,5", &huge).contains("larger than"));
}

#[test]
fn names_with_escapes_and_control_bytes_are_just_names() {
    let text = "\x1b[31mred\u{202e}";
    let layer = applied(&Tar::default().pax(&[("path", text.as_bytes())]).file("f", "x").end());
    assert_eq!(layer.paths(), [text]);
    let error = refused(&Tar::default().pax(&[("path", b"a\0b")]).file("f", "x").end());
    assert!(error.contains("a NUL in a name"), "{error}");
}

#[test]
fn a_read_error_is_passed_on() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the line went dead"))
        }
    }
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    let dest = File::open(dir.path()).unwrap();
    let error = apply_in(dest.as_fd(), Box::new(Broken)).unwrap_err();
    assert_eq!(error.root_cause().to_string(), "the line went dead");
}

/// The next number of a fixed pseudo-random sequence (Knuth's MMIX).
fn next(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

#[test]
fn damaged_headers_are_errors_or_the_tar_comes_back() {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    shell(
        dir.path(),
        "mkdir -p d/e; echo x > d/f; ln d/f d/g; ln -s f d/s; truncate -s 70000 d/h; echo y >> d/h; mkfifo d/p",
    );
    let mut state = 1;
    for format in [
        "--format=gnu -S",
        "--format=pax -S --sparse-version=0.1",
        "--format=pax -S",
    ] {
        let tar = shell(dir.path(), &format!("tar -c --numeric-owner {format} d"));
        let blocks = (0..tar.len() / 512).map(|block| block * 512);
        let headers: Vec<usize> = blocks.filter(|&at| tar[at + 257..].starts_with(b"ustar")).collect();
        for _ in 0..50 {
            let mut tar = tar.clone();
            for _ in 0..=next(&mut state) % 3 {
                let at = match next(&mut state) % 4 {
                    0 | 1 if !headers.is_empty() => headers[next(&mut state) % headers.len()] + next(&mut state) % 512,
                    _ => next(&mut state) % tar.len().min(12_000),
                };
                tar[at] =
                    [0, b'0', b'7', b'9', b'/', b'.', b' ', b'\n', 0x80, 0xff, tar[at] ^ 1][next(&mut state) % 11];
            }
            for &at in &headers {
                let mut header = ::tar::Header::from_byte_slice(&tar[at..at + 512]).clone();
                header.set_cksum();
                tar[at..at + 512].copy_from_slice(header.as_bytes());
            }
            let (layer, result) = try_apply(&tar, &options());
            // So that an ordinary user can read and remove it.
            shell(layer.dir.path(), "chmod -R u+rwX diff");
            if result.is_ok() {
                assert_eq!(layer.applied.diff_id, DiffId(Digest::of(&tar)));
                assert!(layer.assemble().unwrap() == tar);
            }
        }
    }
}

#[test]
fn names_kept_in_memory_are_bounded() {
    let limits = ApplyLimits {
        memory: 5_000,
        ..ApplyLimits::default()
    };
    let refused = |tar: Tar| {
        let options = ApplyOptions {
            limits: limits.clone(),
            ..options()
        };
        format!("{:#}", try_apply(&tar.end(), &options).1.unwrap_err())
    };
    let long = "x".repeat(90);
    let many = |add: &dyn Fn(Tar, usize) -> Tar| (0..50).fold(Tar::default(), add);
    for tar in [
        many(&|tar, n| tar.dir(&format!("{n}-{long}"))),
        many(&|tar, n| tar.file(&format!("{n}-{long}/f"), "")),
        many(&|tar, n| tar.hard_link(&format!("{n}"), &format!("lower/{long}"))),
    ] {
        let error = refused(tar);
        assert!(
            error.ends_with("directories and links with names of more than 5000 bytes"),
            "{error}"
        );
    }
    // One directory listed over and over is counted once.
    let again = many(&|tar, _| tar.dir("d")).end();
    let options = ApplyOptions { limits, ..options() };
    try_apply(&again, &options).1.unwrap();
}
