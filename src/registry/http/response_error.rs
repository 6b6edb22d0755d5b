//! What an answer means that is not the expected one: the error, and whether another attempt may succeed.

use crate::registry::errors::{Error, Failure, one_line};
use crate::registry::http::transport::Transport;
use chrono::{DateTime, Utc};
use oci_client::errors::{OciEnvelope, OciErrorCode};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use std::time::Duration;

/// Bytes of an error's body that are read.
const MAX_BODY: usize = 16 << 10;

/// The request that was answered, as the errors name it.
pub struct ErrorResponse<'a> {
    pub registry: &'a str,
    pub repository: &'a str,
    pub what: String,
    /// The error for a 404; `None` where that is a status like any other.
    pub not_found: Option<Error>,
    /// The error for a 401.
    pub unauthorized: Error,
}

impl ErrorResponse<'_> {
    /// Reads the answer's body and makes the failure that it means.
    pub async fn failure(self, transport: &Transport, mut response: Response) -> Failure {
        let registry = self.registry.to_owned();
        let repository = self.repository.to_owned();
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let message = message(&start_of_body(transport, &mut response).await);
        let object = match status {
            StatusCode::UNAUTHORIZED => return self.unauthorized.into(),
            StatusCode::FORBIDDEN => {
                return Failure::Final(Error::Denied {
                    registry,
                    repository,
                    message,
                });
            }
            StatusCode::TOO_MANY_REQUESTS => {
                return Failure::Transient {
                    error: Error::TooManyRequests { registry, retry_after },
                    retry_after,
                };
            }
            StatusCode::NOT_FOUND => match self.not_found {
                Some(error) => return error.into(),
                None => format!("{} to {repository}", self.what),
            },
            _ => self.what,
        };
        let error = Error::Status {
            registry,
            object,
            status: status.as_u16(),
            message,
        };
        match is_transient(status) {
            true => Failure::Transient { error, retry_after },
            false => Failure::Final(error),
        }
    }
}

/// Reads the first bytes of an error's body. A body that breaks off counts as far as it came.
async fn start_of_body(transport: &Transport, response: &mut Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = transport.chunk(response).await {
        body.extend_from_slice(&chunk[..chunk.len().min(MAX_BODY - body.len())]);
        if body.len() == MAX_BODY {
            break;
        }
    }
    body
}

/// The message of the first error in the body, or its code where it has no message; empty where the body has not the
/// format of the distribution-spec ("Error Codes").
fn message(body: &[u8]) -> String {
    let errors = serde_json::from_slice::<OciEnvelope>(body).map(|envelope| envelope.errors);
    let Some(first) = errors.ok().and_then(|errors| errors.into_iter().next()) else {
        return String::new();
    };
    match one_line(&first.message) {
        message if message.is_empty() => code(&first.code),
        message => message,
    }
}

/// A code as the registry wrote it: `MANIFEST_INVALID`.
fn code(code: &OciErrorCode) -> String {
    let name = serde_json::to_value(code).ok();
    name.as_ref()
        .and_then(|name| name.as_str())
        .map(one_line)
        .unwrap_or_default()
}

/// Reads `Retry-After` (RFC 9110, 10.2.3): how long to wait from now.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    // A date in the past means now.
    Some((date.to_utc() - Utc::now()).to_std().unwrap_or_default())
}

/// Whether a status means that another attempt may succeed.
pub fn is_transient(status: StatusCode) -> bool {
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
    fn an_error_without_a_message_is_told_by_its_code() {
        for (body, expected) in [
            (
                r#"{"errors":[{"code":"DENIED","message":"no\nway"},{"code":"NAME_INVALID"}]}"#,
                "no way",
            ),
            (
                r#"{"errors":[{"code":"MANIFEST_INVALID","message":""}]}"#,
                "MANIFEST_INVALID",
            ),
            (r#"{"errors":[{"code":"OF_ITS_OWN"}]}"#, "OF_ITS_OWN"),
            (r#"{"errors":[]}"#, ""),
            ("<html>", ""),
        ] {
            assert_eq!(message(body.as_bytes()), expected, "{body}");
        }
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
