//! Where in a tar its members are.
//!
//! Only regular files and links to them matter. The `tar` crate's own iterator is not used: it reads names of any
//! length into memory.

use anyhow::{Context, Result, ensure};
use std::collections::HashMap;
use std::fs::File;
use std::io::Seek;
use std::os::unix::fs::FileExt;
use tar::{EntryType, Header};

/// Bytes of a tar's block (tar(5)).
const BLOCK: u64 = 512;
/// Members of one archive. An image has a few for each layer.
const MAX_MEMBERS: usize = 1 << 16;
/// Bytes of all names in one archive together.
const MAX_NAMES: usize = 8 << 20;
/// Bytes of one extended header.
const MAX_EXTENDED: u64 = 1 << 20;

/// A member of a tar.
pub enum Member {
    Content {
        start: u64,
        size: u64,
    },
    /// The name of another member: older Dockers write a layer once and link to it.
    Link(String),
}

/// Finds the members of a tar. Of several with one name the last counts, as if the tar were unpacked.
pub fn index(file: &File) -> Result<HashMap<String, Member>> {
    let mut members = HashMap::new();
    let mut names = 0;
    let mut offset = (&*file).stream_position()?;
    let end = file.metadata()?.len();
    ensure!(end > offset, "the archive is empty");
    let (mut long_name, mut long_link, mut long_size) = (None, None, None);
    while let Some(header) = header(file, offset, end).with_context(|| format!("not a tar: byte {offset}"))? {
        let start = offset + BLOCK;
        let kind = header.entry_type();
        let is_file = matches!(kind, EntryType::Regular | EntryType::Continuous);
        let size = match long_size.filter(|_| is_file) {
            Some(size) => size,
            None => header.entry_size()?,
        };
        // Links and directories have no content, whatever the size says.
        let content = if is_header_only(kind) { 0 } else { size };
        let next = content
            .checked_next_multiple_of(BLOCK)
            .and_then(|size| start.checked_add(size));
        offset = next
            .filter(|_| content <= end - start)
            .context("the archive is cut off")?;
        match kind {
            EntryType::GNULongName => long_name = Some(until_nul(extended_header(file, start, size)?)),
            EntryType::GNULongLink => long_link = Some(until_nul(extended_header(file, start, size)?)),
            EntryType::XHeader => {
                let bytes = extended_header(file, start, size)?;
                for record in tar::PaxExtensions::new(&bytes) {
                    let record = record.context("a PAX header")?;
                    match record.key_bytes() {
                        b"path" => long_name = Some(record.value_bytes().to_vec()),
                        b"linkpath" => long_link = Some(record.value_bytes().to_vec()),
                        b"size" => {
                            let size = record.value().ok().and_then(|size| size.parse().ok());
                            long_size = Some(size.context("a PAX header's size")?);
                        }
                        _ => {}
                    }
                }
            }
            EntryType::XGlobalHeader => {}
            _ => {
                let name = long_name.take().unwrap_or_else(|| header.path_bytes().into_owned());
                let link = long_link
                    .take()
                    .or_else(|| header.link_name_bytes().map(|link| link.into_owned()));
                long_size = None;
                let Some(name) = String::from_utf8(name).ok().and_then(|name| clean(&name)) else {
                    continue;
                };
                let link = link.and_then(|link| String::from_utf8(link).ok()).unwrap_or_default();
                let member = match kind {
                    EntryType::Regular | EntryType::Continuous => Some(Member::Content { start, size }),
                    EntryType::Link => clean(&link).map(Member::Link),
                    EntryType::Symlink => symlink_target(&name, &link).map(Member::Link),
                    _ => None,
                };
                names += name.len() + link.len();
                ensure!(
                    members.len() < MAX_MEMBERS && names <= MAX_NAMES,
                    "the archive has too many members"
                );
                match member {
                    Some(member) => members.insert(name, member),
                    None => members.remove(&name),
                };
            }
        }
    }
    Ok(members)
}

/// The header at `offset`; `None` at the end of the tar, which is a block of zeros or the end of the file.
fn header(file: &File, offset: u64, end: u64) -> Result<Option<Header>> {
    if offset >= end {
        return Ok(None);
    }
    let mut header = Header::new_old();
    file.read_exact_at(header.as_mut_bytes(), offset)?;
    let bytes = header.as_bytes();
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    // The checksum is over the header with spaces in place of the checksum.
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let expected = sum(&bytes[..148]) + sum(&bytes[156..]) + 8 * u32::from(b' ');
    ensure!(
        header.cksum().is_ok_and(|checksum| checksum == expected),
        "no tar header"
    );
    Ok(Some(header))
}

/// Whether entries of this type have no content after the header.
fn is_header_only(kind: EntryType) -> bool {
    matches!(
        kind,
        EntryType::Link
            | EntryType::Symlink
            | EntryType::Char
            | EntryType::Block
            | EntryType::Directory
            | EntryType::Fifo
    )
}

/// The content of an extended header.
fn extended_header(file: &File, start: u64, size: u64) -> Result<Vec<u8>> {
    ensure!(size <= MAX_EXTENDED, "an extended header of {size} bytes");
    let mut bytes = vec![0; size as usize];
    file.read_exact_at(&mut bytes, start)?;
    Ok(bytes)
}

fn until_nul(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == 0);
    bytes.truncate(end.unwrap_or(bytes.len()));
    bytes
}

/// A member's name without `.`, `..` and empty components; `None` where it leads out of the archive.
pub fn clean(name: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The name that a symlink called `name` leads to.
fn symlink_target(name: &str, target: &str) -> Option<String> {
    match name.rsplit_once('/') {
        Some((parent, _)) if !target.starts_with('/') => clean(&format!("{parent}/{target}")),
        _ => clean(target),
    }
}
