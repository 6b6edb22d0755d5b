//! A stack of layers under other owners, without a copy of its files' contents: one tree of everything that overlayfs
//! would show, in which each regular file is a hole of the same size, with attributes that say where in the store its
//! content is (overlayfs.rst, "Data-only lower layers"; with `userxattr` since Linux 6.16, and only from the lowest
//! layer).

use crate::layer::attributes::{has_root_entry, is_portable, mtime, times};
use crate::layer::overlay::merged::{LayerStack, Merged};
use crate::layer::path::{as_path, join};
use crate::sys::files::xattr;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::mount::overlay::Flavour;
use anyhow::{Context, Result};
use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, Stat, Uid};
use std::collections::HashMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Makes such a tree in `dest`, an empty directory, for an ordinary user's stack of layers (top first), with the ids
/// that a container's users have according to `maps`. Beside each layer stands its path below the data-only directory
/// that overlayfs is given: the contents of files stay there. To be called as root of a user namespace with all these
/// ids.
pub fn make(layers: &[(OwnedFd, PathBuf)], maps: &IdMaps, dest: BorrowedFd<'_>) -> Result<()> {
    let mut tree = MetacopyTree {
        stack: LayerStack::new(layers.iter().map(|(layer, _)| layer.as_fd()), Flavour::User),
        contents: layers.iter().map(|(_, contents)| contents).collect(),
        maps,
        dest,
        links: HashMap::new(),
    };
    tree.directory(b"", &tree.stack.all(), dest)?;
    // The root gets its attributes as the container's upper directory does
    // ([`crate::layer::attributes::inherit_root`]).
    for (layer, _) in layers {
        let stat = rustix::fs::fstat(layer)?;
        if has_root_entry(&stat) {
            return tree.set_attributes(layer.as_fd(), b".", dest, &stat);
        }
    }
    let (uid, gid) = tree.owner(0, 0)?;
    Ok(rustix::fs::fchown(dest, Some(uid), Some(gid))?)
}

struct MetacopyTree<'a> {
    stack: LayerStack<'a>,
    contents: Vec<&'a PathBuf>,
    maps: &'a IdMaps,
    dest: BorrowedFd<'a>,
    /// The first path of each file that has several, by inode number.
    links: HashMap<u64, Vec<u8>>,
}

