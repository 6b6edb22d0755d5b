//! The writing end of a blob's transfer: asks, and where an answer breaks off, asks for the rest.

use crate::progress::{Progress, Step};
use crate::registry::errors::{Error, Failure};
use crate::registry::http::client::{Client, Object};
use crate::registry::http::retry::Attempts;
use crate::registry::pull::blob::Wanted;
use crate::registry::pull::queue::Outlet;
use reqwest::header::{CONTENT_RANGE, HeaderMap};
use reqwest::{Response, StatusCode};
use std::collections::VecDeque;
use std::sync::Arc;

/// So much has to come of an attempt to count as progress; a server that trickles a byte per connection does not.
const PROGRESS: u64 = 256 << 10;

/// One blob on its way.
pub struct Transfer {
    pub client: Arc<Client>,
    /// Who is asked for the rest where the client fails: a mirror may know an image and lack a blob of it.
    pub elsewhere: VecDeque<Arc<Client>>,
    pub wanted: Wanted,
    /// So many bytes are there already.
    pub start: u64,
    pub progress: Arc<dyn Progress>,
    pub outlet: Outlet,
}

/// Why a stretch ended before the blob did.
enum Stop {
    Failed(Failure),
    /// Nobody reads.
    Gone,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure)
    }
}

impl Transfer {
    /// Sends the blob into the outlet, in as many stretches as it takes. The end of the outlet says that all is sent.
    pub async fn run(mut self) {
        let mut at = Position {
            sent: self.start,
            ranges: true,
        };
        // Nothing is asked for where all is there; an empty blob is asked for all the same.
        if at.sent > 0 && at.sent == self.wanted.size {
            return;
        }
        while let Err(error) = self.bring(&mut at).await {
            let Some(client) = self.elsewhere.pop_front() else {
                return self.outlet.fail(error);
            };
            self.progress.warn(&format!("a mirror is passed over: {error}"));
            self.wanted.registry = client.registry().to_owned();
            self.client = client;
            at.ranges = true;
        }
    }

    /// Asks one client until it has sent the rest, or has failed too often.
    async fn bring(&self, at: &mut Position) -> Result<(), Error> {
        let mut attempts = Attempts::new(self.client.settings());
        loop {
            let before = at.sent;
            let failure = match self.stretch(at).await {
                Ok(()) | Err(Stop::Gone) => return Ok(()),
                // A connection that breaks after the last byte has done its duty.
                Err(Stop::Failed(Failure::Passing { .. })) if at.sent == self.wanted.size => return Ok(()),
                Err(Stop::Failed(failure)) => failure,
            };
            if at.sent - before >= PROGRESS {
                attempts.progressed();
            }
            let pause = attempts.after(failure)?;
            let attempt = attempts.failed();
            self.progress.step(self.wanted.index, Step::Retrying { attempt, pause });
            tokio::time::sleep(pause).await;
        }
    }

    /// One request, from where the last one broke to the end.
    async fn stretch(&self, at: &mut Position) -> Result<(), Stop> {
        let object = Object::Blob(self.wanted.digest);
        let from = (at.ranges && at.sent > 0).then_some(at.sent);
        let mut response = self.client.get(&object, from).await?;
        let mut skip = self.starts_at(&response, at)?;
        loop {
            let piece = match self.client.chunk(&mut response).await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(cause) => return Err(self.broken(at, cause).into()),
            };
            // What came before the break comes again where the server knows no ranges.
            let known = skip.min(piece.len() as u64);
            skip -= known;
            let mut piece = piece.slice(known as usize..);
            let missing = self.wanted.size - at.sent;
            let excess = piece.len() as u64 > missing;
            if excess {
                piece.truncate(missing as usize);
            }
            at.sent += piece.len() as u64;
            if !piece.is_empty() && self.outlet.send(piece).await.is_err() {
                return Err(Stop::Gone);
            }
            if excess {
                return Err(Failure::Final(self.wrong_size("more".into())).into());
            }
        }
        match at.sent == self.wanted.size {
            true => Ok(()),
            false => Err(self.broken(at, "the answer ended early".into()).into()),
        }
    }

    /// How many bytes of the answer were sent before; an answer that cannot be the blob's rest is a failure.
    fn starts_at(&self, response: &Response, at: &mut Position) -> Result<u64, Stop> {
        match response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let range = content_range(response.headers());
                if let Some((_, Some(total))) = range
                    && total != self.wanted.size
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
                Some(length) if length != self.wanted.size => {
                    Err(Failure::Final(self.wrong_size(length.to_string())).into())
                }
                _ => Ok(at.sent),
            },
        }
    }

    /// Ranges cannot be relied on: from now on the whole blob is asked for, and what is known is skipped.
    fn without_ranges(&self, at: &mut Position, cause: &str) -> Stop {
        at.ranges = false;
        self.broken(at, cause.into()).into()
    }

    fn broken(&self, at: &Position, cause: String) -> Failure {
        Failure::passing(Error::Broken {
            registry: self.wanted.registry.clone(),
            object: self.wanted.digest.to_string(),
            done: at.sent,
            total: self.wanted.size,
            cause,
        })
    }

    fn wrong_size(&self, actual: String) -> Error {
        Error::SizeMismatch {
            registry: self.wanted.registry.clone(),
            object: self.wanted.digest.to_string(),
            expected: self.wanted.size,
            actual,
        }
    }
}

/// Where the next stretch starts.
struct Position {
    sent: u64,
    ranges: bool,
}

/// Start and total of `bytes 5-9/10` (RFC 9110, 14.4).
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let value = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, total.parse().ok()))
}
