//! What is sent: uploads in one `PATCH` or with the `PUT` that ends them, mounts, manifests.

use super::http::{Response, read_body};
use super::serve::{Next, error};
use super::{Fault, Object, Request, Shared, digest_of};
use std::io;
use std::net::TcpStream;
use std::sync::Arc;

/// Whether a request sends something.
pub fn is_one(request: &Request) -> bool {
    matches!(request.method.as_str(), "POST" | "PATCH" | "PUT" | "DELETE")
}

/// Reads over the body of a request that is refused.
pub fn skip(request: &Request, stream: &mut TcpStream) -> io::Result<()> {
    match is_one(request) {
        true => read_body(stream, request, u64::MAX >> 1).map(drop),
        false => Ok(()),
    }
}

/// Answers one request of an upload.
pub fn answer(shared: &Shared, request: &Request, faults: &[Fault], stream: &mut TcpStream) -> io::Result<Next> {
    let limit = faults.iter().find_map(|fault| match fault {
        Fault::Drop { after, .. } => Some(*after),
        _ => None,
    });
    let (body, whole) = read_body(stream, request, limit.unwrap_or(u64::MAX >> 1))?;
    if !whole || limit.is_some() {
        return Ok(Next::Close);
    }
    for fault in faults {
        if let Fault::Status { code, retry_after, .. } = fault {
            let mut response = Response::new(*code);
            if let Some(seconds) = retry_after {
                response = response.header("Retry-After", seconds);
            }
            return error(response, "UNKNOWN", "something is wrong", request, stream);
        }
    }
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let path = path.trim_start_matches("/v2/");
    if let Some((repository, reference)) = path.split_once("/manifests/") {
        return manifest(shared, request, repository, reference, body, stream);
    }
    let Some((repository, session)) = path.split_once("/blobs/uploads/") else {
        return error(Response::new(404), "UNSUPPORTED", "what is that", request, stream);
    };
    let param = |name: &str| {
        let mut params = query.split('&').filter_map(|param| param.split_once('='));
        let found = params.find(|(key, _)| *key == name);
        found.map(|(_, value)| value.replace("%3A", ":").replace("%2F", "/"))
    };
    let mut state = shared.state();
    if request.method == "POST" {
        if let (Some(digest), Some(from)) = (param("mount"), param("from"))
            && let Some(blob) = state.uploaded.get(&(from, digest.clone())).cloned()
        {
            state.uploaded.insert((repository.to_owned(), digest), blob);
            drop(state);
            return done(Response::new(201), stream);
        }
        let number = state.requests.len();
        state.sessions.insert(number, Vec::new());
        drop(state);
        // Relative, and with a query of its own, as some registries do.
        let location = format!("/v2/{repository}/blobs/uploads/{number}?_state=a%2Fb");
        return done(Response::new(202).header("Location", location), stream);
    }
    let number = session.parse().unwrap_or(usize::MAX);
    let Some(mut blob) = state.sessions.remove(&number) else {
        drop(state);
        let response = Response::new(404);
        return error(
            response,
            "BLOB_UPLOAD_UNKNOWN",
            "blob upload unknown to registry",
            request,
            stream,
        );
    };
    blob.extend(body);
    match request.method.as_str() {
        "PATCH" => {
            state.sessions.insert(number, blob);
            drop(state);
            let location = format!("http://{}{}", shared.address, request.path);
            done(Response::new(202).header("Location", location), stream)
        }
        "PUT" => {
            let digest = digest_of(&blob);
            if param("_state").as_deref() != Some("a/b") || param("digest").as_ref() != Some(&digest) {
                drop(state);
                let response = Response::new(400);
                return error(response, "DIGEST_INVALID", "digest did not match", request, stream);
            }
            state.uploaded.insert((repository.to_owned(), digest), Arc::new(blob));
            drop(state);
            done(Response::new(201), stream)
        }
        _ => {
            drop(state);
            done(Response::new(204), stream)
        }
    }
}

/// Takes a manifest if all that it lists is there.
fn manifest(
    shared: &Shared,
    request: &Request,
    repository: &str,
    reference: &str,
    body: Vec<u8>,
    stream: &mut TcpStream,
) -> io::Result<Next> {
    let value: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut listed: Vec<&serde_json::Value> = value["layers"].as_array().into_iter().flatten().collect();
    listed.push(&value["config"]);
    let mut state = shared.state();
    let there = listed.iter().all(|descriptor| {
        let digest = descriptor["digest"].as_str().unwrap_or_default().to_owned();
        let uploaded = state.uploaded.get(&(repository.to_owned(), digest.clone()));
        let bytes = state.blobs.get(&digest).or(uploaded);
        bytes.is_some_and(|bytes| descriptor["size"] == bytes.len())
    });
    if !there || value["mediaType"].as_str() != request.header("content-type") {
        drop(state);
        let response = Response::new(400);
        return error(
            response,
            "MANIFEST_BLOB_UNKNOWN",
            "blob unknown to registry",
            request,
            stream,
        );
    }
    let digest = digest_of(&body);
    let object = Object {
        media_type: request.header("content-type").unwrap_or_default().to_owned(),
        bytes: Arc::new(body),
    };
    for name in [reference, &digest] {
        let key = format!("{repository}/manifests/{name}");
        state.manifests.insert(key, object.clone());
    }
    drop(state);
    done(Response::new(201).header("Docker-Content-Digest", digest), stream)
}

fn done(response: Response, stream: &mut TcpStream) -> io::Result<Next> {
    response.send(stream, b"", true)?;
    Ok(Next::Request)
}
