//! PAX extended headers (POSIX.1-2017, pax, "pax Extended Header"): records that override the fields of a tar header.

use crate::layer::model::Xattrs;
use anyhow::{Context, Result, bail};
use rustix::fs::Timespec;
use std::sync::Arc;

/// The records that are of use here; `None` for what a header does not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pax {
    pub path: Option<Vec<u8>>,
    pub link: Option<Vec<u8>>,
    pub size: Option<u64>,
    pub uid: Option<u64>,
    pub gid: Option<u64>,
    pub mtime: Option<Timespec>,
    pub xattrs: Arc<Xattrs>,
    pub sparse: PaxSparse,
}

/// GNU tar's sparse files in PAX, all of its three formats (GNU tar manual, "Sparse Formats").
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PaxSparse {
    pub major: Option<u64>,
    pub minor: Option<u64>,
    /// The file's true name; the header has a substitute.
    pub name: Option<Vec<u8>>,
    /// Size of the file when unpacked.
    pub size: Option<u64>,
    /// Offsets and lengths in turn (formats 0.0 and 0.1).
    pub map: Vec<u64>,
}

impl Pax {
    /// Adds the records of one extended header: later ones override earlier ones.
    pub fn read(&mut self, mut data: &[u8]) -> Result<()> {
        while !data.is_empty() {
            // Some writers pad with NUL.
            if data.iter().all(|&byte| byte == 0) {
                break;
            }
            let (key, value, rest) = record(data).context("malformed PAX record")?;
            self.set(key, value)
                .with_context(|| format!("PAX record {:?}", String::from_utf8_lossy(key)))?;
            data = rest;
        }
        Ok(())
    }

    /// Drops what makes no sense in a global header, since it can only be meant for one entry.
    pub fn keep_attributes_only(&mut self) {
        (self.path, self.link, self.size) = (None, None, None);
        self.sparse = PaxSparse::default();
    }

