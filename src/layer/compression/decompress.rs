//! Decompressing a layer. The format is told by the first bytes: media types are sometimes wrong, and old registries
//! left them out.

use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// Read ahead of a decoder. Small reads would cost more than inflating does.
const BUFFER: usize = 128 << 10;

/// The largest window a zstd frame may ask for, as a power of two: 128 MiB, what `zstd -d` allows by default.
const WINDOW_LOG_MAX: u32 = 27;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The last three bytes of a skippable frame's magic number; the first is 0x50 to 0x5f (RFC 8878, 3.1.2).
const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];

/// Returns a reader of the uncompressed bytes, whether `compressed` is gzip, zstd or a plain tar. All members of gzip
/// and all frames of zstd are read; garbage after them is an error.
pub fn decompress<'a>(compressed: Box<dyn Read + Send + 'a>) -> io::Result<Box<dyn Read + Send + 'a>> {
    let (start, compressed) = peek(compressed)?;
    if start.starts_with(&GZIP) {
        let decoder = GzDecoder::new(BufReader::with_capacity(BUFFER, compressed));
        return Ok(Box::new(GzipMembers::Inflating(Box::new(decoder))));
    }
    let skippable = start.len() == 4 && start[0] & 0xf0 == 0x50 && start[1..] == SKIPPABLE;
    if start == ZSTD || skippable {
        let mut decoder = zstd::Decoder::with_buffer(BufReader::with_capacity(BUFFER, compressed))?;
        decoder.window_log_max(WINDOW_LOG_MAX)?;
        return Ok(Box::new(decoder));
    }
    Ok(Box::new(compressed))
}

/// The first four bytes, if there are as many, and a reader of the whole.
fn peek<'a>(mut reader: Box<dyn Read + Send + 'a>) -> io::Result<(Vec<u8>, impl Read + Send + 'a)> {
    let mut start = Vec::with_capacity(4);
    reader.by_ref().take(4).read_to_end(&mut start)?;
    Ok((start.clone(), io::Cursor::new(start).chain(reader)))
}

/// Reads a gzip file: members one after the other (RFC 1952, 2.2), then perhaps zeros, which gzip(1) tolerates because
/// tapes were padded with them. flate2's own decoder of several members takes zeros for a broken member.
enum GzipMembers<R> {
    Inflating(Box<GzDecoder<R>>),
    Padding(R),
    /// After an error; and while the state changes.
    Broken,
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(self, GzipMembers::Broken) {
                GzipMembers::Inflating(mut member) => {
                    let count = member.read(out)?;
                    if count > 0 {
                        *self = GzipMembers::Inflating(member);
                        return Ok(count);
                    }
                    let mut rest = (*member).into_inner();
                    *self = match rest.fill_buf()? {
                        [] | [0, ..] => GzipMembers::Padding(rest),
                        _ => GzipMembers::Inflating(Box::new(GzDecoder::new(rest))),
                    };
                }
                GzipMembers::Padding(mut rest) => {
                    let padding = rest.fill_buf()?;
                    if padding.iter().any(|&byte| byte != 0) {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            "garbage after the gzip data",
                        ));
                    }
                    let count = padding.len();
                    rest.consume(count);
                    *self = GzipMembers::Padding(rest);
                    if count == 0 {
                        return Ok(0);
                    }
                }
                GzipMembers::Broken => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the gzip data is broken"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    fn read(compressed: &[u8]) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        let mut reader = decompress(Box::new(compressed)).map_err(|error| error.to_string())?;
        reader.read_to_end(&mut out).map_err(|error| error.to_string())?;
        Ok(out)
    }

    #[test]
    fn gzip_zstd_and_plain_are_told_apart_by_their_bytes() {
        let text = b"a layer, or nearly".repeat(20_000);
        assert_eq!(read(&gzip(&text)).unwrap(), text);
        assert_eq!(read(&zstd(&text)).unwrap(), text);
        assert_eq!(read(&text).unwrap(), text);
        for short in [b"".as_slice(), b"a", b"abc"] {
            assert_eq!(read(short).unwrap(), short);
        }
    }

    #[test]
    fn all_members_and_frames_are_read() {
        assert_eq!(
            read(&[gzip(b"one "), gzip(b""), gzip(b"two")].concat()).unwrap(),
            b"one two"
        );
        let skippable = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7];
        assert_eq!(
            read(&[zstd(b"one "), skippable.to_vec(), zstd(b"two")].concat()).unwrap(),
            b"one two"
        );
        assert_eq!(read(&[skippable.to_vec(), zstd(b"one")].concat()).unwrap(), b"one");
    }

    #[test]
    fn zeros_after_gzip_are_padding_and_anything_else_is_an_error() {
        assert_eq!(read(&[gzip(b"one"), vec![0; 300_000]].concat()).unwrap(), b"one");
        assert_eq!(
            read(&[gzip(b"one"), vec![0, 0, 1]].concat()).unwrap_err(),
            "garbage after the gzip data"
        );
        assert!(read(&[gzip(b"one"), b"junk".to_vec()].concat()).is_err());
        assert!(read(&[zstd(b"one"), b"junk".to_vec()].concat()).is_err());
        assert!(read(&[zstd(b"one"), vec![0; 8]].concat()).is_err());
    }

    #[test]
    fn a_truncated_stream_is_an_error() {
        for whole in [gzip(&[7; 5000]), zstd(&[7; 5000])] {
            for length in 5..whole.len() {
                assert!(read(&whole[..length]).is_err(), "{length} of {}", whole.len());
            }
        }
    }

    #[test]
    fn a_wrong_checksum_is_an_error() {
        let mut broken = gzip(b"one");
        let crc = broken.len() - 8;
        broken[crc] ^= 1;
        assert!(read(&broken).is_err());
    }
}
