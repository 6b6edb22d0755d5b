//! What a push asks of a registry.

use crate::oci::digest::Digest;
use crate::oci::reference::Reference;
use crate::progress::{Progress, Step};
use crate::registry::config::Config;
use crate::registry::config::dirs::Places;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::access::Access;
use crate::registry::http::client::Client;
use crate::registry::http::retry::{Attempts, Settings};
use crate::registry::http::worker::Worker;
use crate::registry::push::body::{Passed, pipe};
use crate::registry::push::upload;
use crate::registry::push::upload::Begun;
use anyhow::{Context, Result, anyhow, bail};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Between two looks whether a pause has to end early.
const LOOK: Duration = Duration::from_millis(50);

/// A blob that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub digest: Digest,
    pub size: u64,
}

/// Writes a whole blob, always the same. Called once for each attempt to send it.
pub type Make<'a> = dyn FnMut(&mut dyn Write) -> Result<()> + 'a;

/// A push session with one registry, for one repository. Mirrors have no part in it. Can be used from several threads.
pub struct PushSession {
    client: Arc<Client>,
    progress: Arc<dyn Progress>,
    worker: Worker,
}

impl PushSession {
    /// Prepares to push to the repository of `reference`, and to mount blobs from `sources`, repositories of the same registry. Nothing is
    /// sent yet.
    pub fn open(
        reference: &Reference,
        sources: &[String],
        access: &Access,
        progress: Arc<dyn Progress>,
    ) -> Result<PushSession> {
        let env = |name: &str| std::env::var_os(name);
        let places = Places::of(&env);
        let target = Config::load(&places, &env)?.target(reference)?;
        let warn = |text: &str| progress.warn(text);
        let client = crate::registry::client(target, Settings::load()?, access, &places, &env, &warn)?;
        Ok(PushSession {
            client: Arc::new(client.pushing(sources)),
            progress,
            worker: Worker::start().context("starting the registry's thread")?,
        })
    }

    /// Whether the repository has a blob.
    pub fn holds(&self, digest: Digest) -> Result<bool> {
        let client = Arc::clone(&self.client);
        Ok(self.worker.wait(async move { upload::holds(&client, digest).await })?)
    }

    /// Has the registry put a blob of its repository `from` into this one, without sending it. False where it does not.
    pub fn mount(&self, digest: Digest, from: &str) -> Result<bool> {
        let (client, from) = (Arc::clone(&self.client), from.to_owned());
        let mounted = async move { upload::mount(&client, digest, &from).await };
        Ok(self.worker.wait(mounted)?)
    }

    /// Sends a blob while `make` writes it, again and again until it got there or patience ends. Reports `Retrying` as layer `index`.
    /// Ends soon after `cancel` is set.
    pub fn send(&self, index: usize, make: &mut Make<'_>, cancel: &AtomicBool) -> Result<Sent> {
        let mut attempts = Attempts::new(self.client.settings());
        loop {
            let failure = match self.attempt(make)? {
                Ok(sent) => return Ok(sent),
                Err(failure) => failure,
            };
            let pause = attempts.after(failure)?;
            let attempt = attempts.failed();
            self.progress.step(index, Step::Retrying { attempt, pause });
            let start = Instant::now();
            while start.elapsed() < pause {
                if cancel.load(Ordering::Relaxed) {
                    bail!("cancelled");
                }
                std::thread::sleep(LOOK.min(pause));
            }
        }
    }

    /// Sends a blob that is in memory.
    pub fn send_bytes(&self, bytes: Vec<u8>) -> Result<()> {
        let client = Arc::clone(&self.client);
        let sent = async move { upload::small(&client, Digest::of(&bytes), bytes).await };
        Ok(self.worker.wait(sent)?)
    }

    /// Sends a manifest and gives it a tag.
    pub fn send_manifest(&self, tag: &str, media_type: &str, bytes: Vec<u8>) -> Result<()> {
        let (client, tag, media_type) = (Arc::clone(&self.client), tag.to_owned(), media_type.to_owned());
        let sent = async move { upload::manifest(&client, &tag, &media_type, bytes).await };
        Ok(self.worker.wait(sent)?)
    }

    /// One upload from beginning to end. An error is the maker's own; what went wrong on the way is inside.
    fn attempt(&self, make: &mut Make<'_>) -> Result<Result<Sent, Failure>> {
        let client = || Arc::clone(&self.client);
        let begun = {
            let client = client();
            self.worker.wait(async move { upload::begin(&client, None).await })
        };
        let session = match begun {
            Ok(Begun::Session(session)) => session,
            Ok(Begun::Mounted) => bail!("the registry mounted what nobody asked for"),
            Err(failure) => return Ok(Err(failure)),
        };
        let (mut feed, outgoing) = pipe();
        let (say, answer) = std::sync::mpsc::sync_channel(1);
        let streaming = {
            let (client, session) = (client(), session.clone());
            self.worker.spawn(async move {
                let _ = say.send(upload::stream(&client, session, outgoing).await);
            })
        };
        let made = make(&mut feed);
        let broken = feed.is_gone();
        if let Err(error) = made
            && !broken
        {
            // What has been sent must not be taken for a whole blob.
            streaming.abort();
            let client = client();
            self.worker.wait(async move { upload::cancel(&client, session).await });
            return Err(error);
        }
        let Passed { digest, size, gone } = feed.finish();
        let answer = answer.recv().map_err(|_| anyhow!("the registry's thread is gone"))?;
        let session = match answer {
            Ok(_) if gone => return Ok(Err(Failure::passing(broke(&self.client, size)))),
            Ok(session) => session,
            Err(failure) => return Ok(Err(failure)),
        };
        let client = client();
        let ended = async move { upload::commit(&client, session, digest, Vec::new()).await };
        Ok(self.worker.wait(ended).map(|()| Sent { digest, size }))
    }
}

fn broke(client: &Client, done: u64) -> Error {
    Error::Refused {
        registry: client.registry().to_owned(),
        done,
    }
}
