//! One request: URLs, access, patience with a silent server.
//!
//! Over `reqwest` directly, on one pool of connections for the session: `oci-client`'s own client would read manifests, tokens and error
//! pages of any size into memory, and keeps back the headers that say when to come back (Retry-After).

use crate::oci::digest::Digest;
use crate::oci::manifest::{INDEX_TYPES, MANIFEST_TYPES};
use crate::oci::reference::Reference;
use crate::registry::auth::challenge::{Challenge, Claim, Grant, Settled};
use crate::registry::auth::credentials::Credentials;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::connection::Connection;
use crate::registry::http::retry::Settings;
use crate::registry::http::transport_error;
use bytes::Bytes;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, RANGE};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// What is asked for.
pub enum Object {
    /// By tag or digest.
    Manifest(String),
    Blob(Digest),
    /// A page of the repository's tags, by its query.
    Tags(String),
    /// What is sent, in words.
    Sent(&'static str),
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Manifest(name) => write!(f, "manifest {name}"),
            Object::Blob(digest) => write!(f, "{digest}"),
            Object::Tags(_) => f.write_str("the list of tags"),
            Object::Sent(what) => f.write_str(what),
        }
    }
}

/// Asks one registry about one repository.
pub struct Client {
    connection: Connection,
    reference: Reference,
    credentials: Option<Credentials>,
    /// What tokens are asked to be good for (distribution's `spec/auth/scope.md`).
    scopes: Vec<String>,
    settings: Settings,
    /// How often access was settled, and what came of it.
    access: Mutex<(u32, Option<Settled>)>,
    /// An identity token is wanted.
    identity: bool,
    /// The registry has answered something.
    reached: AtomicBool,
}

impl Client {
    /// Asks about `reference`, the name that it has there.
    pub fn new(
        reference: Reference,
        connection: Connection,
        credentials: Option<Credentials>,
        settings: Settings,
    ) -> Client {
        Client {
            connection,
            scopes: vec![format!("repository:{}:pull", reference.repository())],
            reference: reference.or_latest(),
            credentials,
            settings,
            access: Mutex::new((0, None)),
            identity: false,
            reached: AtomicBool::new(false),
        }
    }

    /// To find out whether credentials are good, for nothing in particular; and to get an identity token, where they are given.
    pub fn logging_in(mut self) -> Client {
        self.scopes.clear();
        self.identity = true;
        self
    }

    /// The identity token that was given.
    pub async fn identity(&self) -> Option<String> {
        let access = self.access.lock().await;
        access.1.as_ref().and_then(|settled| settled.identity.clone())
    }

