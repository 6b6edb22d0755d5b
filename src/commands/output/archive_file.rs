//! The output of a command that makes an archive: a file, which appears only when it is complete, or standard output.

use crate::sys::files::atomic_file::{AtomicFile, PRIVATE};
use crate::ui::print;
use anyhow::{Context, Result, bail};
use rustix::fs::CWD;
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

/// An output that is being written.
pub struct ArchiveOutput {
    target: Target,
    is_stdout: bool,
}

enum Target {
    /// Standard output, a device or a pipe.
    Open(File),
    /// A file that appears when it is complete.
    New { file: AtomicFile<'static>, path: PathBuf },
}

impl ArchiveOutput {
    /// Opens the output: a new file, or standard output, which must not be a terminal. A device or pipe is written
    /// directly.
    pub fn open(path: Option<&Path>) -> Result<ArchiveOutput> {
        match path.filter(|path| *path != Path::new("-")) {
            None => stdout(),
            Some(path) => named(path).with_context(|| format!("cannot write {}", path.display())),
        }
    }

    /// Writes the archive with `write`, and then lets the file appear. A closed pipe on standard output is the error
    /// [`print::Closed`].
    pub fn write(mut self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        let file = match &mut self.target {
            Target::Open(file) => file,
            Target::New { file, .. } => file.file(),
        };
        let result = write(file).and_then(|()| self.target.publish());
        let Err(error) = result else { return Ok(()) };
        let closed = error.chain().any(is_closed);
        if closed && self.is_stdout {
            return Err(print::Closed.into());
        }
        Err(error)
    }
}

impl Target {
    fn publish(self) -> Result<()> {
        if let Target::New { file, path } = self {
            file.publish()
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

fn stdout() -> Result<ArchiveOutput> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        // Docker's words.
        bail!("cowardly refusing to save to a terminal. Use the -o flag or redirect");
    }
    Ok(ArchiveOutput {
        target: Target::Open(stdout.as_fd().try_clone_to_owned()?.into()),
        is_stdout: true,
    })
}

fn named(path: &Path) -> Result<ArchiveOutput> {
    let special = std::fs::metadata(path).is_ok_and(|meta| !meta.is_file());
    if special {
        return Ok(ArchiveOutput {
            target: Target::Open(File::options().write(true).open(path)?),
            is_stdout: false,
        });
    }
    // A symlink is followed, not replaced.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // Readable only by its owner, as in Docker: an image or a container may contain secrets.
    let file = AtomicFile::create(CWD, &path, PRIVATE)?;
    Ok(ArchiveOutput {
        target: Target::New { file, path },
        is_stdout: false,
    })
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
    fn a_file_appears_when_it_is_complete() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tar");
        std::fs::write(&path, "old").unwrap();
        let written = ArchiveOutput::open(Some(&path)).unwrap().write(|out| {
            out.write_all(b"new")?;
            assert_eq!(std::fs::read(&path).unwrap(), b"old");
            Ok(())
        });
        written.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(listing(dir.path()), ["a.tar"]);
    }

    #[test]
    fn nothing_is_left_after_a_failure() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tar");
        let output = ArchiveOutput::open(Some(&path)).unwrap();
        let error = output.write(|out| {
            out.write_all(b"half")?;
            bail!("disk gone")
        });
        assert_eq!(error.unwrap_err().to_string(), "disk gone");
        assert!(listing(dir.path()).is_empty());
        let missing = dir.path().join("none/a.tar");
        let error = format!("{:#}", ArchiveOutput::open(Some(&missing)).err().unwrap());
        assert_eq!(
            error,
            format!(
                "cannot write {}: No such file or directory (os error 2)",
                missing.display()
            )
        );
    }

    #[test]
    fn a_symlink_is_followed_and_a_device_is_written_directly() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("real"), "old").unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("real", &link).unwrap();
        let write = |path: &Path| {
            ArchiveOutput::open(Some(path))
                .unwrap()
                .write(|out| Ok(out.write_all(b"x")?))
        };
        write(&link).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(dir.path().join("real")).unwrap(), b"x");
        write(Path::new("/dev/null")).unwrap();
    }
}