impl MetacopyTree<'_> {
    /// Makes everything that is in the directory that is merged from these layers.
    fn directory(&mut self, path: &[u8], layers: &[usize], to: BorrowedFd<'_>) -> Result<()> {
        let merged = self.stack.open(layers, path)?;
        let mut below = Vec::new();
        for name in merged.names()? {
            let inner = join(path, &name);
            let context = || as_path(&inner).display().to_string();
            match merged.child(&name).with_context(context)? {
                Merged::Nothing => {}
                Merged::Other { layer } => self.entry(layer, path, &name, to).with_context(context)?,
                Merged::Directory { layers, stat } => below.push((name, layers, stat)),
            }
        }
        // Closed before those below are opened: a tree may be deeper than a process may have open files.
        drop(merged);
        for (name, layers, stat) in below {
            let inner = join(path, &name);
            rustix::fs::mkdirat(to, name.as_slice(), Mode::RWXU)?;
            let made = rustix::fs::openat(to, name.as_slice(), DIRECTORY, Mode::empty())?;
            self.directory(&inner, &layers, made.as_fd())?;
            let top = self.stack.open_in(layers[0], &inner)?;
            let done = self.set_attributes(top.as_fd(), b".", made.as_fd(), &stat);
            done.with_context(|| as_path(&inner).display().to_string())?;
        }
        Ok(())
    }

    /// Makes what is not a directory.
    fn entry(&mut self, layer: usize, path: &[u8], name: &[u8], to: BorrowedFd<'_>) -> Result<()> {
        let from = self.stack.open_in(layer, path)?;
        let from = from.as_fd();
        let stat = rustix::fs::statat(from, name, AtFlags::SYMLINK_NOFOLLOW)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {
                let path = join(path, name);
                if let Some(first) = self.links.get(&stat.st_ino) {
                    return Ok(rustix::fs::linkat(
                        self.dest,
                        as_path(first),
                        to,
                        name,
                        AtFlags::empty(),
                    )?);
                }
                let contents = self.contents[layer].join(as_path(&path));
                if stat.st_nlink > 1 {
                    self.links.insert(stat.st_ino, path);
                }
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
                let made = rustix::fs::openat(to, name, flags, Mode::RUSR | Mode::WUSR)?;
                if stat.st_size > 0 {
                    rustix::fs::ftruncate(&made, u64::try_from(stat.st_size)?)?;
                    xattr::set(&made, b"user.overlay.metacopy", b"")?;
                    xattr::set(&made, b"user.overlay.redirect", contents.as_os_str().as_bytes())?;
                }
                self.set_attributes(from, name, made.as_fd(), &stat)
            }
            FileType::Symlink => {
                let target = rustix::fs::readlinkat(from, name, Vec::new())?;
                rustix::fs::symlinkat(target, to, name)?;
                self.set_attributes_at(to, name, &stat)
            }
            // A pipe, since an ordinary user's layers have no devices.
            kind => {
                let mode = Mode::from_raw_mode(stat.st_mode & 0o7777);
                rustix::fs::mknodat(to, name, kind, mode, stat.st_rdev)?;
                self.set_attributes_at(to, name, &stat)?;
                Ok(rustix::fs::chmodat(to, name, mode, AtFlags::empty())?)
            }
        }
    }

    /// Sets owner, mode, attributes and times of what `to` is. The owner comes first, since chown(2) removes set-id
    /// bits and capabilities.
    fn set_attributes(&self, parent: BorrowedFd<'_>, name: &[u8], to: BorrowedFd<'_>, stat: &Stat) -> Result<()> {
        let (uid, gid) = self.owner(stat.st_uid, stat.st_gid)?;
        rustix::fs::fchown(to, Some(uid), Some(gid))?;
        rustix::fs::fchmod(to, Mode::from_raw_mode(stat.st_mode & 0o7777))?;
        for (name, value) in xattr::all_at(parent, name)? {
            if is_portable(&name) {
                let set = xattr::set(to, &name, &value);
                set.with_context(|| format!("attribute {}", String::from_utf8_lossy(&name)))?;
            }
        }
        Ok(rustix::fs::futimens(to, &times(mtime(stat)))?)
    }

    /// Sets owner and times of what cannot be opened.
    fn set_attributes_at(&self, to: BorrowedFd<'_>, name: &[u8], stat: &Stat) -> Result<()> {
        let (uid, gid) = self.owner(stat.st_uid, stat.st_gid)?;
        rustix::fs::chownat(to, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)?;
        let times = times(mtime(stat));
        Ok(rustix::fs::utimensat(to, name, &times, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// The owner outside of the container, for one inside.
    fn owner(&self, uid: u32, gid: u32) -> Result<(Uid, Gid)> {
        let ids = self.maps.outside(uid, gid);
        let (uid, gid) = ids.with_context(|| format!("the owner {uid}:{gid} is not among the container's ids"))?;
        Ok((Uid::from_raw(uid), Gid::from_raw(gid)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::ids::id_maps::IdRun;
    use std::fs::{self, File};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    #[test]
    fn the_tree_has_everything_but_the_contents() {
        let dir = tempfile::tempdir().unwrap();
        let (layer, dest) = (dir.path().join("layer"), dir.path().join("dest"));
        fs::create_dir_all(layer.join("sub")).unwrap();
        let upper = dir.path().join("upper");
        fs::create_dir_all(upper.join("sub")).unwrap();
        fs::create_dir(&dest).unwrap();
        fs::write(layer.join("sub/file"), vec![1; 1 << 20]).unwrap();
        fs::set_permissions(layer.join("sub/file"), PermissionsExt::from_mode(0o4751)).unwrap();
        fs::hard_link(layer.join("sub/file"), layer.join("again")).unwrap();
        fs::write(layer.join("empty"), "").unwrap();
        symlink("/nowhere", layer.join("link")).unwrap();
        fs::write(layer.join("covered"), "lower").unwrap();
        fs::write(upper.join("covered"), "upper one").unwrap();
        let own = fs::metadata(&layer).unwrap();
        let stays = |id| {
            vec![IdRun {
                inside: id,
                outside: id,
                count: 1,
            }]
        };
        let maps = IdMaps {
            uids: stays(own.uid()),
            gids: stays(own.gid()),
        };
        let open = |path: &Path| File::open(path).unwrap();
        let layers = [(&upper, "/1/diff"), (&layer, "/0/diff")];
        let layers = layers.map(|(path, contents)| (open(path).into(), PathBuf::from(contents)));
        make(&layers, &maps, open(&dest).as_fd()).unwrap();
        let file = open(&dest.join("sub/file"));
        let (made, original) = (file.metadata().unwrap(), layer.join("sub/file").metadata().unwrap());
        assert_eq!((made.len(), made.blocks()), (1 << 20, 0));
        assert_eq!(
            (made.mode(), made.modified().unwrap()),
            (original.mode(), original.modified().unwrap())
        );
        assert_eq!(made.ino(), dest.join("again").metadata().unwrap().ino());
        let attributes = xattr::all_at(open(&dest.join("sub")).as_fd(), b"file").unwrap();
        assert_eq!(
            attributes,
            [
                (b"user.overlay.metacopy".to_vec(), Vec::new()),
                (b"user.overlay.redirect".to_vec(), b"/0/diff/again".to_vec())
            ]
        );
        assert_eq!(xattr::all_at(open(&dest).as_fd(), b"empty").unwrap(), []);
        assert_eq!(dest.join("covered").metadata().unwrap().len(), 9);
        assert_eq!(fs::read_link(dest.join("link")).unwrap(), Path::new("/nowhere"));

        let nobody = IdMaps {
            uids: Vec::new(),
            gids: Vec::new(),
        };
        let other = tempfile::tempdir().unwrap();
        let error = make(&layers, &nobody, open(other.path()).as_fd()).unwrap_err();
        assert!(format!("{error:#}").contains("is not among the container's ids"));
    }
}
