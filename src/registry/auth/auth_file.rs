//! Changes an auth.json (containers-auth.json(5)), one process at a time.
//!
//! The new content is written to a draft beside the file, `.auth.json.lamel`, which is then renamed over it: a reader
//! sees the old file or the new one, and only the owner may read either. The draft is the lock as well: the holder of
//! its flock may change the file, and reads it again under the lock. A process that is killed leaves its draft,
//! unlocked and maybe with passwords in it; the next one empties and uses it, or removes it.
//!
//! Not by `sys::files::atomic_file`, whose temporary name is random: a process that is killed before its rename would
//! leave passwords in a file that no later command finds.
//!
//! podman and docker replace the file without that lock. Their changes are looked for once more right before the
//! rename, after the slow part, and taken over; a change between that check and the rename is lost.

use crate::registry::config::file;
use crate::registry::config::file::MAX_FILE;
use crate::sys::files::lock::Lock;
use anyhow::{Context, Result, ensure};
use rustix::fs::OFlags;
use serde_json::{Map, Value};
use std::ffi::OsString;
use std::fs::{DirBuilder, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Reads the file's content; empty where it does not exist.
pub fn read(path: &Path) -> Result<Map<String, Value>> {
    let bytes = file::bytes(path).with_context(|| path.display().to_string())?;
    match bytes.unwrap_or_default() {
        bytes if bytes.trim_ascii().is_empty() => Ok(Map::new()),
        bytes => serde_json::from_slice(&bytes).with_context(|| format!("{} is no auth.json", path.display())),
    }
}

/// Lets `change` change the content, and writes it where `change` returns true. `change` is called again where another
/// tool has written the file meanwhile. Returns what `change` returned last.
pub fn change(path: &Path, mut change: impl FnMut(&mut Map<String, Value>) -> Result<bool>) -> Result<bool> {
    // The target of a symlink is replaced, not the symlink.
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = || format!("cannot write {}", path.display());
    made_parent(path).with_context(failed)?;
    let mut draft = Draft::lock(path).with_context(failed)?;
    loop {
        let before = version(path).with_context(failed)?;
        let mut content = read(path)?;
        if !change(&mut content)? {
            return Ok(false);
        }
        draft.write(&content).with_context(failed)?;
        if version(path).with_context(failed)? == before {
            draft.publish(path).with_context(failed)?;
            return Ok(true);
        }
    }
}

/// Removes the draft of a process that was killed.
pub fn clear_draft(path: &Path) -> Result<()> {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let draft = draft_of(&path);
    if draft.symlink_metadata().is_ok() {
        Draft::lock(&path).with_context(|| format!("cannot remove {}", draft.display()))?;
    }
    Ok(())
}

/// Makes the directory of a file.
pub fn made_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent != Path::new("") => DirBuilder::new().recursive(true).mode(0o700).create(parent),
        _ => Ok(()),
    }
}

/// The draft: the lock, and the new content. Dropping it removes the file, unless that was published, and then unlocks.
struct Draft {
    path: PathBuf,
    lock: Lock,
    published: bool,
}

