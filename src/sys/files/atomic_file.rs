//! Files that appear whole: whoever opens the name finds the old content or the new, never a part.
//!
//! A new file is written without a name (O_TMPFILE, open(2)), so the kernel removes it when its writer fails or is
//! killed. A name that is free is given by linkat(2). linkat does not replace, so a name that is taken is given in
//! two steps: the file is linked as `.lamel-RANDOM` in the same directory, and renamed. Only a kill between these two
//! calls leaves that link. Filesystems that have no O_TMPFILE (NFS, FUSE) get a file with such a name from the start.
//! Where even that is too much, because the file has secrets and nobody tidies its directory, the temporary name must
//! be a fixed one, which the next command finds.
//!
//! A durable file is on disk when publishing returns: its data first, then the directory with its name. After power
//! loss a file that is not durable may be empty or cut off, because filesystems may write the name before the data.

use crate::sys::files::random_name::random_name;
use rustix::fs::{Access, AtFlags, CWD, Mode, OFlags, access, fsync, linkat, openat, renameat, unlinkat};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::{Path, PathBuf};

/// Where a file without a name can be linked from: AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH before Linux 6.10.
const DESCRIPTORS: &str = "/proc/self/fd";

/// For the owner alone.
pub const PRIVATE: Mode = Mode::RUSR.union(Mode::WUSR);

/// A file that is being written. Dropping it unpublished removes it, and leaves what has its name now.
#[must_use = "a file that is not published is removed"]
pub struct AtomicFile<'fd> {
    file: File,
    at: BorrowedFd<'fd>,
    /// The name to come, relative to `at`.
    path: PathBuf,
    /// The name until then, if it has one.
    temporary: Option<TemporaryName<'fd>>,
}

impl<'fd> AtomicFile<'fd> {
    /// Opens a new empty file that is to be `path` (relative to `at`), for reading and writing.
    pub fn create(at: BorrowedFd<'fd>, path: &Path, mode: Mode) -> io::Result<AtomicFile<'fd>> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        match access(DESCRIPTORS, Access::EXISTS).and_then(|()| openat(at, folder(path), flags, mode)) {
            Ok(file) => Ok(AtomicFile {
                file: file.into(),
                at,
                path: path.to_owned(),
                temporary: None,
            }),
            // An error that does not concern O_TMPFILE alone is the other way's as well.
            Err(_) => AtomicFile::create_named(at, path, mode),
        }
    }

    fn create_named(at: BorrowedFd<'fd>, path: &Path, mode: Mode) -> io::Result<AtomicFile<'fd>> {
        let temporary = TemporaryName::beside(at, path);
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC;
        Ok(AtomicFile {
            file: openat(at, &temporary.path, flags, mode)?.into(),
            at,
            path: path.to_owned(),
            temporary: Some(temporary),
        })
    }

    /// The file, to be written.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives the file its name, replacing what has it. Not durable. Returns the file, still open.
    pub fn publish(self) -> io::Result<File> {
        let temporary = match self.temporary {
            Some(temporary) => temporary,
            None => {
                let unnamed = format!("{DESCRIPTORS}/{}", self.file.as_raw_fd());
                let link = |name: &Path| linkat(CWD, &unnamed, self.at, name, AtFlags::SYMLINK_FOLLOW);
                match link(&self.path) {
                    Ok(()) => return Ok(self.file),
                    Err(Errno::EXIST) => {}
                    Err(error) => return Err(error.into()),
                }
                let temporary = TemporaryName::beside(self.at, &self.path);
                link(&temporary.path)?;
                temporary
            }
        };
        temporary.rename(&self.path)?;
        Ok(self.file)
    }

    /// As [`AtomicFile::publish`], durable: file and name are on disk when this returns.
    pub fn publish_durable(self) -> io::Result<File> {
        let (at, folder) = (self.at, folder(&self.path).to_owned());
        self.file.sync_data()?;
        let file = self.publish()?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        fsync(openat(at, &folder, flags, Mode::empty())?)?;
        Ok(file)
    }
}

/// The name of a file that has not got its own. Dropping it removes the file.
struct TemporaryName<'fd> {
    at: BorrowedFd<'fd>,
    path: PathBuf,
    renamed: bool,
}

