//! One request and what its answer means: URLs, access, statuses, patience with a silent server.
//!
//! Over `reqwest` directly, on one pool of connections for the session: `oci-client`'s own client would read manifests, tokens and error
//! pages of any size into memory, and keeps back the headers that say when to come back (Retry-After). Its words for errors are used.

use super::auth::{Challenge, Claim, Grant};
use super::credentials::Credentials;
use super::endpoint::Endpoint;
use super::error::{Error, Failure, plain};
use super::settings::Settings;
use crate::oci::{Digest, INDEX_TYPES, MANIFEST_TYPES, Reference};
use bytes::Bytes;
use oci_client::errors::OciEnvelope;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, RANGE, RETRY_AFTER};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use std::error::Error as _;
use std::fmt;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;

pub(super) const USER_AGENT: &str = concat!("lamel/", env!("CARGO_PKG_VERSION"));

/// How often one request is sent elsewhere.
const MAX_REDIRECTS: usize = 10;
/// How much of an error's body is read, in bytes.
const MAX_MESSAGE: usize = 16 << 10;
/// What one stream of an HTTP/2 connection may have under way, and all of them: so much more that layers whose readers are slow do not
/// keep the others waiting.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

/// What is asked for.
pub(super) enum Object {
    /// By tag or digest.
    Manifest(String),
    Blob(Digest),
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Manifest(name) => write!(f, "manifest {name}"),
            Object::Blob(digest) => write!(f, "{digest}"),
        }
    }
}

/// Asks one registry about one repository.
pub(super) struct Client {
    http: reqwest::Client,
    reference: Reference,
    endpoint: Endpoint,
    credentials: Option<Credentials>,
    settings: Settings,
    /// How often access was settled, and what came of it.
    access: Mutex<(u32, Option<Grant>)>,
    /// The registry has answered something.
    reached: AtomicBool,
}

