//! From a reference to verified bytes: manifests, configurations and blobs of OCI and Docker v2 registries.
//!
//! The only asynchronous code. A [`Session`] owns its runtime, on threads of its own, and has ended both when
//! it is dropped, so a process can start containers afterwards. Everything it hands out has been checked against its digest, or
//! is being checked while it is read.

use crate::oci::{Digest, Platform, Reference};
use crate::progress::Progress;
use oci_spec::image::Descriptor;
use std::io::Read;
use std::sync::Arc;

/// A pull session with one registry, for one repository.
pub struct Session {}

/// What a reference names there.
pub struct Resolved {
    /// Digest of what the name points to: an index, or the manifest itself. `RepoDigests` shows it.
    pub top_digest: Digest,
    /// The index's bytes, where the name points to one.
    pub index: Option<Vec<u8>>,
    pub manifest: Vec<u8>,
    pub manifest_digest: Digest,
    /// The image configuration's descriptor and bytes.
    pub config: Vec<u8>,
    pub config_digest: Digest,
    /// Base first, as the manifest lists them.
    pub layers: Vec<Descriptor>,
}

impl Session {
    /// Prepares to talk to the registry of `reference`: finds credentials, proxies and whether plain http is
    /// configured. Nothing is sent yet.
    pub fn open(reference: &Reference, progress: Arc<dyn Progress>) -> anyhow::Result<Session> {
        let _ = (reference, progress);
        todo!()
    }

    /// Digest of what the reference's tag names now (a HEAD request), or `None` where the registry does not say.
    pub fn head(&self) -> anyhow::Result<Option<Digest>> {
        todo!()
    }

    /// Fetches and verifies manifest, index and configuration, choosing `platform` in an index.
    pub fn resolve(&self, platform: &Platform) -> anyhow::Result<Resolved> {
        let _ = platform;
        todo!()
    }

    /// Starts the download of a blob; bytes arrive through a small bounded queue while they are read. The reader
    /// ends with an error where size or digest differ, retries broken transfers from where they broke, and reports
    /// `Downloading` and `Retrying` as layer `index`.
    pub fn blob(&self, descriptor: &Descriptor, index: usize) -> anyhow::Result<Box<dyn Read + Send>> {
        let _ = (descriptor, index);
        todo!()
    }
}

#[cfg(test)]
#[path = "../../tests/cli/registry.rs"]
pub(crate) mod mock;
