//! Numbers in a tar header, in all the forms in which they are written, and the checksum.

use anyhow::{Context, Result, ensure};
use tar::Header;

/// Checks the sum of all bytes, for which those of the sum itself count as spaces. Some old writers summed signed
/// bytes.
pub fn check_sum(header: &Header) -> Result<()> {
    let bytes = header.as_bytes();
    let counted = bytes[..148].iter().chain(&bytes[156..]);
    let unsigned: u64 = 8 * 32 + counted.clone().map(|&byte| u64::from(byte)).sum::<u64>();
    let signed: i64 = 8 * 32 + counted.map(|&byte| i64::from(byte as i8)).sum::<i64>();
    let stored = number(&header.as_old().cksum).context("checksum")?;
    ensure!(
        stored == unsigned || i64::try_from(stored) == Ok(signed),
        "wrong checksum: this is no tar, or it is damaged"
    );
    Ok(())
}

/// A user or group id: from the PAX record if there is one, or else from the header's field.
pub fn id(pax: Option<u64>, field: &[u8]) -> Result<u32> {
    let id = pax.map_or_else(|| number(field), Ok)?;
    // The largest one means "leave as it is" to chown(2).
    u32::try_from(id)
        .ok()
        .filter(|&id| id != u32::MAX)
        .with_context(|| format!("{id} is out of range"))
}

/// As [`signed`], for what cannot be negative.
pub fn number(field: &[u8]) -> Result<u64> {
    let value = signed(field)?;
    u64::try_from(value).map_err(|_| anyhow::anyhow!("{value} is negative"))
}

/// Reads octal digits between spaces and NULs; a blank field is zero. With the first bit set it is a binary number (GNU
/// and star, "base-256").
pub fn signed(field: &[u8]) -> Result<i64> {
    if field[0] & 0x80 != 0 {
        let negative = field[0] & 0x40 != 0;
        let mut value: i64 = if negative { -1 } else { 0 };
        let first = if negative { field[0] } else { field[0] & 0x7f };
        for &byte in std::iter::once(&first).chain(&field[1..]) {
            value = value.checked_mul(256).context("number out of range")? | i64::from(byte);
        }
        return Ok(value);
    }
    let digits = field.iter().skip_while(|&&byte| byte == b' ' || byte == 0);
    let mut value: i64 = 0;
    for &byte in digits.take_while(|&&byte| byte != b' ' && byte != 0) {
        ensure!(
            (b'0'..=b'7').contains(&byte),
            "not an octal number: {:?}",
            String::from_utf8_lossy(field)
        );
        // 12 digits at most: no overflow.
        value = value * 8 + i64::from(byte - b'0');
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary_or_blank() {
        for (field, value) in [
            (b"0000644\0".as_slice(), 0o644),
            (b"   644 \0", 0o644),
            (b"\0\0\0\0\0\0\0\0", 0),
            (b"        ", 0),
            (b"777777777777", 0o777777777777),
            (b"\x80\0\0\0\0\x2d\xc6\xc0", 3_000_000),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", -2),
        ] {
            assert_eq!(signed(field).unwrap(), value, "{field:?}");
        }
        assert!(signed(b"12345678").is_err());
        assert!(signed(b"\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").is_err());
        assert!(number(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe").is_err());
    }

    #[test]
    fn the_largest_id_is_refused() {
        assert!(id(Some(u64::from(u32::MAX)), b"0").is_err());
        assert!(id(Some(1 << 32), b"0").is_err());
        assert_eq!(id(Some(7), b"0").unwrap(), 7);
        assert_eq!(id(None, b"0000017\0").unwrap(), 15);
    }
}
