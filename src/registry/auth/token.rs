//! Access tokens: the request to a registry's token service, and its answer (distribution's `spec/auth/token.md` and,
//! for identity tokens, `oauth.md`).
//!
//! The registry says where its token service is, on whatever host. Credentials go there as they would go to the
//! registry: where the registry is spoken to in https, never in plain http.

use crate::registry::auth::credentials::{Credential, FoundCredential};
use crate::registry::errors::{Error, one_line};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oci_client::token_cache::RegistryToken;
use reqwest::Url;
use reqwest::header::HeaderValue;
use serde::Deserialize;

/// The longest answer of a token service that is read, in bytes. Tokens have some thousands.
pub const MAX_ANSWER: usize = 1 << 20;
/// The longest identity token that is kept, in bytes: a larger one would fill an auth.json, of which nothing beyond 1
/// MiB is read.
const MAX_IDENTITY_TOKEN: usize = 64 << 10;
/// The `client_id` to which identity tokens are issued.
const CLIENT_ID: &str = "lamel";

/// What access is asked for, and with which credential.
pub struct TokenRequest {
    /// The registry's name in errors.
    pub registry: String,
    pub repository: String,
    /// The registry is spoken to in plain http, so its token service may be.
    pub insecure: bool,
    pub credential: Option<FoundCredential>,
    /// What the token is to be good for (distribution's `spec/auth/scope.md`).
    pub scopes: Vec<String>,
    /// Ask for an identity token as well, in exchange for the password.
    pub wants_identity_token: bool,
}

/// A token service's answer.
#[derive(Deserialize)]
struct Answer {
    #[serde(flatten)]
    token: RegistryToken,
    refresh_token: Option<String>,
}

impl TokenRequest {
    /// The credential, without where it was found.
    pub fn credential(&self) -> Option<&Credential> {
        self.credential.as_ref().map(|found| &found.credential)
    }

    /// Parses the token service's URL; an error where that is plain http and the registry is not.
    pub fn checked_url(&self, realm: &str) -> Result<Url, Error> {
        let url =
            Url::parse(realm).map_err(|_| self.malformed(&format!("its token service has no valid URL: {realm}")))?;
        let allowed = url.scheme() == "https" || (url.scheme() == "http" && self.insecure);
        match allowed {
            true => Ok(url),
            false => Err(self.malformed(&format!("its token service is not https: {realm}"))),
        }
    }

    /// Returns the URL of a GET for a token.
    pub fn with_query(&self, mut url: Url, service: Option<&str>) -> Url {
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs(self.scopes.iter().map(|scope| ("scope", scope)));
        pairs.extend_pairs(service.map(|service| ("service", service)));
        if self.wants_identity_token {
            pairs.extend_pairs([("offline_token", "true"), ("client_id", CLIENT_ID)]);
        }
        drop(pairs);
        url
    }

