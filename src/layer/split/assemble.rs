//! From a tar-split and the layer's directory back to the tar.

use crate::layer::split::reader::{Record, SplitReader, copy_exact};
use crate::sys::files::rooted;
use anyhow::{Context, Result, ensure};
use rustix::fs::OFlags;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufReader, Write};
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes read of a file at a time.
const BUFFER: u64 = 256 << 10;

/// Writes the exact tar that was applied.
pub fn assemble(split: &File, layer: BorrowedFd<'_>, out: &mut dyn Write) -> Result<()> {
    let mut records = SplitReader::new(split)?;
    let mut replaced = records.replaced_contents()?;
    let mut number = 0;
    loop {
        match records.next()? {
            Record::Raw(length) => copy_exact(records.stream(), out, length.into())?,
            Record::File { size, path } => {
                if !replaced.copy(number, size, out)? {
                    let path = Path::new(OsStr::from_bytes(&path));
                    copy_file(layer, path, size, out)
                        .with_context(|| format!("file {} of the layer", path.display()))?;
                }
                number += 1;
            }
            Record::End => break,
        }
    }
    out.flush()?;
    Ok(())
}

fn copy_file(layer: BorrowedFd<'_>, path: &Path, size: u64, out: &mut dyn Write) -> Result<()> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::from(rooted::open_exact(layer, path, flags)?);
    let metadata = file.metadata()?;
    ensure!(metadata.is_file(), "is no longer a regular file");
    ensure!(
        metadata.len() == size,
        "has {} bytes, not {size} as when it was unpacked",
        metadata.len()
    );
    let buffer = size.min(BUFFER) as usize;
    copy_exact(&mut BufReader::with_capacity(buffer, file), out, size)
}
