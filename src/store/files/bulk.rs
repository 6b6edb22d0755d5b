//! All records of a folder at once, read by several threads: a listing would otherwise wait for thousands of small
//! files to be opened one by one.

use crate::store::files::directory::{Directory, MAX_RECORD, parse};
use anyhow::{Context, ensure};
use rustix::fs::{Mode, OFlags, openat};
use rustix::io::{Errno, read};
use serde::de::DeserializeOwned;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many files a thread takes at a time. The caller alone reads a folder with fewer.
const BATCH: usize = 128;
/// More threads than this would only wait for each other in the kernel.
const THREADS: usize = 8;
/// Bytes that are read at a time. Nearly all records fit.
const PIECE: usize = 16 << 10;

impl Directory {
    /// The records in a folder whose names are `wanted`, in no order. Missing and damaged ones are treated as by
    /// [`Directory::record`].
    pub fn records<T: DeserializeOwned + Send>(
        &self,
        folder: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Vec<T>> {
        let mut names = self.list(folder)?;
        if names.is_empty() {
            return Ok(Vec::new());
        }
        names.retain(|name| wanted(name));
        let fd = self.open_dir(folder)?;
        let shown = self.path(folder);
        let next = AtomicUsize::new(0);
        let work = || read_batches(fd.as_fd(), &shown, &names, &next);
        let helpers = match names.len() > BATCH {
            true => std::thread::available_parallelism().map_or(1, |cpus| cpus.get().min(THREADS)) - 1,
            false => 0,
        };
        let parts = std::thread::scope(|scope| {
            let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(work)).collect();
            let own = work();
            let theirs = helpers
                .into_iter()
                .map(|helper| helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            std::iter::once(own).chain(theirs).collect::<anyhow::Result<Vec<_>>>()
        })?;
        Ok(parts.into_iter().flatten().collect())
    }
}

/// Takes batches of files and reads them until none is left.
fn read_batches<T: DeserializeOwned>(
    folder: BorrowedFd<'_>,
    shown: &Path,
    names: &[String],
    next: &AtomicUsize,
) -> anyhow::Result<Vec<T>> {
    let mut records = Vec::new();
    let mut bytes = vec![0; PIECE];
    while let Some(rest) = names.get(next.fetch_add(BATCH, Ordering::Relaxed)..)
        && !rest.is_empty()
    {
        for name in &rest[..rest.len().min(BATCH)] {
            let path = || shown.join(name).display().to_string();
            if let Some(length) = read_whole(folder, name, &mut bytes).with_context(path)? {
                records.extend(parse::<T>(&bytes[..length], path)?);
            }
        }
    }
    Ok(records)
}

/// Reads a file to the start of `bytes`, which grows where it must. Returns the file's length; `None` where it is gone.
fn read_whole(folder: BorrowedFd<'_>, name: &str, bytes: &mut Vec<u8>) -> anyhow::Result<Option<usize>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = match openat(folder, name, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut length = 0;
    loop {
        match read(&file, &mut bytes[length..]) {
            Ok(count) => length += count,
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        // A read of a regular file that is shorter than the buffer has reached the end. Reading once more to see that
        // would be one system call in four.
        if length < bytes.len() {
            return Ok(Some(length));
        }
        ensure!(length as u64 <= MAX_RECORD, "longer than {MAX_RECORD} bytes");
        bytes.resize(length * 2, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn folder(count: usize) -> (tempfile::TempDir, Directory) {
        let tmp = tempfile::tempdir().unwrap();
        std::fs::create_dir(tmp.path().join("some")).unwrap();
        for number in 0..count {
            std::fs::write(tmp.path().join(format!("some/{number}")), format!("{number}")).unwrap();
        }
        let dir = Directory::open(tmp.path()).unwrap();
        (tmp, dir)
    }

    #[test]
    fn every_record_comes_once_however_many_there_are() {
        for count in [0, 1, BATCH, BATCH + 1, 10 * BATCH + 7] {
            let (_tmp, dir) = folder(count);
            let records = dir.records::<usize>("some", |_| true).unwrap();
            assert_eq!(records.len(), count);
            assert_eq!(records.into_iter().collect::<BTreeSet<_>>(), (0..count).collect());
        }
        let (_tmp, dir) = folder(0);
        assert!(dir.records::<usize>("none", |_| true).unwrap().is_empty());
    }

    #[test]
    fn a_record_longer_than_the_buffer_is_read_whole() {
        let (tmp, dir) = folder(0);
        let long = "x".repeat(3 * PIECE);
        std::fs::write(tmp.path().join("some/long"), format!("{long:?}")).unwrap();
        assert_eq!(dir.records::<String>("some", |_| true).unwrap(), [long]);
    }

    #[test]
    fn what_power_loss_leaves_counts_as_no_record_and_other_damage_names_the_file() {
        let (tmp, dir) = folder(2);
        std::fs::write(tmp.path().join("some/empty"), "").unwrap();
        std::fs::write(tmp.path().join("some/zeros"), "\0\0").unwrap();
        std::fs::write(tmp.path().join("some/.new"), "7").unwrap();
        assert_eq!(dir.records::<usize>("some", |_| true).unwrap().len(), 2);
        assert_eq!(dir.records::<usize>("some", |name| name == "1").unwrap(), [1]);
        std::fs::write(tmp.path().join("some/bad"), "]").unwrap();
        let error = dir.records::<usize>("some", |_| true).unwrap_err();
        assert!(format!("{error:#}").contains("some/bad is damaged"), "{error:#}");
    }
}
