//! Downloads a file from any web server: what `import` takes by its URL.
//!
//! Neither size nor digest is known beforehand, so a transfer that breaks off is not resumed: the rest could be another
//! file's. Before the first byte has come, failed requests are retried as those to a registry are. A file that ends
//! before the server's `Content-Length` is an error.

use crate::progress::{Progress, Step};
use crate::registry::endpoint::Endpoint;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::connection::Connection;
use crate::registry::http::response_error::{is_transient, retry_after};
use crate::registry::http::retry::retry;
use crate::registry::http::transport_error;
use crate::registry::http::worker::Worker;
use crate::registry::pull::queue::{ByteReceiver, ByteSender, byte_queue};
use crate::registry::settings::TransferSettings;
use crate::registry::tls::certificates::Certificates;
use anyhow::{Context, Result, bail, ensure};
use bytes::{Buf, Bytes};
use reqwest::header::ACCEPT_ENCODING;
use reqwest::{Method, Response, StatusCode, Url};
use std::io::{self, Read};
use std::sync::Arc;
use tokio::time::timeout;

/// Reads a file while it is downloaded. It returns its end only where all of the file has come.
pub struct Download {
    receiver: ByteReceiver,
    piece: Bytes,
    failed: Option<Error>,
    /// Dropped with the reader, which ends the transfer.
    _worker: Worker,
}

/// Whether what was typed is a URL that can be downloaded.
pub fn is_url(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme))
}

/// Returns the URL without the name and password in it, so that it can be shown.
pub fn without_userinfo(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        return url.to_owned();
    };
    // An error means that the URL has no host, and so no user.
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.to_string()
}

/// Requests the file at `url` (http or https), and returns when the server has begun to send it. Reports `Downloading`
/// and `Complete` as layer 0 with the file's name.
pub fn download(url: &str, progress: Arc<dyn Progress>) -> Result<Download> {
    let url = Url::parse(url).context("it is no URL")?;
    let name = url.path_segments().and_then(|mut segments| segments.next_back());
    progress.layers(&[name.filter(|name| !name.is_empty()).unwrap_or("file").to_owned()]);
    let settings = TransferSettings::load()?;
    let connection = connection(&url, &settings)?;
    let worker = Worker::start().context("starting the download's thread")?;
    let request = Request {
        url,
        connection,
        settings,
    };
    let (request, response) = worker.wait(async move {
        let response = request.response().await;
        (request, response)
    });
    let response = response?;
    let (sender, receiver) = byte_queue();
    worker.spawn(async move { request.transfer(response, &sender, &*progress).await });
    Ok(Download {
        receiver,
        piece: Bytes::new(),
        failed: None,
        _worker: worker,
    })
}

/// Builds the connection: without registries' certificates and credentials.
fn connection(url: &Url, settings: &TransferSettings) -> Result<Connection> {
    let insecure = match url.scheme() {
        "http" => true,
        "https" => false,
        scheme => bail!("it is neither http nor https, but {scheme}"),
    };
    let host = url.host_str().context("it names no host")?;
    ensure!(!host.is_empty(), "it names no host");
    // The endpoint tells whether the host is on loopback, for which no proxy is used.
    let endpoint = Endpoint::new(host, Some(insecure));
    let connection = Connection::new(endpoint, &Certificates::default(), settings.stall_timeout);
    connection.map_err(|error| transport_error::no_client(host, &*error).into())
}

struct Request {
    url: Url,
    connection: Connection,
    settings: TransferSettings,
}

impl Request {
    /// Waits for the head of an answer that has the file in it.
    async fn response(&self) -> Result<Response, Error> {
        retry(&self.settings, || self.attempt()).await
    }

    async fn attempt(&self) -> Result<Response, Failure> {
        // The file itself, not compressed on the way.
        let request = self.connection.verified(Method::GET, self.url.clone());
        let sent = request.header(ACCEPT_ENCODING, "identity").send();
        let response = match timeout(self.settings.stall_timeout, sent).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let (cause, kind) = transport_error::classify(&error);
                let failed = broken(format!("{cause} ({})", kind.hint_for_server()));
                return Err(
                    match transport_error::is_without_answer(&error) || error.is_redirect() {
                        true => failed.into(),
                        false => Failure::transient(failed),
                    },
                );
            }
            Err(_) => return Err(Failure::transient(broken(self.timed_out()))),
        };
        match response.status() {
            StatusCode::OK => Ok(response),
            status => {
                let error = broken(format!("the server answered {status}"));
                Err(match is_transient(status) {
                    true => Failure::Transient {
                        error,
                        retry_after: retry_after(response.headers()),
                    },
                    false => error.into(),
                })
            }
        }
    }

    /// Sends the file into the queue.
    async fn transfer(&self, mut response: Response, sender: &ByteSender, progress: &dyn Progress) {
        let (mut done, total) = (0, response.content_length().unwrap_or(0));
        loop {
            let cause = match timeout(self.settings.stall_timeout, response.chunk()).await {
                Ok(Ok(Some(piece))) => {
                    done += piece.len() as u64;
                    progress.step(0, Step::Downloading { done, total });
                    match sender.send(piece).await {
                        Ok(()) => continue,
                        Err(_) => return,
                    }
                }
                Ok(Ok(None)) => return progress.step(0, Step::Complete),
                Ok(Err(error)) => transport_error::cause(&error),
                Err(_) => self.timed_out(),
            };
            return sender.fail(broken(format!("the transfer broke after {done} bytes: {cause}")));
        }
    }

    fn timed_out(&self) -> String {
        format!("nothing came for {} s", self.settings.stall_timeout.as_secs_f64())
    }
}

fn broken(cause: String) -> Error {
    Error::Download { cause }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && self.failed.is_none() && !buffer.is_empty() {
            match self.receiver.receive(|| {}) {
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(error)) => self.failed = Some(error),
                None => return Ok(0),
            }
        }
        if let Some(error) = &self.failed {
            return Err(io::Error::other(error.clone()));
        }
        let count = buffer.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_name_and_password() {
        for (url, expected) in [
            ("https://me:secret@host/a.tar?b#c", "https://host/a.tar?b#c"),
            ("http://host:8080/a", "http://host:8080/a"),
            ("http://", "http://"),
        ] {
            assert_eq!(without_userinfo(url), expected);
        }
    }

    #[test]
    fn a_file_is_no_url() {
        assert!(is_url("https://host/a.tar") && is_url("http://host"));
        for file in ["a.tar", "/a", "ftp://host/a", "httpd.tar", "-"] {
            assert!(!is_url(file), "{file}");
        }
    }
}
