//! Names of containers: symbolic links, which are made exclusively, so that a name has one holder.
//!
//! A name is claimed before its container is visible, and freed after the container is gone, both under the lock of
//! `names/`. So under this lock a name whose container is not there was left by a killed command, and is free.

use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::sys::files::lock::Lock;
use anyhow::{bail, ensure};

const FOLDER: &str = "names";
const TARGET: &str = "../containers/";

/// The names, with the lock of `names/`.
pub struct Names<'a> {
    dir: &'a Directory,
    #[expect(dead_code, reason = "held, not read")]
    lock: Lock,
}

/// Another container has the name.
#[derive(Debug, thiserror::Error)]
#[error("the container name {name:?} is in use by container {holder}: remove or rename that, or choose another name")]
pub struct NameInUse {
    name: String,
    holder: String,
}

impl<'a> Names<'a> {
    pub fn lock(dir: &'a Directory) -> anyhow::Result<Names<'a>> {
        Ok(Names {
            dir,
            lock: dir.lock_dir(FOLDER)?,
        })
    }

    /// Claims the name for a container. That another container has it is the error [`NameInUse`].
    pub fn claim(&self, name: &str, id: &str) -> anyhow::Result<()> {
        ensure!(
            is_name(name),
            "invalid container name {name:?}: letters, digits, and then also _ . - are allowed"
        );
        let path = format!("{FOLDER}/{name}");
        while !self.dir.make_link(&path, &format!("{TARGET}{id}"))? {
            match holder(self.dir, name)? {
                Some(holder) if holder == id => break,
                Some(holder) if self.dir.exists(&format!("containers/{holder}"))? => {
                    let short = holder.get(..12).unwrap_or(&holder);
                    bail!(NameInUse {
                        name: name.to_owned(),
                        holder: short.to_owned(),
                    })
                }
                _ => self.dir.remove_file(&path)?,
            };
        }
        Ok(())
    }

    /// Frees the name if the container has it.
    pub fn free(&self, name: &str, id: &str) -> anyhow::Result<()> {
        if is_name(name) && holder(self.dir, name)?.as_deref() == Some(id) {
            self.dir.remove_file(&format!("{FOLDER}/{name}"))?;
        }
        Ok(())
    }

    /// Frees all names that the container has.
    pub fn free_all(&self, id: &str) -> anyhow::Result<()> {
        for name in self.dir.entries(FOLDER)? {
            self.free(&name, id)?;
        }
        Ok(())
    }

    /// Calls `take` with the path of each name whose container is not there.
    pub fn reap(&self, take: &mut dyn FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
        for name in self.dir.entries(FOLDER)? {
            let id = holder(self.dir, &name)?.unwrap_or_default();
            if id.is_empty() || !self.dir.exists(&format!("containers/{id}"))? {
                take(&format!("{FOLDER}/{name}"))?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// The names of containers and their IDs, sorted by name. Reads no record and takes no lock: a container may just
    /// be made or removed.
    pub fn container_names(&self) -> anyhow::Result<Vec<(String, String)>> {
        let mut names = self.dir.list(FOLDER)?;
        names.sort();
        let mut containers = Vec::new();
        for name in names {
            if let Some(id) = holder(&self.dir, &name)?
                && self.dir.exists(&format!("containers/{id}"))?
            {
                containers.push((name, id));
            }
        }
        Ok(containers)
    }
}

/// The ID of the container that has the name, or had it.
pub fn holder(dir: &Directory, name: &str) -> anyhow::Result<Option<String>> {
    if !is_name(name) {
        return Ok(None);
    }
    let target = dir.read_link(&format!("{FOLDER}/{name}"))?;
    Ok(target.and_then(|target| target.strip_prefix(TARGET).map(str::to_owned)))
}

/// Whether the name is safe as the name of a file.
fn is_name(name: &str) -> bool {
    name.len() <= 255
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}
