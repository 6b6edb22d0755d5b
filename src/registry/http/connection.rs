//! A pool of connections to one registry, with its certificates, proxies and scheme.

use crate::registry::endpoint::Endpoint;
use crate::registry::tls::certificates::Certificates;
use crate::registry::tls::client_config;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, RequestBuilder, Url};
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const USER_AGENT: &str = concat!("lamel/", env!("CARGO_PKG_VERSION"));

/// Redirects that one request follows.
const MAX_REDIRECTS: usize = 10;
/// Bytes in flight (flow-control windows) of one stream of an HTTP/2 connection, and of all its streams. The
/// connection's window is larger, so that layers whose readers are slow do not block the others.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

/// The connections of a session with one registry.
pub struct Connection {
    endpoint: Endpoint,
    http: reqwest::Client,
    /// For an insecure registry that speaks https: certificates are not verified. Used for requests to the registry's
    /// host alone.
    unverified: Option<reqwest::Client>,
    /// The insecure registry has answered in https.
    tls: AtomicBool,
}

impl Connection {
    /// Builds the pool. Nothing is sent yet. Connecting may take `connect_timeout`.
    pub fn new(
        endpoint: Endpoint,
        certificates: &Certificates,
        connect_timeout: Duration,
    ) -> Result<Connection, Box<dyn Error + Send + Sync>> {
        let client = |tls: rustls::ClientConfig| {
            let builder = reqwest::Client::builder()
                .user_agent(USER_AGENT)
                .connect_timeout(connect_timeout)
                .redirect(Policy::custom(redirect))
                .http2_initial_stream_window_size(STREAM_WINDOW)
                .http2_initial_connection_window_size(CONNECTION_WINDOW)
                .tls_backend_preconfigured(tls);
            match endpoint.loopback {
                true => builder.no_proxy().build(),
                false => builder.build(),
            }
        };
        let verified = client_config::verified(certificates, &endpoint.base(true), endpoint.insecure)?;
        let unverified = endpoint
            .insecure
            .then(|| client_config::unverified(certificates))
            .transpose()?;
        Ok(Connection {
            http: client(verified)?,
            unverified: unverified.map(client).transpose()?,
            endpoint,
            tls: AtomicBool::new(false),
        })
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether the registry is spoken to in plain http, and may be tried in https.
    pub fn may_speak_tls(&self) -> bool {
        self.endpoint.insecure && !self.tls.load(Ordering::Relaxed)
    }

    /// Speaks https from now on, since the insecure registry has answered in it.
    pub fn speaks_tls(&self) {
        self.tls.store(true, Ordering::Relaxed);
    }

    /// Builds a request to the registry; `path` starts with a slash. `tls`: try an insecure registry in https.
    pub fn request(&self, method: Method, path: &str, tls: bool) -> RequestBuilder {
        let tls = tls || self.tls.load(Ordering::Relaxed);
        let http = match &self.unverified {
            Some(unverified) if tls => unverified,
            _ => &self.http,
        };
        http.request(method, format!("{}{path}", self.endpoint.base(tls)))
    }

    /// Builds a request to a URL that the registry named: its token service, or an upload. It may be on any host.
    pub fn request_to(&self, method: Method, url: Url) -> RequestBuilder {
        let base = Url::parse(&self.endpoint.base(true));
        let same = base.is_ok_and(|base| base.host_str() == url.host_str());
        match &self.unverified {
            Some(unverified) if same => unverified.request(method, url),
            _ => self.http.request(method, url),
        }
    }

    /// Builds a request to any host, whose certificate is always verified.
    pub fn verified(&self, method: Method, url: Url) -> RequestBuilder {
        self.http.request(method, url)
    }

    /// Whether a URL has the registry's own origin, so that the request may carry the `Authorization` header.
    pub fn is_own(&self, url: &Url) -> bool {
        let base = |tls| Url::parse(&self.endpoint.base(tls));
        let is = |tls| base(tls).is_ok_and(|base| base.origin() == url.origin());
        is(true) || is(false)
    }
}

/// Follows redirects, except from https to plain http. `reqwest` removes the `Authorization` header where the host
/// changes.
fn redirect(attempt: Attempt) -> reqwest::redirect::Action {
    let from_https = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
    if attempt.previous().len() > MAX_REDIRECTS {
        return attempt.error("too many redirects");
    }
    match from_https && attempt.url().scheme() != "https" {
        true => attempt.error("it redirects from https to plain http"),
        false => attempt.follow(),
    }
}
