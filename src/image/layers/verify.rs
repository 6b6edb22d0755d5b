//! Proving a layer: the tar that it was made from comes back, and hashes to its diff_id.

use crate::layer::split;
use crate::oci::digest::{DiffId, Hasher};
use crate::store::Store;
use crate::store::objects::records::Layer;
use anyhow::{Context, bail};
use rustix::fs::{CWD, Mode, OFlags};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// Whether the layer on disk still is the one that its diff_id names: every byte of it is read. An error says that it could
/// not be read, which proves nothing.
fn proven(layer: &Layer) -> anyhow::Result<bool> {
    match retell(layer, &mut io::sink()) {
        Ok(actual) => Ok(actual == layer.info.diff_id),
        Err(error) if is_damage(&error) => Ok(false),
        Err(error) => Err(error.context(format!("verifying layer {}", layer.info.diff_id))),
    }
}

/// Writes the very tar that the layer was made from. An error where another one came out: then the layer is damaged, and what was written is to be
/// thrown away.
pub fn write_tar(layer: &Layer, out: &mut dyn Write) -> anyhow::Result<()> {
    let actual = retell(layer, out)?;
    if actual != layer.info.diff_id {
        bail!("it is damaged: its tar is {actual} now");
    }
    Ok(())
}

/// Writes the tar that the tree and the tar-split make together, and says which layer that is.
fn retell(layer: &Layer, out: &mut dyn Write) -> anyhow::Result<DiffId> {
    let split = File::open(layer.split()).with_context(|| format!("open {}", layer.split().display()))?;
    let diff = rustix::fs::openat(CWD, layer.diff(), OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .map_err(io::Error::from)
        .with_context(|| format!("open {}", layer.diff().display()))?;
    let hasher = Hasher::default();
    let mut tar = Hashing { out, hasher };
    split::assemble(&split, diff.as_fd(), &mut tar)?;
    Ok(DiffId(tar.hasher.finish()))
}

/// Something is missing, or is not what was written. Anything else that the kernel says (no permission, too many open files) is
/// not about the layer.
fn is_damage(error: &anyhow::Error) -> bool {
    let kernel = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<io::Error>()?.raw_os_error());
    kernel.is_none_or(|code| matches!(io::Error::from_raw_os_error(code).kind(), io::ErrorKind::NotFound))
}

/// Whether a layer is there and whole. One that was not known to be synced when the machine stopped is verified, and
/// goes away where it is broken.
pub fn held(store: &Store, id: &DiffId) -> anyhow::Result<bool> {
    let Some(layer) = store.layer(id)? else {
        return Ok(false);
    };
    if !layer.suspect {
        return Ok(true);
    }
    let whole = proven(&layer)?;
    let lock = store.lock_use()?;
    match whole {
        true => store.confirm_layer(&lock, id)?,
        false => store.discard_layer(&lock, id)?,
    }
    Ok(whole)
}

/// Hashes what goes through.
struct Hashing<'a> {
    out: &'a mut dyn Write,
    hasher: Hasher,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
