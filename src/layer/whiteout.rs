//! How a layer hides what the layers below it have, in both of its forms: as empty files with special names in a tar
//! (image-spec, layer.md, "Whiteouts"), and as device nodes and extended attributes in overlayfs (kernel:
//! Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories").

use crate::layer::attributes::times;
use crate::sys::files::xattr;
use crate::sys::mount::overlay::Flavour;
use anyhow::{Context, Result};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, Timespec};
use std::io;
use std::os::fd::BorrowedFd;

/// The prefix of a whiteout's name in a tar.
pub const PREFIX: &[u8] = b".wh.";
/// The name, in a tar, of the file that makes its directory opaque.
pub const OPAQUE: &[u8] = b".wh..wh..opq";
/// The prefix of names that only aufs used, such as `.wh..wh.plnk`.
const AUFS_PREFIX: &[u8] = b".wh..wh.";

/// What a special name in a tar says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker<'n> {
    /// Hides this name.
    Whiteout(&'n [u8]),
    /// Hides everything that the layers below have in the directory.
    Opaque,
    /// Aufs's own: to be ignored.
    Aufs,
}

impl<'n> Marker<'n> {
    /// What the last component of a tar's path says; `None` for the name of an ordinary entry.
    pub fn from_name(name: &'n [u8]) -> Option<Marker<'n>> {
        let hidden = name.strip_prefix(PREFIX)?;
        Some(match name {
            OPAQUE => Marker::Opaque,
            _ if name.starts_with(AUFS_PREFIX) => Marker::Aufs,
            _ => Marker::Whiteout(hidden),
        })
    }
}

/// Whether this is overlayfs's whiteout: a character device with the numbers 0 and 0.
pub fn is_whiteout(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice && stat.st_rdev == 0
}

/// Makes overlayfs's whiteout. It is the one device that an ordinary user may make. Its time is always the same, so
/// that the same tar gives the same tree.
pub fn make_whiteout(parent: BorrowedFd<'_>, name: &[u8]) -> Result<()> {
    rustix::fs::mknodat(parent, name, FileType::CharacterDevice, Mode::empty(), 0).context("whiteout")?;
    let times = times(Timespec { tv_sec: 0, tv_nsec: 0 });
    Ok(rustix::fs::utimensat(parent, name, &times, AtFlags::SYMLINK_NOFOLLOW)?)
}

/// Whether overlayfs shows nothing of the layers below in this directory.
pub fn is_opaque(parent: BorrowedFd<'_>, name: &[u8], flavour: Flavour) -> Result<bool> {
    // The value `x` marks a directory that may hold whiteouts in another form (as attributes of files); it hides
    // nothing by itself.
    Ok(xattr::get_at(parent, name, flavour.opaque().as_bytes())?.as_deref() == Some(b"y"))
}

/// Makes a directory opaque.
pub fn set_opaque(parent: BorrowedFd<'_>, name: &[u8], flavour: Flavour) -> Result<()> {
    let attribute = flavour.opaque();
    set_xattr(parent, name, attribute, b"y").with_context(|| format!("the filesystem does not keep {attribute}"))
}

/// Marks a directory as one that may hold whiteouts. Without the mark, and where no layer below has the directory,
/// overlayfs would list their names, although it finds nothing under them.
pub fn set_has_whiteouts(directory: BorrowedFd<'_>, flavour: Flavour) -> Result<()> {
    match set_xattr(directory, b".", flavour.origin(), b"") {
        // Without the attribute the whiteouts still hide what is below them; only a listing shows their names.
        Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => Ok(()),
        result => Ok(result?),
    }
}

fn set_xattr(parent: BorrowedFd<'_>, name: &[u8], attribute: &str, value: &[u8]) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = rustix::fs::openat(parent, name, flags, Mode::empty())?;
    xattr::set(directory, attribute.as_bytes(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_names_are_whiteouts_opaque_marks_or_aufs_own() {
        for (name, marker) in [
            (b".wh.gone".as_slice(), Some(Marker::Whiteout(b"gone"))),
            (b".wh.", Some(Marker::Whiteout(b""))),
            (b".wh..wh..opq", Some(Marker::Opaque)),
            (b".wh..wh.plnk", Some(Marker::Aufs)),
            (b".wh..wh..opqx", Some(Marker::Aufs)),
            (b".white", None),
            (b"x.wh.y", None),
        ] {
            assert_eq!(Marker::from_name(name), marker, "{name:?}");
        }
    }
}
