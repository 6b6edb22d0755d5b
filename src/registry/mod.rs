//! From a reference to verified bytes: manifests, configurations and blobs of OCI and Docker v2 registries.
//!
//! The only asynchronous code. A [`Session`] owns its runtime, on a thread of its own, and has ended both when
//! it is dropped, so a process can start containers afterwards. Everything it hands out has been checked against its digest, or
//! is being checked while it is read.
//!
//! [`endpoint`] says where a registry is and how it is spoken to, [`credentials`] who asks, [`auth`] how access is settled; [`client`] makes one
//! request, [`resolve`] walks from a name to a configuration, [`transfer`] brings a blob in as many stretches as it takes, [`blob`] is the
//! end from which it is read, and [`keep`] what is left of it when all is cut short. [`settings`] limits the patience of all of them.

mod auth;
mod blob;
mod client;
mod credentials;
mod endpoint;
mod error;
mod keep;
mod resolve;
mod settings;
mod transfer;
mod worker;

#[cfg(test)]
#[path = "../../tests/cli/registry.rs"]
pub(crate) mod mock;
#[cfg(test)]
mod tests;

pub use settings::Settings;

use crate::oci::{Digest, Platform, Reference, descriptor_digest};
use crate::progress::Progress;
use anyhow::Context;
use blob::{Blob, Wanted};
use client::Client;
use endpoint::Endpoint;
use keep::Keep;
use oci_spec::image::Descriptor;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use transfer::Transfer;
use worker::Worker;

/// A pull session with one registry, for one repository. Can be used from several threads.
pub struct Session {
    client: Arc<Client>,
    progress: Arc<dyn Progress>,
    worker: Worker,
}

/// What a reference names there.
pub struct Resolved {
    /// Digest of what the name points to: an index, or the manifest itself. `RepoDigests` shows it.
    pub top_digest: Digest,
    /// The index's bytes, where the name points to one.
    pub index: Option<Vec<u8>>,
    pub manifest: Vec<u8>,
    /// The image configuration's bytes.
    pub config: Vec<u8>,
    pub config_digest: Digest,
    /// Base first, as the manifest lists them. Their digests are SHA-256.
    pub layers: Vec<Descriptor>,
}

impl Session {
    /// Prepares to talk to the registry of `reference`: finds credentials, proxies and whether plain http is
    /// configured, and starts the session's thread. Nothing is sent yet.
    pub fn open(reference: &Reference, progress: Arc<dyn Progress>) -> anyhow::Result<Session> {
        Session::with(reference, progress, Settings::from_env())
    }

    /// As [`open`](Session::open), with other limits than the environment's.
    pub fn with(reference: &Reference, progress: Arc<dyn Progress>, settings: Settings) -> anyhow::Result<Session> {
        let env = |name: &str| std::env::var_os(name);
        let endpoint = Endpoint::find(reference, &env)?;
        let credentials = credentials::find(reference, &env, &|text| progress.warn(text));
        let client = Client::new(reference, endpoint, credentials, settings)?;
        Ok(Session {
            client: Arc::new(client),
            progress,
            worker: Worker::start().context("starting the registry's thread")?,
        })
    }

    /// Digest of what the reference names now (a HEAD request), or `None` where the registry does not say.
    pub fn head(&self) -> anyhow::Result<Option<Digest>> {
        let client = Arc::clone(&self.client);
        Ok(self.worker.wait(async move { resolve::head(&client).await })?)
    }

    /// Fetches and verifies manifest, index and configuration, choosing `platform` in an index. The errors are [`error::Error`]s.
    pub fn resolve(&self, platform: &Platform) -> anyhow::Result<Resolved> {
        let (client, platform) = (Arc::clone(&self.client), platform.clone());
        let resolved = async move { resolve::resolve(&client, &platform).await };
        Ok(self.worker.wait(resolved)?)
    }

    /// Starts the download of a blob; bytes arrive through a small bounded queue while they are read. The reader
    /// ends with an error where size or digest differ, resumes broken transfers from where they broke, and reports
    /// `Downloading` and `Retrying` as layer `index`.
    ///
    /// `partial` keeps what has come, from the blob's first byte on: what is in there already is not asked for again, and
    /// what comes is added. Where the whole proves wrong it is empty afterwards, and another attempt starts over.
    ///
    /// An [`error::Error`] is inside each of the reader's errors. A reader that has come to its end has verified the blob, and only then: whoever
    /// stops early because the bytes make no sense reads to the end first, since a wrong digest is the better answer.
    pub fn blob(
        &self,
        descriptor: &Descriptor,
        index: usize,
        partial: Option<File>,
    ) -> anyhow::Result<Box<dyn Read + Send>> {
        let wanted = Wanted {
            registry: self.client.registry().to_owned(),
            digest: descriptor_digest(descriptor)?,
            size: descriptor.size(),
            index,
        };
        let keep = partial.map(|file| Keep::new(file, wanted.size)).transpose();
        let keep = keep.map_err(|error| error::Error::kept(wanted.digest, &error))?;
        let (outlet, inlet) = blob::queue();
        let transfer = Transfer {
            client: Arc::clone(&self.client),
            wanted: wanted.clone(),
            start: keep.as_ref().map_or(0, Keep::left),
            progress: Arc::clone(&self.progress),
            outlet,
        };
        let task = self.worker.spawn(transfer.run());
        let progress = Arc::clone(&self.progress);
        Ok(Box::new(Blob::new(wanted, keep, inlet, task, progress)))
    }
}
