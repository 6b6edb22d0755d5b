//! How requests travel: one pool of connections, with the right certificates, proxies, and scheme.

use crate::registry::endpoint::Endpoint;
use crate::registry::tls;
use crate::registry::tls::certificates::Certificates;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, RequestBuilder, Url};
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const USER_AGENT: &str = concat!("lamel/", env!("CARGO_PKG_VERSION"));

/// How often one request is sent elsewhere.
const MAX_REDIRECTS: usize = 10;
/// What one stream of an HTTP/2 connection may have under way, and all of them: so much more that layers whose readers are slow do not
/// keep the others waiting.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

/// The connections of a session with one registry.
pub struct Connection {
    endpoint: Endpoint,
    http: reqwest::Client,
    /// For an insecure registry that speaks https: its certificate is not looked at. Nobody else is asked with it.
    unverified: Option<reqwest::Client>,
    /// The insecure registry does so.
    tls: AtomicBool,
}

impl Connection {
    /// Nothing is sent yet. `stall`: how long connecting may take.
    pub fn new(
        endpoint: Endpoint,
        certificates: &Certificates,
        stall: Duration,
    ) -> Result<Connection, Box<dyn Error + Send + Sync>> {
        let client = |tls: rustls::ClientConfig| {
            let builder = reqwest::Client::builder()
                .user_agent(USER_AGENT)
                .connect_timeout(stall)
                .redirect(Policy::custom(redirect))
                .http2_initial_stream_window_size(STREAM_WINDOW)
                .http2_initial_connection_window_size(CONNECTION_WINDOW)
                .tls_backend_preconfigured(tls);
            match endpoint.loopback {
                true => builder.no_proxy().build(),
                false => builder.build(),
            }
        };
        let verified = tls::verified(certificates, &endpoint.base(true), endpoint.insecure)?;
        let unverified = endpoint.insecure.then(|| tls::unverified(certificates)).transpose()?;
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

    /// Whether the registry is spoken to in plain http now, and could also be spoken to in https.
    pub fn may_speak_tls(&self) -> bool {
        self.endpoint.insecure && !self.tls.load(Ordering::Relaxed)
    }

    /// The insecure registry has answered in https: so it will be asked from now on.
    pub fn speaks_tls(&self) {
        self.tls.store(true, Ordering::Relaxed);
    }

    /// A request to the registry; `path` starts with a slash. `tls`: try an insecure registry in https.
    pub fn request(&self, method: Method, path: &str, tls: bool) -> RequestBuilder {
        let tls = tls || self.tls.load(Ordering::Relaxed);
        let http = match &self.unverified {
            Some(unverified) if tls => unverified,
            _ => &self.http,
        };
        http.request(method, format!("{}{path}", self.endpoint.base(tls)))
    }

    /// A request to where the registry says: its token service, or an upload; that may be anywhere.
    pub fn elsewhere(&self, method: Method, url: Url) -> RequestBuilder {
        let base = Url::parse(&self.endpoint.base(true));
        let same = base.is_ok_and(|base| base.host_str() == url.host_str());
        match &self.unverified {
            Some(unverified) if same => unverified.request(method, url),
            _ => self.http.request(method, url),
        }
    }

    /// A request to anybody, whose certificate is verified in any case.
    pub fn verified(&self, method: Method, url: Url) -> RequestBuilder {
        self.http.request(method, url)
    }

    /// Whether a URL is the registry's own, so that it may see what access was given.
    pub fn is_own(&self, url: &Url) -> bool {
        let base = |tls| Url::parse(&self.endpoint.base(tls));
        let is = |tls| base(tls).is_ok_and(|base| base.origin() == url.origin());
        is(true) || is(false)
    }
}

/// Where a registry keeps its blobs elsewhere, `reqwest` leaves the credentials behind. Whoever was asked in https does not send us
/// into the clear.
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
