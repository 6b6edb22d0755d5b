//! The store's directory, by descriptor, and the small files in it: read whole, written by rename.
//!
//! Every error names the file. What is not there is `None` or `false`, since others remove things at any time.

use crate::sys::files::atomic_file;
use crate::sys::files::lock::Lock;
use anyhow::{Context, bail};
use rustix::fs::{
    AtFlags, Dir, Mode, OFlags, chmodat, fsync, mkdirat, openat, readlinkat, renameat, statat, symlinkat, syncfs,
    unlinkat,
};
use rustix::io::Errno;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// The largest record that is read, bytes. The longest is a layer's whose tar has a great many implied directories.
pub const MAX_RECORD: u64 = 64 << 20;

/// The store's directory. Names are relative to it.
pub struct Directory {
    fd: OwnedFd,
    path: PathBuf,
}

impl Directory {
    /// Opens a directory that exists.
    pub fn open(path: &Path) -> anyhow::Result<Directory> {
        let fd = openat(rustix::fs::CWD, path, DIRECTORY, Mode::empty())
            .with_context(|| format!("store {}", path.display()))?;
        Ok(Directory {
            fd,
            path: path.to_owned(),
        })
    }

    pub fn root(&self) -> &Path {
        &self.path
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// For `with_context`.
    pub fn named(&self, name: &str) -> impl FnOnce() -> String {
        || self.path(name).display().to_string()
    }

    pub fn open_dir(&self, name: &str) -> anyhow::Result<OwnedFd> {
        openat(&self.fd, name, DIRECTORY, Mode::empty()).with_context(self.named(name))
    }

    /// A file to lock, made where it is missing.
    pub fn open_lock(&self, name: &str) -> anyhow::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR).with_context(self.named(name))?;
        Ok(File::from(fd))
    }

    /// Opens a file that may be gone.
    pub fn open_file(&self, name: &str) -> anyhow::Result<Option<File>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match openat(&self.fd, name, flags, Mode::empty()) {
            Ok(fd) => Ok(Some(File::from(fd))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// A new file; it is an error if there is one.
    pub fn create_file(&self, name: &str) -> anyhow::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let fd = openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR).with_context(self.named(name))?;
        Ok(File::from(fd))
    }

    /// Locks the directory `name` itself, around calls that replace something in it.
    pub fn lock_dir(&self, name: &str) -> anyhow::Result<Lock> {
        Lock::exclusive(File::from(self.open_dir(name)?)).with_context(self.named(name))
    }

    /// The file's bytes; one longer than `limit` is an error.
    pub fn read(&self, name: &str, limit: u64) -> anyhow::Result<Option<Vec<u8>>> {
        let Some(file) = self.open_file(name)? else {
            return Ok(None);
        };
        let size = file.metadata().with_context(self.named(name))?.len();
        if size > limit {
            bail!("{} is longer than {limit} bytes", self.path(name).display());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        file.take(limit)
            .read_to_end(&mut bytes)
            .with_context(self.named(name))?;
        Ok(Some(bytes))
    }

    /// A record; `None` where it is missing, or is what power loss makes of a file that was renamed before its bytes were
    /// on disk: empty, cut off, or with zeros in place of what had not got there. Any other damage is an error.
    pub fn record<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<Option<T>> {
        match self.read(name, MAX_RECORD)? {
            None => Ok(None),
            Some(bytes) => parse(&bytes, self.named(name)),
        }
    }

    /// Writes a record where others see the old one or the new one, never a part. `durable`: it is on disk when this
    /// returns.
    pub fn put_record<T: Serialize>(&self, name: &str, record: &T, durable: bool) -> anyhow::Result<()> {
        let bytes = serde_json::to_vec(record).with_context(self.named(name))?;
        self.replace(name, &bytes, durable)
    }

    /// Like [`put_record`](Self::put_record), with bytes. A file that has not got its name yet has none or one with a leading dot.
    pub fn replace(&self, name: &str, bytes: &[u8], durable: bool) -> anyhow::Result<()> {
        atomic_file::replace_at(self.fd.as_fd(), Path::new(name), bytes, durable).with_context(self.named(name))
    }

    /// Waits until the directory's own entries are on disk.
    pub fn sync_dir(&self, name: &str) -> anyhow::Result<()> {
        fsync(self.open_dir(name)?).with_context(self.named(name))
    }

    /// Waits until everything that was written to the store's filesystem is on disk.
    pub fn sync_all(&self) -> anyhow::Result<()> {
        syncfs(&self.fd).with_context(|| format!("syncing {}", self.path.display()))
    }

    pub fn exists(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.inode(name)?.is_some())
    }

    /// The inode number of what has this name now.
    pub fn inode(&self, name: &str) -> anyhow::Result<Option<u64>> {
        match statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat.st_ino)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// Bytes that the file itself, or the directory itself, takes on disk.
    pub fn disk(&self, name: &str) -> anyhow::Result<Option<u64>> {
        match statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(blocks(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// The names in a directory, without those that are being written. None where the directory is gone.
    pub fn list(&self, name: &str) -> anyhow::Result<Vec<String>> {
        Ok(self
            .entries(name)?
            .into_iter()
            .filter(|name| !name.starts_with('.'))
            .collect())
    }

    /// All names in a directory, those that are being written included.
    pub fn entries(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let fd = match openat(&self.fd, name, DIRECTORY, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(self.named(name)),
        };
        let mut names = Vec::new();
        for entry in Dir::new(fd).with_context(self.named(name))? {
            let entry = entry.with_context(self.named(name))?;
            // No name of ours is anything but UTF-8; what others put there is not ours to touch.
            if let Ok(name) = entry.file_name().to_str()
                && !matches!(name, "." | "..")
            {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Makes a directory with exactly this mode; false where it is there already.
    pub fn make_dir(&self, name: &str, mode: u32) -> anyhow::Result<bool> {
        match mkdirat(&self.fd, name, Mode::RWXU) {
            Ok(()) => {}
            Err(Errno::EXIST) => return Ok(false),
            Err(error) => return Err(error).with_context(self.named(name)),
        }
        // Not mkdir's mode, which the umask cuts.
        chmodat(&self.fd, name, Mode::from_raw_mode(mode), AtFlags::empty()).with_context(self.named(name))?;
        Ok(true)
    }

    /// Renames; false where there is nothing to rename.
    pub fn rename(&self, from: &str, to: &str) -> anyhow::Result<bool> {
        match renameat(&self.fd, from, &self.fd, to) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(error).with_context(self.named(from)),
        }
    }

    /// Renames a directory; false where there is one of the new name. Nothing that is published is an empty directory,
    /// the only thing that rename(2) would replace with a directory; RENAME_NOREPLACE would do no more, on fewer
    /// filesystems.
    pub fn rename_new(&self, from: &str, to: &str) -> anyhow::Result<bool> {
        match renameat(&self.fd, from, &self.fd, to) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST | Errno::NOTEMPTY) => Ok(false),
            Err(error) => Err(error).with_context(self.named(to)),
        }
    }

    /// Removes a file or a symbolic link; false where there is none.
    pub fn remove_file(&self, name: &str) -> anyhow::Result<bool> {
        match unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// A symbolic link: a small file that comes into being with its content, exclusively. False where the name is
    /// taken.
    pub fn make_link(&self, name: &str, target: &str) -> anyhow::Result<bool> {
        match symlinkat(target, &self.fd, name) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// What a symbolic link says.
    pub fn read_link(&self, name: &str) -> anyhow::Result<Option<String>> {
        match readlinkat(&self.fd, name, Vec::new()) {
            Ok(target) => Ok(Some(target.to_string_lossy().into_owned())),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }
}

impl AsFd for Directory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// What [`Directory::record`] makes of a file's bytes.
pub fn parse<T: DeserializeOwned>(bytes: &[u8], name: impl FnOnce() -> String) -> anyhow::Result<Option<T>> {
    if bytes.contains(&0) {
        return Ok(None);
    }
    match serde_json::from_slice(bytes) {
        Err(error) if error.is_eof() => Ok(None),
        record => record.map(Some).with_context(|| format!("{} is damaged", name())),
    }
}

/// Bytes that one file takes on disk.
pub fn blocks(stat: &rustix::fs::Stat) -> u64 {
    u64::try_from(stat.st_blocks).unwrap_or(0) * 512
}
