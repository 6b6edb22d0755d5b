//! What is answered: authentication first, then the faults of what was asked for, then its bytes.

use super::http::{Response, read_body, read_request};
use super::{Auth, Fault, Request, Shared, digest_of, upload};
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Whether the connection goes on after a response.
pub enum Next {
    Request,
    Close,
}

/// Answers one client until it leaves.
pub fn connection(shared: &Shared, mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    while let Ok(Some(request)) = read_request(&mut stream) {
        shared.state().requests.push(request.clone());
        match answer(shared, &request, &mut stream) {
            Ok(Next::Request) => {}
            Ok(Next::Close) | Err(_) => break,
        }
    }
    let _ = stream.shutdown(std::net::Shutdown::Both);
}

fn answer(shared: &Shared, request: &Request, stream: &mut TcpStream) -> io::Result<Next> {
    let is_token = request.path.starts_with("/token");
    if !is_token && let Some(challenge) = refusal(shared, request) {
        // The connection goes on: what follows is a body that nobody wants.
        let _ = upload::skip(request, stream);
        let response = Response::new(401).header("WWW-Authenticate", challenge);
        return error(response, "UNAUTHORIZED", "authentication required", request, stream);
    }
    if request.path == "/v2/" {
        Response::new(200).send(stream, b"{}", request.method != "HEAD")?;
        return Ok(Next::Request);
    }
    let faults = faults_of(shared, request);
    if !is_token && upload::is_one(request) {
        return upload::answer(shared, request, &faults, stream);
    }
    for fault in &faults {
        match fault {
            Fault::Status { code, retry_after, .. } => {
                let mut response = Response::new(*code);
                if let Some(seconds) = retry_after {
                    response = response.header("Retry-After", seconds);
                }
                let (code, message) = match code {
                    403 => ("DENIED", "requested access to the resource is denied"),
                    429 => ("TOOMANYREQUESTS", "too many requests"),
                    _ => ("UNKNOWN", "something is wrong"),
                };
                return error(response, code, message, request, stream);
            }
            Fault::Redirect(to) => {
                Response::new(307).header("Location", to).send(stream, b"", true)?;
                return Ok(Next::Request);
            }
            _ => {}
        }
    }
    if let Some(repository) = repository_of_tags(request) {
        return list_tags(shared, request, repository, &faults, stream);
    }
    if is_token {
        return give_token(shared, request, &faults, stream);
    }
    let Some((media_type, bytes)) = find(shared, request) else {
        let (code, message) = match request.path.contains("/manifests/") {
            true => ("MANIFEST_UNKNOWN", "manifest unknown"),
            false => ("BLOB_UNKNOWN", "blob unknown to registry"),
        };
        return error(Response::new(404), code, message, request, stream);
    };
    serve(shared, request, &faults, media_type, bytes, stream)
}

/// The manifest or blob that a request names.
fn find(shared: &Shared, request: &Request) -> Option<(String, Arc<Vec<u8>>)> {
    let path = request.path.split('?').next()?.strip_prefix("/v2/")?;
    let state = shared.state();
    if let Some(object) = state.manifests.get(path) {
        return Some((object.media_type.clone(), Arc::clone(&object.bytes)));
    }
    let (repository, digest) = path.split_once("/blobs/")?;
    let uploaded = state.uploaded.get(&(repository.to_owned(), digest.to_owned()));
    let blob = Arc::clone(state.blobs.get(digest).or(uploaded)?);
    Some(("application/octet-stream".to_owned(), blob))
}

fn repository_of_tags(request: &Request) -> Option<&str> {
    let path = request.path.split('?').next()?;
    path.strip_prefix("/v2/")?.strip_suffix("/tags/list")
}

