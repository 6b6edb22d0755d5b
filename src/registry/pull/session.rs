//! A pull: what is asked of a registry and its mirrors, by synchronous callers.

use crate::oci::digest::Digest;
use crate::oci::manifest::descriptor_digest;
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::progress::Progress;
use crate::registry::config::dirs::{ConfigDirs, process_environment};
use crate::registry::config::registry_config::RegistryConfig;
use crate::registry::errors::Error;
use crate::registry::http::access::Access;
use crate::registry::http::client::Client;
use crate::registry::http::worker::Worker;
use crate::registry::pull::blob::{BlobReader, BlobRequest};
use crate::registry::pull::queue::byte_queue;
use crate::registry::pull::resolve;
use crate::registry::pull::resolve::ResolvedImage;
use crate::registry::pull::resume::ResumeFile;
use crate::registry::pull::tags;
use crate::registry::pull::transfer::Transfer;
use crate::registry::settings::TransferSettings;
use anyhow::Context;
use oci_spec::image::Descriptor;
use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Attempts in a row that a mirror gets before the next one, or the registry itself, is asked.
const MIRROR_ATTEMPTS: u32 = 2;

/// A pull session with one registry and its mirrors, for one repository. Can be used from several threads.
pub struct PullSession {
    /// The mirrors in their order, and the registry itself as the last.
    clients: Vec<Arc<Client>>,
    /// Index of the client that is asked. Those before it have failed, and are not asked again.
    chosen: AtomicUsize,
    progress: Arc<dyn Progress>,
    worker: Worker,
}

impl PullSession {
    /// Prepares to talk to the registry of `reference`: finds its mirrors, credentials, certificates and proxies and
    /// whether plain http is configured, and starts the session's thread. Nothing is sent yet.
    pub fn open(reference: &Reference, access: &Access, progress: Arc<dyn Progress>) -> anyhow::Result<PullSession> {
        PullSession::with_settings(reference, access, progress, TransferSettings::load()?)
    }

    /// As [`open`](PullSession::open), with these settings instead of the configured ones.
    pub fn with_settings(
        reference: &Reference,
        access: &Access,
        progress: Arc<dyn Progress>,
        settings: TransferSettings,
    ) -> anyhow::Result<PullSession> {
        let env = &process_environment;
        let dirs = ConfigDirs::from_env(env);
        let sources = RegistryConfig::load(&dirs, env)?.sources(reference)?;
        let last = sources.len() - 1;
        let for_mirrors = access.for_mirrors();
        let warn = |text: &str| progress.warn(text);
        let client = |(index, source)| {
            let mut settings = settings.clone();
            if index < last {
                settings.max_attempts = settings.max_attempts.min(MIRROR_ATTEMPTS);
            }
            let access = if index < last { &for_mirrors } else { access };
            access.client(source, settings, &dirs, env, &warn).map(Arc::new)
        };
        let clients = sources.into_iter().enumerate().map(client).collect::<Result<_, _>>()?;
        PullSession::with_clients(clients, progress)
    }

    /// Makes a session over these clients, of which the last is the registry itself.
    pub fn with_clients(clients: Vec<Arc<Client>>, progress: Arc<dyn Progress>) -> anyhow::Result<PullSession> {
        Ok(PullSession {
            clients,
            chosen: AtomicUsize::new(0),
            progress,
            worker: Worker::start().context("starting the registry's thread")?,
        })
    }

    /// Asks for the digest of what the reference names now (a HEAD request); `None` where the registry does not say.
    pub fn head(&self) -> anyhow::Result<Option<Digest>> {
        self.first_answer(|client| async move { resolve::head(&client).await })
    }

    /// Lists all tags of the repository, each once, as the registry writes them: they may be invalid. The registry
    /// itself is asked, since a mirror may have only some of them.
    pub fn tags(&self) -> anyhow::Result<Vec<String>> {
        let registry = Arc::clone(self.clients.last().expect("the registry itself is the last"));
        Ok(self.worker.wait(async move { tags::tags(&registry).await })?)
    }

    /// Fetches and verifies manifest, index and configuration, choosing `platform` in an index. The errors are
    /// [`Error`]s.
    pub fn resolve(&self, platform: &Platform) -> anyhow::Result<ResolvedImage> {
        self.first_answer(|client| {
            let platform = platform.clone();
            async move { resolve::resolve(&client, &platform).await }
        })
    }

    /// Returns the first answer that a mirror, or else the registry itself, gives. The user is warned of a mirror that
    /// fails, unless it only lacks the image.
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
    pub fn concurrent_downloads(&self) -> usize {
        self.client().settings().concurrent_downloads
    }

    /// The client that is asked now.
    fn client(&self) -> Arc<Client> {
        Arc::clone(&self.clients[self.chosen.load(Ordering::Relaxed)])
    }

    /// Starts the download of a blob. The reader gets bytes through a bounded queue while they come; it resumes a
    /// broken transfer where it broke, leaves a mirror that fails for the next one or the registry itself, and reports
    /// `Downloading` and `Retrying` as layer `index`.
    ///
    /// `partial` holds the blob's first bytes: they are not fetched again, and new ones are appended. Where the blob
    /// proves wrong, the file is empty afterwards, so that another attempt starts over.
    ///
    /// # Errors
    ///
    /// Each of the reader's errors contains an [`Error`]. The reader has verified size and digest only when it returns
    /// its end: a caller that cannot use the bytes reads to the end first, since a wrong digest is the better error.
    pub fn blob(
        &self,
        descriptor: &Descriptor,
        index: usize,
        partial: Option<File>,
    ) -> anyhow::Result<Box<dyn Read + Send>> {
        let chosen = self.chosen.load(Ordering::Relaxed);
        let mut sources: VecDeque<_> = self.clients[chosen..].iter().cloned().collect();
        let client = sources.pop_front().expect("the registry itself is the last");
        let request = BlobRequest {
            registry: client.registry().to_owned(),
            digest: descriptor_digest(descriptor)?,
            size: descriptor.size(),
            index,
        };
        let resume = partial.map(|file| ResumeFile::new(file, request.size)).transpose();
        let resume = resume.map_err(|error| Error::resume_file(request.digest, &error))?;
        let (sender, receiver) = byte_queue();
        let transfer = Transfer {
            client,
            other_sources: sources,
            request: request.clone(),
            start: resume.as_ref().map_or(0, ResumeFile::unread),
            progress: Arc::clone(&self.progress),
            sender,
        };
        let task = self.worker.spawn(transfer.run());
        let progress = Arc::clone(&self.progress);
        Ok(Box::new(BlobReader::new(request, resume, receiver, task, progress)))
    }
}
