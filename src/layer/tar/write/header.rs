//! The header of an entry, and the extended header before it.
//!
//! What goes where is decided here, and is the same for the same file at all times: a layer's digest depends on these
//! bytes.

use crate::layer::tar::BLOCK;
use crate::layer::tar::write::pax_records::PaxRecords;
use anyhow::Result;
use rustix::fs::Stat;
use tar::{EntryType, Header};

/// The largest numbers of octal fields with 7 and with 11 digits.
const MAX_7: u64 = 0o7777777;
const MAX_11: u64 = 0o77777777777;

/// The name and the attributes of an entry.
pub struct EntryMetadata<'a> {
    /// Relative, without a slash at the end.
    pub path: &'a [u8],
    pub stat: &'a Stat,
    pub xattrs: &'a [(Vec<u8>, Vec<u8>)],
}

/// The headers of an entry with `size` bytes of content. `records`: what else is to be recorded in the extended header.
pub fn encode(
    kind: EntryType,
    metadata: &EntryMetadata<'_>,
    link: &[u8],
    size: u64,
    mut records: PaxRecords,
) -> Result<Vec<u8>> {
    let stat = metadata.stat;
    let mut header = new_header(kind);
    set_path(&mut header, metadata.path, &mut records)?;
    set_link(&mut header, link, &mut records)?;
    header.set_mode(stat.st_mode & 0o7777);
    header.set_uid(records.fit("uid", stat.st_uid.into(), MAX_7)?);
    header.set_gid(records.fit("gid", stat.st_gid.into(), MAX_7)?);
    header.set_size(records.fit("size", size, MAX_11)?);
    let seconds = u64::try_from(stat.st_mtime).ok().filter(|&seconds| seconds <= MAX_11);
    header.set_mtime(seconds.unwrap_or(0));
    if seconds.is_none() || stat.st_mtime_nsec != 0 {
        records.add_mtime(stat.st_mtime, stat.st_mtime_nsec as u32)?;
    }
    if matches!(kind, EntryType::Char | EntryType::Block) {
        header.set_device_major(rustix::fs::major(stat.st_rdev))?;
        header.set_device_minor(rustix::fs::minor(stat.st_rdev))?;
    }
    for (name, value) in metadata.xattrs {
        records.add(&[b"SCHILY.xattr.", name.as_slice()].concat(), value)?;
    }
    Ok(with_extended(header, &records, metadata.path))
}

/// The headers of an empty file that says something by its name alone.
pub fn encode_marker(path: &[u8]) -> Result<Vec<u8>> {
    let mut records = PaxRecords::default();
    let mut header = new_header(EntryType::Regular);
    set_path(&mut header, path, &mut records)?;
    Ok(with_extended(header, &records, path))
}

fn new_header(kind: EntryType) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    header.set_mtime(0);
    header
}

fn set_path(header: &mut Header, path: &[u8], records: &mut PaxRecords) -> Result<()> {
    let field = &mut header.as_old_mut().name;
    let length = path.len().min(field.len());
    field[..length].copy_from_slice(&path[..length]);
    match fits(path) {
        true => Ok(()),
        false => records.add(b"path", path),
    }
}

fn set_link(header: &mut Header, link: &[u8], records: &mut PaxRecords) -> Result<()> {
    let length = link.len().min(header.as_old().linkname.len());
    header.set_link_name_literal(&link[..length])?;
    match fits(link) {
        true => Ok(()),
        false => records.add(b"linkpath", link),
    }
}

/// Whether a name fits into a header's field so that every reader takes it for the same: up to 100 bytes, and either
/// ASCII or no UTF-8 at all. The latter may not be in a PAX record (POSIX), so that some readers refuse it there.
fn fits(name: &[u8]) -> bool {
    name.len() <= 100 && (name.is_ascii() || std::str::from_utf8(name).is_err())
}

/// Puts the extended header with these records before `header`.
fn with_extended(mut header: Header, records: &PaxRecords, path: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if !records.is_empty() {
        let records = records.as_bytes();
        let mut extended = new_header(EntryType::XHeader);
        let base = path
            .trim_ascii_end()
            .rsplit(|&byte| byte == b'/')
            .find(|part| !part.is_empty());
        let name = [b"PaxHeaders.0/", base.unwrap_or_default()].concat();
        let field = &mut extended.as_old_mut().name;
        let length = name.len().min(field.len());
        field[..length].copy_from_slice(&name[..length]);
        extended.set_size(records.len() as u64);
        extended.set_cksum();
        out.extend_from_slice(extended.as_bytes());
        out.extend_from_slice(records);
        out.resize(out.len().next_multiple_of(BLOCK as usize), 0);
    }
    header.set_cksum();
    out.extend_from_slice(header.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;

    /// A layer that is packed again must keep its digest, so these bytes must not change from one version to the next.
    #[test]
    fn the_bytes_of_headers_are_always_the_same() {
        let mut stat = rustix::fs::stat("/").unwrap();
        (stat.st_mode, stat.st_uid, stat.st_gid) = (0o104755, 0, 1000);
        (stat.st_mtime, stat.st_mtime_nsec) = (1_600_000_000, 0);
        let mut plain = stat;
        plain.st_mode = 0o100644;
        (stat.st_uid, stat.st_gid) = (3_000_000, 4_000_000_000);
        (stat.st_mtime, stat.st_mtime_nsec) = (-2, 750_000_000);
        stat.st_rdev = rustix::fs::makedev(259, 70_000);
        let long = b"directory/".repeat(12);
        let xattrs = [
            (b"security.capability".to_vec(), b"\x01\0\0\x02\n=".to_vec()),
            (b"user.\xff".to_vec(), Vec::new()),
        ];
        let headers = |kind, path: &[u8], stat: &Stat, xattrs, link: &[u8], size| {
            let metadata = EntryMetadata { path, stat, xattrs };
            encode(kind, &metadata, link, size, PaxRecords::default()).unwrap()
        };
        let tar = [
            headers(EntryType::Regular, b"etc/passwd", &plain, &[], b"", 1234),
            headers(EntryType::Regular, b"big", &plain, &[], b"", 1 << 40),
            headers(EntryType::Directory, &long, &stat, &xattrs, b"", 0),
            headers(EntryType::Symlink, "é".as_bytes(), &stat, &[], &long, 0),
            headers(EntryType::Link, b"caf\xe9", &plain, &[], "ü".as_bytes(), 0),
            headers(EntryType::Block, b"dev/nvme", &stat, &[], b"", 0),
            encode_marker(b"etc/.wh.gone").unwrap(),
            encode_marker(&[long.as_slice(), b".wh..wh..opq"].concat()).unwrap(),
        ];
        assert_eq!(tar.concat().len() % BLOCK as usize, 0);
        let digest = "49f3e11fa9531fafbe6f59762fa9883c9d38dea74125b52f64165cdb43424cba";
        assert_eq!(Digest::of(&tar.concat()).hex(), digest);
    }
}
