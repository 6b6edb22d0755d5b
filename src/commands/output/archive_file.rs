//! Where a command that makes an archive writes it: a file, which appears when it is whole, or standard output.

use crate::ui::print;
use anyhow::{Context, Result, bail};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open, rename, unlink};
use rustix::rand::{GetRandomFlags, getrandom};
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::path::{Path, PathBuf};

/// For its owner alone, as Docker makes it: an image or a container may hold secrets.
const MODE: Mode = Mode::RUSR.union(Mode::WUSR);

/// An open output.
pub struct Output {
    file: File,
    /// Where the file is to appear, if it has no name yet or another one.
    place: Option<Place>,
    is_stdout: bool,
}

struct Place {
    path: PathBuf,
    /// The name it has meanwhile, on file systems that do not know files without one.
    temporary: Option<PathBuf>,
}

impl Output {
    /// Opens the file that is to be made, or standard output, which must not be a terminal. A device or a pipe is written as it is.
    pub fn open(path: Option<&Path>) -> Result<Output> {
        match path.filter(|path| *path != Path::new("-")) {
            None => stdout(),
            Some(path) => named(path).with_context(|| format!("cannot write {}", path.display())),
        }
    }

    /// Writes all of it with `write`; the file appears when that is done. That nobody reads a pipe any more is [`crate::ui::print::Closed`].
    pub fn write(mut self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        let result = write(&mut self.file).and_then(|()| self.publish());
        let Err(error) = result else { return Ok(()) };
        let closed = error.chain().any(is_closed);
        if closed && self.is_stdout {
            return Err(print::Closed.into());
        }
        Err(error)
    }

    fn publish(&mut self) -> Result<()> {
        let Some(place) = &mut self.place else { return Ok(()) };
        let named = || format!("cannot write {}", place.path.display());
        if place.temporary.is_none() {
            let temporary = beside(&place.path);
            let unnamed = format!("/proc/self/fd/{}", self.file.as_raw_fd());
            linkat(CWD, unnamed, CWD, &temporary, AtFlags::SYMLINK_FOLLOW).with_context(named)?;
            place.temporary = Some(temporary);
        }
        if let Some(temporary) = &place.temporary {
            rename(temporary, &place.path).with_context(named)?;
        }
        self.place = None;
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(temporary) = self.place.take().and_then(|place| place.temporary) {
            // What is left is a file whose name says what it is.
            let _ = unlink(&temporary);
        }
    }
}

fn stdout() -> Result<Output> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        // Docker's words.
        bail!("cowardly refusing to save to a terminal. Use the -o flag or redirect");
    }
    Ok(Output {
        file: stdout.as_fd().try_clone_to_owned()?.into(),
        place: None,
        is_stdout: true,
    })
}

fn named(path: &Path) -> Result<Output> {
    let special = std::fs::metadata(path).is_ok_and(|meta| !meta.is_file());
    if special {
        return Ok(Output {
            file: File::options().write(true).open(path)?,
            place: None,
            is_stdout: false,
        });
    }
    // A link is written through, not replaced.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let (file, temporary) = match open(folder, OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC, MODE) {
        Ok(file) => (file, None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {
            return Err(error.into());
        }
        Err(_) => {
            let temporary = beside(&path);
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            (open(&temporary, flags, MODE)?, Some(temporary))
        }
    };
    Ok(Output {
        file: file.into(),
        place: Some(Place { path, temporary }),
        is_stdout: false,
    })
}

/// A name in the same directory that nobody else has.
fn beside(path: &Path) -> PathBuf {
    let mut bytes = [0; 8];
    getrandom(&mut bytes, GetRandomFlags::empty()).expect("eight bytes are always given, and at once after boot");
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(".{name}.{:016x}", u64::from_ne_bytes(bytes)))
}

fn is_closed(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(dir: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(dir).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tar");
        std::fs::write(&path, "old").unwrap();
        let written = Output::open(Some(&path)).unwrap().write(|out| {
            out.write_all(b"new")?;
            assert_eq!(std::fs::read(&path).unwrap(), b"old");
            Ok(())
        });
        written.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(listing(dir.path()), ["a.tar"]);
    }

    #[test]
    fn nothing_is_left_of_what_failed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tar");
        let output = Output::open(Some(&path)).unwrap();
        let error = output.write(|out| {
            out.write_all(b"half")?;
            bail!("disk gone")
        });
        assert_eq!(error.unwrap_err().to_string(), "disk gone");
        assert!(listing(dir.path()).is_empty());
        let missing = dir.path().join("none/a.tar");
        let error = format!("{:#}", Output::open(Some(&missing)).err().unwrap());
        assert_eq!(
            error,
            format!(
                "cannot write {}: No such file or directory (os error 2)",
                missing.display()
            )
        );
    }

    #[test]
    fn a_link_is_written_through_and_a_device_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("real"), "old").unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("real", &link).unwrap();
        let write = |path: &Path| Output::open(Some(path)).unwrap().write(|out| Ok(out.write_all(b"x")?));
        write(&link).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(dir.path().join("real")).unwrap(), b"x");
        write(Path::new("/dev/null")).unwrap();
    }
}
