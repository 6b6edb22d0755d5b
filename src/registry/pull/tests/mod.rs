//! Pull sessions against the test's own registry.

pub mod auth;
pub mod failures;
pub mod images;
pub mod transfers;

use crate::oci::digest::Digest;
use crate::oci::platform::Platform;
use crate::progress::Silent;
use crate::registry::errors::Error;
use crate::registry::http::access::Access;
use crate::registry::mock::{Image, Packed, Registry};
use crate::registry::pull::resolve::ResolvedImage;
use crate::registry::pull::session::PullSession;
use crate::registry::settings::TransferSettings;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

/// Bytes that no compression shortens.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(length).collect()
}

fn fast_retries() -> TransferSettings {
    TransferSettings {
        stall_timeout: Duration::from_millis(400),
        max_attempts: 3,
        retry_delay: Duration::from_millis(5),
        max_retry_delay: Duration::from_secs(5),
        concurrent_downloads: 3,
    }
}

fn session(registry: &Registry, name: &str) -> PullSession {
    PullSession::with_settings(
        &registry.name(name).parse().unwrap(),
        &Access::default(),
        Arc::new(Silent),
        fast_retries(),
    )
    .unwrap()
}

fn host() -> Platform {
    Platform::host()
}

/// The [`Error`] inside whatever was returned.
fn error<T>(result: anyhow::Result<T>) -> Error {
    let Err(error) = result else {
        panic!("it went well");
    };
    if let Some(error) = error.downcast_ref::<Error>() {
        return error.clone();
    }
    let io: &std::io::Error = error.downcast_ref().expect("an io::Error or an Error");
    let inner = io.get_ref().expect("an Error inside");
    inner.downcast_ref::<Error>().expect("an Error inside").clone()
}

fn read(session: &PullSession, resolved: &ResolvedImage, layer: usize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    session
        .blob(&resolved.layers[layer], layer, None)?
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A registry with an image of one large layer.
fn large() -> (Registry, Packed) {
    let layer = Packed::raw(noise(3 << 20));
    let registry = Registry::start();
    registry.push("a/b", "latest", &Image::new().layer(layer.clone()));
    (registry, layer)
}

/// Resolves and reads the layer of [`large`].
fn fetch(registry: &Registry) -> anyhow::Result<Vec<u8>> {
    let session = session(registry, "a/b");
    let resolved = session.resolve(&host())?;
    read(&session, &resolved, 0)
}

fn text(digest: Digest) -> String {
    digest.to_string()
}
