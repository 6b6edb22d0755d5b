//! A push: what is sent to a registry, by synchronous callers.

use crate::oci::digest::Digest;
use crate::oci::reference::Reference;
use crate::progress::{Progress, Step};
use crate::registry::config::dirs::{ConfigDirs, process_environment};
use crate::registry::config::registry_config::RegistryConfig;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::access::Access;
use crate::registry::http::client::Client;
use crate::registry::http::retry::Attempts;
use crate::registry::http::worker::Worker;
use crate::registry::push::body::{Written, upload_body};
use crate::registry::push::upload;
use crate::registry::push::upload::Opened;
use crate::registry::settings::TransferSettings;
use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often a pause checks whether the push was cancelled.
const CANCEL_CHECK: Duration = Duration::from_millis(50);

/// A blob that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentBlob {
    pub digest: Digest,
    pub size: u64,
}

/// Writes a whole blob, the same bytes each time. Called once for each attempt to send it.
pub type WriteBlob<'a> = dyn FnMut(&mut dyn Write) -> Result<()> + 'a;

/// A push session with one registry, for one repository. Mirrors are not used. Can be used from several threads.
pub struct PushSession {
    client: Arc<Client>,
    progress: Arc<dyn Progress>,
    worker: Worker,
}

impl PushSession {
    /// Prepares to push to the repository of `reference`, and to mount blobs from `sources`, repositories of the same
    /// registry. Nothing is sent yet.
    pub fn open(
        reference: &Reference,
        sources: &[String],
        access: &Access,
        progress: Arc<dyn Progress>,
    ) -> Result<PushSession> {
        let env = &process_environment;
        let dirs = ConfigDirs::from_env(env);
        let target = RegistryConfig::load(&dirs, env)?.target(reference)?;
        let warn = |text: &str| progress.warn(text);
        let client = access.client(target, TransferSettings::load()?, &dirs, env, &warn)?;
        Ok(PushSession {
            client: Arc::new(client.for_push(sources)),
            progress,
            worker: Worker::start().context("starting the registry's thread")?,
        })
    }

    /// Whether the repository has a blob.
    pub fn holds(&self, digest: Digest) -> Result<bool> {
        let client = Arc::clone(&self.client);
        Ok(self.worker.wait(async move { upload::holds(&client, digest).await })?)
    }

    /// Lets the registry mount a blob from its repository `from`, so that it need not be sent; false where it does not.
    pub fn mount(&self, digest: Digest, from: &str) -> Result<bool> {
        let (client, from) = (Arc::clone(&self.client), from.to_owned());
        let mounted = async move { upload::mount(&client, digest, &from).await };
        Ok(self.worker.wait(mounted)?)
    }

    /// Uploads a blob while `make` writes it, in as many attempts as the settings allow. Reports `Retrying` as layer
    /// `index`. Ends soon after `cancel` is set.
    pub fn send(&self, index: usize, make: &mut WriteBlob<'_>, cancel: &AtomicBool) -> Result<SentBlob> {
        let mut attempts = Attempts::new(self.client.settings());
        loop {
            let failure = match self.attempt(make)? {
                Ok(sent) => return Ok(sent),
                Err(failure) => failure,
            };
            let pause = attempts.next_pause(failure)?;
            let attempt = attempts.failed();
            self.progress.step(index, Step::Retrying { attempt, pause });
            let start = Instant::now();
            while start.elapsed() < pause {
                if cancel.load(Ordering::Relaxed) {
                    bail!("cancelled");
                }
                std::thread::sleep(CANCEL_CHECK.min(pause));
            }
        }
    }

    /// Uploads a blob that is in memory.
    pub fn send_bytes(&self, bytes: Vec<u8>) -> Result<()> {
        let client = Arc::clone(&self.client);
        let sent = async move { upload::send_bytes(&client, Digest::of(&bytes), bytes).await };
        Ok(self.worker.wait(sent)?)
    }

    /// Sends a manifest and gives it a tag.
    pub fn send_manifest(&self, tag: &str, media_type: &str, bytes: Vec<u8>) -> Result<()> {
        let (client, tag, media_type) = (Arc::clone(&self.client), tag.to_owned(), media_type.to_owned());
        let sent = async move { upload::send_manifest(&client, &tag, &media_type, bytes).await };
        Ok(self.worker.wait(sent)?)
    }

    /// One attempt to upload a blob. The outer error is `make`'s own; the inner failure is the registry's.
    fn attempt(&self, make: &mut WriteBlob<'_>) -> Result<Result<SentBlob, Failure>> {
        let client = || Arc::clone(&self.client);
        let opened = {
            let client = client();
            self.worker.wait(async move { upload::open(&client, None).await })
        };
        let upload = match opened {
            Ok(Opened::Upload(upload)) => upload,
            Ok(Opened::Mounted) => bail!("the registry mounted a blob that was not asked for"),
            Err(failure) => return Ok(Err(failure)),
        };
        let (mut writer, body) = upload_body();
        let (answer_sender, answer) = std::sync::mpsc::sync_channel(1);
        let streaming = {
            let (client, upload) = (client(), upload.clone());
            self.worker.spawn(async move {
                let _ = answer_sender.send(upload::stream(&client, upload, body).await);
            })
        };
        let made = make(&mut writer);
        if let Err(error) = made
            && !writer.has_ended()
        {
            // The registry must not take what has been sent for a whole blob.
            streaming.abort();
            let client = client();
            self.worker.wait(async move { upload::cancel(&client, upload).await });
            return Err(error);
        }
        let Written {
            digest,
            size,
            cut_short,
        } = writer.finish();
        let answer = answer.recv().map_err(|_| anyhow!("the registry's thread has ended"))?;
        let upload = match answer {
            Ok(_) if cut_short => return Ok(Err(Failure::transient(upload_ended(&self.client, size)))),
            Ok(upload) => upload,
            Err(failure) => return Ok(Err(failure)),
        };
        let client = client();
        let committed = async move { upload::commit(&client, upload, digest, Bytes::new()).await };
        Ok(self.worker.wait(committed).map(|()| SentBlob { digest, size }))
    }
}

fn upload_ended(client: &Client, done: u64) -> Error {
    Error::UploadEnded {
        registry: client.registry().to_owned(),
        done,
    }
}
