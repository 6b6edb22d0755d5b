//! From a reference to verified bytes: manifests, configurations and blobs of OCI and Docker v2 registries.
//!
//! The only asynchronous code. A [`Session`] owns its runtime, on a thread of its own, and has ended both when
//! it is dropped, so a process can start containers afterwards. Everything it hands out has been checked against its digest, or
//! is being checked while it is read.
//!
//! [`config`] says where an image is to be fetched, [`auth`] who asks and how access is settled, [`http`] makes one request over a connection
//! whose certificates [`tls`] verifies and says what an answer or a failure means. [`pull`] walks from a name to a configuration and brings
//! blobs in as many stretches as it takes; [`push`] sends them.

pub mod auth;
pub mod config;
pub mod endpoint;
pub mod errors;
pub mod http;
pub mod login;
pub mod pull;
pub mod push;
pub mod tls;

#[cfg(test)]
#[path = "../../tests/cli/registry.rs"]
pub(crate) mod mock;

use crate::registry::config::short_name;
use crate::registry::http::access::Access;
use crate::registry::http::retry::Settings;
use crate::registry::http::transport_error;
use crate::registry::pull::{queue, resolve, tags};

use crate::oci::digest::Digest;
use crate::oci::manifest::descriptor_digest;
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::progress::Progress;
use crate::registry::config::dirs::{Environment, Places};
use crate::registry::config::{Config, Source};
use crate::registry::errors::Error;
use crate::registry::http::client::Client;
use crate::registry::http::connection::Connection;
use crate::registry::http::worker::Worker;
use crate::registry::pull::blob::{Blob, Wanted};
use crate::registry::pull::resume::Keep;
use crate::registry::pull::transfer::Transfer;
use anyhow::Context;
use oci_spec::image::Descriptor;
use std::collections::VecDeque;
use std::fs::File;
use std::future::Future;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often in a row a mirror may fail before the next one, or the registry itself, is asked.
const MIRROR_ATTEMPTS: u32 = 2;

/// A pull session with one registry or its mirrors, for one repository. Can be used from several threads.
pub struct Session {
    /// The mirrors, and the registry itself as the last.
    clients: Vec<Arc<Client>>,
    /// Which of them answered. Those before have failed, and are not asked again.
    chosen: AtomicUsize,
    progress: Arc<dyn Progress>,
    worker: Worker,
}

/// The names in full that a name as typed may mean on this machine, the likeliest first; neither tag nor digest is added.
pub fn meanings(typed: &str) -> anyhow::Result<Vec<Reference>> {
    short_name::meanings(typed, &Places::of(&|name| std::env::var_os(name)))
}