    /// To push as well, and to mount blobs from the repositories `sources`.
    pub fn pushing(mut self, sources: &[String]) -> Client {
        let own = format!("repository:{}:pull,push", self.reference.repository());
        let others = sources.iter().map(|source| format!("repository:{source}:pull"));
        self.scopes = std::iter::once(own).chain(others).collect();
        self
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The registry as people name it.
    pub fn registry(&self) -> &str {
        self.reference.registry()
    }

    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Asks for all of an object, or for its bytes from `from` on. The answer's status is 200, 206 or 416, the latter two only to a range.
    pub async fn get(&self, object: &Object, from: Option<u64>) -> Result<Response, Failure> {
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
    pub async fn head(&self, object: &Object) -> Result<HeaderMap, Failure> {
        let response = self.request(Method::HEAD, object, None).await?;
        match response.status() {
            StatusCode::OK => Ok(response.headers().clone()),
            _ => Err(self.refusal(object, response).await),
        }
    }

    /// The next bytes of an answer, `None` at its end; an error says in words why there are none.
    pub async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, String> {
        match timeout(self.settings.stall, response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => Err(transport_error::cause(&error)),
            Err(_) => Err(format!("nothing came for {} s", self.settings.stall.as_secs_f64())),
        }
    }

    async fn request(&self, method: Method, object: &Object, from: Option<u64>) -> Result<Response, Failure> {
        let stall = self.settings.stall;
        self.authorized(&|tls| self.object(&method, object, from, tls), stall)
            .await
    }

    /// Sends a request with the access that was given; where the registry wants more, settles that and sends it again. Waits for the answer as
    /// long as `patience`. `request` is given whether an insecure registry is to be tried in https.
    pub async fn authorized(
        &self,
        request: &(dyn Fn(bool) -> RequestBuilder + Sync),
        patience: Duration,
    ) -> Result<Response, Failure> {
        let (round, grant) = self.granted().await;
        let response = self.send(request, grant.as_ref(), patience).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        // Never asked for access, or the token has run out.
        let grant = self.renew(round, &Challenge::of(response.headers())).await?;
        self.send(request, grant.as_ref(), patience).await
    }

    /// Sends a request that cannot be sent twice, as long as `moving` says that it moves.
    pub async fn once(&self, request: RequestBuilder, moving: &(dyn Fn() -> bool + Sync)) -> Result<Response, Failure> {
        let (_, grant) = self.granted().await;
        let sent = self.with_grant(request, grant.as_ref())?.send();
        let mut sent = std::pin::pin!(sent);
        loop {
            match timeout(self.settings.stall, &mut sent).await {
                Ok(answer) => return answer.map_err(|error| Failure::passing(self.unreachable(&error))),
                Err(_) if moving() => {}
                Err(_) => return Err(self.silent(self.settings.stall)),
            }
        }
    }

    /// A registry may keep its blobs elsewhere, and whoever keeps them has no business with the credentials for the registry (CVE-2020-15157).
    fn with_grant(&self, request: RequestBuilder, grant: Option<&Grant>) -> Result<RequestBuilder, Failure> {
        let (client, request) = request.build_split();
        let request = request.map_err(|error| self.unreachable(&error))?;
        let own = self.connection.is_own(request.url());
        let request = RequestBuilder::from_parts(client, request);
        Ok(match grant.filter(|_| own) {
            Some(Grant::Token(value)) => request.header(AUTHORIZATION, value.clone()),
            Some(Grant::Password { user, password }) => request.basic_auth(user, Some(password)),
            None => request,
        })
    }

    /// Settles access anew, unless another request has done so since `seen`.
    async fn renew(&self, seen: u32, challenge: &Challenge) -> Result<Option<Grant>, Failure> {
        let mut access = self.access.lock().await;
        if access.0 == seen {
            let settled = self.claim().settle(self, challenge).await?;
            *access = (seen + 1, Some(settled));
        }
        Ok(access.1.as_ref().map(|settled| settled.grant.clone()))
    }

    /// The access that was given so far, and how often it was settled.
    async fn granted(&self) -> (u32, Option<Grant>) {
        let access = self.access.lock().await;
        (access.0, access.1.as_ref().map(|settled| settled.grant.clone()))
    }

    /// What access is asked for.
    pub fn claim(&self) -> Claim<'_> {
        Claim {
            endpoint: self.connection.endpoint(),
            registry: self.registry(),
            repository: self.reference.repository(),
            credentials: self.credentials.as_ref(),
            scopes: &self.scopes,
            identity: self.identity,
        }
    }

    async fn send(
        &self,
        request: &(dyn Fn(bool) -> RequestBuilder + Sync),
        grant: Option<&Grant>,
        patience: Duration,
    ) -> Result<Response, Failure> {
        let started = Instant::now();
        let undecided = self.connection.may_speak_tls() && !self.reached.load(Ordering::Relaxed);
        let answer = self.ask(self.with_grant(request(false), grant)?, patience).await;
        // A server that expects https says 400 (Go's, nginx), or closes the connection over what it takes for a broken handshake.
        let odd = match &answer {
            Ok(response) => response.status() == StatusCode::BAD_REQUEST,
            Err(_) => started.elapsed() < patience,
        };
        if !(undecided && odd) {
            return answer;
        }
        match self.ask(self.with_grant(request(true), grant)?, patience).await {
            Ok(response) => {
                self.connection.speaks_tls();
                Ok(response)
            }
            Err(_) => answer,
        }
    }

    /// The request for an object.
    fn object(&self, method: &Method, object: &Object, from: Option<u64>, tls: bool) -> RequestBuilder {
        let request = |path: String| self.in_repository(method.clone(), &path, tls);
        let request = match object {
            Object::Manifest(name) => {
                request(format!("manifests/{name}")).header(ACCEPT, [MANIFEST_TYPES, INDEX_TYPES].concat().join(", "))
            }
            // What is hashed is what is stored, not what a server makes of it on the way.
            Object::Blob(digest) => request(format!("blobs/{digest}")).header(ACCEPT_ENCODING, "identity"),
            Object::Tags(query) => request(format!("tags/list?{query}")),
            Object::Sent(_) => request(String::new()),
        };
        match from {
            Some(from) => request.header(RANGE, format!("bytes={from}-")),
            None => request,
        }
    }

    /// A request for a path below the repository's own.
    pub fn in_repository(&self, method: Method, path: &str, tls: bool) -> RequestBuilder {
        let path = format!("/v2/{}/{path}", self.reference.repository());
        self.connection.request(method, &path, tls)
    }

    /// Asks the registry's token service.
    pub async fn ask_service(&self, request: RequestBuilder) -> Result<Response, Failure> {
        self.ask(request, self.settings.stall).await
    }

    async fn ask(&self, request: RequestBuilder, patience: Duration) -> Result<Response, Failure> {
        let sent = timeout(patience, request.send()).await;
        let reached = self.reached.load(Ordering::Relaxed);
        match sent {
            Ok(Ok(response)) => {
                self.reached.store(true, Ordering::Relaxed);
                Ok(response)
            }
            // Where nothing was ever heard of a registry, patience helps nobody.
            Ok(Err(error)) if !reached && transport_error::is_of_nobody(&error) => Err(self.unreachable(&error).into()),
            Ok(Err(error)) => Err(Failure::passing(self.unreachable(&error))),
            Err(_) => Err(self.silent(patience)),
        }
    }

    fn silent(&self, patience: Duration) -> Failure {
        Failure::passing(Error::Unreachable {
            registry: self.registry().to_owned(),
            cause: format!("no answer within {} s", patience.as_secs_f64()),
            hint: "is it up?",
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> Error {
        let (cause, kind) = transport_error::of(error);
        Error::Unreachable {
            registry: self.registry().to_owned(),
            cause,
            hint: kind.hint(),
        }
    }
}
