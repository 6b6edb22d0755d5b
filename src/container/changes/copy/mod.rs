//! `cp`: files between a container and this host, or another container.
//!
//! There are two sides with a tar between them, like Docker's client and server. One side reads the files as a tar
//! ([`crate::layer::pack::export::copy_out`]). The other finds the destination ([`target`]) and unpacks the tar there
//! ([`crate::layer::apply::copy_in`]). The container's side is a process of its own. It enters the container's user
//! namespace for good and holds the container's root ([`root`]), while the host's side keeps the user's own rights and
//! groups. Neither side resolves a path of the other, and no path leaves its root, whatever symlinks are in it or are
//! put there meanwhile (CVE-2018-15664). Nothing from a container is executed, loaded or trusted (CVE-2019-14271); even
//! /proc is this process's own.

pub mod copied;
pub mod header;
pub mod paths;
pub mod process;
pub mod root;
pub mod source;
pub mod target;

use crate::container::changes::copy::root::Enter;
use crate::layer::compression::decompress;

use crate::container::Container;
use crate::container::changes::copy::copied::Copied;
use crate::container::changes::copy::process::SideProcess;
use crate::container::changes::copy::root::{Aim, CopyRoot};
use anyhow::{Result, anyhow};
use std::io::{self, BufReader, BufWriter, Read, Write};

/// One end of a copy.
#[derive(Debug, Clone, Copy)]
pub enum End<'a> {
    /// A path in a container; a relative one starts at its root.
    Container { container: &'a Container, path: &'a str },
    /// A path on this host.
    Host(&'a str),
}

/// How files are copied.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whether files keep their owners; else they belong to the user at the destination.
    pub archive: bool,
    /// Whether a symlink is followed, and its target copied.
    pub follow: bool,
}

/// Copies from one end to the other; at least one is a container's. Called in the host's user namespace, in a process
/// with one thread; `enter` enters a container's user namespace.
pub fn copy(from: End<'_>, to: End<'_>, options: Options, enter: &Enter<'_>) -> Result<Copied> {
    let (reader, writer) = io::pipe()?;
    let (mut reader, mut writer) = (Some(reader), Some(writer));
    // Each process closes the other's end of the pipe.
    match from {
        End::Container { .. } => {
            let source = SideProcess::start(|| {
                drop(reader.take());
                let out = writer.take().ok_or_else(|| anyhow!("no pipe"))?;
                read(from, options, enter, out).map(|()| Copied::default())
            })?;
            drop(writer.take());
            let copied = reader
                .take()
                .ok_or_else(|| anyhow!("no pipe"))
                .and_then(|input| write(to, shares(from, to), options, enter, input));
            process::result_of(source.finish().map(drop), copied)
        }
        End::Host(_) => {
            let sink = SideProcess::start(|| {
                drop(writer.take());
                let input = reader.take().ok_or_else(|| anyhow!("no pipe"))?;
                write(to, false, options, enter, input)
            })?;
            drop(reader.take());
            let out = writer.take().ok_or_else(|| anyhow!("no pipe"));
            let read = out.and_then(|out| read(from, options, enter, out));
            process::result_of(read, sink.finish())
        }
    }
}

/// Writes the files at `path` in a container as a tar.
pub fn copy_to_stream(
    container: &Container,
    path: &str,
    options: Options,
    enter: &Enter<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let root = CopyRoot::of_container(container, Aim::Read, enter)?;
    source::CopySource::find(&root, path, options.follow)?.write(out)
}

/// Unpacks a tar, compressed or not, into the directory at `path` in a container. Files get the owners that the tar
/// names.
pub fn copy_from_stream(
    container: &Container,
    path: &str,
    enter: &Enter<'_>,
    tar: Box<dyn Read + Send + '_>,
) -> Result<Copied> {
    let root = CopyRoot::of_container(container, Aim::Write, enter)?;
    let place = target::directory(&root, path)?;
    place.unpack(&root, &mut BufReader::new(decompress::decompress(tar)?), 0, true)
}

/// Whether both ends are in the same container.
fn shares(from: End<'_>, to: End<'_>) -> bool {
    match (from, to) {
        (End::Container { container: a, .. }, End::Container { container: b, .. }) => a.record.id == b.record.id,
        _ => false,
    }
}

/// The reading side: writes the header, then the tar.
fn read(from: End<'_>, options: Options, enter: &Enter<'_>, out: impl Write) -> Result<()> {
    let (root, path) = match from {
        End::Container { container, path } => (CopyRoot::of_container(container, Aim::Read, enter)?, path),
        End::Host(path) => (CopyRoot::of_host()?, path),
    };
    let source = source::CopySource::find(&root, path, options.follow)?;
    let mut out = BufWriter::new(out);
    source.header().write(&mut out)?;
    source.write(&mut out)?;
    Ok(out.flush()?)
}

/// The writing side. `same`: the source is in the same root.
fn write(to: End<'_>, same: bool, options: Options, enter: &Enter<'_>, input: impl Read) -> Result<Copied> {
    let (root, path) = match to {
        End::Container { container, path } => (CopyRoot::of_container(container, Aim::Write, enter)?, path),
        End::Host(path) => (CopyRoot::of_host()?, path),
    };
    let mut input = BufReader::with_capacity(256 << 10, input);
    let header = header::Header::read(&mut input)?;
    let place = target::find(&root, path, &header, same)?;
    place.unpack(&root, &mut input, header.strip(), options.archive)
}
