//! Which `registries.conf` files there are, and in which order they are read.
//!
//! The rules are those of containers-registries.conf(5), and where that is silent, of containers/image
//! (`pkg/sysregistriesv2`): the user's file replaces the system's; drop-ins are added in the order of their names, the
//! user's after the system's.

use crate::registry::config::dirs::ConfigDirs;
use crate::registry::config::file;
use std::path::PathBuf;

/// One file's text, not parsed yet.
pub struct ConfFile {
    pub path: PathBuf,
    pub text: String,
}

impl ConfFile {
    /// Reads all files, in their order. One that does not exist counts as empty, except the one named by
    /// `CONTAINERS_REGISTRIES_CONF`.
    pub fn read_all(dirs: &ConfigDirs) -> anyhow::Result<Vec<ConfFile>> {
        let mut files = Vec::new();
        if let Some(only) = &dirs.registries_conf {
            files.extend(ConfFile::read(only.clone())?);
            anyhow::ensure!(
                !files.is_empty(),
                "CONTAINERS_REGISTRIES_CONF names {}, which does not exist",
                only.display()
            );
            return Ok(files);
        }
        let user = dirs.user.as_ref().map(|dir| dir.join("containers"));
        let system = dirs.system.join("containers");
        if let Some(dir) = &user {
            files.extend(ConfFile::read(dir.join("registries.conf"))?);
        }
        let mut drop_in_dirs = Vec::new();
        if files.is_empty() {
            files.extend(ConfFile::read(system.join("registries.conf"))?);
            drop_in_dirs.push(system);
        }
        drop_in_dirs.extend(user);
        for dir in drop_in_dirs {
            for drop_in in file::entries(&dir.join("registries.conf.d"), &["conf"])? {
                files.extend(ConfFile::read(drop_in)?);
            }
        }
        Ok(files)
    }

    fn read(path: PathBuf) -> anyhow::Result<Option<ConfFile>> {
        let text = file::text(&path)?;
        Ok(text.map(|text| ConfFile { path, text }))
    }

    /// Whether the file may decide what the short name `repository` means. Searching its lines costs a twentieth of
    /// parsing it, and every `run` of an image that is in the store would pay for the parsing. A file with a backslash
    /// is always parsed: TOML can write any word as escapes (`\u0061`).
    pub fn may_concern(&self, repository: &str) -> bool {
        let telling = ["registries", "\\", repository];
        let mut lines = self.text.lines().filter(|line| !line.trim_start().starts_with('#'));
        lines.any(|line| telling.iter().any(|words| line.contains(words)))
    }
}
