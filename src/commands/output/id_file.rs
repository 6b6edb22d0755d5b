//! The file that `--cidfile` names.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The file. It is created before the container, so that no container is created whose ID cannot be written.
pub struct IdFile {
    path: PathBuf,
    file: File,
    written: bool,
}

impl IdFile {
    /// Creates the file. An existing file is an error.
    pub fn reserve(path: &Path) -> Result<IdFile> {
        let file = match File::create_new(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!(
                    "--cidfile {}: there is such a file already, perhaps of another container",
                    path.display()
                )
            }
            file => file.with_context(|| format!("--cidfile {}", path.display()))?,
        };
        Ok(IdFile {
            path: path.to_owned(),
            file,
            written: false,
        })
    }

    /// Writes the container's ID. A file that is dropped without this is removed.
    pub fn write(mut self, id: &str) -> Result<()> {
        self.written = true;
        self.file
            .write_all(id.as_bytes())
            .with_context(|| format!("--cidfile {}", self.path.display()))
    }
}

impl Drop for IdFile {
    fn drop(&mut self) {
        if !self.written {
            // The container was not created.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
