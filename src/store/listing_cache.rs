//! The listing cache: all images and names as the last listing read them. Opening ten thousand small files takes
//! longer than anybody wants to wait for a list.
//!
//! It is no index: the state is the directory. The cache is valid while `images/` and `tags/` have the same inode and
//! the same change time (ctime) as when it was read. Records are written by rename only, which changes these times. A
//! change within one tick of the kernel's clock after another would not show in them, so nothing is cached before the
//! last change is older than any filesystem's clock is coarse.
//!
//! Where a directory has changed, each record is still valid while its file has the same inode and change time:
//! checking that takes a third of the time of opening it.
//!
//! The cache is in the run root and is valid for one boot, because power loss may damage records without changing a
//! directory. An error in reading or writing it costs time only. No removal relies on it.

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
/// How old the last change must be, in seconds: FAT's clock has a resolution of two.
const MIN_AGE: i64 = 3;
/// Fewer records are read as fast from their own files.
const MIN_RECORDS: usize = 128;
/// A larger file is not read, in bytes.
const LIMIT: u64 = 256 << 20;

/// What must be unchanged for the cache to be valid.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct CacheKey {
    boot: String,
    images: FileVersion,
    tags: FileVersion,
}

/// Which file or directory a path was, and when it was last changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct FileVersion {
    device: u64,
    inode: u64,
    /// Seconds and nanoseconds.
    changed: (i64, u64),
}

type Records = (Vec<ImageRecord>, Vec<Tag>);
/// The paths of the images' and of the names' files, in the order of the records.
type Files = (Vec<(String, FileVersion)>, Vec<(String, FileVersion)>);

/// What the cache holds.
struct CachedListing {
    records: Records,
    /// Where a directory has changed since: the files that the records were read from.
    files: Option<Files>,
}

impl Store {
    /// All images and all names, in no order, as a listing needs them: as they are now, or were at some moment of this
    /// call. A removal reads them under a lock instead ([`Store::images`], [`Store::tags`]).
    pub fn images_and_tags(&self) -> anyhow::Result<(Vec<ImageRecord>, Vec<Tag>)> {
        let path = self.run.join(FILE);
        let before = self.cache_key();
        let cached = before.as_ref().and_then(|key| read(&path, key));
        let now = match cached {
            Some(CachedListing { files: None, records }) => return Ok(records),
            Some(CachedListing {
                files: Some(files),
                records,
            }) => std::thread::scope(|scope| {
                let tags = scope.spawn(|| self.update("tags", &|_| true, files.1, records.1));
                let images = self.update("images", &images::is_record, files.0, records.0);
                let tags = tags.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                anyhow::Ok((images?, tags?))
            })?,
            None => (self.images()?, self.tags()?),
        };
        if let Some(key) = before
            && now.0.len() + now.1.len() >= MIN_RECORDS
            && key.is_old_enough()
        {
            // On an error the next listing reads the records again.
            let _ = self.cache_listing(&path, &key, &now);
        }
        Ok(now)
    }

    /// The records that a folder has now. `records` were read from `files` before; only what has changed is read again.
    fn update<T: DeserializeOwned + Send>(
        &self,
        folder: &str,
        wanted: &dyn Fn(&str) -> bool,
        files: Vec<(String, FileVersion)>,
        records: Vec<T>,
    ) -> anyhow::Result<Vec<T>> {
        let mut cached: HashMap<String, (FileVersion, T)> = files
            .into_iter()
            .zip(records)
            .map(|((path, version), record)| (path, (version, record)))
            .collect();
        let mut records = Vec::with_capacity(cached.len());
        let mut others = HashSet::new();
        for name in self.dir.list(folder)? {
            let path = format!("{folder}/{name}");
            match cached.remove(&path) {
                Some((version, record)) if self.version(&path) == Some(version) => records.push(record),
                _ if wanted(&name) => drop(others.insert(name)),
                _ => {}
            }
        }
        if !others.is_empty() {
            records.extend(self.dir.records(folder, |name| others.contains(name))?);
        }
        Ok(records)
    }

    /// Removes the listing cache.
    pub fn clear_listing_cache(&self) {
        // A cache that cannot be removed is not valid for another store, whose directories have other inodes.
        let _ = std::fs::remove_file(self.run.join(FILE));
    }

    fn cache_key(&self) -> Option<CacheKey> {
        Some(CacheKey {
            boot: unsynced::boot().to_owned(),
            images: self.version("images")?,
            tags: self.version("tags")?,
        })
    }

    fn version(&self, path: &str) -> Option<FileVersion> {
        let stat = statat(&*self.dir, path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(FileVersion {
            device: stat.st_dev,
            inode: stat.st_ino,
            changed: (stat.st_ctime as i64, stat.st_ctime_nsec as u64),
        })
    }

    /// Writes the cache. An error where something has changed since `key`.
    fn cache_listing(&self, path: &Path, key: &CacheKey, records: &Records) -> anyhow::Result<()> {
        let file = |path: String| {
            let version = self.version(&path).with_context(|| format!("{path} is gone"))?;
            anyhow::Ok((path, version))
        };
        let images = records.0.iter().map(|image| file(images::path(&image.id.hex())));
        let tags = records.1.iter().map(|tag| file(tags::path(&tag.reference)));
        let files: Files = (images.collect::<Result<_, _>>()?, tags.collect::<Result<_, _>>()?);
        ensure!(self.cache_key().as_ref() == Some(key), "something has changed");
        write(path, key, records, &files)
    }
}

impl CacheKey {
    /// Whether it is of the same boot and the same directories, changed or not.
    fn is_of_same_directories(&self, other: &CacheKey) -> bool {
        let identity = |version: &FileVersion| (version.device, version.inode);
        self.boot == other.boot
            && identity(&self.images) == identity(&other.images)
            && identity(&self.tags) == identity(&other.tags)
    }

