//! The built-in image `localhost/hello:latest`: one layer that holds this very program.
//!
//! It needs no registry and no network, so it shows whether a host can run containers at all. It is made when it is
//! first pulled, and again when the program has changed.

use crate::image::layers::unpack::store_layer;
use crate::image::publish::publish;
use crate::oci::config::ImageConfig;
use crate::oci::digest::{DiffId, Hasher, ImageId};
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::store::Store;
use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use oci_spec::image::History;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};

/// The image's command: its only file, and the hidden subcommand that prints an explanation.
const ENTRYPOINT: [&str; 2] = ["/lamel", "__hello"];
/// Bytes of a tar's block (tar(5)).
const BLOCK: u64 = 512;

/// Whether this name is the built-in image's.
pub fn is_hello(name: &Reference) -> bool {
    name.registry() == "localhost"
        && name.repository() == "hello"
        && name.digest().is_none()
        && matches!(name.tag(), None | Some("latest"))
}

/// Makes the built-in image, unless the store's was made from this very program.
pub fn ensure_hello(store: &Store, single_id: bool) -> anyhow::Result<ImageId> {
    make(
        store,
        File::open("/proc/self/exe").context("open /proc/self/exe")?,
        single_id,
    )
}

fn make(store: &Store, mut program: File, single_id: bool) -> anyhow::Result<ImageId> {
    let name: Reference = "localhost/hello:latest".parse().expect("a valid name");
    let size = program.metadata().context("size of the program")?.len();
    let diff_id = hash(&mut *tar(&program, size)?).context("read the program")?;
    program.rewind()?;
    if let Some(tag) = store.tag(&name)?
        && let Some(image) = store.image(&tag.image)?
        && image.layers == [diff_id]
        && store.layer(&diff_id)?.is_some()
    {
        return Ok(tag.image);
    }
    let config = configuration(&program, diff_id)?;
    let stored = store_layer(store, tar(&program, size)?, Some(diff_id), single_id, true)?;
    let image = publish(store, &config, None, Some(&name))?;
    drop(stored.lease);
    Ok(image)
}

/// The layer: a tar of one file. Nothing in it depends on when or by whom it is made, so the same program always gives
/// the same layer.
fn tar<'a>(program: &'a File, size: u64) -> anyhow::Result<Box<dyn Read + Send + 'a>> {
    let mut header = tar::Header::new_ustar();
    header.set_path("lamel")?;
    header.set_mode(0o755);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    let padding = size.next_multiple_of(BLOCK) - size;
    let end = io::repeat(0).take(padding + 2 * BLOCK);
    let header = Cursor::new(header.as_bytes().to_vec());
    Ok(Box::new(header.chain(program.take(size)).chain(end)))
}

/// The diff_id of a tar.
fn hash(tar: &mut dyn Read) -> io::Result<DiffId> {
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match tar.read(&mut buffer)? {
            0 => return Ok(DiffId(hasher.finish())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

/// The image's configuration.
fn configuration(program: &File, diff_id: DiffId) -> anyhow::Result<ImageConfig> {
    // When the program was built or installed: the same program in the same place gives the same image ID.
    let built: DateTime<Utc> = program.metadata()?.modified()?.into();
    let created = built.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut config = ImageConfig::new(&Platform::host());
    config.set_created(created.clone());
    config.change_process(|process| {
        process
            .set_entrypoint(Some(ENTRYPOINT.map(str::to_owned).into()))
            .set_env(Some(vec!["PATH=/".into()]))
            .set_working_dir(Some("/".into()));
    });
    let mut step = History::default();
    step.set_created(Some(created))
        .set_created_by(Some(
            concat!("lamel ", env!("CARGO_PKG_VERSION"), ": its own program").into(),
        ))
        .set_comment(Some("built in".into()));
    config.add_layer(diff_id, step);
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn the_layer_is_a_tar_of_one_program_and_always_the_same() {
        let mut program = tempfile::tempfile().unwrap();
        program.write_all(b"#!program").unwrap();
        program.rewind().unwrap();
        let mut bytes = Vec::new();
        tar(&program, 9).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len(), 4 * 512);
        let mut archive = tar::Archive::new(&bytes[..]);
        let mut entries = archive.entries().unwrap();
        let mut entry = entries.next().unwrap().unwrap();
        assert_eq!(entry.path_bytes(), &b"lamel"[..]);
        assert_eq!(entry.header().mode().unwrap(), 0o755);
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        assert_eq!(content, "#!program");
        assert!(entries.next().is_none());
        program.rewind().unwrap();
        assert_eq!(
            hash(&mut tar(&program, 9).unwrap()).unwrap().0,
            crate::oci::digest::Digest::of(&bytes)
        );
    }

    #[test]
    fn only_its_own_name_names_the_built_in_image() {
        let named = |name: &str| is_hello(&name.parse().unwrap());
        assert!(named("localhost/hello") && named("localhost/hello:latest"));
        assert!(!named("hello") && !named("localhost/hello:2") && !named("localhost:5000/hello"));
    }
}
