//! The records in a PAX extended header (POSIX.1-2017, pax, "pax Extended Header").

use anyhow::Result;
use tar::{Builder, Header};

/// Records, encoded one after the other.
#[derive(Default)]
pub struct PaxRecords(Vec<u8>);

impl PaxRecords {
    pub fn add(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        match std::str::from_utf8(key) {
            Ok(key) => self.0.extend(encode(key, value)?),
            // The name of an extended attribute may be any bytes; the crate takes UTF-8 only.
            Err(_) => self.0.extend(encode_bytes(key, value)),
        }
        Ok(())
    }

    /// The value for the header's field: `number` if it is no larger than `max`, or else zero, and the number in a
    /// record.
    pub fn fit(&mut self, key: &str, number: u64, max: u64) -> Result<u64> {
        if number <= max {
            return Ok(number);
        }
        self.add(key.as_bytes(), number.to_string().as_bytes())?;
        Ok(0)
    }

    /// A modification time, in seconds since 1970 with as many digits after the point as it takes.
    pub fn add_mtime(&mut self, seconds: i64, nanoseconds: u32) -> Result<()> {
        self.add(b"mtime", time(seconds, nanoseconds).as_bytes())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// One record as the tar crate writes it, without the header that it writes before and the padding after it.
fn encode(key: &str, value: &[u8]) -> Result<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    archive.append_pax_extensions([(key, value)])?;
    let mut written = std::mem::take(archive.get_mut());
    let mut record = written.split_off(size_of::<Header>());
    record.truncate(Header::from_byte_slice(&written).size()? as usize);
    Ok(record)
}

/// Likewise, with a key of any bytes.
fn encode_bytes(key: &[u8], value: &[u8]) -> Vec<u8> {
    let rest = [b" ", key, b"=", value, b"\n"].concat();
    // The length counts its own digits too.
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    [length.to_string().into_bytes(), rest].concat()
}

fn time(seconds: i64, nanoseconds: u32) -> String {
    // The fraction counts forward in time, so before 1970 it has to be taken from the next second.
    let (sign, seconds, nanoseconds) = match (seconds < 0, nanoseconds) {
        (false, _) => ("", seconds.unsigned_abs(), nanoseconds),
        (true, 0) => ("-", seconds.unsigned_abs(), 0),
        (true, _) => ("-", seconds.unsigned_abs() - 1, 1_000_000_000 - nanoseconds),
    };
    let text = format!("{sign}{seconds}.{nanoseconds:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_short_as_possible() {
        assert_eq!(time(1, 500_000_000), "1.5");
        assert_eq!(time(10, 0), "10");
        assert_eq!(time(0, 0), "0");
        assert_eq!(time(-2, 750_000_000), "-1.25");
        assert_eq!(time(-1, 750_000_000), "-0.25");
        assert_eq!(time(-20, 0), "-20");
        assert_eq!(time(100, 1), "100.000000001");
    }

    #[test]
    fn a_record_counts_its_own_length() {
        let mut records = PaxRecords::default();
        records.add(b"path", b"ab").unwrap();
        records.add(b"SCHILY.xattr.user.\xff", b"\0\n=").unwrap();
        assert_eq!(records.as_bytes(), b"11 path=ab\n27 SCHILY.xattr.user.\xff=\0\n=\n");
        for length in 0..1200 {
            let value = vec![b'x'; length];
            let record = encode("path", &value).unwrap();
            assert_eq!(record, encode_bytes(b"path", &value));
            let (told, _) = std::str::from_utf8(&record).unwrap().split_once(' ').unwrap();
            assert_eq!(told.parse::<usize>().unwrap(), record.len());
        }
    }
}
