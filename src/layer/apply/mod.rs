//! Unpacking: entry by entry into overlayfs's form, with the tar-split written beside.
//!
//! A tar is applied as if to an empty directory, so layers can be unpacked in any order. A whiteout says something about
//! the layers below only (image-spec, layer.md, "Whiteouts"): what the same tar holds stays, wherever in the tar it is.

pub mod copy_in;
pub mod entry;
pub mod remove;
pub mod tree;

use crate::layer::apply::tree::{Place, Tree, as_path, as_path_buf, clean, is_whiteout};
use crate::layer::attributes::times;
use crate::layer::compression::inflate::inflated;
use crate::layer::model::{Applied, ApplyOptions, Needs};
use crate::layer::split::SplitWriter;
use crate::layer::tar::read::entries::{Entries, Entry};
use crate::layer::tar::read::stream::Stream;
use crate::oci::digest::DiffId;
use crate::sys::files::listing;
use anyhow::{Context, Result, ensure};
use rustix::fs::{FileType, Mode};
use std::io::{BufRead, Read, Write};
use std::os::fd::BorrowedFd;
use std::sync::atomic::AtomicBool;

/// The start of a whiteout's name (image-spec, layer.md, "Whiteouts").
pub const WHITEOUT: &[u8] = b".wh.";
/// Hides all that the layers below have in this directory.
pub const OPAQUE: &[u8] = b".wh..wh..opq";
/// Other names of aufs, without meaning anywhere else.
const METADATA: &[u8] = b".wh..wh.";
/// Bytes of all names in [`Needs`]: they are recorded with the layer, and read whenever it is looked at.
const MAX_NEEDS: usize = 8 << 20;
/// How many hard links in a row, each to the next, are followed out of a layer.
const MAX_CHAIN: usize = 64;

/// Unpacks a layer (a tar; plain, gzip or zstd) into the empty directory `dest` in overlay form and writes its tar-split
/// to `split` (compressed). Reads `blob` to its end; what the blob itself says is wrong with it outranks all other errors.
/// Nothing outside `dest` is touched, whatever the tar says. Fails soon after `cancel` is set.
pub fn apply(
    blob: Box<dyn Read + Send + '_>,
    dest: BorrowedFd<'_>,
    split: &mut dyn Write,
    options: &ApplyOptions,
    cancel: &AtomicBool,
) -> Result<Applied> {
    let (applied, diff_id) = inflated(blob, cancel, |tar| unpack(tar, dest, split, options))?;
    Ok(applied(diff_id))
}

/// Unpacks the uncompressed bytes; the caller adds the digest, which is known when all has been read.
fn unpack(
    tar: &mut dyn BufRead,
    dest: BorrowedFd<'_>,
    split: &mut dyn Write,
    options: &ApplyOptions,
) -> Result<impl FnOnce(DiffId) -> Applied + use<>> {
    let split = SplitWriter::new(split)?;
    let mut entries = Entries::new(Stream::new(tar, options.limits.bytes), Some(split));
    let mut tree = Tree::new(dest, options);
    let mut count = 0;
    while let Some(entry) = entries.next()? {
        count += 1;
        ensure!(
            count <= options.limits.entries,
            "the layer has more than {} entries",
            options.limits.entries
        );
        place(&mut tree, &entry, &mut entries)
            .with_context(|| format!("unpacking {}", as_path(&entry.path).display()))?;
    }
    let (stream, split) = entries.finish()?;
    let links = finish_links(&mut tree)?;
    if let Some(split) = split {
        split.finish(tree.lost())?;
    }
    tree.discard_lost()?;
    if tree.opaque {
        finish_opaque(&mut tree)?;
    }
    tree.finish_directories()?;
    let tar_size = stream.position();
    let needs = Needs {
        implicit_dirs: tree.implicit.iter().map(|path| as_path_buf(path)).collect(),
        links,
        opaque: tree.opaque,
    };
    ensure!(
        needs.length() <= MAX_NEEDS,
        "the layer leaves more to the layers below it than {MAX_NEEDS} bytes of names"
    );
    let (size, skipped) = (tree.size, tree.skipped);
    Ok(move |diff_id| Applied {
        diff_id,
        tar_size,
        size,
        entries: count,
        needs,
        skipped,
    })
}

fn place(tree: &mut Tree<'_>, entry: &Entry, entries: &mut Entries<'_>) -> Result<()> {
    let components = clean(&entry.path, tree.options.limits.depth)?;
    let Some(name) = components.last() else {
        return tree.put_root(entry);
    };
    let Some(hidden) = name.strip_prefix(WHITEOUT) else {
        let place = tree.place(&components)?;
        return tree.put(&place, entry, entries);
    };
    if *name != OPAQUE && name.starts_with(METADATA) {
        return Ok(());
    }
    // Below what is no directory in this layer nothing of the layers below shows: there is nothing to hide.
    let Ok(place) = tree.place_below(&components)? else {
        return Ok(());
    };
    if *name == OPAQUE {
        // The directory's own entry may come later, or never.
        tree.opaque |= place.parent.path.is_empty();
        return tree.set_opaque(place.fd(), b".");
    }
    whiteout(tree, &Place { name: hidden, ..place })
}

/// Hides what the layers below have in this place.
fn whiteout(tree: &mut Tree<'_>, place: &Place<'_>) -> Result<()> {
    ensure!(!matches!(place.name, b"" | b"." | b".."), "a whiteout of no name");
    match place.stat()? {
        None => {
            // A character device 0:0 is the one device that needs no privilege.
            let mode = Mode::empty();
            rustix::fs::mknodat(place.fd(), place.name, FileType::CharacterDevice, mode, 0).context("whiteout")?;
            rustix::fs::utimensat(
                place.fd(),
                place.name,
                &times(rustix::fs::Timespec { tv_sec: 0, tv_nsec: 0 }),
                rustix::fs::AtFlags::SYMLINK_NOFOLLOW,
            )?;
            tree.set_has_whiteouts(place.fd())
        }
        // This layer's own directory stays, but nothing shows through it.
        Some(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => {
            tree.set_opaque(place.fd(), place.name)
        }
        Some(_) => Ok(()),
    }
}

/// Makes the links whose target came after them; the others are left to the layers below.
fn finish_links(tree: &mut Tree<'_>) -> Result<Vec<(std::path::PathBuf, std::path::PathBuf)>> {
    let links = std::mem::take(&mut tree.links);
    let mut left = Vec::new();
    for (path, mut target) in &links {
        // A link to a link that waits too.
        for _ in 0..MAX_CHAIN {
            match links.get(target) {
                Some(next) => target = next,
                None => break,
            }
        }
        let depth = tree.options.limits.depth;
        let place = tree.place(&clean(path, depth)?)?;
        if place.stat()?.is_some_and(|stat| !is_whiteout(&stat)) {
            continue;
        }
        let made = tree.try_link(&place, &clean(target, depth)?);
        if !made.with_context(|| format!("unpacking {}", as_path(path).display()))? {
            left.push((as_path_buf(path), as_path_buf(target)));
        }
    }
    Ok(left)
}

/// Overlayfs does not heed the mark on a layer's root: the directories there carry it instead, and names that only the
/// layers below have get their whiteouts when those layers are known.
fn finish_opaque(tree: &mut Tree<'_>) -> Result<()> {
    for (name, kind) in listing::list(tree.root)? {
        if kind == FileType::Directory {
            tree.set_opaque(tree.root, &name)?;
        }
    }
    tree.implicit.clear();
    Ok(())
}
