//! What an answer means that is not what was asked for: whose fault it is, and whether another attempt may succeed.

use crate::oci::digest::Digest;
use crate::registry::errors::{Error, Failure, plain};
use crate::registry::http::client::{Client, Object};
use chrono::{DateTime, Utc};
use oci_client::errors::OciEnvelope;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use std::time::Duration;

/// How much of an error's body is read, in bytes.
const MAX_MESSAGE: usize = 16 << 10;

impl Client {
    /// The failure that an answer is.
    pub async fn refusal(&self, object: &Object, mut response: Response) -> Failure {
        let registry = self.registry().to_owned();
        let repository = self.reference().repository().to_owned();
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let body = self.start_of(&mut response).await;
        let message = message(&body);
        match status {
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
                Object::Tags(_) => Error::NoImage {
                    registry,
                    name: repository,
                },
                Object::Sent(what) => Error::Status {
                    registry,
                    object: format!("{what} to {repository}"),
                    status: status.as_u16(),
                    message,
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
                match is_passing(status) {
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

/// `Retry-After` (RFC 9110, 10.2.3): how long to wait, from now.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    // What is past may be tried now.
    Some((date.to_utc() - Utc::now()).to_std().unwrap_or_default())
}

/// Whether a status says that another attempt may succeed.
pub fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(value: String) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        retry_after(&headers).map(|time| time.as_secs())
    }

    #[test]
    fn a_time_to_wait_is_seconds_or_a_date() {
        assert_eq!(after("7".into()), Some(7));
        assert_eq!(after("Wed, 21 Oct 2015 07:28:00 GMT".into()), Some(0));
        let later = Utc::now() + chrono::TimeDelta::seconds(1000);
        let later = after(later.format("%a, %d %b %Y %H:%M:%S GMT").to_string()).unwrap();
        assert!((900..=1000).contains(&later), "{later}");
        for value in [
            "soon",
            "-1",
            "99999999999999999999",
            "Wed, 21 Oct 999999999 07:28:00 GMT",
            "31 Dec 1 23:59:60 -2359",
        ] {
            after(value.into());
        }
        assert_eq!(after("soon".into()), None);
        assert_eq!(after(u64::MAX.to_string()), Some(u64::MAX));
    }
}
