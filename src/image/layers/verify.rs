//! A layer is verified: the tar that it was made from is put together again, and its digest must be the diff_id.

use crate::layer::split::assemble;
use crate::oci::digest::{DiffId, Hasher};
use crate::store::Store;
use crate::store::objects::records::Layer;
use anyhow::{Context, Result, ensure};
use rustix::fs::{CWD, Mode, OFlags};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// Whether the store has the layer, undamaged. A layer that was not synced before the machine last stopped is verified
/// first, and discarded where it is damaged; for that moment this takes the `use` lock.
pub fn is_intact(store: &Store, id: &DiffId) -> Result<bool> {
    let Some(layer) = store.layer(id)? else {
        return Ok(false);
    };
    if !layer.suspect {
        return Ok(true);
    }
    let intact = matches_diff_id(&layer)?;
    let lock = store.lock_use()?;
    match intact {
        true => store.confirm_layer(&lock, id)?,
        false => store.discard_layer(&lock, id)?,
    }
    Ok(intact)
}

/// Writes the tar that the layer was made from, byte for byte. An error where another tar came out: then the layer is
/// damaged, and what was written is to be thrown away.
pub fn write_tar(layer: &Layer, out: &mut dyn Write) -> Result<()> {
    let actual = assemble(layer, out)?;
    ensure!(actual == layer.info.diff_id, "it is damaged: its tar is {actual} now");
    Ok(())
}

/// Whether the layer on disk still is the one that its diff_id names: every byte of it is read. An error says that it
/// could not be read, which proves nothing.
fn matches_diff_id(layer: &Layer) -> Result<bool> {
    match assemble(layer, &mut io::sink()) {
        Ok(actual) => Ok(actual == layer.info.diff_id),
        Err(error) if is_damage(&error) => Ok(false),
        Err(error) => Err(error.context(format!("verifying layer {}", layer.info.diff_id))),
    }
}

/// Writes the tar that the layer's files and its tar-split make together, and returns its diff_id.
fn assemble(layer: &Layer, out: &mut dyn Write) -> Result<DiffId> {
    let split = File::open(layer.split()).with_context(|| format!("open {}", layer.split().display()))?;
    let diff = rustix::fs::openat(CWD, layer.diff(), OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .map_err(io::Error::from)
        .with_context(|| format!("open {}", layer.diff().display()))?;
    let hasher = Hasher::default();
    let mut tar = HashingWriter { out, hasher };
    assemble::assemble(&split, diff.as_fd(), &mut tar)?;
    Ok(DiffId(tar.hasher.finish()))
}

/// Whether an error means that a file is missing, or is not what was written. Any other error of the kernel (no
/// permission, too many open files) is not about the layer.
fn is_damage(error: &anyhow::Error) -> bool {
    let kernel = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<io::Error>()?.raw_os_error());
    kernel.is_none_or(|code| matches!(io::Error::from_raw_os_error(code).kind(), io::ErrorKind::NotFound))
}

/// Hashes what is written through it.
struct HashingWriter<'a> {
    out: &'a mut dyn Write,
    hasher: Hasher,
}

impl Write for HashingWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
