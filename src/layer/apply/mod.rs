//! Applying a layer's tar: unpacking it entry by entry into overlayfs's form, while its tar-split is written.
//!
//! A tar is applied as if to an empty directory, so layers can be unpacked in any order. A whiteout says something
//! about the layers below only (image-spec, layer.md, "Whiteouts"): what the same tar holds stays, wherever in the tar
//! it is.
//!
//! ```text
//! mod        the walk through a tar
//! entry      making one entry
//! remove     clearing the place of an entry
//! resolve    finding where an entry goes
//! tree       the directory, and what is kept until the end
//! replaced   files that the tree has lost but the tar-split needs
//! copy_in    unpacking an ordinary tar into a tree that is in use: `cp`
//! ```

pub mod copy_in;
pub mod entry;
pub mod remove;
pub mod replaced;
pub mod resolve;
pub mod tree;

use crate::layer::apply::tree::{EntryPath, LayerTree};
use crate::layer::compression::inflate::inflate_and_hash;
use crate::layer::model::{Applied, ApplyOptions, LowerRefs};
use crate::layer::path::{as_path, as_path_buf, components};
use crate::layer::split::writer::SplitWriter;
use crate::layer::tar::read::entries::{TarEntries, TarEntry};
use crate::layer::whiteout::{Marker, is_whiteout, make_whiteout, set_has_whiteouts};
use crate::oci::digest::DiffId;
use crate::sys::files::listing;
use anyhow::{Context, Result, ensure};
use rustix::fs::FileType;
use std::io::{BufRead, Read, Write};
use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// Bytes of all names in [`LowerRefs`]: they are recorded with the layer, and read whenever the layer is looked at.
const MAX_LOWER_REFS: usize = 8 << 20;
/// How many pending hard links are followed from one to the next.
const MAX_LINK_CHAIN: usize = 64;

/// Unpacks a layer (a tar; plain, gzip or zstd) into the empty directory `dest` in overlay form, and writes its
/// tar-split to `split` (compressed). Reads `blob` to its end; an error of `blob` itself outranks all other errors.
/// Nothing outside `dest` is touched, whatever the tar says. Fails soon after `cancel` is set.
pub fn apply(
    blob: Box<dyn Read + Send + '_>,
    dest: BorrowedFd<'_>,
    split: &mut dyn Write,
    options: &ApplyOptions,
    cancel: &AtomicBool,
) -> Result<Applied> {
    let (applied, diff_id) = inflate_and_hash(blob, cancel, |tar| unpack(tar, dest, split, options))?;
    Ok(applied(diff_id))
}

/// Unpacks the uncompressed bytes. Returns a function of the digest, which is known only when all has been read.
fn unpack(
    tar: &mut dyn BufRead,
    dest: BorrowedFd<'_>,
    split: &mut dyn Write,
    options: &ApplyOptions,
) -> Result<impl FnOnce(DiffId) -> Applied + use<>> {
    let mut split = SplitWriter::new(split)?;
    let mut entries = TarEntries::new(tar, options.limits.bytes, Some(&mut split));
    let mut tree = LayerTree::new(dest, options);
    let mut count = 0;
    while let Some(entry) = entries.next()? {
        count += 1;
        ensure!(
            count <= options.limits.entries,
            "the layer has more than {} entries",
            options.limits.entries
        );
        apply_entry(&mut tree, &entry, &mut entries)
            .with_context(|| format!("unpacking {}", as_path(&entry.path).display()))?;
    }
    let tar_size = entries.finish()?;
    let links = finish_links(&mut tree)?;
    split.finish(tree.replaced.files())?;
    std::mem::take(&mut tree.replaced).discard(tree.root)?;
    if tree.opaque_root {
        finish_opaque_root(&mut tree)?;
    }
    tree.finish_directories()?;
    let lower_refs = LowerRefs {
        implicit_dirs: tree.implicit_dirs.iter().map(|path| as_path_buf(path)).collect(),
        links,
        opaque: tree.opaque_root,
    };
    ensure!(
        lower_refs.length() <= MAX_LOWER_REFS,
        "the layer refers to the layers below it with more than {MAX_LOWER_REFS} bytes of names"
    );
    let (size, skipped) = (tree.size, tree.skipped);
    Ok(move |diff_id| Applied {
        diff_id,
        tar_size,
        size,
        entries: count,
        lower_refs,
        skipped,
    })
}

fn apply_entry(tree: &mut LayerTree<'_>, entry: &TarEntry, entries: &mut TarEntries<'_>) -> Result<()> {
    let components = components(&entry.path, tree.options.limits.depth)?;
    let Some(name) = components.last() else {
        return tree.set_root(entry);
    };
    match Marker::from_name(name) {
        None => {
            let at = tree.resolve(&components)?;
            tree.make_entry(&at, entry, entries)
        }
        Some(Marker::Aufs) => Ok(()),
        Some(marker) => match tree.try_resolve(&components)? {
            Ok(at) => apply_marker(tree, &at, marker),
            // Below what is not a directory in this layer, nothing of the layers below shows: there is nothing to hide.
            Err(_) => Ok(()),
        },
    }
}

fn apply_marker(tree: &mut LayerTree<'_>, at: &EntryPath<'_>, marker: Marker<'_>) -> Result<()> {
    match marker {
        Marker::Whiteout(name) => {
            let parent = at.parent.clone();
            hide(tree, &EntryPath { parent, name })
        }
        Marker::Opaque => {
            // The directory's own entry may come later, or never.
            tree.opaque_root |= at.parent.path.is_empty();
            tree.set_opaque(at.fd(), b".")
        }
        Marker::Aufs => Ok(()),
    }
}

/// Hides what the layers below have at this path.
fn hide(tree: &mut LayerTree<'_>, at: &EntryPath<'_>) -> Result<()> {
    ensure!(!matches!(at.name, b"" | b"." | b".."), "a whiteout of no name");
    match at.stat()? {
        None => {
            make_whiteout(at.fd(), at.name)?;
            set_has_whiteouts(at.fd(), tree.options.flavour)
        }
        // This layer's own directory stays, but nothing shows through it.
        Some(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => tree.set_opaque(at.fd(), at.name),
        Some(_) => Ok(()),
    }
}

/// Makes the hard links whose target came after them. Returns the others, whose targets must be in the layers below:
/// path and target.
fn finish_links(tree: &mut LayerTree<'_>) -> Result<Vec<(PathBuf, PathBuf)>> {
    let links = std::mem::take(&mut tree.pending_links);
    let mut left = Vec::new();
    for (path, mut target) in &links {
        // The target may be a pending link itself.
        for _ in 0..MAX_LINK_CHAIN {
            match links.get(target) {
                Some(next) => target = next,
                None => break,
            }
        }
        let depth = tree.options.limits.depth;
        let at = tree.resolve(&components(path, depth)?)?;
        if at.stat()?.is_some_and(|stat| !is_whiteout(&stat)) {
            continue;
        }
        let made = tree.try_link(&at, &components(target, depth)?);
        if !made.with_context(|| format!("unpacking {}", as_path(path).display()))? {
            left.push((as_path_buf(path), as_path_buf(target)));
        }
    }
    Ok(left)
}

/// Overlayfs does not heed the opaque attribute on a layer's root. So the directories there get it instead, and names
/// that only the layers below have get their whiteouts when those layers are known.
fn finish_opaque_root(tree: &mut LayerTree<'_>) -> Result<()> {
    for (name, kind) in listing::list(tree.root)? {
        if kind == FileType::Directory {
            tree.set_opaque(tree.root, &name)?;
        }
    }
    tree.implicit_dirs.clear();
    Ok(())
}
