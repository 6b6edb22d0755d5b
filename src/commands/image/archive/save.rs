//! `lamel save`: writes images into an archive.

use crate::commands::context::Context;
use crate::commands::output::archive_file::ArchiveOutput;
use crate::commands::{DONE, Outcome};
use crate::image::archive::save;
use crate::image::archive::save::ImagesToSave;
use crate::image::archive::save::sink::ArchiveSink;
use crate::store::Store;
use anyhow::{Context as _, Result, ensure};
use rustix::fs::{CWD, Mode, OFlags, openat};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The value of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Archive of docker save, which is an OCI layout as well
    DockerArchive,
    /// OCI layout in a tar archive
    OciArchive,
    /// OCI layout in a directory
    OciDir,
}

/// The options of `save`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write to a file, or directory, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Format of the archive
    #[arg(long, value_enum, default_value = "docker-archive")]
    format: Format,
    /// Names or IDs of the images; a repository without a tag stands for all its tags
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
}

/// Writes the archive. A file appears when it is complete.
pub fn run(options: Options, context: &Context) -> Outcome {
    // Before the output is opened: this enters a mount namespace, and linkat(2) of an unnamed file works only in the
    // one in which it was created.
    context.enter_userns()?;
    let output = match options.format {
        Format::OciDir => None,
        _ => Some(ArchiveOutput::open(options.output.as_deref())?),
    };
    let store = context.store()?;
    let images = save::images_to_save(&store, &options.images)?;
    let format = match options.format {
        Format::DockerArchive => save::ArchiveFormat::Docker,
        Format::OciArchive | Format::OciDir => save::ArchiveFormat::Oci,
    };
    match output {
        Some(output) => output.write(|out| images.write(&store, format, ArchiveSink::Tar(out)))?,
        None => {
            let path = options
                .output
                .as_deref()
                .context("--format oci-dir needs a directory (-o)")?;
            directory(&store, images, path).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(DONE)
}

/// Writes an OCI layout into a directory, which is created if it is missing. `index.json` is written last: without it
/// the directory is no layout.
fn directory(store: &Store, images: ImagesToSave, path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o755).create(path)?;
    ensure!(path.read_dir()?.next().is_none(), "the directory is not empty");
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let dir = openat(CWD, path, flags, Mode::empty())?;
    images.write(store, save::ArchiveFormat::Oci, ArchiveSink::Directory(dir))
}
