//! Requests in, responses out: as much of HTTP/1.1 as a registry's client speaks.

use super::Request;
use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Reads the next request; `None` where the client is done.
pub fn read_request(stream: &mut TcpStream) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        // A byte at a time, so that nothing of the next request is taken; requests are short.
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        // The start of a TLS handshake, from a client that tries that first.
        if head.is_empty() && byte == [0x16] {
            return Ok(None);
        }
        head.push(byte[0]);
    }
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    parsed.parse(&head).map_err(io::Error::other)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Some(Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: origin_form(parsed.path.unwrap_or_default()).to_owned(),
        headers: parsed
            .headers
            .iter()
            .map(|h| (h.name.to_ascii_lowercase(), text(h.value)))
            .collect(),
    }))
}

/// Reads a request's body, `limit` bytes of it at most: both that and the whole are possible ends, told apart by the flag.
pub fn read_body(stream: &mut TcpStream, request: &Request, limit: u64) -> io::Result<(Vec<u8>, bool)> {
    let mut body = Vec::new();
    let mut take = |stream: &mut TcpStream, length: u64| -> io::Result<bool> {
        let room = limit - body.len() as u64;
        let mut bytes = vec![0; length.min(room) as usize];
        stream.read_exact(&mut bytes)?;
        body.extend_from_slice(&bytes);
        Ok(length <= room)
    };
    if request.header("transfer-encoding") != Some("chunked") {
        let length = request.header("content-length").and_then(|text| text.parse().ok());
        let whole = take(stream, length.unwrap_or(0))?;
        return Ok((body, whole));
    }
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            line.push(byte[0]);
        }
        let text = String::from_utf8_lossy(&line);
        let length = u64::from_str_radix(text.trim(), 16).map_err(io::Error::other)?;
        if !take(stream, length)? {
            return Ok((body, false));
        }
        stream.read_exact(&mut [0; 2])?;
        if length == 0 {
            return Ok((body, true));
        }
    }
}

/// Asked as a proxy, with a whole URL, the registry answers for whatever host (RFC 9112, 3.2.2).
fn origin_form(target: &str) -> &str {
    match target.strip_prefix("http://").and_then(|rest| rest.find('/')) {
        Some(slash) => &target["http://".len() + slash..],
        None => target,
    }
}

/// A response being put together.
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
}

impl Response {
    pub fn new(status: u16) -> Response {
        Response {
            status,
            headers: Vec::new(),
        }
    }

    pub fn header(mut self, name: &str, value: impl ToString) -> Response {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sends the status line and headers.
    pub fn send_head(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} Whatever\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())
    }

    /// Sends all of a short response.
    pub fn send(self, stream: &mut TcpStream, body: &[u8], with_body: bool) -> io::Result<()> {
        self.header("Content-Length", body.len()).send_head(stream)?;
        match with_body {
            true => stream.write_all(body),
            false => Ok(()),
        }
    }
}