impl Draft {
    /// Waits until no other process holds the draft.
    fn lock(path: &Path) -> Result<Draft> {
        let path = draft_of(path);
        loop {
            let file = open(&path)?;
            let opened = file.metadata()?;
            let lock = Lock::exclusive(file)?;
            // The previous holder may have renamed or removed the file: then its flock protects nothing.
            match path.symlink_metadata() {
                Ok(found) if (found.dev(), found.ino()) == (opened.dev(), opened.ino()) => {
                    return Ok(Draft {
                        path,
                        lock,
                        published: false,
                    });
                }
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    }

    fn write(&mut self, content: &Map<String, Value>) -> Result<()> {
        let mut text = serde_json::to_string_pretty(content)?;
        text.push('\n');
        ensure!(text.len() as u64 <= MAX_FILE, "it would be larger than 1 MiB");
        let mut file = self.lock.file();
        file.set_len(0)?;
        io::Seek::rewind(&mut file)?;
        file.write_all(text.as_bytes())?;
        Ok(file.sync_all()?)
    }

    fn publish(mut self, path: &Path) -> io::Result<()> {
        std::fs::rename(&self.path, path)?;
        self.published = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // A published draft no longer has this name, which may be another process's draft now.
        if !self.published {
            // A draft that cannot be removed is emptied by the next process.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Opens or makes a draft. An existing one was left by a killed process, or is in use.
fn open(path: &Path) -> Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
    loop {
        let mut options = File::options();
        options.read(true).write(true).custom_flags(flags);
        match options.clone().create_new(true).mode(0o600).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return Ok(opened?),
        }
        let in_the_way = || format!("{} is in the way and not this user's own file", path.display());
        match options.open(path) {
            Ok(file) => {
                ensure!(is_own(&file.metadata()?), in_the_way());
                return Ok(file);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(in_the_way),
        }
    }
}

/// Whether the draft is this user's alone. In a directory that others may write to, another user could have made the
/// file, to read what is written, or a link to a file of this user, to have that emptied.
fn is_own(found: &Metadata) -> bool {
    found.is_file()
        && found.uid() == rustix::process::geteuid().as_raw()
        && found.mode() & 0o077 == 0
        && found.nlink() <= 1
}

fn draft_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lamel");
    path.with_file_name(name)
}

/// Identifies a version of a file: it differs after the file is replaced or written.
#[derive(PartialEq, Eq)]
struct Version {
    inode: (u64, u64),
    size: u64,
    changed: (i64, i64),
}

/// `None` where the file does not exist.
fn version(path: &Path) -> io::Result<Option<Version>> {
    match path.metadata() {
        Ok(found) => Ok(Some(Version {
            inode: (found.dev(), found.ino()),
            size: found.size(),
            changed: (found.ctime(), found.ctime_nsec()),
        })),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn put(path: &Path, name: &'static str) -> Result<bool> {
        change(path, |content| {
            content.insert(name.to_owned(), Value::Null);
            Ok(true)
        })
    }

    fn names(path: &Path) -> Vec<String> {
        read(path).unwrap().keys().cloned().collect()
    }

    #[test]
    fn a_change_that_another_tool_makes_meanwhile_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("auth.json");
        put(&path, "first").unwrap();
        let mut asked = 0;
        change(&path, |content| {
            content.insert("second".to_owned(), Value::Null);
            asked += 1;
            if asked == 1 {
                let other = dir.path().join("other");
                std::fs::write(&other, r#"{"first":null,"other":null}"#).unwrap();
                std::fs::rename(&other, &path).unwrap();
            }
            Ok(true)
        })
        .unwrap();
        assert_eq!(
            (asked, names(&path)),
            (2, vec!["first".into(), "other".into(), "second".into()])
        );
    }

    #[test]
    fn a_left_over_draft_is_used_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("auth.json");
        let left = || {
            let file = File::options()
                .create_new(true)
                .write(true)
                .mode(0o600)
                .open(draft_of(&path));
            file.unwrap().write_all(&[b'x'; 1000]).unwrap();
        };
        let files = || std::fs::read_dir(dir.path()).unwrap().count();
        left();
        put(&path, "first").unwrap();
        assert_eq!((names(&path), files()), (vec!["first".into()], 1));
        left();
        assert!(!change(&path, |_| Ok(false)).unwrap());
        assert_eq!(files(), 1);
        left();
        clear_draft(&path).unwrap();
        assert_eq!(files(), 1);
        left();
        assert!(change(&path, |_| anyhow::bail!("no")).is_err());
        assert_eq!((names(&path), files()), (vec!["first".into()], 1));
    }

    #[test]
    fn a_draft_that_is_not_this_users_alone_is_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("auth.json");
        let (draft, victim) = (draft_of(&path), dir.path().join("victim"));
        let refused = |why: &str| {
            let error = format!("{:#}", put(&path, "secret").unwrap_err());
            let expected = format!("{} is in the way and not this user's own file", draft.display());
            assert!(error.contains(&expected), "{why}: {error}");
            assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
            std::fs::remove_file(&draft).unwrap();
        };
        std::fs::write(&victim, "precious").unwrap();
        std::fs::set_permissions(&victim, PermissionsExt::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink(&victim, &draft).unwrap();
        refused("a symlink");
        std::fs::hard_link(&victim, &draft).unwrap();
        refused("a hard link");
        std::fs::write(&draft, "").unwrap();
        std::fs::set_permissions(&draft, PermissionsExt::from_mode(0o644)).unwrap();
        refused("a file that others may read");
        rustix::fs::mkfifoat(rustix::fs::CWD, &draft, rustix::fs::Mode::RUSR).unwrap();
        refused("a fifo");
    }

    #[test]
    fn concurrent_changes_are_all_kept() {
        const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("auth.json");
        std::thread::scope(|scope| {
            for name in NAMES {
                let path = &path;
                scope.spawn(move || put(path, name).unwrap());
            }
        });
        let mut found = names(&path);
        found.sort();
        assert_eq!(found, NAMES);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn content_that_is_too_large_to_be_read_again_is_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("auth.json");
        put(&path, "first").unwrap();
        let large = change(&path, |content| {
            content.insert("large".to_owned(), Value::String("x".repeat(MAX_FILE as usize)));
            Ok(true)
        });
        let error = format!("{:#}", large.unwrap_err());
        assert!(error.ends_with("auth.json: it would be larger than 1 MiB"), "{error}");
        assert_eq!(names(&path), ["first"]);
    }
}
