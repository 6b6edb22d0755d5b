//! All images and names, remembered from one listing to the next: opening ten thousand small files takes longer than
//! anybody wants to wait for a list.
//!
//! This is no index: the state is the directory, and what is remembered is believed only while `images/` and `tags/` are
//! what they were when it was read, to the inode and the time of their last change. A record is only ever written by
//! rename, which changes that time. A change in the same tick of the kernel's clock as the one before would not show, so
//! nothing is remembered until the last change is older than any filesystem's clock is coarse. It is kept with the run
//! state, and forgotten with the boot: what power loss makes of a record changes no directory. What cannot be read or
//! written here costs time, and nothing else; nothing is ever removed because of it.
//!
//! Where a directory has changed, each record is still believed while its file is the same, to the inode and the time of its last change: to ask
//! that takes a third of opening it.

use crate::store::Store;
use crate::store::objects::records::{ImageRecord, Tag};
use crate::store::objects::{images, tags};
use crate::store::write::unsynced;
use crate::sys::files::atomic_file;
use anyhow::{Context, ensure};
use rustix::fs::{AtFlags, statat};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

const FILE: &str = "images";
/// The newest change that is old enough, seconds: FAT's clock goes by two.
const SETTLED: i64 = 3;
/// Fewer records are read as fast as they are remembered.
const WORTH_IT: usize = 128;
/// A file that is larger is not read, bytes.
const LIMIT: u64 = 256 << 20;

/// What must not have changed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Key {
    boot: String,
    images: Seen,
    tags: Seen,
}

/// A directory or a file as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Seen {
    device: u64,
    inode: u64,
    changed: (i64, u64),
}

impl Store {
    /// All images and all names, in no order, as a listing needs them: what they are now, or were at some moment of this
    /// call. To remove things, read them under a lock ([`Store::images`], [`Store::tags`]).
    pub fn images_and_tags(&self) -> anyhow::Result<(Vec<ImageRecord>, Vec<Tag>)> {
        let path = self.run.join(FILE);
        let before = self.key();
        let remembered = before.as_ref().and_then(|key| read(&path, key));
        let now = match remembered {
            Some(Remembered { files: None, records }) => return Ok(records),
            Some(Remembered {
                files: Some(files),
                records,
            }) => std::thread::scope(|scope| {
                let tags = scope.spawn(|| self.changed("tags", &|_| true, files.1, records.1));
                let images = self.changed("images", &images::is_record, files.0, records.0);
                let tags = tags.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                anyhow::Ok((images?, tags?))
            })?,
            None => (self.images()?, self.tags()?),
        };
        if let Some(key) = before
            && now.0.len() + now.1.len() >= WORTH_IT
            && key.is_settled()
        {
            // Next time it is read again, then.
            let _ = self.remember(&path, &key, &now);
        }
        Ok(now)
    }

    /// The records of a folder, of which `records` were in `files` once.
    fn changed<T: DeserializeOwned + Send>(
        &self,
        folder: &str,
        wanted: &dyn Fn(&str) -> bool,
        files: Vec<(String, Seen)>,
        records: Vec<T>,
    ) -> anyhow::Result<Vec<T>> {
        let mut held: HashMap<String, (Seen, T)> = files
            .into_iter()
            .zip(records)
            .map(|((path, seen), record)| (path, (seen, record)))
            .collect();
        let mut records = Vec::with_capacity(held.len());
        let mut others = HashSet::new();
        for name in self.dir.list(folder)? {
            let path = format!("{folder}/{name}");
            match held.remove(&path) {
                Some((seen, record)) if self.seen(&path) == Some(seen) => records.push(record),
                _ if wanted(&name) => drop(others.insert(name)),
                _ => {}
            }
        }
        if !others.is_empty() {
            records.extend(self.dir.records(folder, |name| others.contains(name))?);
        }
        Ok(records)
    }

    /// Nothing is remembered any more.
    pub fn forget(&self) {
        // What stays is not believed of another store.
        let _ = std::fs::remove_file(self.run.join(FILE));
    }

