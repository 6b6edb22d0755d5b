//! Compressing a layer's tar. The same tar gives the same bytes every time: gzip's header gets neither time nor name.

use anyhow::Result;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::io::{BufWriter, Write};

/// Gathers the small writes of a tar's headers.
const BUFFER: usize = 256 << 10;

/// A format and its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Level 0 to 9.
    Gzip(u32),
    /// Level 1 to 22.
    Zstd(i32),
}

/// Compresses what `tar` writes, into `out`.
pub fn compress(
    compression: Compression,
    out: &mut dyn Write,
    tar: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    match compression {
        Compression::Gzip(level) => {
            let encoder = GzEncoder::new(out, flate2::Compression::new(level));
            let mut buffered = BufWriter::with_capacity(BUFFER, encoder);
            tar(&mut buffered)?;
            buffered.into_inner().map_err(|error| error.into_error())?.finish()?;
        }
        Compression::Zstd(level) => {
            let encoder = zstd::Encoder::new(out, level)?;
            let mut buffered = BufWriter::with_capacity(BUFFER, encoder);
            tar(&mut buffered)?;
            buffered.into_inner().map_err(|error| error.into_error())?.finish()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_compressed_comes_back_and_is_the_same_each_time() {
        let tar = b"a layer's tar ".repeat(100_000);
        for how in [Compression::Gzip(6), Compression::Gzip(0), Compression::Zstd(3)] {
            let compressed = || {
                let mut out = Vec::new();
                compress(how, &mut out, |out| Ok(out.write_all(&tar)?)).unwrap();
                out
            };
            let once = compressed();
            assert_eq!(once, compressed());
            let mut back = Vec::new();
            let source = Box::new(std::io::Cursor::new(once));
            crate::layer::compression::decompress::decompress(source)
                .unwrap()
                .read_to_end(&mut back)
                .unwrap();
            assert_eq!(back, tar, "{how:?}");
        }
    }

    #[test]
    fn half_a_tar_is_an_error() {
        let cut = |out: &mut dyn Write| {
            out.write_all(b"half")?;
            anyhow::bail!("disk gone")
        };
        let error = compress(Compression::Gzip(6), &mut Vec::new(), cut).unwrap_err();
        assert_eq!(error.to_string(), "disk gone");
    }
}
