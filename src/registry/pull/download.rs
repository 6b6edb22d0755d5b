//! A file from anywhere in the web: what `import` takes by its URL.
//!
//! Nobody has said how long it is or what it hashes to, so it is not resumed where it breaks off: the rest might be another file's. Before the first byte has come it is
//! asked for as patiently as a registry is. Its end is the server's: shorter than the server said is an error.

use crate::progress::{Progress, Step};
use crate::registry::endpoint::Endpoint;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::connection::Connection;
use crate::registry::http::response_error::{is_passing, retry_after};
use crate::registry::http::retry::{Attempts, Settings};
use crate::registry::http::transport_error;
use crate::registry::http::worker::Worker;
use crate::registry::pull::queue::{Inlet, Outlet, queue};
use crate::registry::tls::certificates::Certificates;
use anyhow::{Context, Result, bail, ensure};
use bytes::{Buf, Bytes};
use reqwest::header::ACCEPT_ENCODING;
use reqwest::{Method, Response, StatusCode, Url};
use std::io::{self, Read};
use std::sync::Arc;
use tokio::time::timeout;

/// A file while it comes. A reader that has come to its end has all of it.
pub struct Download {
    inlet: Inlet,
    piece: Bytes,
    failed: Option<Error>,
    /// Ends the transfer with the reader.
    _worker: Worker,
}

/// Whether a person who typed this means a file in the web.
pub fn is_url(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme))
}

/// A URL as it may be shown: without the name and password in it.
pub fn shown(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        return url.to_owned();
    };
    // Only a URL that has no host to have a user at refuses.
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.to_string()
}

/// Asks for the file at `url` (http or https), and returns when the server has begun to send it. Reports `Downloading` and `Complete` as layer 0,
/// whose name is the file's.
pub fn download(url: &str, progress: Arc<dyn Progress>) -> Result<Download> {
    let url = Url::parse(url).context("it is no URL")?;
    let name = url.path_segments().and_then(|mut segments| segments.next_back());
    progress.layers(&[name.filter(|name| !name.is_empty()).unwrap_or("file").to_owned()]);
    let settings = Settings::load()?;
    let connection = connection(&url, &settings)?;
    let worker = Worker::start().context("starting the download's thread")?;
    let request = Request {
        url,
        connection,
        settings,
    };
    let (request, response) = worker.wait(async move {
        let response = request.begin().await;
        (request, response)
    });
    let response = response?;
    let (outlet, inlet) = queue();
    worker.spawn(async move { request.bring(response, &outlet, &*progress).await });
    Ok(Download {
        inlet,
        piece: Bytes::new(),
        failed: None,
        _worker: worker,
    })
}

/// A plain one: registries' certificates and credentials are none of its business.
fn connection(url: &Url, settings: &Settings) -> Result<Connection> {
    let insecure = match url.scheme() {
        "http" => true,
        "https" => false,
        scheme => bail!("it is neither http nor https, but {scheme}"),
    };
    let host = url.host_str().context("it names no host")?;
    ensure!(!host.is_empty(), "it names no host");
    // What is at the other end of a loopback is no proxy's business.
    let endpoint = Endpoint::of(host, Some(insecure));
    let connection = Connection::new(endpoint, &Certificates::default(), settings.stall);
    connection.map_err(|error| transport_error::no_client(host, &*error).into())
}

struct Request {
    url: Url,
    connection: Connection,
    settings: Settings,
}

impl Request {
    /// The start of an answer that has a file in it.
    async fn begin(&self) -> Result<Response, Error> {
        let mut attempts = Attempts::new(&self.settings);
        loop {
            match self.ask().await {
                Ok(response) => return Ok(response),
                Err(failure) => tokio::time::sleep(attempts.after(failure)?).await,
            }
        }
    }

    async fn ask(&self) -> Result<Response, Failure> {
        // What comes is what is there, and not what a server makes of it on the way.
        let request = self.connection.verified(Method::GET, self.url.clone());
        let sent = request.header(ACCEPT_ENCODING, "identity").send();
        let response = match timeout(self.settings.stall, sent).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let (cause, kind) = transport_error::of(&error);
                let failed = broken(format!("{cause} ({})", kind.hint_elsewhere()));
                return Err(match transport_error::is_of_nobody(&error) || error.is_redirect() {
                    true => failed.into(),
                    false => Failure::passing(failed),
                });
            }
            Err(_) => return Err(Failure::passing(broken(self.silence()))),
        };
        match response.status() {
            StatusCode::OK => Ok(response),
            status => {
                let error = broken(format!("the server answered {status}"));
                Err(match is_passing(status) {
                    true => Failure::Passing {
                        error,
                        after: retry_after(response.headers()),
                    },
                    false => error.into(),
                })
            }
        }
    }

    /// Brings the file to the outlet.
    async fn bring(&self, mut response: Response, outlet: &Outlet, progress: &dyn Progress) {
        let (mut done, total) = (0, response.content_length().unwrap_or(0));
        loop {
            let cause = match timeout(self.settings.stall, response.chunk()).await {
                Ok(Ok(Some(piece))) => {
                    done += piece.len() as u64;
                    progress.step(0, Step::Downloading { done, total });
                    match outlet.send(piece).await {
                        Ok(()) => continue,
                        Err(_) => return,
                    }
                }
                Ok(Ok(None)) => return progress.step(0, Step::Complete),
                Ok(Err(error)) => transport_error::cause(&error),
                Err(_) => self.silence(),
            };
            return outlet.fail(broken(format!("the transfer broke after {done} bytes: {cause}")));
        }
    }

    fn silence(&self) -> String {
        format!("nothing came for {} s", self.settings.stall.as_secs_f64())
    }
}

fn broken(cause: String) -> Error {
    Error::Download { cause }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && self.failed.is_none() && !buffer.is_empty() {
            match self.inlet.receive(|| {}) {
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
    fn a_url_is_shown_without_who_asks() {
        for (url, expected) in [
            ("https://me:secret@host/a.tar?b#c", "https://host/a.tar?b#c"),
            ("http://host:8080/a", "http://host:8080/a"),
            ("http://", "http://"),
        ] {
            assert_eq!(shown(url), expected);
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
