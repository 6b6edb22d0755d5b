//! The walk of `commit`: a container's changes become one more layer on top of its image's.
//!
//! One thread packs the changes into a tar, and the same code that unpacks a pulled layer reads it from a pipe. So a
//! committed layer is a layer like any other, and its digest is that of the tar which `save` and `push` will write.

use crate::container::Container;
use crate::container::changes::diff::upper;
use crate::container::changes::instruction::Instruction;
use crate::container::config::Config;
use crate::container::processes::freeze::Still;
use crate::image::layers::unpack;
use crate::image::publish;
use crate::layer::pack;
use crate::oci::config::ImageConfig;
use crate::oci::digest::{DiffId, ImageId};
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::text::error::chain;
use crate::text::time::rfc3339;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use oci_spec::image::{Config as Process, History};
use std::io::{self, PipeReader, Read};
use std::os::fd::AsFd;
use std::thread::{Scope, ScopedJoinHandle};

/// The options of `commit`.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    pub author: Option<String>,
    pub message: Option<String>,
    pub changes: Vec<Instruction>,
    pub name: Option<Reference>,
    /// The image's creation time, and the latest time that a file in the new layer has: with it, equal changes give
    /// equal images (reproducible-builds.org, `SOURCE_DATE_EPOCH`). `None`: now, and each file keeps its time.
    pub time: Option<DateTime<Utc>>,
}

/// Makes the image and returns its ID; synced. The container is released as soon as its changes have been read. Called
/// inside the user namespace that its files were made in.
pub fn commit(
    store: &Store,
    container: &Container,
    options: &Commit,
    still: Option<Still>,
    single_id: bool,
) -> Result<ImageId> {
    let record = &container.record;
    if let Some(root) = &container.config.host.rootfs {
        bail!(
            "container {} was made of the directory {}, and of no image that its changes could be added to",
            record.name,
            root.path.display()
        );
    }
    container.check_owners(store, "a commit")?;
    let base = store
        .image(&record.image)?
        .with_context(|| format!("image {} of the container is gone", record.image_name))?;
    let mut config = ImageConfig::parse(&store.blob(&record.image.0)?)?;
    config.change_process(|process| set_process(process, &container.config));
    for change in &options.changes {
        change.apply(&mut config);
    }
    let stored = store_changes(store, container, options.time, still, single_id)?;
    add_layer(&mut config, &container.config, stored.layer.info.diff_id, options);
    let id = publish::publish(store, &config, Some(base.id), options.name.as_ref())?;
    // Until now the lease kept the layer.
    drop(stored.lease);
    Ok(id)
}

/// Packs the writable directory into a new layer.
fn store_changes(
    store: &Store,
    container: &Container,
    time: Option<DateTime<Utc>>,
    still: Option<Still>,
    single_id: bool,
) -> Result<unpack::StoredLayer> {
    let (upper, skip) = upper(container)?;
    std::thread::scope(|scope| {
        let (upper, skip) = (upper.as_fd(), &skip);
        let pack = move |out: &mut dyn io::Write| {
            let _still = still;
            pack::pack(upper, store.flavour(), skip, time.map(|time| time.timestamp()), out)
        };
        let packed = Packed::start(scope, pack)?;
        unpack::store_layer(store, Box::new(packed), None, single_id, true)
    })
    .with_context(|| format!("changes of container {}", container.record.name))
}

/// The tar that the packing thread writes. If the thread fails, the last read is an error, so that half a tar is never
/// taken for a whole one.
struct Packed<'scope> {
    pipe: PipeReader,
    packer: Option<ScopedJoinHandle<'scope, Result<()>>>,
}

impl<'scope> Packed<'scope> {
    fn start<'env, F>(scope: &'scope Scope<'scope, 'env>, pack: F) -> Result<Packed<'scope>>
    where
        F: FnOnce(&mut dyn io::Write) -> Result<()> + Send + 'scope,
    {
        let (pipe, writer) = io::pipe().context("pipe to pack through")?;
        let packer = std::thread::Builder::new()
            .name("pack".into())
            .spawn_scoped(scope, move || {
                // Buffered, because a tar has many small headers.
                let mut out = io::BufWriter::with_capacity(64 << 10, writer);
                pack(&mut out)?;
                io::Write::flush(&mut out).context("pipe to pack through")
            })?;
        Ok(Packed {
            pipe,
            packer: Some(packer),
        })
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.pipe.read(buffer)?;
        if n == 0
            && !buffer.is_empty()
            && let Some(packer) = self.packer.take()
        {
            match packer.join() {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Err(io::Error::other(chain(&error))),
                Err(_) => return Err(io::Error::other("the packing thread died")),
            }
        }
        Ok(n)
    }
}

