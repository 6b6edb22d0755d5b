//! The store's directory, by descriptor, and the small files in it, which are read and replaced as a whole.
//!
//! Every error names the file. What is not there is `None` or `false` and no error, because other commands remove
//! things at any time.

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

/// The largest record that is read, in bytes. The longest records are those of layers whose tar implies a great many
/// directories.
pub const MAX_RECORD: u64 = 64 << 20;

/// The store's directory. All names are relative to it.
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

    /// The absolute path as text, for `with_context`.
    pub fn named(&self, name: &str) -> impl FnOnce() -> String {
        || self.path(name).display().to_string()
    }

    pub fn open_dir(&self, name: &str) -> anyhow::Result<OwnedFd> {
        openat(&self.fd, name, DIRECTORY, Mode::empty()).with_context(self.named(name))
    }

    /// Opens a file to be locked. Makes it where it is missing.
    pub fn open_lock(&self, name: &str) -> anyhow::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR).with_context(self.named(name))?;
        Ok(File::from(fd))
    }

    /// Opens a file. `None` where it is missing.
    pub fn open_file(&self, name: &str) -> anyhow::Result<Option<File>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match openat(&self.fd, name, flags, Mode::empty()) {
            Ok(fd) => Ok(Some(File::from(fd))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// Makes a new file. An error where there is one.
    pub fn create_file(&self, name: &str) -> anyhow::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let fd = openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR).with_context(self.named(name))?;
        Ok(File::from(fd))
    }

    /// Waits for the lock of the directory `name` itself, which is held while something in it is replaced.
    pub fn lock_dir(&self, name: &str) -> anyhow::Result<Lock> {
        Lock::exclusive(File::from(self.open_dir(name)?)).with_context(self.named(name))
    }

    /// The file's bytes; `None` where it is missing. A file longer than `limit` is an error.
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

    /// A record. `None` where it is missing, and where it is what power loss makes of a file whose name was on disk
    /// before its bytes were: empty, cut off, or with zeros in place of missing bytes. Any other damage is an error.
    pub fn record<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<Option<T>> {
        match self.read(name, MAX_RECORD)? {
            None => Ok(None),
            Some(bytes) => parse(&bytes, self.named(name)),
        }
    }

    /// Writes a record ([`crate::sys::files::atomic_file`]): others see the old one or the new one, never a part.
    /// `durable`: it is on disk when this returns.
    pub fn put_record<T: Serialize>(&self, name: &str, record: &T, durable: bool) -> anyhow::Result<()> {
        let bytes = serde_json::to_vec(record).with_context(self.named(name))?;
        self.replace(name, &bytes, durable)
    }

    /// As [`put_record`](Self::put_record), with bytes.
    pub fn replace(&self, name: &str, bytes: &[u8], durable: bool) -> anyhow::Result<()> {
        atomic_file::replace_at(self.fd.as_fd(), Path::new(name), bytes, durable).with_context(self.named(name))
    }

    /// Waits until the entries of the directory `name` are on disk.
    pub fn sync_dir(&self, name: &str) -> anyhow::Result<()> {
        fsync(self.open_dir(name)?).with_context(self.named(name))
    }

    /// Waits until everything that was written to the store's filesystem is on disk (syncfs(2)).
    pub fn sync_all(&self) -> anyhow::Result<()> {
        syncfs(&self.fd).with_context(|| format!("syncing {}", self.path.display()))
    }

    pub fn exists(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.inode(name)?.is_some())
    }

    /// The inode number of what has this name now. `None` where nothing has it.
    pub fn inode(&self, name: &str) -> anyhow::Result<Option<u64>> {
        match statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat.st_ino)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// Bytes that the file itself or the directory itself takes on disk. `None` where it is missing.
    pub fn disk(&self, name: &str) -> anyhow::Result<Option<u64>> {
        match statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(blocks(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// The names in a directory, without those of files that are being written. Empty where there is no directory.
    pub fn list(&self, name: &str) -> anyhow::Result<Vec<String>> {
        Ok(self
            .entries(name)?
            .into_iter()
            .filter(|name| !name.starts_with('.'))
            .collect())
    }

    /// All names in a directory, also those of files that are being written. Empty where there is no directory.
    pub fn entries(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let fd = match openat(&self.fd, name, DIRECTORY, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(self.named(name)),
        };
        let mut names = Vec::new();
        for entry in Dir::new(fd).with_context(self.named(name))? {
            let entry = entry.with_context(self.named(name))?;
            // All names that lamel gives are UTF-8. Files that somebody else put there are not touched.
            if let Ok(name) = entry.file_name().to_str()
                && !matches!(name, "." | "..")
            {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Makes a directory with exactly this mode. False where it is there already.
    pub fn make_dir(&self, name: &str, mode: u32) -> anyhow::Result<bool> {
        match mkdirat(&self.fd, name, Mode::RWXU) {
            Ok(()) => {}
            Err(Errno::EXIST) => return Ok(false),
            Err(error) => return Err(error).with_context(self.named(name)),
        }
        // mkdir applies the umask to its mode.
        chmodat(&self.fd, name, Mode::from_raw_mode(mode), AtFlags::empty()).with_context(self.named(name))?;
        Ok(true)
    }

    /// Renames. False where there is nothing to rename.
    pub fn rename(&self, from: &str, to: &str) -> anyhow::Result<bool> {
        match renameat(&self.fd, from, &self.fd, to) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(error).with_context(self.named(from)),
        }
    }

    /// Renames a directory. False where something has the new name. rename(2) replaces only an empty directory with a
    /// directory, and nothing that is published is one. RENAME_NOREPLACE would give the same, on fewer filesystems.
    pub fn rename_new(&self, from: &str, to: &str) -> anyhow::Result<bool> {
        match renameat(&self.fd, from, &self.fd, to) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST | Errno::NOTEMPTY) => Ok(false),
            Err(error) => Err(error).with_context(self.named(to)),
        }
    }

    /// Removes a file or a symbolic link. False where there is none.
    pub fn remove_file(&self, name: &str) -> anyhow::Result<bool> {
        match unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// Makes a symbolic link: a small file that is made exclusively and with its content in one step. False where the
    /// name is taken.
    pub fn make_link(&self, name: &str, target: &str) -> anyhow::Result<bool> {
        match symlinkat(target, &self.fd, name) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(error) => Err(error).with_context(self.named(name)),
        }
    }

    /// The target of a symbolic link. `None` where it is missing.
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

/// The record in a file's bytes, as [`Directory::record`] reads it. `name` names the file in errors.
pub fn parse<T: DeserializeOwned>(bytes: &[u8], name: impl FnOnce() -> String) -> anyhow::Result<Option<T>> {
    if bytes.contains(&0) {
        return Ok(None);
    }
    match serde_json::from_slice(bytes) {
        Err(error) if error.is_eof() => Ok(None),
        record => record.map(Some).with_context(|| format!("{} is damaged", name())),
    }
}

/// Bytes that a file or a directory takes on disk.
pub fn blocks(stat: &rustix::fs::Stat) -> u64 {
    u64::try_from(stat.st_blocks).unwrap_or(0) * 512
}
