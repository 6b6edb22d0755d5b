//! Sends one request to a registry: timeouts, plain http or https, and what a failure of the transport means.

use crate::registry::errors::{Error, Failure};
use crate::registry::http::connection::Connection;
use crate::registry::http::transport_error;
use crate::registry::settings::TransferSettings;
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Builds the same request for each attempt to send it; the argument says whether an insecure registry is tried in
/// https.
pub type BuildRequest<'a> = dyn Fn(bool) -> RequestBuilder + Sync + 'a;

/// The connections to one registry, and what has been learned about it.
pub struct Transport {
    pub connection: Connection,
    pub settings: TransferSettings,
    /// The registry's name in errors.
    registry: String,
    /// The registry has answered some request.
    reached: AtomicBool,
}

impl Transport {
    /// Prepares requests to the registry that errors call `registry`. Nothing is sent yet.
    pub fn new(registry: &str, connection: Connection, settings: TransferSettings) -> Transport {
        Transport {
            connection,
            settings,
            registry: registry.to_owned(),
            reached: AtomicBool::new(false),
        }
    }

    /// Sends a request and waits at most `limit` for the answer's head. An insecure registry that has not answered yet
    /// is tried in plain http first and then in https.
    pub async fn send(
        &self,
        build: &BuildRequest<'_>,
        auth_header: Option<&HeaderValue>,
        limit: Duration,
    ) -> Result<Response, Failure> {
        let started = Instant::now();
        let undecided = self.connection.may_speak_tls() && !self.reached.load(Ordering::Relaxed);
        let answer = self
            .send_to_any(self.with_auth(build(false), auth_header)?, limit)
            .await;
        // A server that expects https answers 400 (Go's, nginx), or closes the connection since it saw no TLS
        // handshake.
        let may_want_tls = match &answer {
            Ok(response) => response.status() == StatusCode::BAD_REQUEST,
            Err(_) => started.elapsed() < limit,
        };
        if !(undecided && may_want_tls) {
            return answer;
        }
        match self.send_to_any(self.with_auth(build(true), auth_header)?, limit).await {
            Ok(response) => {
                self.connection.speaks_tls();
                Ok(response)
            }
            Err(_) => answer,
        }
    }

    /// Sends a request whose body is a stream and cannot be sent twice. There is no limit for the whole request: it is
    /// given up when the stall timeout passes and `moving` says that no byte was taken meanwhile.
    pub async fn send_stream(
        &self,
        request: RequestBuilder,
        auth_header: Option<&HeaderValue>,
        moving: &(dyn Fn() -> bool + Sync),
    ) -> Result<Response, Failure> {
        let mut sent = pin!(self.with_auth(request, auth_header)?.send());
        let stall_timeout = self.settings.stall_timeout;
        loop {
            match timeout(stall_timeout, &mut sent).await {
                Ok(answer) => return answer.map_err(|error| Failure::transient(self.unreachable(&error))),
                Err(_) if moving() => {}
                Err(_) => return Err(self.timed_out(stall_timeout)),
            }
        }
    }

    /// Sends a request as it is, to the registry or to its token service, and waits at most `limit` for the answer's
    /// head.
    pub async fn send_to_any(&self, request: RequestBuilder, limit: Duration) -> Result<Response, Failure> {
        let sent = timeout(limit, request.send()).await;
        let reached = self.reached.load(Ordering::Relaxed);
        match sent {
            Ok(Ok(response)) => {
                self.reached.store(true, Ordering::Relaxed);
                Ok(response)
            }
            // Retries do not help where the registry has never answered: the name is wrong or nothing listens.
            Ok(Err(error)) if !reached && transport_error::is_without_answer(&error) => {
                Err(self.unreachable(&error).into())
            }
            Ok(Err(error)) => Err(Failure::transient(self.unreachable(&error))),
            Err(_) => Err(self.timed_out(limit)),
        }
    }

    /// Waits for the next bytes of an answer, at most the stall timeout. `None` at its end; the error is the cause in
    /// words.
    pub async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, String> {
        let stall_timeout = self.settings.stall_timeout;
        match timeout(stall_timeout, response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => Err(transport_error::cause(&error)),
            Err(_) => Err(format!("nothing came for {} s", stall_timeout.as_secs_f64())),
        }
    }

    /// Adds the `Authorization` header, to requests to the registry alone: a registry may keep its blobs on other
    /// hosts, which must not see the credentials (CVE-2020-15157).
    fn with_auth(&self, request: RequestBuilder, auth_header: Option<&HeaderValue>) -> Result<RequestBuilder, Failure> {
        let (client, request) = request.build_split();
        let mut request = request.map_err(|error| self.unreachable(&error))?;
        if let Some(value) = auth_header.filter(|_| self.connection.is_own(request.url())) {
            request.headers_mut().insert(AUTHORIZATION, value.clone());
        }
        Ok(RequestBuilder::from_parts(client, request))
    }

    fn timed_out(&self, limit: Duration) -> Failure {
        Failure::transient(Error::Unreachable {
            registry: self.registry.clone(),
            cause: format!("no answer within {} s", limit.as_secs_f64()),
            hint: "is it up?",
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> Error {
        let (cause, kind) = transport_error::classify(error);
        Error::Unreachable {
            registry: self.registry.clone(),
            cause,
            hint: kind.hint(),
        }
    }
}