/// The new image's process settings are the container's; the image's other settings stay.
fn set_process(process: &mut Process, container: &Config) {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    let list = |list: Vec<String>| (!list.is_empty()).then_some(list);
    let labels = container.labels.clone().into_iter();
    process
        .set_user(text(&container.user))
        .set_env(list(container.env.clone()))
        .set_entrypoint(container.entrypoint.clone())
        .set_cmd(container.cmd.clone())
        .set_working_dir(text(&container.working_dir))
        .set_labels((!container.labels.is_empty()).then(|| labels.collect()))
        .set_exposed_ports(list(container.exposed_ports.keys().cloned().collect()))
        .set_volumes(list(container.volumes.keys().cloned().collect()))
        .set_stop_signal(container.stop_signal.clone());
}

/// Adds the layer, and the history entry of the step that made it.
fn add_layer(config: &mut ImageConfig, container: &Config, layer: DiffId, options: &Commit) {
    let now = match options.time {
        Some(time) => time.to_rfc3339_opts(SecondsFormat::Secs, true),
        None => rfc3339(Utc::now()),
    };
    config.set_created(now.clone());
    if let Some(author) = &options.author {
        config.set_author(author.clone());
    }
    // Fields of older Docker versions about the container that the base image was committed from.
    for stale in ["id", "parent", "container", "container_config", "comment"] {
        config.remove_field(stale);
    }
    let mut step = History::default();
    step.set_created(Some(now))
        .set_created_by(Some(created_by(container)))
        .set_author(options.author.clone())
        .set_comment(options.message.clone());
    config.add_layer(layer, step);
}

/// The command as Docker records it: without the entrypoint, unless there is nothing else.
fn created_by(container: &Config) -> String {
    let command = container.cmd.as_ref().filter(|command| !command.is_empty());
    command.map_or_else(|| container.args().join(" "), |command| command.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::config::tests::plain;
    use crate::oci::digest::Digest;

    #[test]
    fn a_failure_to_pack_is_an_error_at_the_end() {
        std::thread::scope(|scope| {
            let mut packed = Packed::start(scope, |out| {
                out.write_all(b"half")?;
                anyhow::bail!("disk gone")
            })
            .unwrap();
            let mut read = Vec::new();
            let error = packed.read_to_end(&mut read).unwrap_err();
            assert_eq!(
                (read.as_slice(), error.to_string().as_str()),
                (b"half".as_slice(), "disk gone")
            );
        });
    }

    #[test]
    fn the_new_configuration_runs_what_the_container_ran() {
        let base = br#"{"author":"base","container":"old","rootfs":{"type":"layers","diff_ids":[]},
            "config":{"Env":["PATH=/bin"],"Healthcheck":{}}}"#;
        let mut config = ImageConfig::parse(base).unwrap();
        let mut container = plain();
        container.cmd = Some(vec!["nginx".into(), "-g".into(), "daemon off;".into()]);
        container.env.push("A=1".into());
        config.change_process(|process| set_process(process, &container));
        let options = Commit {
            message: Some("why".into()),
            ..Commit::default()
        };
        add_layer(&mut config, &container, DiffId(Digest::of(b"layer")), &options);
        assert_eq!(config.process().env().as_ref().unwrap().len(), 2);
        assert!(config.docker_field("Healthcheck").is_some());
        assert!(config.field("container").is_none());
        assert_eq!(config.spec().author().as_deref(), Some("base"));
        let step = config.history().last().unwrap();
        assert_eq!(step.created_by().as_deref(), Some("nginx -g daemon off;"));
        assert_eq!((step.comment().as_deref(), config.diff_ids().len()), (Some("why"), 1));
    }
}