impl Client {
    pub(super) fn new(
        reference: &Reference,
        endpoint: Endpoint,
        credentials: Option<Credentials>,
        settings: Settings,
    ) -> Result<Client, Error> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // An error says that there is a provider already, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let builder = || {
            let builder = reqwest::Client::builder()
                .user_agent(USER_AGENT)
                .connect_timeout(settings.stall)
                .redirect(Policy::custom(redirect))
                .http2_initial_stream_window_size(STREAM_WINDOW)
                .http2_initial_connection_window_size(CONNECTION_WINDOW);
            match endpoint.loopback {
                true => builder.no_proxy(),
                false => builder,
            }
        };
        let http = match builder().build() {
            // A machine without any certificates can still speak plain http.
            Err(_) if endpoint.plain_http => builder().tls_certs_only([]).build(),
            built => built,
        };
        let http = http.map_err(|error| no_client(reference.registry(), &error))?;
        Ok(Client {
            http,
            reference: reference.clone().or_latest(),
            endpoint,
            credentials,
            settings,
            access: Mutex::new((0, None)),
            reached: AtomicBool::new(false),
        })
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The registry as people name it.
    pub(super) fn registry(&self) -> &str {
        self.reference.registry()
    }

    pub(super) fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Asks for all of an object, or for its bytes from `from` on. The answer's status is 200, 206 or 416, the latter two only to a range.
    pub(super) async fn get(&self, object: &Object, from: Option<u64>) -> Result<Response, Failure> {
        let response = self.request(Method::GET, object, from).await?;
        let expected = match response.status() {
            StatusCode::OK => true,
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => from.is_some(),
            _ => false,
        };
        match expected {
            true => Ok(response),
            false => Err(self.refusal(object, response).await),
        }
    }

    /// Asks about an object without asking for it.
    pub(super) async fn head(&self, object: &Object) -> Result<HeaderMap, Failure> {
        let response = self.request(Method::HEAD, object, None).await?;
        match response.status() {
            StatusCode::OK => Ok(response.headers().clone()),
            _ => Err(self.refusal(object, response).await),
        }
    }

    /// The next bytes of an answer, `None` at its end; an error says in words why there are none.
    pub(super) async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, String> {
        match timeout(self.settings.stall, response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => Err(cause(&error)),
            Err(_) => Err(format!("nothing came for {} s", self.settings.stall.as_secs_f64())),
        }
    }

    async fn request(&self, method: Method, object: &Object, from: Option<u64>) -> Result<Response, Failure> {
        let (round, grant) = self.access.lock().await.clone();
        let response = self.send(&method, object, from, grant.as_ref()).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        // Never asked for access, or the token has run out.
        let grant = self.renew(round, &Challenge::of(response.headers())).await?;
        self.send(&method, object, from, grant.as_ref()).await
    }

    /// Settles access anew, unless another request has done so since `seen`.
    async fn renew(&self, seen: u32, challenge: &Challenge) -> Result<Option<Grant>, Failure> {
        let mut access = self.access.lock().await;
        if access.0 == seen {
            let grant = self.claim().settle(self, challenge).await?;
            *access = (seen + 1, Some(grant));
        }
        Ok(access.1.clone())
    }

    fn claim(&self) -> Claim<'_> {
        Claim {
            endpoint: &self.endpoint,
            registry: self.registry(),
            repository: self.reference.repository(),
            credentials: self.credentials.as_ref(),
        }
    }

    async fn send(
        &self,
        method: &Method,
        object: &Object,
        from: Option<u64>,
        grant: Option<&Grant>,
    ) -> Result<Response, Failure> {
        let repository = format!("{}/v2/{}", self.endpoint.base(), self.reference.repository());
        let mut request = match object {
            Object::Manifest(name) => self
                .http
                .request(method.clone(), format!("{repository}/manifests/{name}"))
                .header(ACCEPT, [MANIFEST_TYPES, INDEX_TYPES].concat().join(", ")),
            Object::Blob(digest) => self
                .http
                .request(method.clone(), format!("{repository}/blobs/{digest}"))
                // What is hashed is what is stored, not what a server makes of it on the way.
                .header(ACCEPT_ENCODING, "identity"),
        };
        if let Some(from) = from {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        request = match grant {
            Some(Grant::Token(value)) => request.header(AUTHORIZATION, value.clone()),
            Some(Grant::Password(known)) => request.basic_auth(&known.user, Some(&known.password)),
            None => request,
        };
        self.ask(request).await
    }

    /// Asks the registry's token service.
    pub(super) async fn ask_service(&self, url: Url, credentials: Option<&Credentials>) -> Result<Response, Failure> {
        let request = self.http.get(url);
        self.ask(match credentials {
            Some(known) => request.basic_auth(&known.user, Some(&known.password)),
            None => request,
        })
        .await
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let sent = timeout(self.settings.stall, request.send()).await;
        let reached = self.reached.load(Ordering::Relaxed);
        match sent {
            Ok(Ok(response)) => {
                self.reached.store(true, Ordering::Relaxed);
                Ok(response)
            }
            // Where nothing was ever heard of a registry, patience helps nobody.
            Ok(Err(error)) if error.is_connect() && !reached => Err(self.unreachable(&error).into()),
            Ok(Err(error)) => Err(Failure::passing(self.unreachable(&error))),
            Err(_) => Err(Failure::passing(Error::Unreachable {
                registry: self.registry().to_owned(),
                cause: format!("no answer within {} s", self.settings.stall.as_secs_f64()),
                hint: "is it up?",
            })),
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Error {
        let all = chain(error);
        let (cause, hint) = if all.contains("dns error") {
            ("its name cannot be resolved".to_owned(), "is the name right?")
        } else if all.contains("InvalidContentType") {
            (
                cause(error),
                "does it speak plain http? then it has to be called insecure in registries.conf or LAMEL_INSECURE_REGISTRIES",
            )
        } else if all.contains("invalid peer certificate") {
            (
                cause(error),
                "its certificate must be signed by one of the system's authorities, or by one in the file SSL_CERT_FILE",
            )
        } else {
            (cause(error), "is the name right, and is it up?")
        };
        Error::Unreachable {
            registry: self.registry().to_owned(),
            cause,
            hint,
        }
    }

    /// What an answer means that is not what was asked for.
    async fn refusal(&self, object: &Object, mut response: Response) -> Failure {
        let registry = self.registry().to_owned();
        let repository = self.reference.repository().to_owned();
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let body = self.start_of(&mut response).await;
        let message = message(&body);
        match status {
            // What Go's servers say, so what registries say.
            StatusCode::BAD_REQUEST if self.endpoint.plain_http && body.ends_with(b"an HTTPS server.\n") => {
                Failure::Final(Error::Unreachable {
                    registry,
                    cause: "it speaks https".into(),
                    hint: "insecure = false in registries.conf has it spoken to in https",
                })
            }
            StatusCode::UNAUTHORIZED => self.claim().refused().into(),
            StatusCode::FORBIDDEN => Failure::Final(Error::Denied {
                registry,
                repository,
                message,
            }),
            StatusCode::NOT_FOUND => Failure::Final(match object {
                Object::Manifest(name) => Error::NoImage {
                    registry,
                    name: match name.parse::<Digest>() {
                        Ok(digest) => format!("{repository}@{digest}"),
                        Err(_) => format!("{repository}:{name}"),
                    },
                },
                Object::Blob(digest) => Error::NoBlob {
                    registry,
                    repository,
                    digest: *digest,
                },
            }),
            StatusCode::TOO_MANY_REQUESTS => Failure::Passing {
                error: Error::TooManyRequests { registry, retry_after },
                after: retry_after,
            },
            _ => {
                let error = Error::Status {
                    registry,
                    object: object.to_string(),
                    status: status.as_u16(),
                    message,
                };
                match status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
                    true => Failure::Passing {
                        error,
                        after: retry_after,
                    },
                    false => Failure::Final(error),
                }
            }
        }
    }

    /// The first bytes of an error's body.
    async fn start_of(&self, response: &mut Response) -> Vec<u8> {
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = self.chunk(response).await {
            body.extend_from_slice(&chunk[..chunk.len().min(MAX_MESSAGE - body.len())]);
            if body.len() == MAX_MESSAGE {
                break;
            }
        }
        body
    }
}

/// What the registry says about an error, if it says it as registries should (distribution-spec, error codes).
fn message(body: &[u8]) -> String {
    let errors = serde_json::from_slice::<OciEnvelope>(body).map(|envelope| envelope.errors);
    let first = errors.ok().and_then(|errors| errors.into_iter().next());
    first.map(|error| plain(error.message)).unwrap_or_default()
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

/// No client can be made: in practice, because there are no certificates.
pub(super) fn no_client(registry: &str, error: &reqwest::Error) -> Error {
    let cause = cause(error);
    Error::Unreachable {
        registry: registry.to_owned(),
        cause: cause.trim_start_matches("unexpected error: ").to_owned(),
        hint: "install ca-certificates, or name a file of certificates in SSL_CERT_FILE",
    }
}

/// `Retry-After` in seconds; its other form, a date, is not used by registries.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The innermost reason of an error: the outer ones say that a request failed.
pub(super) fn cause(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let text = plain(inner);
    // The kernel's words without Rust's number.
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

/// The whole chain of an error's reasons, to look for words in.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
