//! The writing end of a blob's transfer: requests the blob, and where an answer breaks off, its rest.

use crate::progress::{Progress, Step};
use crate::registry::errors::{Error, Failure};
use crate::registry::http::client::Client;
use crate::registry::http::object::Object;
use crate::registry::http::retry::Attempts;
use crate::registry::pull::blob::BlobRequest;
use crate::registry::pull::queue::ByteSender;
use reqwest::header::{CONTENT_RANGE, HeaderMap};
use reqwest::{Response, StatusCode};
use std::collections::VecDeque;
use std::sync::Arc;

/// Bytes of one attempt that count as progress and start the count of attempts again: not the byte per connection of a
/// server that trickles.
const PROGRESS: u64 = 256 << 10;

/// The transfer of one blob.
pub struct Transfer {
    pub client: Arc<Client>,
    /// Asked in turn for the rest where `client` fails: the other mirrors and the registry itself. A mirror may know an
    /// image and lack a blob of it.
    pub other_sources: VecDeque<Arc<Client>>,
    pub request: BlobRequest,
    /// Bytes at the blob's start that the reader has already.
    pub start: u64,
    pub progress: Arc<dyn Progress>,
    pub sender: ByteSender,
}

/// Why a request ended before the blob did.
enum Stop {
    Failed(Failure),
    ReaderGone,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure)
    }
}

impl Transfer {
    /// Sends the blob into the queue, in as many requests as it takes. Dropping the sender tells the reader that all is
    /// sent.
    pub async fn run(mut self) {
        let mut at = Position {
            sent: self.start,
            ranges: true,
        };
        // Nothing is requested where all is there. An empty blob is requested all the same.
        if at.sent > 0 && at.sent == self.request.size {
            return;
        }
        while let Err(error) = self.request_from_client(&mut at).await {
            let Some(client) = self.other_sources.pop_front() else {
                return self.sender.fail(error);
            };
            self.progress.warn(&format!("a mirror is passed over: {error}"));
            self.request.registry = client.registry().to_owned();
            self.client = client;
            at.ranges = true;
        }
    }

    /// Requests the rest from the current client until it is there or the attempts are used up.
    async fn request_from_client(&self, at: &mut Position) -> Result<(), Error> {
        let mut attempts = Attempts::new(self.client.settings());
        loop {
            let before = at.sent;
            let failure = match self.request_rest(at).await {
                Ok(()) | Err(Stop::ReaderGone) => return Ok(()),
                // All bytes are there: that the connection broke afterwards does not matter.
                Err(Stop::Failed(Failure::Transient { .. })) if at.sent == self.request.size => return Ok(()),
                Err(Stop::Failed(failure)) => failure,
            };
            if at.sent - before >= PROGRESS {
                attempts.reset();
            }
            let pause = attempts.next_pause(failure)?;
            let attempt = attempts.failed();
            self.progress
                .step(self.request.index, Step::Retrying { attempt, pause });
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends one request, for the bytes from where the last one broke.
    async fn request_rest(&self, at: &mut Position) -> Result<(), Stop> {
        let object = Object::Blob(self.request.digest);
        let from = (at.ranges && at.sent > 0).then_some(at.sent);
        let mut response = self.client.get(&object, from).await?;
        let mut skip = self.known_bytes(&response, at)?;
        loop {
            let piece = match self.client.chunk(&mut response).await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(cause) => return Err(self.broken(at, cause).into()),
            };
            // A server without ranges sends the known bytes again.
            let known = skip.min(piece.len() as u64);
            skip -= known;
            let mut piece = piece.slice(known as usize..);
            let missing = self.request.size - at.sent;
            let excess = piece.len() as u64 > missing;
            if excess {
                piece.truncate(missing as usize);
            }
            at.sent += piece.len() as u64;
            if !piece.is_empty() && self.sender.send(piece).await.is_err() {
                return Err(Stop::ReaderGone);
            }
            if excess {
                return Err(Failure::Final(self.wrong_size("more".into())).into());
            }
        }
        match at.sent == self.request.size {
            true => Ok(()),
            false => Err(self.broken(at, "the answer ended early".into()).into()),
        }
    }

    /// Returns how many bytes at the answer's start the reader has already. An answer that cannot be the blob's rest is
    /// a failure.
    fn known_bytes(&self, response: &Response, at: &mut Position) -> Result<u64, Stop> {
        match response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let range = content_range(response.headers());
                if let Some((_, Some(total))) = range
                    && total != self.request.size
                {
                    return Err(Failure::Final(self.wrong_size(total.to_string())).into());
                }
                match range {
                    Some((start, _)) if start == at.sent => Ok(0),
                    _ => Err(self.without_ranges(at, "it answered with another range")),
                }
            }
            StatusCode::RANGE_NOT_SATISFIABLE => Err(self.without_ranges(at, "it refused a range")),
            _ => match response.content_length() {
                Some(length) if length != self.request.size => {
                    Err(Failure::Final(self.wrong_size(length.to_string())).into())
                }
                _ => Ok(at.sent),
            },
        }
    }

    /// Requests the whole blob from now on, and skips the known bytes, since the server's ranges cannot be relied on.
    fn without_ranges(&self, at: &mut Position, cause: &str) -> Stop {
        at.ranges = false;
        self.broken(at, cause.into()).into()
    }

    fn broken(&self, at: &Position, cause: String) -> Failure {
        Failure::transient(Error::Broken {
            registry: self.request.registry.clone(),
            object: self.request.digest.to_string(),
            done: at.sent,
            total: self.request.size,
            cause,
        })
    }

    fn wrong_size(&self, actual: String) -> Error {
        Error::SizeMismatch {
            registry: self.request.registry.clone(),
            object: self.request.digest.to_string(),
            expected: self.request.size,
            actual,
        }
    }
}

/// How far the transfer is.
struct Position {
    /// Bytes that the reader has.
    sent: u64,
    /// The server answers range requests.
    ranges: bool,
}

/// Parses start and total of `bytes 5-9/10` (RFC 9110, 14.4).
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let value = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, total.parse().ok()))
}