    fn key(&self) -> Option<Key> {
        Some(Key {
            boot: unsynced::boot().to_owned(),
            images: self.seen("images")?,
            tags: self.seen("tags")?,
        })
    }

    fn seen(&self, path: &str) -> Option<Seen> {
        let stat = statat(&*self.dir, path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(Seen {
            device: stat.st_dev,
            inode: stat.st_ino,
            changed: (stat.st_ctime as i64, stat.st_ctime_nsec as u64),
        })
    }

    /// Four lines: the key, the images, the names, and the files of both. Nothing is written where something has changed since `key`.
    fn remember(&self, path: &Path, key: &Key, records: &(Vec<ImageRecord>, Vec<Tag>)) -> anyhow::Result<()> {
        let file = |path: String| {
            let seen = self.seen(&path).with_context(|| format!("{path} is gone"))?;
            anyhow::Ok((path, seen))
        };
        let images = records.0.iter().map(|image| file(images::path(&image.id.hex())));
        let tags = records.1.iter().map(|tag| file(tags::path(&tag.reference)));
        let files: (Vec<_>, Vec<_>) = (images.collect::<Result<_, _>>()?, tags.collect::<Result<_, _>>()?);
        ensure!(self.key().as_ref() == Some(key), "something has changed");
        write(path, key, records, &files)
    }
}

impl Key {
    /// Of the same boot and directories, whatever has changed in them.
    fn is_of(&self, other: &Key) -> bool {
        let place = |seen: &Seen| (seen.device, seen.inode);
        self.boot == other.boot
            && place(&self.images) == place(&other.images)
            && place(&self.tags) == place(&other.tags)
    }

    fn is_settled(&self) -> bool {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.as_secs());
        let last = self.images.changed.0.max(self.tags.changed.0);
        i64::try_from(now).is_ok_and(|now| last <= now - SETTLED)
    }
}

type Records = (Vec<ImageRecord>, Vec<Tag>);
type Files = (Vec<(String, Seen)>, Vec<(String, Seen)>);

/// What was read, and where a directory has changed since then, the files that it was read from.
struct Remembered {
    files: Option<Files>,
    records: Records,
}

fn write(path: &Path, key: &Key, records: &Records, files: &Files) -> anyhow::Result<()> {
    let mut bytes = serde_json::to_vec(key)?;
    bytes.push(b'\n');
    serde_json::to_writer(&mut bytes, &records.0)?;
    bytes.push(b'\n');
    serde_json::to_writer(&mut bytes, &records.1)?;
    bytes.push(b'\n');
    serde_json::to_writer(&mut bytes, files)?;
    Ok(atomic_file::replace(path, &bytes)?)
}

