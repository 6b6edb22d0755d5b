//! The access that a session has been granted: settled once by the answer to a 401, used by all its requests, renewed
//! when it expires.

use crate::registry::auth::challenge::Challenge;
use crate::registry::auth::credentials::Credential;
use crate::registry::auth::token::{MAX_ANSWER, TokenRequest, basic};
use crate::registry::errors::{Error, Failure};
use crate::registry::http::response_error::{is_transient, retry_after};
use crate::registry::http::transport::Transport;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use tokio::sync::Mutex;

/// The `Authorization` header of a session with one registry, shared by its requests.
pub struct SessionAuth {
    /// What access is asked for, and with which credential.
    pub request: TokenRequest,
    granted: Mutex<Granted>,
}

/// What the last answer to a 401 was.
#[derive(Default)]
struct Granted {
    /// How often access was granted: tells requests that ran at the same time whether another one has renewed it
    /// already.
    round: u32,
    header: Option<HeaderValue>,
    identity_token: Option<String>,
}

impl SessionAuth {
    /// Starts without any access: nothing is asked for before the registry demands it.
    pub fn new(request: TokenRequest) -> SessionAuth {
        SessionAuth {
            request,
            granted: Mutex::default(),
        }
    }

    /// Returns the header to send, and the round in which it was granted.
    pub async fn header(&self) -> (u32, Option<HeaderValue>) {
        let granted = self.granted.lock().await;
        (granted.round, granted.header.clone())
    }

    /// Answers a 401 that came for the header of round `seen`, and returns the header to send instead. Where another
    /// request has renewed it meanwhile, that is the answer.
    pub async fn renew(
        &self,
        transport: &Transport,
        seen: u32,
        response: &HeaderMap,
    ) -> Result<Option<HeaderValue>, Failure> {
        let mut granted = self.granted.lock().await;
        if granted.round == seen {
            let (header, identity_token) = self.answer(transport, &Challenge::parse(response)).await?;
            *granted = Granted {
                round: seen + 1,
                header: Some(header),
                identity_token,
            };
        }
        Ok(granted.header.clone())
    }

    /// The identity token that came with the access token.
    pub async fn identity_token(&self) -> Option<String> {
        self.granted.lock().await.identity_token.clone()
    }

    /// The `Authorization` header that answers a challenge, and the identity token where one was asked for.
    async fn answer(
        &self,
        transport: &Transport,
        challenge: &Challenge,
    ) -> Result<(HeaderValue, Option<String>), Failure> {
        let request = &self.request;
        let (realm, service) = match (challenge, request.credential()) {
            (Challenge::Bearer { realm, service }, _) => (realm, service.as_deref()),
            (Challenge::Password, Some(Credential::Password { user, password })) => {
                return Ok((basic(user, password), None));
            }
            // Only a token service takes an identity token, and this registry names none.
            (Challenge::Password, Some(Credential::IdentityToken(_)) | None) => return Err(request.refused().into()),
        };
        let http_request = self.http_request(transport, realm, service)?;
        let limit = transport.settings.stall_timeout;
        let mut answer = transport.send_to_any(http_request, limit).await?;
        match answer.status() {
            StatusCode::OK => {}
            status if is_transient(status) => {
                let cause = format!("its token service answered {}", status.as_u16());
                return Err(Failure::Transient {
                    error: request.unreachable(cause),
                    retry_after: retry_after(answer.headers()),
                });
            }
            _ => return Err(request.refused().into()),
        }
        let body = self.body(transport, &mut answer).await?;
        Ok(request.parse_answer(&body)?)
    }

    /// The request to the token service at `realm`: a POST for an identity token, a GET otherwise.
    fn http_request(&self, transport: &Transport, realm: &str, service: Option<&str>) -> Result<RequestBuilder, Error> {
        let request = &self.request;
        let url = request.checked_url(realm)?;
        let connection = &transport.connection;
        Ok(match request.credential() {
            Some(Credential::IdentityToken(token)) => connection
                .request_to(Method::POST, url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(request.form(token, service)),
            Some(Credential::Password { user, password }) => connection
                .request_to(Method::GET, request.with_query(url, service))
                .basic_auth(user, Some(password)),
            None => connection.request_to(Method::GET, request.with_query(url, service)),
        })
    }

    /// Reads the token service's answer, up to [`MAX_ANSWER`] bytes.
    async fn body(&self, transport: &Transport, answer: &mut Response) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        loop {
            match transport.chunk(answer).await {
                Ok(None) => return Ok(bytes),
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= MAX_ANSWER => bytes.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.request.too_large().into()),
                Err(cause) => {
                    let cause = format!("its token service: {cause}");
                    return Err(Failure::transient(self.request.unreachable(cause)));
                }
            }
        }
    }
}