impl<'fd> TemporaryName<'fd> {
    /// A name in the directory of `path`. Short, because the last part of `path` may be as long as a name can be.
    fn beside(at: BorrowedFd<'fd>, path: &Path) -> TemporaryName<'fd> {
        TemporaryName {
            at,
            path: path.with_file_name(format!(".lamel-{}", random_name())),
            renamed: false,
        }
    }

    fn rename(mut self, path: &Path) -> io::Result<()> {
        renameat(self.at, &self.path, self.at, path)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for TemporaryName<'_> {
    fn drop(&mut self) {
        if !self.renamed {
            // The caller has an error to report already.
            let _ = unlinkat(self.at, &self.path, AtFlags::empty());
        }
    }
}

/// Makes `bytes` the content of `path`, for the owner alone. Not durable.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_at(CWD, path, bytes, false)
}

/// Makes `bytes` the content of `path` (relative to `at`), for the owner alone.
pub fn replace_at(at: BorrowedFd<'_>, path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let mut new = AtomicFile::create(at, path, PRIVATE)?;
    new.file().write_all(bytes)?;
    match durable {
        true => new.publish_durable(),
        false => new.publish(),
    }
    .map(drop)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::fd::AsFd;
    use std::process::{Command, Stdio};

    /// A kernel and filesystem with O_TMPFILE, and one without.
    const WAYS: [fn(&Path) -> AtomicFile<'static>; 2] = [
        |path| AtomicFile::create(CWD, path, PRIVATE).unwrap(),
        |path| AtomicFile::create_named(CWD, path, PRIVATE).unwrap(),
    ];

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        entries.map(name).collect()
    }

    #[test]
    fn the_name_has_the_old_content_until_the_new_is_published() {
        for create in WAYS {
            for publish in [AtomicFile::publish, AtomicFile::publish_durable] {
                let dir = tempfile::tempdir().unwrap();
                let path = dir.path().join("file");
                for (before, after) in [(None, "first"), (Some("first"), "second")] {
                    let mut new = create(&path);
                    new.file().write_all(after.as_bytes()).unwrap();
                    assert_eq!(std::fs::read_to_string(&path).ok().as_deref(), before);
                    publish(new).unwrap();
                    assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
                    assert_eq!(names(dir.path()), ["file"]);
                }
            }
        }
    }

    #[test]
    fn a_relative_path_is_below_its_descriptor() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("folder")).unwrap();
        let at = File::open(dir.path()).unwrap();
        for durable in [false, true] {
            for path in ["file", "folder/file"] {
                replace_at(at.as_fd(), Path::new(path), b"content", durable).unwrap();
                assert_eq!(std::fs::read(dir.path().join(path)).unwrap(), b"content");
            }
        }
    }

    #[test]
    fn nothing_is_left_of_a_write_that_fails_in_the_middle() {
        for create in WAYS {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("file");
            let mut new = create(&path);
            new.file().write_all(b"half").unwrap();
            drop(new);
            assert!(names(dir.path()).is_empty());
            // A file does not replace a directory.
            std::fs::create_dir(&path).unwrap();
            for publish in [AtomicFile::publish, AtomicFile::publish_durable] {
                publish(create(&path)).unwrap_err();
                assert_eq!(names(dir.path()), ["file"]);
            }
        }
    }

    const KILLED: &str = "LAMEL_TEST_ATOMIC_FILE";

    /// Not a test of its own: the process that is killed.
    #[test]
    #[ignore = "run as a child by the test that kills it"]
    fn writes_half() {
        let Some(path) = std::env::var_os(KILLED) else { return };
        let mut new = AtomicFile::create(CWD, Path::new(&path), PRIVATE).unwrap();
        new.file().write_all(b"half").unwrap();
        io::stdout().write_all(b"written\n").unwrap();
        // Until it is killed: nobody writes to its standard input.
        io::stdin().read_exact(&mut [0]).unwrap();
    }

    #[test]
    fn nothing_is_left_of_a_writer_that_is_killed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, "whole").unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sys::files::atomic_file::tests::writes_half"])
            .args(["--ignored", "--nocapture"])
            .env(KILLED, &path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = String::new();
        while !output.contains("written") {
            let mut byte = [0];
            child.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
            output.push(byte[0].into());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(dir.path()), ["file"]);
    }

    #[test]
    fn two_writers_at_once_never_mix_and_readers_see_one_of_them() {
        for create in WAYS {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("file");
            let write = |byte: u8| {
                for _ in 0..200 {
                    let mut new = create(&path);
                    // In pieces, so that the writers take turns.
                    (0..16).for_each(|_| new.file().write_all(&[byte; 512]).unwrap());
                    new.publish().unwrap();
                }
            };
            let check = || {
                let content = std::fs::read(&path).unwrap();
                assert_eq!(content.len(), 16 * 512);
                assert!(content.iter().all(|byte| *byte == content[0]));
            };
            write(b'a');
            std::thread::scope(|scope| {
                scope.spawn(|| write(b'a'));
                scope.spawn(|| write(b'b'));
                (0..500).for_each(|_| check());
            });
            check();
            assert_eq!(names(dir.path()), ["file"]);
        }
    }
}