    /// Returns the form of a POST that exchanges an identity token for an access token (`oauth.md`; RFC 6749, 6).
    pub fn form(&self, identity_token: &str, service: Option<&str>) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token");
        form.append_pair("refresh_token", identity_token);
        form.append_pair("client_id", CLIENT_ID);
        form.extend_pairs(service.map(|service| ("service", service)));
        if !self.scopes.is_empty() {
            form.append_pair("scope", &self.scopes.join(" "));
        }
        form.finish()
    }

    /// Parses the body of the token service's answer: the `Authorization` header, and the identity token where one was
    /// asked for.
    pub fn parse_answer(&self, body: &[u8]) -> Result<(HeaderValue, Option<String>), Error> {
        // Without the parser's words, which may quote a part of the token.
        let answer: Answer =
            serde_json::from_slice(body).map_err(|_| self.malformed("the token service's answer has none"))?;
        let header = HeaderValue::try_from(answer.token.bearer_token()).map_err(|_| self.refused())?;
        let identity_token = answer
            .refresh_token
            .filter(|token| self.wants_identity_token && !token.is_empty());
        if identity_token
            .as_ref()
            .is_some_and(|token| token.len() > MAX_IDENTITY_TOKEN)
        {
            let cause = format!("the identity token beside it is larger than {MAX_IDENTITY_TOKEN} bytes");
            return Err(self.malformed(&cause));
        }
        Ok((sensitive(header), identity_token))
    }

    /// The error where the answer has more than [`MAX_ANSWER`] bytes.
    pub fn too_large(&self) -> Error {
        self.malformed(&format!("larger than {MAX_ANSWER} bytes"))
    }

    /// The error where the registry or its token service refuses access.
    pub fn refused(&self) -> Error {
        Error::Unauthorized {
            registry: self.registry.clone(),
            repository: self.repository.clone(),
            credentials: self.credential.as_ref().map(FoundCredential::to_string),
        }
    }

    /// The error where the token service does not answer as it should.
    pub fn unreachable(&self, cause: String) -> Error {
        Error::Unreachable {
            registry: self.registry.clone(),
            cause,
            hint: "it issues the access tokens",
        }
    }

    fn malformed(&self, cause: &str) -> Error {
        Error::Malformed {
            registry: self.registry.clone(),
            object: "an access token".into(),
            cause: one_line(cause),
        }
    }
}

/// Returns the `Authorization` header of name and password (RFC 7617).
pub fn basic(user: &str, password: &str) -> HeaderValue {
    let encoded = STANDARD.encode(format!("{user}:{password}"));
    sensitive(HeaderValue::try_from(format!("Basic {encoded}")).expect("base64 is ASCII"))
}

/// Marks the value so that it is never printed.
fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(insecure: bool) -> TokenRequest {
        TokenRequest {
            registry: "r".into(),
            repository: "a/b".into(),
            insecure,
            credential: None,
            scopes: vec!["repository:a/b:pull".to_owned()],
            wants_identity_token: false,
        }
    }

    #[test]
    fn a_registry_in_https_cannot_name_a_token_service_in_plain_http() {
        let service = |insecure, realm| {
            let request = request(insecure);
            let url = request.checked_url(realm).map_err(|error| error.to_string())?;
            Ok::<_, String>(String::from(request.with_query(url, Some("s"))))
        };
        let asked = "https://auth/t?a=1&scope=repository%3Aa%2Fb%3Apull&service=s";
        assert_eq!(service(false, "https://auth/t?a=1").unwrap(), asked);
        assert!(service(true, "http://auth/t").is_ok());
        assert_eq!(
            service(false, "http://auth/t").unwrap_err(),
            "an access token from r cannot be read: its token service is not https: http://auth/t"
        );
        assert!(service(true, "file:///etc/passwd").is_err());
        assert!(service(false, "/token").is_err());
    }

    #[test]
    fn a_token_is_read_under_both_of_its_names() {
        let answer = |body: &str| {
            let (header, _) = request(false)
                .parse_answer(body.as_bytes())
                .map_err(|e| e.to_string())?;
            assert!(header.is_sensitive());
            Ok::<_, String>(header.to_str().unwrap().to_owned())
        };
        for body in [
            r#"{"token":"x","access_token":"y","expires_in":300}"#,
            r#"{"access_token":"x","refresh_token":null}"#,
            r#"{"token":null,"access_token":"x"}"#,
        ] {
            assert_eq!(answer(body).unwrap(), "Bearer x", "{body}");
        }
        for body in ["{}", "", r#"{"token":7777}"#, r#"{"refresh_token":"7777"}"#, "7777"] {
            assert_eq!(
                answer(body).unwrap_err(),
                "an access token from r cannot be read: the token service's answer has none",
                "{body}"
            );
        }
        assert!(answer(r#"{"token":"a\nb"}"#).is_err());
    }

    #[test]
    fn the_form_for_an_identity_token_is_encoded() {
        assert_eq!(
            request(false).form("a+b&c", Some("s d")),
            "grant_type=refresh_token&refresh_token=a%2Bb%26c&client_id=lamel\
             &service=s+d&scope=repository%3Aa%2Fb%3Apull"
        );
    }
}