/// `None` where nothing is remembered, or of another boot or other directories.
fn read(path: &Path, key: &Key) -> Option<Remembered> {
    let file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(LIMIT)).ok()? + 1);
    file.take(LIMIT).read_to_end(&mut bytes).ok()?;
    let mut lines = bytes.splitn(4, |&byte| byte == b'\n');
    let (held, images, tags, files) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
    let held: Key = serde_json::from_slice(held).ok()?;
    if !held.is_of(key) {
        return None;
    }
    std::thread::scope(|scope| {
        let images = scope.spawn(|| serde_json::from_slice(images).ok());
        let tags = serde_json::from_slice(tags).ok();
        let files = match held == *key {
            true => None,
            false => Some(serde_json::from_slice(files).ok()?),
        };
        let records = (images.join().ok()??, tags?);
        Some(Remembered { files, records })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::{Digest, ImageId};
    use crate::store::location::Location;
    use rustix::fs::{Timespec, Timestamps, utimensat};

    fn store(tmp: &Path) -> Store {
        let (root, run) = (tmp.join("store"), tmp.join("run"));
        Store::open(&Location { root, run }).unwrap()
    }

    fn put(store: &Store, number: usize) {
        let digest = Digest::of(format!("{number}").as_bytes());
        let image = ImageRecord {
            id: ImageId(digest),
            manifest: digest,
            index: None,
            created: None,
            size: 0,
            layers: Vec::new(),
            parent: None,
            labels: None,
            named: true,
        };
        store.put_image(&store.lock_use().unwrap(), &image, false).unwrap();
    }

    /// The time of a directory's last change cannot be set back, so what was remembered of another is put in its place.
    fn remember(store: &Store) {
        let records = (store.images().unwrap(), store.tags().unwrap());
        let path = store.run.join(FILE);
        store.remember(&path, &store.key().unwrap(), &records).unwrap();
        // What comes next is in another tick of the kernel's clock, which is at most 10 ms long.
        std::thread::sleep(std::time::Duration::from_millis(25));
    }

    #[test]
    fn what_is_remembered_is_believed_until_something_changes() {
        let tmp = tempfile::tempdir().unwrap();
        let store = store(tmp.path());
        put(&store, 0);
        remember(&store);
        // Behind the store's back, in the file and not in the directory.
        let record = std::fs::read_dir(store.root().join("images"))
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        let bytes = std::fs::read(record.path()).unwrap();
        std::fs::write(record.path(), "").unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
        std::fs::write(record.path(), bytes).unwrap();
        put(&store, 1);
        assert_eq!(store.images_and_tags().unwrap().0.len(), 2);
        let at = Timespec { tv_sec: 1, tv_nsec: 0 };
        let times = Timestamps {
            last_access: at,
            last_modification: at,
        };
        remember(&store);
        std::fs::remove_file(record.path()).unwrap();
        // Whatever the directory's own time is set to.
        utimensat(rustix::fs::CWD, store.root().join("images"), &times, AtFlags::empty()).unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
    }

    #[test]
    fn of_what_has_changed_only_that_is_read_again() {
        let tmp = tempfile::tempdir().unwrap();
        let store = store(tmp.path());
        (0..3).for_each(|number| put(&store, number));
        // What is believed of an image that stays is not what its record says.
        let mut records = (store.images().unwrap(), store.tags().unwrap());
        records.0.iter_mut().for_each(|image| image.size = 5);
        let file = store.run.join(FILE);
        store.remember(&file, &store.key().unwrap(), &records).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(25));
        let images = store.root().join("images");
        let path = |number: usize| {
            let id = Digest::of(format!("{number}").as_bytes());
            images.join(format!("{}.json", id.hex()))
        };
        let sizes = || {
            let mut sizes: Vec<u64> = store
                .images_and_tags()
                .unwrap()
                .0
                .iter()
                .map(|image| image.size)
                .collect();
            sizes.sort_unstable();
            sizes
        };
        // One is replaced, as records are; one is gone; then one is new.
        let bytes = std::fs::read_to_string(path(0)).unwrap();
        std::fs::write(images.join(".new"), bytes.replace("\"size\":0", "\"size\":7")).unwrap();
        std::fs::rename(images.join(".new"), path(0)).unwrap();
        std::fs::remove_file(path(1)).unwrap();
        assert_eq!(sizes(), [5, 7]);
        put(&store, 3);
        assert_eq!(sizes(), [0, 5, 7]);
        // Written in place, which nobody does: the file tells it all the same.
        let bytes = std::fs::read_to_string(path(2)).unwrap();
        std::fs::write(path(2), bytes.replace("\"size\":0", "\"size\":9")).unwrap();
        assert_eq!(sizes(), [0, 7, 9]);
    }

    #[test]
    fn a_list_that_changed_just_now_or_is_short_is_not_remembered() {
        let tmp = tempfile::tempdir().unwrap();
        let store = store(tmp.path());
        for number in 0..WORTH_IT {
            put(&store, number);
        }
        assert_eq!(store.images_and_tags().unwrap().0.len(), WORTH_IT);
        assert!(!store.run.join(FILE).exists());
    }

    #[test]
    fn another_boot_and_a_damaged_file_are_nothing_remembered() {
        let tmp = tempfile::tempdir().unwrap();
        let store = store(tmp.path());
        put(&store, 0);
        let path = store.run.join(FILE);
        let mut key = store.key().unwrap();
        key.boot = "another".into();
        write(&path, &key, &Default::default(), &Default::default()).unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
        for text in ["", "{}", "\n\n", "\0"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
        }
        write(&path, &store.key().unwrap(), &Default::default(), &Default::default()).unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 0);
    }
}