    /// Takes what this header does not say from a global one.
    pub fn inherit(&mut self, global: &Pax) {
        self.uid = self.uid.or(global.uid);
        self.gid = self.gid.or(global.gid);
        self.mtime = self.mtime.or(global.mtime);
        // Nearly all entries have none of their own, and share the global ones: a tar can have millions of entries.
        if self.xattrs.is_empty() {
            self.xattrs = Arc::clone(&global.xattrs);
        } else if !global.xattrs.is_empty() {
            let own = Arc::make_mut(&mut self.xattrs);
            for (name, value) in &*global.xattrs {
                own.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        match key {
            b"path" => self.path = text(value)?,
            b"linkpath" => self.link = text(value)?,
            b"size" => self.size = number(value)?,
            b"uid" => self.uid = number(value)?,
            b"gid" => self.gid = number(value)?,
            b"mtime" => self.mtime = time(value)?,
            b"GNU.sparse.major" => self.sparse.major = number(value)?,
            b"GNU.sparse.minor" => self.sparse.minor = number(value)?,
            b"GNU.sparse.name" => self.sparse.name = text(value)?,
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => self.sparse.size = number(value)?,
            b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => self.sparse.map.extend(number(value)?),
            b"GNU.sparse.map" => {
                self.sparse.map.clear();
                for piece in value.split(|&byte| byte == b',').filter(|piece| !piece.is_empty()) {
                    self.sparse.map.extend(number(piece)?);
                }
            }
            _ => {
                if let Some(name) = key.strip_prefix(b"SCHILY.xattr.") {
                    self.set_xattr(name, value)?;
                }
            }
        }
        Ok(())
    }

    fn set_xattr(&mut self, name: &[u8], value: &[u8]) -> Result<()> {
        if name.is_empty() || name.contains(&0) {
            bail!("invalid name of an extended attribute");
        }
        Arc::make_mut(&mut self.xattrs).insert(name.to_vec(), value.to_vec());
        Ok(())
    }
}

/// Splits `LENGTH KEY=VALUE\n` off, where LENGTH counts everything, its own digits too. The value may contain any byte.
fn record(data: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = data.iter().take(20).position(|&byte| byte == b' ')?;
    let length: usize = std::str::from_utf8(&data[..space]).ok()?.parse().ok()?;
    let record = data.get(space + 1..length)?;
    let record = record.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&byte| byte == b'=')?;
    Some((&record[..equals], &record[equals + 1..], &data[length..]))
}

/// `None` for an empty value, which takes an earlier record back.
fn text(value: &[u8]) -> Result<Option<Vec<u8>>> {
    if value.contains(&0) {
        bail!("a NUL in a name");
    }
    Ok((!value.is_empty()).then(|| value.to_vec()))
}

fn number(value: &[u8]) -> Result<Option<u64>> {
    if value.is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(value)?;
    Ok(Some(text.parse().with_context(|| format!("not a number: {text:?}"))?))
}

/// Seconds since 1970 with a decimal fraction. Digits after the nanosecond are cut off.
fn time(value: &[u8]) -> Result<Option<Timespec>> {
    if value.is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(value)?;
    let invalid = || format!("not a time: {text:?}");
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        bail!(invalid());
    }
    let mut tv_sec: i64 = seconds.parse().with_context(invalid)?;
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let mut tv_nsec: i64 = digits.parse().with_context(invalid)?;
    if seconds.starts_with('-') && tv_nsec > 0 {
        tv_sec = tv_sec.checked_sub(1).with_context(invalid)?;
        tv_nsec = 1_000_000_000 - tv_nsec;
    }
    Ok(Some(Timespec { tv_sec, tv_nsec }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(data: &[u8]) -> Result<Pax> {
        let mut pax = Pax::default();
        pax.read(data)?;
        Ok(pax)
    }

    #[test]
    fn records_may_contain_newlines_and_any_byte() {
        let pax = read(b"13 path=a\nb\xff\n34 SCHILY.xattr.user.x=\0\n=1\n5 a=\n7\n").unwrap_err();
        assert_eq!(pax.to_string(), "malformed PAX record");
        let pax = read(b"13 path=a\nb\xff\n29 SCHILY.xattr.user.x=\0\n=1\n\n").unwrap();
        assert_eq!(pax.path.unwrap(), b"a\nb\xff");
        assert_eq!(*pax.xattrs, Xattrs::from([(b"user.x".to_vec(), b"\0\n=1\n".to_vec())]));
    }

    /// A record with its length, which counts its own digits.
    fn record_of(key: &str, value: &str) -> String {
        let rest = format!(" {key}={value}\n");
        let mut length = rest.len();
        while length != rest.len() + length.to_string().len() {
            length = rest.len() + length.to_string().len();
        }
        format!("{length}{rest}")
    }

    #[test]
    fn a_later_attribute_overrides_an_earlier_and_a_global_one() {
        let mut global = Pax::default();
        let records = record_of("SCHILY.xattr.a", "global") + &record_of("SCHILY.xattr.b", "global");
        global.read(records.as_bytes()).unwrap();
        let records = record_of("SCHILY.xattr.a", "1") + &record_of("SCHILY.xattr.a", "2");
        let mut pax = read(records.as_bytes()).unwrap();
        pax.inherit(&global);
        let expected = [("a", "2"), ("b", "global")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(*pax.xattrs, Xattrs::from(expected));
    }

    /// With a search among the earlier ones for each, this would take minutes.
    #[test]
    fn two_hundred_thousand_attributes_are_read() {
        let numbered = |range: std::ops::Range<u32>| {
            let records = range.map(|number| record_of(&format!("SCHILY.xattr.{number}"), ""));
            read(records.collect::<String>().as_bytes()).unwrap()
        };
        let (mut pax, global) = (numbered(0..200_000), numbered(100_000..300_000));
        assert_eq!(pax.xattrs.len(), 200_000);
        pax.inherit(&global);
        assert_eq!(pax.xattrs.len(), 300_000);
    }

    #[test]
    fn entries_share_the_global_attributes() {
        let global = read(record_of("SCHILY.xattr.a", "1").as_bytes()).unwrap();
        let mut pax = Pax::default();
        pax.inherit(&global);
        assert!(Arc::ptr_eq(&pax.xattrs, &global.xattrs));
    }

    #[test]
    fn times_keep_their_nanoseconds_also_before_1970() {
        let time = |text: &str| time(text.as_bytes()).unwrap().map(|t| (t.tv_sec, t.tv_nsec));
        assert_eq!(time("1700000000.123456789"), Some((1_700_000_000, 123_456_789)));
        assert_eq!(time("1700000000.5"), Some((1_700_000_000, 500_000_000)));
        assert_eq!(time("1.0000000019"), Some((1, 1)));
        assert_eq!(time("-1.25"), Some((-2, 750_000_000)));
        assert_eq!(time("-0.25"), Some((-1, 750_000_000)));
        assert_eq!(time("0"), Some((0, 0)));
        assert_eq!(time(""), None);
    }

    #[test]
    fn malformed_records_are_errors() {
        for data in [
            b"x".as_slice(),
            b"99 path=a\n",
            b"9 path=a",
            b"0 path=a\n",
            b"3 path=a\n",
            b"8 patha\n\n",
            b"10 uid=-1\n\n",
            b"10 path=\0b\n",
            b"12 mtime=1.x\n",
            b"99999999999999999999999 a=b\n",
        ] {
            assert!(read(data).is_err(), "{:?}", String::from_utf8_lossy(data));
        }
    }
}