/// Likewise, those that a pull tries in turn. An error where configuration demands that the choice is made by a person.
pub fn meanings_to_pull(typed: &str) -> anyhow::Result<Vec<Reference>> {
    let env = |name: &str| std::env::var_os(name);
    Config::load(&Places::of(&env), &env)?.meanings_to_pull(typed)
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
    /// Prepares to talk to the registry of `reference`: finds its mirrors, credentials, certificates and proxies and whether plain http is
    /// configured, and starts the session's thread. Nothing is sent yet.
    pub fn open(reference: &Reference, access: &Access, progress: Arc<dyn Progress>) -> anyhow::Result<Session> {
        Session::with(reference, access, progress, Settings::load()?)
    }

    /// As [`open`](Session::open), with other limits than the environment's.
    pub fn with(
        reference: &Reference,
        access: &Access,
        progress: Arc<dyn Progress>,
        settings: Settings,
    ) -> anyhow::Result<Session> {
        let env = |name: &str| std::env::var_os(name);
        let places = Places::of(&env);
        let sources = Config::load(&places, &env)?.sources(reference)?;
        let last = sources.len() - 1;
        let to_mirrors = access.to_mirrors();
        let warn = |text: &str| progress.warn(text);
        let client = |(n, source)| {
            let mut settings = settings.clone();
            if n < last {
                settings.attempts = settings.attempts.min(MIRROR_ATTEMPTS);
            }
            let access = if n < last { &to_mirrors } else { access };
            client(source, settings, access, &places, &env, &warn).map(Arc::new)
        };
        let clients = sources.into_iter().enumerate().map(client).collect::<Result<_, _>>()?;
        Session::of(clients, progress)
    }

    /// A session over these, of which the last is the registry itself.
    fn of(clients: Vec<Arc<Client>>, progress: Arc<dyn Progress>) -> anyhow::Result<Session> {
        Ok(Session {
            clients,
            chosen: AtomicUsize::new(0),
            progress,
            worker: Worker::start().context("starting the registry's thread")?,
        })
    }

    /// Digest of what the reference names now (a HEAD request), or `None` where the registry does not say.
    pub fn head(&self) -> anyhow::Result<Option<Digest>> {
        self.first_answer(|client| async move { resolve::head(&client).await })
    }

    /// All tags of the repository, each once, as the registry says them: nobody has looked whether they make sense.
    /// Of the registry itself: a mirror has some of them.
    pub fn tags(&self) -> anyhow::Result<Vec<String>> {
        let client = Arc::clone(self.clients.last().expect("the registry itself is the last"));
        Ok(self.worker.wait(async move { tags::tags(&client).await })?)
    }

    /// Fetches and verifies manifest, index and configuration, choosing `platform` in an index. The errors are [`http::errors::Error`]s.
    pub fn resolve(&self, platform: &Platform) -> anyhow::Result<Resolved> {
        self.first_answer(|client| {
            let platform = platform.clone();
            async move { resolve::resolve(&client, &platform).await }
        })
    }

    /// The first answer that a mirror, or else the registry itself, gives. What a mirror has against it is told, unless it is that it lacks the image.
    fn first_answer<T, F>(&self, question: impl Fn(Arc<Client>) -> F) -> anyhow::Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        loop {
            let chosen = self.chosen.load(Ordering::Relaxed);
            match self.worker.wait(question(self.client())) {
                Ok(answer) => return Ok(answer),
                Err(error) if chosen + 1 == self.clients.len() => return Err(error.into()),
                Err(Error::NoImage { .. }) => {}
                Err(error) => self.progress.warn(&format!("a mirror is passed over: {error}")),
            }
            self.chosen.fetch_max(chosen + 1, Ordering::Relaxed);
        }
    }

    /// How many blobs to read at a time.
    pub fn concurrent(&self) -> usize {
        self.client().settings().concurrent
    }

    /// Who is asked now.
    fn client(&self) -> Arc<Client> {
        Arc::clone(&self.clients[self.chosen.load(Ordering::Relaxed)])
    }

    /// Starts the download of a blob; bytes arrive through a small bounded queue while they are read. The reader
    /// ends with an error where size or digest differ, resumes broken transfers from where they broke, and reports
    /// `Downloading` and `Retrying` as layer `index`.
    ///
    /// `partial` keeps what has come, from the blob's first byte on: what is in there already is not asked for again, and
    /// what comes is added. Where the whole proves wrong it is empty afterwards, and another attempt starts over.
    ///
    /// A mirror that fails is left for the next one or the registry itself, from where it broke.
    ///
    /// An [`http::errors::Error`] is inside each of the reader's errors. A reader that has come to its end has verified the blob, and only then: whoever
    /// stops early because the bytes make no sense reads to the end first, since a wrong digest is the better answer.
    pub fn blob(
        &self,
        descriptor: &Descriptor,
        index: usize,
        partial: Option<File>,
    ) -> anyhow::Result<Box<dyn Read + Send>> {
        let chosen = self.chosen.load(Ordering::Relaxed);
        let mut clients: VecDeque<_> = self.clients[chosen..].iter().cloned().collect();
        let client = clients.pop_front().expect("the registry itself is always there");
        let wanted = Wanted {
            registry: client.registry().to_owned(),
            digest: descriptor_digest(descriptor)?,
            size: descriptor.size(),
            index,
        };
        let keep = partial.map(|file| Keep::new(file, wanted.size)).transpose();
        let keep = keep.map_err(|error| Error::kept(wanted.digest, &error))?;
        let (outlet, inlet) = queue::queue();
        let transfer = Transfer {
            client,
            elsewhere: clients,
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

/// The client for one source: with the credentials and certificates that are kept for the host, whoever's mirror it is, where `access` does not
/// give others.
fn client(
    source: Source,
    settings: Settings,
    access: &Access,
    places: &Places,
    env: Environment<'_>,
    warn: &dyn Fn(&str),
) -> anyhow::Result<Client> {
    let Source { reference, endpoint } = source;
    let certificates = access.certificates(places, reference.registry(), warn)?;
    let connection = Connection::new(access.endpoint(endpoint), &certificates, settings.stall)
        .map_err(|error| transport_error::no_client(reference.registry(), &*error))?;
    let credentials = access.credentials(&reference, env, warn)?;
    Ok(Client::new(reference, connection, credentials, settings))
}