    /// Whether the last change is so old that a later one shows in the change times.
    fn is_old_enough(&self) -> bool {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.as_secs());
        let last = self.images.changed.0.max(self.tags.changed.0);
        i64::try_from(now).is_ok_and(|now| last <= now - MIN_AGE)
    }
}

/// Writes four lines of JSON: the key, the images, the names, and the files of both.
fn write(path: &Path, key: &CacheKey, records: &Records, files: &Files) -> anyhow::Result<()> {
    let mut bytes = serde_json::to_vec(key)?;
    bytes.push(b'\n');
    serde_json::to_writer(&mut bytes, &records.0)?;
    bytes.push(b'\n');
    serde_json::to_writer(&mut bytes, &records.1)?;
    bytes.push(b'\n');
    serde_json::to_writer(&mut bytes, files)?;
    Ok(atomic_file::replace(path, &bytes)?)
}

/// Reads the cache. `None` where there is none, or it is of another boot or of other directories.
fn read(path: &Path, key: &CacheKey) -> Option<CachedListing> {
    let file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(LIMIT)).ok()? + 1);
    file.take(LIMIT).read_to_end(&mut bytes).ok()?;
    let mut lines = bytes.splitn(4, |&byte| byte == b'\n');
    let (cached, images, tags, files) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
    let cached: CacheKey = serde_json::from_slice(cached).ok()?;
    if !cached.is_of_same_directories(key) {
        return None;
    }
    std::thread::scope(|scope| {
        let images = scope.spawn(|| serde_json::from_slice(images).ok());
        let tags = serde_json::from_slice(tags).ok();
        let files = match cached == *key {
            true => None,
            false => Some(serde_json::from_slice(files).ok()?),
        };
        let records = (images.join().ok()??, tags?);
        Some(CachedListing { records, files })
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

    /// Writes the cache, however young the last change is: a change time cannot be set back.
    fn cache(store: &Store) {
        let records = (store.images().unwrap(), store.tags().unwrap());
        let path = store.run.join(FILE);
        store
            .cache_listing(&path, &store.cache_key().unwrap(), &records)
            .unwrap();
        // The next change is to be in another tick of the kernel's clock, which is at most 10 ms long.
        std::thread::sleep(std::time::Duration::from_millis(25));
    }

    #[test]
    fn the_cache_is_used_until_something_changes() {
        let tmp = tempfile::tempdir().unwrap();
        let store = store(tmp.path());
        put(&store, 0);
        cache(&store);
        // A change of the file that the directory does not show: the cached record is used.
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
        cache(&store);
        std::fs::remove_file(record.path()).unwrap();
        // The modification time does not matter.
        utimensat(rustix::fs::CWD, store.root().join("images"), &times, AtFlags::empty()).unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
    }

    #[test]
    fn only_records_that_have_changed_are_read_again() {
        let tmp = tempfile::tempdir().unwrap();
        let store = store(tmp.path());
        (0..3).for_each(|number| put(&store, number));
        // The cached records differ from the files, to tell which were read.
        let mut records = (store.images().unwrap(), store.tags().unwrap());
        records.0.iter_mut().for_each(|image| image.size = 5);
        let file = store.run.join(FILE);
        store
            .cache_listing(&file, &store.cache_key().unwrap(), &records)
            .unwrap();
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
        // Written in place, which lamel never does: the file's change time shows it.
        let bytes = std::fs::read_to_string(path(2)).unwrap();
        std::fs::write(path(2), bytes.replace("\"size\":0", "\"size\":9")).unwrap();
        assert_eq!(sizes(), [0, 7, 9]);
    }

    #[test]
    fn a_listing_that_changed_just_now_or_is_short_is_not_cached() {
        let tmp = tempfile::tempdir().unwrap();
        let store = store(tmp.path());
        for number in 0..MIN_RECORDS {
            put(&store, number);
        }
        assert_eq!(store.images_and_tags().unwrap().0.len(), MIN_RECORDS);
        assert!(!store.run.join(FILE).exists());
    }

    #[test]
    fn a_cache_of_another_boot_and_a_damaged_one_are_ignored() {
        let tmp = tempfile::tempdir().unwrap();
        let store = store(tmp.path());
        put(&store, 0);
        let path = store.run.join(FILE);
        let mut key = store.cache_key().unwrap();
        key.boot = "another".into();
        write(&path, &key, &Default::default(), &Default::default()).unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
        for text in ["", "{}", "\n\n", "\0"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
        }
        write(
            &path,
            &store.cache_key().unwrap(),
            &Default::default(),
            &Default::default(),
        )
        .unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 0);
    }
}
