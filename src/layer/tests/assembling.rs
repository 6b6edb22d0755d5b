//! The exact tar is assembled again, whichever program made it. (`applied` checks that for every tar in these tests.)

use crate::layer::tests::*;

/// Makes a tree with every type of file that an ordinary user can make.
const TREE: &str = r#"
    mkdir -p d/e empty
    long=$(printf 'n%.0s' $(seq 120)); mkdir -p d/$long; echo long > d/$long/$long
    head -c 100000 /dev/urandom > d/big; head -c 513 /dev/urandom > d/odd; : > d/zero
    ln d/big d/hard; ln -s big d/soft; ln -s /$long/$long d/farsoft; mkfifo d/pipe
    printf x > $(printf "d/\377\376"); printf y > 'd/new
line'
    chmod 2755 d/e; chmod 4711 d/odd; chmod 400 d/zero
    truncate -s 300000 d/sparse; printf mid | dd of=d/sparse bs=1 seek=150000 conv=notrunc 2>/dev/null
    truncate -s 1M d/holes; printf end | dd of=d/holes bs=1 seek=1000000 conv=notrunc 2>/dev/null
    i=0; while [ $i -lt 12 ]; do printf data | dd of=d/holes bs=1 seek=$((i*80000)) conv=notrunc 2>/dev/null; i=$((i+1)); done
    touch -d '2001-02-03 04:05:06.789012345' d/big d/e d
"#;

fn round_trip(command: &str) -> AppliedLayer {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    shell(dir.path(), &format!("mkdir tree; cd tree; {TREE}"));
    let tar = shell(&dir.path().join("tree"), command);
    let layer = applied(&tar);
    for path in ["d/big", "d/odd", "d/sparse", "d/holes"] {
        let (one, other) = (dir.path().join("tree").join(path), layer.diff().join(path));
        assert!(
            std::fs::read(one).unwrap() == std::fs::read(other).unwrap(),
            "{command}: {path}"
        );
    }
    assert_eq!(layer.stat("d/hard").ino(), layer.stat("d/big").ino());
    layer
}

#[test]
fn gnu_tars_formats_come_back() {
    for format in ["gnu", "oldgnu", "pax", "posix"] {
        round_trip(&format!("tar --numeric-owner --format={format} -c ."));
    }
}

#[test]
fn gnu_tars_sparse_formats_come_back_with_their_holes() {
    for format in [
        "--format=gnu",
        "--format=pax --sparse-version=0.0",
        "--format=pax --sparse-version=0.1",
        "--format=pax --sparse-version=1.0",
    ] {
        let layer = round_trip(&format!("tar -S {format} -c ."));
        let holes = layer.stat("d/holes");
        assert!(holes.blocks() * 512 < holes.len(), "{format}: the holes were filled");
    }
}

#[test]
fn bsdtars_formats_come_back() {
    if !has("bsdtar") {
        return;
    }
    for format in ["gnutar", "pax"] {
        round_trip(&format!("LC_ALL=C.UTF-8 bsdtar --format={format} -cf - . 2>/dev/null"));
    }
}

#[test]
fn pythons_formats_come_back() {
    if !has("python3") {
        return;
    }
    for format in ["GNU_FORMAT", "PAX_FORMAT"] {
        round_trip(&format!(
            "python3 -c 'import sys, tarfile as t
with t.open(fileobj=sys.stdout.buffer, mode=\"w|\", format=t.{format}) as f: f.add(\".\")'"
        ));
    }
}

#[test]
fn files_that_a_later_entry_replaced_come_back() {
    let mut tar = Tar::default();
    for round in 0..5 {
        tar = tar
            .file("same", &format!("content {round}"))
            .dir("d")
            .file("d/a", &"a".repeat(round * 700))
            .file("d/e/b", &"b".repeat(round * 999))
            .hard_link("hard", "d/a")
            .file("hard", "own")
            .symlink("d", "/")
            .file("d/same", "through the symlink")
            .file("d", "in its place");
    }
    let layer = applied(&tar.end());
    assert_eq!(layer.paths(), ["d", "hard", "same"]);
    assert_eq!(layer.applied.size, 12 + 3 + 19);
}

#[test]
fn content_of_whiteouts_padding_and_bytes_after_the_end_come_back() {
    let mut unknown = Tar::header(b'Z', "odd", b"some content");
    unknown.set_size(12);
    let mut tar = Tar::default()
        .put(unknown, b"some content")
        .file(".wh.x", "content")
        .file(".wh..wh.y", "content");
    tar = tar.file("f", "x");
    // Padding need not be zeros.
    let last = tar.0.len() - 1;
    tar.0[last] = 7;
    let mut tar = tar.end();
    tar.extend_from_slice(&[0; 9000]);
    tar.extend_from_slice(b"and junk that is no block");
    let layer = applied(&tar);
    assert_eq!(layer.paths(), ["f", "x"]);
    assert_eq!(layer.applied.skipped.count, 1);
}

#[test]
fn a_tar_without_end_blocks_comes_back() {
    applied(b"");
    applied(&[0; 512]);
    applied(&[0; 1024]);
    applied(&Tar::default().file("f", "x").0);
}

#[test]
fn a_file_that_changed_on_disk_is_an_error_that_names_it() {
    let layer = applied(&Tar::default().dir("d").file("d/f", "content").end());
    std::fs::write(layer.diff().join("d/f"), "longer content").unwrap();
    assert_eq!(
        format!("{:#}", layer.assemble().unwrap_err()),
        "file d/f of the layer: has 14 bytes, not 7 as when it was unpacked"
    );
    std::fs::remove_file(layer.diff().join("d/f")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", layer.diff().join("d/f")).unwrap();
    assert!(format!("{:#}", layer.assemble().unwrap_err()).starts_with("file d/f of the layer: "));
}

#[test]
fn a_damaged_tar_split_is_an_error() {
    let layer = applied(&Tar::default().file("f", "content").end());
    let path = layer.dir.path().join("split");
    let split = std::fs::read(&path).unwrap();
    for length in 0..split.len() {
        std::fs::write(&path, &split[..length]).unwrap();
        assert!(layer.assemble().is_err(), "{length} of {} bytes", split.len());
    }
}
