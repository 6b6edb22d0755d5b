//! The registry's challenge and what answers it: a token from its token service, or name and password
//! (distribution's `spec/auth/token.md` and, for identity tokens, `oauth.md`; RFC 9110, 11.6.1).
//!
//! The registry says where its token service is, on whatever host. Credentials go there as they would go to the registry:
//! from a registry that is spoken to in https never in the clear, and what comes back is bounded.

use crate::registry::auth::credentials::{Credentials, Proof};
use crate::registry::endpoint::Endpoint;
use crate::registry::errors::{Error, Failure, plain};
use crate::registry::http::client::Client;
use crate::registry::http::response_error::{is_passing, retry_after};
use http_auth::ChallengeParser;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::Deserialize;

/// The longest answer of a token service that is read, bytes. Tokens have some thousands.
const MAX_ANSWER: usize = 1 << 20;
/// The longest identity token that is kept, bytes: a larger one would fill an auth.json, which nobody reads beyond 1
/// MiB.
const MAX_IDENTITY: usize = 64 << 10;
/// Whom an identity token is given to.
const CLIENT: &str = "lamel";

/// What goes with a request.
#[derive(Clone)]
pub enum Grant {
    /// The whole `Authorization`.
    Token(HeaderValue),
    Password {
        user: String,
        password: String,
    },
}

/// What came of settling access.
pub struct Settled {
    pub grant: Grant,
    /// What the token service gave in exchange for the password, where it was asked for that.
    pub identity: Option<String>,
}

/// What a registry wants to see.
#[derive(Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A token from the service at this URL.
    Bearer { realm: String, service: Option<String> },
    /// Name and password; or it does not say.
    Password,
}

impl Challenge {
    /// What a 401 says. A token is better than a password, where there is a choice.
    pub fn of(headers: &HeaderMap) -> Challenge {
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        let challenges = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| ChallengeParser::new(value).map_while(Result::ok));
        for challenge in challenges.filter(|challenge| challenge.scheme.eq_ignore_ascii_case("bearer")) {
            let param = |wanted: &str| {
                let mut params = challenge.params.iter();
                let found = params.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                found.map(|(_, value)| value.to_unescaped())
            };
            if let Some(realm) = param("realm") {
                let service = param("service");
                return Challenge::Bearer { realm, service };
            }
        }
        Challenge::Password
    }
}

/// What a token service answers: one of the first two.
#[derive(Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
    refresh_token: Option<String>,
}

/// Whose access to what is asked for.
pub struct Claim<'a> {
    pub endpoint: &'a Endpoint,
    /// As people write it.
    pub registry: &'a str,
    pub repository: &'a str,
    pub credentials: Option<&'a Credentials>,
    /// What a token is asked to be good for.
    pub scopes: &'a [String],
    /// An identity token is wanted as well, in exchange for the password.
    pub identity: bool,
}

