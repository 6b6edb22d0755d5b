//! Requests about one repository of one registry, with the access that the session was granted.

use crate::oci::manifest::{INDEX_TYPES, MANIFEST_TYPES};
use crate::oci::reference::Reference;
use crate::registry::auth::credentials::FoundCredential;
use crate::registry::auth::token::TokenRequest;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::connection::Connection;
use crate::registry::http::object::Object;
use crate::registry::http::response_error::ErrorResponse;
use crate::registry::http::session_auth::SessionAuth;
use crate::registry::http::transport::{BuildRequest, Transport};
use crate::registry::settings::TransferSettings;
use bytes::Bytes;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, RANGE};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use std::time::Duration;

/// Talks to one registry about one repository. Shared by the tasks of a session.
pub struct Client {
    reference: Reference,
    transport: Transport,
    auth: SessionAuth,
}

impl Client {
    /// Makes a client that pulls; `reference` is the image's name on that registry.
    pub fn new(
        reference: Reference,
        connection: Connection,
        credential: Option<FoundCredential>,
        settings: TransferSettings,
    ) -> Client {
        let auth = SessionAuth::new(TokenRequest {
            registry: reference.registry().to_owned(),
            repository: reference.repository().to_owned(),
            insecure: connection.endpoint().insecure,
            credential,
            scopes: vec![format!("repository:{}:pull", reference.repository())],
            wants_identity_token: false,
        });
        Client {
            transport: Transport::new(reference.registry(), connection, settings),
            auth,
            reference: reference.or_latest(),
        }
    }

    /// Changes the client into one that logs in: it asks for tokens without a scope, and for an identity token.
    pub fn for_login(mut self) -> Client {
        self.auth.request.scopes.clear();
        self.auth.request.wants_identity_token = true;
        self
    }

    /// Changes the client into one that pushes, and mounts blobs from the repositories `sources` of the same registry.
    pub fn for_push(mut self, sources: &[String]) -> Client {
        let own = format!("repository:{}:pull,push", self.reference.repository());
        let others = sources.iter().map(|source| format!("repository:{source}:pull"));
        self.auth.request.scopes = std::iter::once(own).chain(others).collect();
        self
    }

    /// The identity token that the login was given, if any.
    pub async fn identity_token(&self) -> Option<String> {
        self.auth.identity_token().await
    }

    pub fn connection(&self) -> &Connection {
        &self.transport.connection
    }

    pub fn settings(&self) -> &TransferSettings {
        &self.transport.settings
    }

    /// The registry's name as people write it.
    pub fn registry(&self) -> &str {
        self.reference.registry()
    }

    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Fetches an object, or its bytes from `from` on. The answer's status is 200; 206 and 416 only where `from` is
    /// given.
    pub async fn get(&self, object: &Object, from: Option<u64>) -> Result<Response, Failure> {
        let response = self.request(Method::GET, object, from).await?;
        let expected = match response.status() {
            StatusCode::OK => true,
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => from.is_some(),
            _ => false,
        };
        match expected {
            true => Ok(response),
            false => Err(self.response_error(object, response).await),
        }
    }

    /// Fetches an object's headers alone.
    pub async fn head(&self, object: &Object) -> Result<HeaderMap, Failure> {
        let response = self.request(Method::HEAD, object, None).await?;
        match response.status() {
            StatusCode::OK => Ok(response.headers().clone()),
            _ => Err(self.response_error(object, response).await),
        }
    }

    /// Fetches an object into memory; an error where it has more than `limit` bytes.
    pub async fn get_bytes(&self, object: &Object, limit: u64) -> Result<(Vec<u8>, HeaderMap), Failure> {
        let mut response = self.get(object, None).await?;
        let headers = response.headers().clone();
        let mut bytes = Vec::new();
        loop {
            match self.chunk(&mut response).await {
                Ok(None) => return Ok((bytes, headers)),
                Ok(Some(chunk)) if (bytes.len() + chunk.len()) as u64 > limit => {
                    return Err(self.too_large(object, limit).into());
                }
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Err(cause) => {
                    return Err(Failure::transient(Error::Broken {
                        registry: self.registry().to_owned(),
                        object: object.to_string(),
                        done: bytes.len() as u64,
                        total: response.content_length().unwrap_or(limit),
                        cause,
                    }));
                }
            }
        }
    }

    /// Waits for the next bytes of an answer. `None` at its end; the error is the cause in words.
    pub async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, String> {
        self.transport.chunk(response).await
    }

    /// Sends a request with the access granted so far; where the registry answers 401, asks for access and sends it
    /// again. Waits at most `limit` for the answer's head.
    pub async fn send(&self, build: &BuildRequest<'_>, limit: Duration) -> Result<Response, Failure> {
        let (round, auth_header) = self.auth.header().await;
        let response = self.transport.send(build, auth_header.as_ref(), limit).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        // The first request of the session, or the token has expired.
        let auth_header = self.auth.renew(&self.transport, round, response.headers()).await?;
        self.transport.send(build, auth_header.as_ref(), limit).await
    }

    /// Sends a request whose body is a stream, with the access granted so far. See [`Transport::send_stream`].
    pub async fn send_stream(
        &self,
        request: RequestBuilder,
        moving: &(dyn Fn() -> bool + Sync),
    ) -> Result<Response, Failure> {
        let (_, auth_header) = self.auth.header().await;
        self.transport.send_stream(request, auth_header.as_ref(), moving).await
    }

    /// Builds a request for a path below the repository's URL.
    pub fn in_repository(&self, method: Method, path: &str, tls: bool) -> RequestBuilder {
        let path = format!("/v2/{}/{path}", self.reference.repository());
        self.connection().request(method, &path, tls)
    }

    /// The failure that an answer to the request for `object` means.
    pub async fn response_error(&self, object: &Object, response: Response) -> Failure {
        let not_found = object.not_found(self.registry(), self.reference.repository());
        self.error_response(object.to_string(), Some(not_found))
            .failure(&self.transport, response)
            .await
    }

    /// The failure that an answer to sending `what` means.
    pub async fn sending_error(&self, what: &str, response: Response) -> Failure {
        self.error_response(what.to_owned(), None)
            .failure(&self.transport, response)
            .await
    }

    /// The error for an object that is larger than it may be.
    pub fn too_large(&self, object: &Object, limit: u64) -> Error {
        Error::TooLarge {
            registry: self.registry().to_owned(),
            object: object.to_string(),
            limit,
        }
    }

    fn error_response(&self, what: String, not_found: Option<Error>) -> ErrorResponse<'_> {
        ErrorResponse {
            registry: self.registry(),
            repository: self.reference.repository(),
            what,
            not_found,
            unauthorized: self.auth.request.refused(),
        }
    }

    async fn request(&self, method: Method, object: &Object, from: Option<u64>) -> Result<Response, Failure> {
        let build = |tls| {
            let request = self.in_repository(method.clone(), &object.path(), tls);
            let request = match object {
                Object::Manifest(_) => request.header(ACCEPT, [MANIFEST_TYPES, INDEX_TYPES].concat().join(", ")),
                // The digest is that of the stored bytes, so a server must not compress them on the way.
                Object::Blob(_) => request.header(ACCEPT_ENCODING, "identity"),
                Object::Tags(_) => request,
            };
            match from {
                Some(from) => request.header(RANGE, format!("bytes={from}-")),
                None => request,
            }
        };
        self.send(&build, self.settings().stall_timeout).await
    }
}
