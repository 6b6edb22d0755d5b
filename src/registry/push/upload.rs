//! Uploads (distribution-spec, "Pushing Blobs"): one is opened, one stream goes into it, and the digest commits it.
//!
//! A blob goes in one `PATCH` of unknown length, as Docker sends it: its digest and size are known when it has been
//! made, which is when it has been sent. An upload that breaks is not resumed: the blob is made again, from the layer
//! in the store. Docker's registry gives up an upload whose `PATCH` broke (the offset that it recorded is older than
//! the bytes, and it answers 404), and Docker's client starts anew as well.

use crate::oci::digest::Digest;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::client::Client;
use crate::registry::http::object::Object;
use crate::registry::http::retry::retry;
use crate::registry::push::body::UploadBody;
use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use reqwest::{Body, Method, Response, StatusCode, Url};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A registry may move a whole blob before it answers a commit: the timeout is this many times longer than for other
/// answers.
const COMMIT_TIMEOUT_FACTOR: u32 = 10;
const OCTET_STREAM: &str = "application/octet-stream";

/// The answer to opening an upload.
pub enum Opened {
    /// No upload is needed: the registry has mounted the blob from another repository.
    Mounted,
    /// The URL to which the blob is sent.
    Upload(Url),
}

/// Opens an upload. `mount`: first try to mount this blob from that repository.
pub async fn open(client: &Client, mount: Option<(Digest, &str)>) -> Result<Opened, Failure> {
    let request = |tls| {
        let request = client.in_repository(Method::POST, "blobs/uploads/", tls);
        let request = match mount {
            Some((digest, from)) => request.query(&[("mount", digest.to_string().as_str()), ("from", from)]),
            None => request,
        };
        request.header(CONTENT_LENGTH, 0)
    };
    let response = client.send(&request, client.settings().stall_timeout).await?;
    match response.status() {
        StatusCode::CREATED if mount.is_some() => Ok(Opened::Mounted),
        StatusCode::ACCEPTED => Ok(Opened::Upload(location(client, &response)?)),
        _ => Err(client.sending_error("an upload", response).await),
    }
}

/// Sends the whole blob into the upload, and returns the URL at which it is committed.
pub async fn stream(client: &Client, upload: Url, body: UploadBody) -> Result<Url, Failure> {
    let taken = body.taken();
    let seen = AtomicU64::new(0);
    let moving = || {
        let now = taken.load(Ordering::Relaxed);
        seen.swap(now, Ordering::Relaxed) != now
    };
    let request = client.connection().request_to(Method::PATCH, upload.clone());
    let request = request.header(CONTENT_TYPE, OCTET_STREAM).body(Body::wrap(body));
    let response = client.send_stream(request, &moving).await?;
    match response.status() {
        status if status.is_success() => match response.headers().contains_key(LOCATION) {
            true => location(client, &response),
            false => Ok(upload),
        },
        _ => Err(restart(client.sending_error("an upload", response).await)),
    }
}

/// Commits an upload; `rest`: bytes that have not been sent.
pub async fn commit(client: &Client, mut upload: Url, digest: Digest, rest: Bytes) -> Result<(), Failure> {
    upload.query_pairs_mut().append_pair("digest", &digest.to_string());
    let request = |_| {
        let request = client.connection().request_to(Method::PUT, upload.clone());
        request
            .header(CONTENT_TYPE, OCTET_STREAM)
            .header(CONTENT_LENGTH, rest.len())
            .body(rest.clone())
    };
    let response = client.send(&request, commit_timeout(client)).await?;
    match response.status() {
        status if status.is_success() => Ok(()),
        _ => Err(restart(client.sending_error("an upload", response).await)),
    }
}

/// Cancels an upload. A registry that ignores this forgets the upload by itself.
pub async fn cancel(client: &Client, upload: Url) {
    let request = |_| client.connection().request_to(Method::DELETE, upload.clone());
    let _ = client.send(&request, client.settings().stall_timeout).await;
}

/// Whether the repository has the blob.
pub async fn holds(client: &Client, digest: Digest) -> Result<bool, Error> {
    let object = Object::Blob(digest);
    match retry(client.settings(), || client.head(&object)).await {
        Ok(_) => Ok(true),
        Err(Error::NoBlob { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Lets the registry mount a blob from its repository `from`; false where it does not.
pub async fn mount(client: &Client, digest: Digest, from: &str) -> Result<bool, Error> {
    match retry(client.settings(), || open(client, Some((digest, from)))).await? {
        Opened::Mounted => Ok(true),
        Opened::Upload(upload) => {
            cancel(client, upload).await;
            Ok(false)
        }
    }
}

/// Uploads a blob that is in memory.
pub async fn send_bytes(client: &Client, digest: Digest, bytes: Vec<u8>) -> Result<(), Error> {
    let bytes = Bytes::from(bytes);
    let attempt = || async {
        match open(client, None).await? {
            Opened::Upload(upload) => commit(client, upload, digest, bytes.clone()).await,
            Opened::Mounted => Ok(()),
        }
    };
    retry(client.settings(), attempt).await
}

/// Sends a manifest under a tag or its digest.
pub async fn send_manifest(client: &Client, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<(), Error> {
    let bytes = Bytes::from(bytes);
    let request = |tls| {
        let request = client.in_repository(Method::PUT, &format!("manifests/{name}"), tls);
        request.header(CONTENT_TYPE, media_type).body(bytes.clone())
    };
    let attempt = || async {
        let response = client.send(&request, commit_timeout(client)).await?;
        match response.status().is_success() {
            true => Ok(()),
            false => Err(client.sending_error("a manifest", response).await),
        }
    };
    retry(client.settings(), attempt).await
}

fn commit_timeout(client: &Client) -> Duration {
    client.settings().stall_timeout.saturating_mul(COMMIT_TIMEOUT_FACTOR)
}

/// Returns the answer's `Location`. It may be on any host, but not in plain http where the registry is in https.
fn location(client: &Client, response: &Response) -> Result<Url, Failure> {
    let text = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let url = text.and_then(|text| response.url().join(text).ok());
    let clear = |url: &Url| url.scheme() != "https" && response.url().scheme() == "https";
    match url.filter(|url| matches!(url.scheme(), "http" | "https") && !clear(url)) {
        Some(url) => Ok(url),
        None => Err(malformed(client, "it has no usable Location").into()),
    }
}

fn malformed(client: &Client, cause: &str) -> Error {
    Error::Malformed {
        registry: client.registry().to_owned(),
        object: "the answer to an upload".into(),
        cause: cause.to_owned(),
    }
}

/// Makes a failure transient where a new upload may succeed: the registry has lost this one, or got other bytes than
/// were sent, or the access token expired, which opening an upload renews.
fn restart(failure: Failure) -> Failure {
    match failure {
        Failure::Final(
            error @ (Error::Status {
                status: 400 | 404 | 416,
                ..
            }
            | Error::Unauthorized { .. }),
        ) => Failure::transient(error),
        other => other,
    }
}