impl Claim<'_> {
    /// What to send after a 401.
    pub async fn settle(&self, client: &Client, challenge: &Challenge) -> Result<Settled, Failure> {
        let (realm, service) = match (challenge, self.credentials.map(|known| &known.proof)) {
            (Challenge::Bearer { realm, service }, _) => (realm, service.as_deref()),
            (Challenge::Password, Some(Proof::Password { user, password })) => {
                let (user, password) = (user.clone(), password.clone());
                let grant = Grant::Password { user, password };
                return Ok(Settled { grant, identity: None });
            }
            // An identity token is a token service's, and there is none.
            (Challenge::Password, Some(Proof::IdentityToken(_)) | None) => return Err(self.refused().into()),
        };
        let mut answer = client.ask_service(self.request(client, realm, service)?).await?;
        match answer.status() {
            StatusCode::OK => {}
            status if is_passing(status) => {
                let cause = format!("its token service answered {}", status.as_u16());
                let after = retry_after(answer.headers());
                let error = self.unreachable(cause);
                return Err(Failure::Passing { error, after });
            }
            _ => return Err(self.refused().into()),
        }
        let (token, identity) = self.tokens(client, &mut answer).await?;
        let value = HeaderValue::try_from(format!("Bearer {token}"));
        let mut value = value.map_err(|_| Failure::Final(self.refused()))?;
        value.set_sensitive(true);
        let grant = Grant::Token(value);
        Ok(Settled { grant, identity })
    }

    /// The request for a token.
    fn request(&self, client: &Client, realm: &str, service: Option<&str>) -> Result<RequestBuilder, Error> {
        let url = self.checked(realm)?;
        let connection = client.connection();
        Ok(match self.credentials.map(|known| &known.proof) {
            Some(Proof::IdentityToken(token)) => connection
                .elsewhere(Method::POST, url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(self.form(token, service)),
            Some(Proof::Password { user, password }) => connection
                .elsewhere(Method::GET, self.query(url, service))
                .basic_auth(user, Some(password)),
            None => connection.elsewhere(Method::GET, self.query(url, service)),
        })
    }

    /// The body that exchanges an identity token for an access token (`oauth.md`; RFC 6749, 6).
    fn form(&self, token: &str, service: Option<&str>) -> String {
        let mut form = Url::parse("form:").expect("a URL of a scheme alone");
        let mut pairs = form.query_pairs_mut();
        pairs.append_pair("grant_type", "refresh_token");
        pairs.append_pair("refresh_token", token);
        pairs.append_pair("client_id", CLIENT);
        pairs.extend_pairs(service.map(|service| ("service", service)));
        if !self.scopes.is_empty() {
            pairs.append_pair("scope", &self.scopes.join(" "));
        }
        drop(pairs);
        form.query().unwrap_or_default().to_owned()
    }

    /// The token service's URL, if it may be asked.
    fn checked(&self, realm: &str) -> Result<Url, Error> {
        let url = Url::parse(realm).map_err(|_| self.malformed(format!("its service has no URL: {realm}")))?;
        let clear = url.scheme() == "http" && self.endpoint.insecure;
        if url.scheme() != "https" && !clear {
            return Err(self.malformed(format!("its service is not asked, for it is not https: {realm}")));
        }
        Ok(url)
    }

    /// The URL to ask for a token.
    fn query(&self, mut url: Url, service: Option<&str>) -> Url {
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs(self.scopes.iter().map(|scope| ("scope", scope)));
        pairs.extend_pairs(service.map(|service| ("service", service)));
        if self.identity {
            pairs.extend_pairs([("offline_token", "true"), ("client_id", CLIENT)]);
        }
        drop(pairs);
        url
    }

    /// The access token, and the identity token where that was asked for.
    async fn tokens(&self, client: &Client, answer: &mut Response) -> Result<(String, Option<String>), Failure> {
        let mut bytes = Vec::new();
        loop {
            match client.chunk(answer).await {
                Ok(None) => break,
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= MAX_ANSWER => bytes.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.malformed(format!("larger than {MAX_ANSWER} bytes")).into()),
                Err(cause) => {
                    return Err(Failure::passing(
                        self.unreachable(format!("its token service: {cause}")),
                    ));
                }
            }
        }
        // Not the parser's words, which may repeat a part of the token.
        let answer: Option<Answer> = serde_json::from_slice(&bytes).ok();
        let none = || self.malformed("there is none in the answer".into());
        let answer = answer.ok_or_else(none)?;
        let token = answer.token.or(answer.access_token).ok_or_else(none)?;
        let identity = answer.refresh_token.filter(|token| self.identity && !token.is_empty());
        if identity.as_ref().is_some_and(|token| token.len() > MAX_IDENTITY) {
            let cause = format!("the identity token beside it is larger than {MAX_IDENTITY} bytes");
            return Err(self.malformed(cause).into());
        }
        Ok((token, identity))
    }

    fn malformed(&self, cause: String) -> Error {
        Error::Malformed {
            registry: self.registry.to_owned(),
            object: "an access token".into(),
            cause: plain(cause),
        }
    }

    /// The registry said no.
    pub fn refused(&self) -> Error {
        Error::Unauthorized {
            registry: self.registry.to_owned(),
            repository: self.repository.to_owned(),
            credentials: self.credentials.map(Credentials::to_string),
        }
    }

    fn unreachable(&self, cause: String) -> Error {
        Error::Unreachable {
            registry: self.registry.to_owned(),
            cause,
            hint: "access has to be asked for there",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(values: &[&'static str]) -> Challenge {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
        }
        Challenge::of(&headers)
    }

    #[test]
    fn a_token_is_taken_before_a_password() {
        let bearer = Challenge::Bearer {
            realm: "https://auth/t".into(),
            service: Some("s".into()),
        };
        assert_eq!(challenge(&[r#"Bearer realm="https://auth/t",service="s""#]), bearer);
        assert_eq!(
            challenge(&["Basic realm=x", r#"bearer Realm="https://auth/t", service="s""#]),
            bearer
        );
        for other in ["Basic realm=x", "Bearer service=s", "???", ""] {
            assert_eq!(challenge(&[other]), Challenge::Password, "{other}");
        }
        assert_eq!(challenge(&[]), Challenge::Password);
    }

    #[test]
    fn the_longest_challenges_are_read_at_once() {
        let started = std::time::Instant::now();
        for part in [
            "a ",
            "a,",
            "a=",
            "a b=c,",
            "a=\"b\",",
            "\"",
            "\\",
            "a b=\"\\\"",
            "Bearer x=y, ",
            " ",
            ",",
        ] {
            for start in ["", "Bearer ", "Bearer realm=\""] {
                let value = format!("{start}{}", part.repeat(400_000 / part.len()));
                let mut headers = HeaderMap::new();
                headers.insert(WWW_AUTHENTICATE, HeaderValue::try_from(value).unwrap());
                Challenge::of(&headers);
            }
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn no_challenge_is_a_panic() {
        const PIECES: [&[u8]; 14] = [
            b"Bearer ",
            b"Basic",
            b"realm=",
            b"service",
            b"=",
            b"\"",
            b"\\",
            b",",
            b" ",
            b"\t",
            b"x",
            b"\x7e",
            b"\xc3\xa9",
            b"\xff",
        ];
        let pieces = proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..30);
        let read = |pieces: Vec<&[u8]>| {
            let mut headers = HeaderMap::new();
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_bytes(&pieces.concat()).unwrap());
            Challenge::of(&headers);
            Ok(())
        };
        proptest::test_runner::TestRunner::default().run(&pieces, read).unwrap();
    }

    #[test]
    fn a_registry_that_speaks_https_sends_nobody_into_the_clear() {
        let service = |insecure, realm| {
            let endpoint = Endpoint {
                host: "r".into(),
                insecure,
                loopback: false,
            };
            let claim = Claim {
                endpoint: &endpoint,
                registry: "r",
                repository: "a/b",
                credentials: None,
                scopes: &["repository:a/b:pull".to_owned()],
                identity: false,
            };
            claim
                .checked(realm)
                .map(|url| String::from(claim.query(url, Some("s"))))
                .map_err(|error| error.to_string())
        };
        let asked = "https://auth/t?a=1&scope=repository%3Aa%2Fb%3Apull&service=s";
        assert_eq!(service(false, "https://auth/t?a=1").unwrap(), asked);
        assert!(service(true, "http://auth/t").is_ok());
        assert_eq!(
            service(false, "http://auth/t").unwrap_err(),
            "an access token from r cannot be read: its service is not asked, for it is not https: http://auth/t"
        );
        assert!(service(true, "file:///etc/passwd").is_err());
        assert!(service(false, "/token").is_err());
    }
}
