//! Layers from end to end: tars that are made here or by other programs are applied, compared, assembled and packed.

pub mod applying;
pub mod assembling;
pub mod changing;
pub mod hostile;
pub mod lower_refs;
pub mod packing;

use crate::layer::apply::apply;
use crate::layer::model::{Applied, ApplyLimits, ApplyOptions, LowerRefs, Skipped};
use crate::layer::split::assemble::assemble;
use crate::oci::digest::DiffId;
use crate::oci::digest::Digest;
use crate::sys::mount::overlay::Flavour;
use rustix::fs::FileType;
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;

/// A layer that was unpacked for a test: its directory `diff` and its tar-split `split`.
struct AppliedLayer {
    dir: tempfile::TempDir,
    applied: Applied,
}

impl AppliedLayer {
    fn diff(&self) -> PathBuf {
        self.dir.path().join("diff")
    }

    fn fd(&self) -> File {
        File::open(self.diff()).unwrap()
    }

    fn stat(&self, path: &str) -> std::fs::Metadata {
        std::fs::symlink_metadata(self.diff().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.diff().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn exists(&self, path: &str) -> bool {
        self.diff().join(path).symlink_metadata().is_ok()
    }

    fn is_whiteout(&self, path: &str) -> bool {
        let stat = self.stat(path);
        stat.file_type().is_char_device() && stat.rdev() == 0
    }

    fn is_opaque(&self, path: &str) -> bool {
        let (parent, name) = path.rsplit_once('/').unwrap_or((".", path));
        let parent = File::open(self.diff().join(parent)).unwrap();
        let name = name.as_bytes();
        crate::sys::files::xattr::get_at(parent.as_fd(), name, b"user.overlay.opaque").unwrap() == Some(b"y".to_vec())
    }

    /// All paths below the root, sorted, a directory's with a slash.
    fn paths(&self) -> Vec<String> {
        fn walk(root: &Path, dir: &Path, all: &mut Vec<String>) {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                if path.symlink_metadata().unwrap().is_dir() {
                    all.push(name + "/");
                    walk(root, &path, all);
                } else {
                    all.push(name);
                }
            }
        }
        let mut all = Vec::new();
        walk(&self.diff(), &self.diff(), &mut all);
        all.sort();
        all
    }

    fn assemble(&self) -> anyhow::Result<Vec<u8>> {
        let mut out = Vec::new();
        let split = File::open(self.dir.path().join("split"))?;
        assemble(&split, self.fd().as_fd(), &mut out)?;
        Ok(out)
    }
}

/// `user.` attributes, which an ordinary user can set too.
fn options() -> ApplyOptions {
    ApplyOptions {
        flavour: Flavour::User,
        single_id: !rustix::process::geteuid().is_root(),
        limits: ApplyLimits::default(),
    }
}

fn try_apply(tar: &[u8], options: &ApplyOptions) -> (AppliedLayer, anyhow::Result<()>) {
    // Not /tmp: a tmpfs may lack user attributes.
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    std::fs::create_dir(dir.path().join("diff")).unwrap();
    let dest = File::open(dir.path().join("diff")).unwrap();
    let mut split = File::create(dir.path().join("split")).unwrap();
    let result = apply(
        Box::new(tar),
        dest.as_fd(),
        &mut split,
        options,
        &AtomicBool::new(false),
    );
    let (applied, result) = match result {
        Ok(applied) => (applied, Ok(())),
        Err(error) => {
            let nothing = Applied {
                diff_id: DiffId(Digest::of(b"")),
                tar_size: 0,
                size: 0,
                entries: 0,
                lower_refs: LowerRefs::default(),
                skipped: Skipped::default(),
            };
            (nothing, Err(error))
        }
    };
    (AppliedLayer { dir, applied }, result)
}

/// Applies a tar and checks what must hold for every tar: its digest, its size, and that it can be assembled again.
fn applied(tar: &[u8]) -> AppliedLayer {
    let (layer, result) = try_apply(tar, &options());
    result.unwrap_or_else(|error| panic!("{error:#}"));
    assert_eq!(layer.applied.diff_id, DiffId(Digest::of(tar)));
    assert_eq!(layer.applied.tar_size, tar.len() as u64);
    let again = layer.assemble().unwrap_or_else(|error| panic!("{error:#}"));
    assert!(again == tar, "assembled another tar");
    layer
}

/// Applies a tar that must be refused. Returns the error in one line.
fn refused(tar: &[u8]) -> String {
    let (_, result) = try_apply(tar, &options());
    format!("{:#}", result.expect_err("the tar was accepted"))
}

/// A tar, built header by header.
#[derive(Default)]
struct Tar(Vec<u8>);

impl Tar {
    fn header(kind: u8, name: &str, content: &[u8]) -> ::tar::Header {
        let mut header = ::tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.as_old_mut().linkflag[0] = kind;
        header.set_mode(if kind == b'5' { 0o755 } else { 0o644 });
        header.set_uid(u64::from(rustix::process::geteuid().as_raw()));
        header.set_gid(u64::from(rustix::process::getegid().as_raw()));
        header.set_mtime(1_600_000_000);
        header.set_size(content.len() as u64);
        header
    }

    fn put(mut self, mut header: ::tar::Header, content: &[u8]) -> Tar {
        header.set_cksum();
        self.0.extend_from_slice(header.as_bytes());
        self.0.extend_from_slice(content);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    fn file(self, name: &str, content: &str) -> Tar {
        self.put(Tar::header(b'0', name, content.as_bytes()), content.as_bytes())
    }

    fn dir(self, name: &str) -> Tar {
        self.put(Tar::header(b'5', name, b""), b"")
    }

    fn link(self, kind: u8, name: &str, target: &str) -> Tar {
        let mut header = Tar::header(kind, name, b"");
        header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
        self.put(header, b"")
    }

    fn symlink(self, name: &str, target: &str) -> Tar {
        self.link(b'2', name, target)
    }

    fn hard_link(self, name: &str, target: &str) -> Tar {
        self.link(b'1', name, target)
    }

    fn pax(self, records: &[(&str, &[u8])]) -> Tar {
        self.extended(b'x', records)
    }

    fn extended(self, kind: u8, records: &[(&str, &[u8])]) -> Tar {
        let mut data = Vec::new();
        for (key, value) in records {
            let rest = key.len() + value.len() + 3;
            let mut length = rest + 1;
            while length.to_string().len() + rest != length {
                length = length.to_string().len() + rest;
            }
            data.extend_from_slice(format!("{length} {key}=").as_bytes());
            data.extend_from_slice(value);
            data.push(b'\n');
        }
        self.put(Tar::header(kind, "pax", &data), &data)
    }

    fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(&[0; 1024]);
        self.0
    }
}

/// Whether this machine has a program that a test compares with. In CI it must.
fn has(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "{program} is not installed");
    if !found {
        #[expect(clippy::print_stderr, reason = "a comparison that is left out is told")]
        {
            eprintln!("not compared with {program}: it is not installed");
        }
    }
    found
}

/// Runs a shell script in `dir`. Returns its output.
fn shell(dir: &Path, script: &str) -> Vec<u8> {
    let mut command = Command::new("sh");
    command.args(["-euc", script]).current_dir(dir).stdin(Stdio::null());
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{script}");
    output.stdout
}
