//! All images and names, remembered from one listing to the next: opening ten thousand small files takes longer than
//! anybody wants to wait for a list.
//!
//! This is no index: the state is the directory, and what is remembered is believed only while `images/` and `tags/` are
//! what they were when it was read, to the inode and the time of their last change. A record is only ever written by
//! rename, which changes that time. A change in the same tick of the kernel's clock as the one before would not show, so
//! nothing is remembered until the last change is older than any filesystem's clock is coarse. It is kept with the run
//! state, and forgotten with the boot: what power loss makes of a record changes no directory. What cannot be read or
//! written here costs time, and nothing else; nothing is ever removed because of it.

use super::{ImageRecord, Store, Tag, marks};
use rustix::fs::{AtFlags, statat};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read, Write};
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

/// A directory as it was seen.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
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
        if let Some(key) = &before
            && let Some(remembered) = read(&path, key)
        {
            return Ok(remembered);
        }
        let now = (self.images()?, self.tags()?);
        if let Some(key) = before
            && now.0.len() + now.1.len() >= WORTH_IT
            && key.is_settled()
            && self.key().as_ref() == Some(&key)
        {
            // Next time it is read again, then.
            let _ = write(&path, &key, &now);
        }
        Ok(now)
    }

    /// Nothing is remembered any more.
    pub fn forget(&self) {
        // What stays is not believed of another store.
        let _ = std::fs::remove_file(self.run.join(FILE));
    }

    fn key(&self) -> Option<Key> {
        let seen = |name: &str| {
            let stat = statat(&*self.dir, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            Some(Seen {
                device: stat.st_dev,
                inode: stat.st_ino,
                changed: (stat.st_ctime as i64, stat.st_ctime_nsec as u64),
            })
        };
        Some(Key {
            boot: marks::boot().to_owned(),
            images: seen("images")?,
            tags: seen("tags")?,
        })
    }
}

impl Key {
    fn is_settled(&self) -> bool {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.as_secs());
        let last = self.images.changed.0.max(self.tags.changed.0);
        i64::try_from(now).is_ok_and(|now| last <= now - SETTLED)
    }
}

/// Three lines: the key, the images, the names.
fn write(path: &Path, key: &Key, records: &(Vec<ImageRecord>, Vec<Tag>)) -> anyhow::Result<()> {
    let mut bytes = serde_json::to_vec(key)?;
    bytes.push(b'\n');
    serde_json::to_writer(&mut bytes, &records.0)?;
    bytes.push(b'\n');
    serde_json::to_writer(&mut bytes, &records.1)?;
    let temporary = path.with_file_name(format!(".{FILE}.{}", super::directory::random_name()));
    let written = File::create_new(&temporary)
        .and_then(|mut file| file.write_all(&bytes))
        .and_then(|()| std::fs::rename(&temporary, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    Ok(written?)
}

/// `None` where nothing is remembered, or of another time.
fn read(path: &Path, key: &Key) -> Option<(Vec<ImageRecord>, Vec<Tag>)> {
    let file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(LIMIT)).ok()? + 1);
    file.take(LIMIT).read_to_end(&mut bytes).ok()?;
    let mut lines = bytes.splitn(3, |&byte| byte == b'\n');
    let (held, images, tags) = (lines.next()?, lines.next()?, lines.next()?);
    if serde_json::from_slice::<Key>(held).ok()? != *key {
        return None;
    }
    std::thread::scope(|scope| {
        let images = scope.spawn(|| serde_json::from_slice(images).ok());
        let tags = serde_json::from_slice(tags).ok();
        Some((images.join().ok()??, tags?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Digest, ImageId};
    use crate::store::Location;
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
        write(&store.run.join(FILE), &store.key().unwrap(), &records).unwrap();
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
        write(&path, &key, &(Vec::new(), Vec::new())).unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
        for text in ["", "{}", "\n\n", "\0"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(store.images_and_tags().unwrap().0.len(), 1);
        }
        write(&path, &store.key().unwrap(), &(Vec::new(), Vec::new())).unwrap();
        assert_eq!(store.images_and_tags().unwrap().0.len(), 0);
    }
}
