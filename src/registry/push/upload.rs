//! Sending: a session of uploading, one stream into it, and the digest that ends it (distribution-spec, "Pushing Blobs").
//!
//! A blob goes in one `PATCH` of unknown length, as Docker sends it: its digest and size are known when it has been made, which is when it has
//! been sent. A session that breaks is not resumed: the blob is made again, from the layer that is held. Docker's registry itself gives up a session whose
//! `PATCH` broke (its own note of how far it was is older than the bytes, and it answers 404), and Docker's client begins anew as well.
//!
//! Not by `oci-client`, whose uploads were looked at for this: a stream goes out in chunks of one request each, one after the other; its answers and tokens are read without
//! a limit; Retry-After and a token that runs out meanwhile are not seen; a mount that becomes an upload leaves it open; and it
//! would be a second pool of connections, with settings of its own.

use crate::oci::digest::Digest;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::client::{Client, Object};
use crate::registry::http::retry::Attempts;
use crate::registry::push::body::Outgoing;
use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use reqwest::{Body, Method, Response, StatusCode, Url};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// So many times longer than for another answer is waited for a registry that moves a whole blob to its place.
const COMMIT_PATIENCE: u32 = 10;
const BYTES: &str = "application/octet-stream";

/// What came of asking for an upload.
pub enum Begun {
    /// It is not needed: the registry has the blob in another repository.
    Mounted,
    /// Where to send it.
    Session(Url),
}

/// Opens an upload; `mount`: unless this blob can be had from that repository.
pub async fn begin(client: &Client, mount: Option<(Digest, &str)>) -> Result<Begun, Failure> {
    let request = |tls| {
        let request = client.in_repository(Method::POST, "blobs/uploads/", tls);
        let request = match mount {
            Some((digest, from)) => request.query(&[("mount", digest.to_string().as_str()), ("from", from)]),
            None => request,
        };
        request.header(CONTENT_LENGTH, 0)
    };
    let response = client.authorized(&request, client.settings().stall).await?;
    match response.status() {
        StatusCode::CREATED if mount.is_some() => Ok(Begun::Mounted),
        StatusCode::ACCEPTED => Ok(Begun::Session(location(client, &response)?)),
        _ => Err(client.refusal(&Object::Sent("an upload"), response).await),
    }
}

/// Sends the whole blob, and says where to end it.
pub async fn stream(client: &Client, session: Url, blob: Outgoing) -> Result<Url, Failure> {
    let taken = blob.taken();
    let seen = AtomicU64::new(0);
    let moving = || {
        let now = taken.load(Ordering::Relaxed);
        seen.swap(now, Ordering::Relaxed) != now
    };
    let request = client.connection().elsewhere(Method::PATCH, session.clone());
    let request = request.header(CONTENT_TYPE, BYTES).body(Body::wrap(blob));
    let response = client.once(request, &moving).await?;
    match response.status() {
        status if status.is_success() => match response.headers().contains_key(LOCATION) {
            true => location(client, &response),
            false => Ok(session),
        },
        _ => Err(again(client.refusal(&Object::Sent("an upload"), response).await)),
    }
}

/// Ends an upload: `rest` is what was not sent yet.
pub async fn commit(client: &Client, mut session: Url, digest: Digest, rest: Vec<u8>) -> Result<(), Failure> {
    session.query_pairs_mut().append_pair("digest", &digest.to_string());
    let rest = Bytes::from(rest);
    let request = |_| {
        let request = client.connection().elsewhere(Method::PUT, session.clone());
        request
            .header(CONTENT_TYPE, BYTES)
            .header(CONTENT_LENGTH, rest.len())
            .body(rest.clone())
    };
    let response = client.authorized(&request, patience(client)).await?;
    match response.status() {
        status if status.is_success() => Ok(()),
        _ => Err(again(client.refusal(&Object::Sent("an upload"), response).await)),
    }
}