/// A page of tags, after the one that the query names as `last`, and where the next is.
fn list_tags(
    shared: &Shared,
    request: &Request,
    repository: &str,
    faults: &[Fault],
    stream: &mut TcpStream,
) -> io::Result<Next> {
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    let last = query
        .split('&')
        .find_map(|part| part.strip_prefix("last="))
        .unwrap_or_default();
    let state = shared.state();
    let prefix = format!("{repository}/manifests/");
    let mut tags: Vec<&str> = state
        .manifests
        .keys()
        .filter_map(|key| key.strip_prefix(&prefix))
        .collect();
    tags.retain(|tag| !tag.contains(':') && *tag > last);
    tags.sort_unstable();
    let more = state.page > 0 && tags.len() > state.page;
    if more {
        tags.truncate(state.page);
    }
    let link = more.then(|| {
        format!(
            "</v2/{repository}/tags/list?last={}>; rel=\"next\"",
            tags[tags.len() - 1]
        )
    });
    let list: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
    let body = format!(r#"{{"name":"{repository}","tags":[{}]}}"#, list.join(","));
    drop(state);
    let replaced = faults.iter().find_map(|fault| match fault {
        Fault::Replace(bytes) => Some(bytes.clone()),
        _ => None,
    });
    let mut response = Response::new(200).header("Content-Type", "application/json");
    if let Some(link) = link {
        response = response.header("Link", link);
    }
    response.send(stream, &replaced.unwrap_or(body.into_bytes()), true)?;
    Ok(Next::Request)
}

/// The faults that hit this request, counted down.
fn faults_of(shared: &Shared, request: &Request) -> Vec<Fault> {
    let mut hits = Vec::new();
    for (target, fault) in &mut shared.state().faults {
        if !request.is_for(target) {
            continue;
        }
        match fault {
            Fault::Drop { times, .. } | Fault::Stall { times, .. } | Fault::Status { times, .. } => {
                if *times == 0 {
                    continue;
                }
                hits.push(fault.clone());
                if let Fault::Drop { times, .. } | Fault::Stall { times, .. } | Fault::Status { times, .. } = fault
                    && *times != super::ALWAYS
                {
                    *times -= 1;
                }
            }
            _ => hits.push(fault.clone()),
        }
    }
    hits
}

fn serve(
    shared: &Shared,
    request: &Request,
    faults: &[Fault],
    mut media_type: String,
    bytes: Arc<Vec<u8>>,
    stream: &mut TcpStream,
) -> io::Result<Next> {
    let digest = match request.path.split_once("/blobs/") {
        Some((_, digest)) => digest.to_owned(),
        None => digest_of(&bytes),
    };
    let mut bytes = bytes;
    let (mut stop, mut stall) = (None, false);
    let (mut length, mut chunked, mut shift, mut ranges) = (None, false, 0, true);
    for fault in faults {
        match fault {
            Fault::Drop { after, .. } => stop = Some(*after),
            Fault::Stall { after, .. } => (stop, stall) = (Some(*after), true),
            Fault::Truncate { to } => bytes = Arc::new(bytes[..bytes.len().min(*to as usize)].to_vec()),
            Fault::Append(more) => bytes = Arc::new([&bytes[..], more].concat()),
            Fault::Corrupt => {
                let mut wrong = bytes.to_vec();
                if let Some(first) = wrong.first_mut() {
                    *first ^= 1;
                }
                bytes = Arc::new(wrong);
            }
            Fault::Replace(other) => bytes = Arc::new(other.clone()),
            Fault::ContentLength(lie) => length = Some(*lie),
            Fault::Chunked => chunked = true,
            Fault::IgnoreRange => ranges = false,
            Fault::ShiftRange(by) => shift = *by as usize,
            Fault::ContentType(other) => media_type.clone_from(other),
            Fault::Status { .. } | Fault::Redirect(_) => {}
        }
    }
    let total = bytes.len();
    let from = request
        .header("range")
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok())
        .filter(|_| ranges);
    let (mut response, body) = match from {
        Some(from) if from >= total => {
            let response = Response::new(416).header("Content-Range", format!("bytes */{total}"));
            response.send(stream, b"", true)?;
            return Ok(Next::Request);
        }
        Some(from) => {
            let from = (from + shift).min(total);
            let range = format!("bytes {from}-{}/{total}", total.saturating_sub(1));
            (Response::new(206).header("Content-Range", range), &bytes[from..])
        }
        None => (Response::new(200), &bytes[..]),
    };
    response = response
        .header("Content-Type", media_type)
        .header("Docker-Content-Digest", digest);
    response = match chunked {
        true => response.header("Transfer-Encoding", "chunked"),
        false => response.header("Content-Length", length.unwrap_or(body.len() as u64)),
    };
    response.send_head(stream)?;
    if request.method == "HEAD" {
        return Ok(Next::Request);
    }
    let sent = match stop {
        Some(after) => &body[..body.len().min(after as usize)],
        None => body,
    };
    match chunked {
        true => {
            for chunk in sent.chunks(1 << 16) {
                write!(stream, "{:x}\r\n", chunk.len())?;
                stream.write_all(chunk)?;
                stream.write_all(b"\r\n")?;
            }
            if stop.is_none() {
                stream.write_all(b"0\r\n\r\n")?;
            }
        }
        false => stream.write_all(sent)?,
    }
    if stall {
        stream.flush()?;
        while !shared.stopping.load(Ordering::SeqCst) && still_there(stream) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    match stop.is_some() || length.is_some_and(|said| said != body.len() as u64) {
        true => Ok(Next::Close),
        false => Ok(Next::Request),
    }
}

/// Whether the client has not closed its end.
fn still_there(stream: &TcpStream) -> bool {
    let _ = stream.set_nonblocking(true);
    let seen = stream.peek(&mut [0]);
    let _ = stream.set_nonblocking(false);
    match seen {
        Ok(count) => count > 0,
        Err(error) => error.kind() == io::ErrorKind::WouldBlock,
    }
}

pub fn error(
    response: Response,
    code: &str,
    message: &str,
    request: &Request,
    stream: &mut TcpStream,
) -> io::Result<Next> {
    let body = format!(r#"{{"errors":[{{"code":"{code}","message":"{message}","detail":null}}]}}"#);
    let response = response.header("Content-Type", "application/json");
    response.send(stream, body.as_bytes(), request.method != "HEAD")?;
    Ok(Next::Request)
}

/// The challenge that answers a request without what is demanded.
fn refusal(shared: &Shared, request: &Request) -> Option<String> {
    let state = shared.state();
    let given = request.header("authorization").unwrap_or_default();
    match state.auth.as_ref().unwrap_or(&Auth::None) {
        Auth::None => None,
        Auth::Basic { user, password } => {
            let right = given == format!("Basic {}", base64(&format!("{user}:{password}")));
            (!right).then(|| r#"Basic realm="mock""#.to_owned())
        }
        Auth::Anonymous | Auth::Bearer { .. } | Auth::Identity { .. } => {
            let token = given.strip_prefix("Bearer ").unwrap_or_default();
            let may = matches!(request.method.as_str(), "GET" | "HEAD") || token.ends_with("-push");
            let right = may && state.tokens.iter().any(|known| known == token);
            let realm = format!("http://{}/token", shared.address);
            (!right).then(|| format!(r#"Bearer realm="{realm}",service="mock""#))
        }
    }
}

fn give_token(shared: &Shared, request: &Request, faults: &[Fault], stream: &mut TcpStream) -> io::Result<Next> {
    let (form, _) = read_body(stream, request, 1 << 20)?;
    let form = String::from_utf8_lossy(&form).into_owned();
    let mut state = shared.state();
    let basic = |user: &str, password: &str| {
        request.header("authorization") == Some(&format!("Basic {}", base64(&format!("{user}:{password}"))))
    };
    let (right, identity) = match &state.auth {
        Some(Auth::Bearer { user, password }) => (request.method == "GET" && basic(user, password), None),
        Some(Auth::Identity {
            identity,
            user,
            password,
        }) => match request.method.as_str() {
            "POST" => {
                let wanted = [
                    "grant_type=refresh_token",
                    &format!("refresh_token={identity}"),
                    "client_id=lamel",
                    "service=mock",
                ];
                let form: Vec<&str> = form.split('&').collect();
                (wanted.iter().all(|pair| form.contains(pair)), None)
            }
            _ => {
                let wanted = request.path.contains("offline_token=true&client_id=lamel");
                (basic(user, password), wanted.then(|| identity.clone()))
            }
        },
        _ => (true, None),
    };
    if !right {
        drop(state);
        return error(
            Response::new(401),
            "UNAUTHORIZED",
            "incorrect username or password",
            request,
            stream,
        );
    }
    // What it is good for is in its name.
    let push = if request.path.contains("push") || form.contains("push") {
        "-push"
    } else {
        ""
    };
    let token = format!("token-{}{push}", state.requests.len());
    state.tokens.push(token.clone());
    drop(state);
    // A service may call it either (distribution, `spec/auth/token.md`); OAuth 2 calls it the latter.
    let name = if form.is_empty() { "token" } else { "access_token" };
    let identity = identity.map_or(String::new(), |identity| format!(r#","refresh_token":"{identity}""#));
    let body = format!(r#"{{"{name}":"{token}","expires_in":300{identity}}}"#);
    let bytes = Arc::new(body.into_bytes());
    serve(shared, request, faults, "application/json".into(), bytes, stream)
}

/// RFC 4648, with padding.
pub fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in text.as_bytes().chunks(3) {
        let bits = group
            .iter()
            .enumerate()
            .fold(0u32, |bits, (i, byte)| bits | u32::from(*byte) << (16 - 8 * i));
        for i in 0..4 {
            match i <= group.len() {
                true => out.push(DIGITS[(bits >> (18 - 6 * i) & 63) as usize] as char),
                false => out.push('='),
            }
        }
    }
    out
}