/// Gives an upload up. A registry that does not listen forgets it by itself.
pub async fn cancel(client: &Client, session: Url) {
    let request = |_| client.connection().elsewhere(Method::DELETE, session.clone());
    let _ = client.authorized(&request, client.settings().stall).await;
}

/// Whether the repository has the blob.
pub async fn holds(client: &Client, digest: Digest) -> Result<bool, Error> {
    let mut attempts = Attempts::new(client.settings());
    loop {
        match client.head(&Object::Blob(digest)).await {
            Ok(_) => return Ok(true),
            Err(Failure::Final(Error::NoBlob { .. })) => return Ok(false),
            Err(failure) => tokio::time::sleep(attempts.after(failure)?).await,
        }
    }
}

/// Has the registry take a blob from another repository of its own, if it can and will.
pub async fn mount(client: &Client, digest: Digest, from: &str) -> Result<bool, Error> {
    let mut attempts = Attempts::new(client.settings());
    loop {
        match begin(client, Some((digest, from))).await {
            Ok(Begun::Mounted) => return Ok(true),
            Ok(Begun::Session(session)) => {
                cancel(client, session).await;
                return Ok(false);
            }
            Err(failure) => tokio::time::sleep(attempts.after(failure)?).await,
        }
    }
}

/// Sends a blob that is small enough for memory.
pub async fn small(client: &Client, digest: Digest, bytes: Vec<u8>) -> Result<(), Error> {
    let mut attempts = Attempts::new(client.settings());
    loop {
        let sent = match begin(client, None).await {
            Ok(Begun::Session(session)) => commit(client, session, digest, bytes.clone()).await,
            Ok(Begun::Mounted) => Ok(()),
            Err(failure) => Err(failure),
        };
        match sent {
            Ok(()) => return Ok(()),
            Err(failure) => tokio::time::sleep(attempts.after(failure)?).await,
        }
    }
}

/// Sends a manifest under a tag or its digest.
pub async fn manifest(client: &Client, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<(), Error> {
    let bytes = Bytes::from(bytes);
    let request = |tls| {
        let request = client.in_repository(Method::PUT, &format!("manifests/{name}"), tls);
        request.header(CONTENT_TYPE, media_type).body(bytes.clone())
    };
    let mut attempts = Attempts::new(client.settings());
    loop {
        let failure = match client.authorized(&request, patience(client)).await {
            Ok(response) if response.status().is_success() => return Ok(()),
            Ok(response) => client.refusal(&Object::Sent("a manifest"), response).await,
            Err(failure) => failure,
        };
        tokio::time::sleep(attempts.after(failure)?).await;
    }
}

fn patience(client: &Client) -> Duration {
    client.settings().stall.saturating_mul(COMMIT_PATIENCE)
}

/// Where an answer says to go on: on the registry or anywhere else, but not in the clear where the registry is not.
fn location(client: &Client, response: &Response) -> Result<Url, Failure> {
    let text = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let url = text.and_then(|text| response.url().join(text).ok());
    let clear = |url: &Url| url.scheme() != "https" && response.url().scheme() == "https";
    match url.filter(|url| matches!(url.scheme(), "http" | "https") && !clear(url)) {
        Some(url) => Ok(url),
        None => Err(malformed(client, "it does not say where to").into()),
    }
}

fn malformed(client: &Client, cause: &str) -> Error {
    Error::Malformed {
        registry: client.registry().to_owned(),
        object: "the answer to an upload".into(),
        cause: cause.to_owned(),
    }
}

/// A session that the registry lost, or in which it got something else than was sent, is begun again. So is one for which the access that was given ran out:
/// beginning it settles that.
fn again(failure: Failure) -> Failure {
    match failure {
        Failure::Final(
            error @ (Error::Status {
                status: 400 | 404 | 416,
                ..
            }
            | Error::Unauthorized { .. }),
        ) => Failure::passing(error),
        other => other,
    }
}
