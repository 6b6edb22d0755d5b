//! The errors of this room, as far as callers tell cases apart. Each message is one line, names registry, repository or
//! digest, and ends with what the user can do where there is something.

use crate::oci::digest::Digest;
use crate::oci::platform::Platform;
use crate::text::error::words;
use std::fmt;
use std::time::Duration;

/// A request to a registry failed, or its answer is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("cannot reach registry {registry}: {cause} ({hint})")]
    Unreachable {
        registry: String,
        cause: String,
        hint: &'static str,
    },
    /// 401. `credentials`: those that were tried, in words.
    #[error("registry {registry} does not give access to {repository}{}", refused(.credentials, .registry))]
    Unauthorized {
        registry: String,
        repository: String,
        credentials: Option<String>,
    },
    /// 403.
    #[error("registry {registry} denies access to {repository}{}", detail(.message))]
    Denied {
        registry: String,
        repository: String,
        message: String,
    },
    /// 404 for a tag or a manifest.
    #[error("no such image {name} in {registry}")]
    NoImage { registry: String, name: String },
    /// 404 for a blob that a manifest promised.
    #[error("registry {registry} has no blob {digest} of {repository}")]
    NoBlob {
        registry: String,
        repository: String,
        digest: Digest,
    },
    /// 429.
    #[error("too many requests to registry {registry}{}", again(.retry_after))]
    TooManyRequests {
        registry: String,
        retry_after: Option<Duration>,
    },
    #[error("registry {registry} answered {status} for {object}{}", detail(.message))]
    Status {
        registry: String,
        object: String,
        status: u16,
        message: String,
    },
    /// The transfer broke in all attempts.
    #[error("transfer of {object} from {registry} broke after {done} of {total} bytes: {cause}")]
    Broken {
        registry: String,
        object: String,
        done: u64,
        total: u64,
        cause: String,
    },
    /// An upload was answered before all of it was sent.
    #[error("registry {registry} ended an upload after {done} bytes")]
    UploadEnded { registry: String, done: u64 },
    #[error("digest mismatch: {registry} sent {actual} for {expected}")]
    DigestMismatch {
        registry: String,
        expected: Digest,
        actual: Digest,
    },
    #[error("size mismatch: {registry} has {actual} bytes for {object}, expected {expected}")]
    SizeMismatch {
        registry: String,
        object: String,
        expected: u64,
        actual: String,
    },
    #[error("{object} from {registry} is larger than {limit} bytes")]
    TooLarge {
        registry: String,
        object: String,
        limit: u64,
    },
    #[error("unsupported media type {media_type} of {object}{}", why(.reason))]
    MediaType {
        object: String,
        media_type: String,
        reason: &'static str,
    },
    #[error("{object} from {registry} cannot be read: {cause}")]
    Malformed {
        registry: String,
        object: String,
        cause: String,
    },
    #[error("{object} is not there for {wanted}; it is for {}", offer(.offered))]
    NoPlatform {
        object: String,
        wanted: String,
        offered: Vec<String>,
    },
    #[error("registry {registry} is blocked in {file}")]
    Blocked { registry: String, file: String },
    /// A download from a server that is no registry.
    #[error("{cause}")]
    Download { cause: String },
    /// The resume file of an earlier transfer cannot be read.
    #[error("the partial download of {digest} cannot be read: {cause}")]
    ResumeFile { digest: Digest, cause: String },
    /// The session was dropped while a blob was being read.
    #[error("transfer of {0} was abandoned")]
    Abandoned(Digest),
}

fn refused(credentials: &Option<String>, registry: &str) -> String {
    match credentials {
        Some(credentials) => format!(" with {credentials}"),
        None => format!(": it does not exist, or needs credentials (`lamel login {registry}` keeps them)"),
    }
}

fn detail(message: &str) -> String {
    match message.is_empty() {
        true => String::new(),
        false => format!(": {message}"),
    }
}

fn why(reason: &str) -> String {
    match reason.is_empty() {
        true => String::new(),
        false => format!(" ({reason})"),
    }
}

fn again(after: &Option<Duration>) -> String {
    match after.map(|after| after.as_secs()) {
        None => "; try again later".into(),
        Some(seconds @ ..120) => format!("; it may be tried again in {seconds} s"),
        Some(seconds @ ..7200) => format!("; it may be tried again in {} min", seconds.div_ceil(60)),
        Some(seconds) => format!("; it may be tried again in {} h", seconds.div_ceil(3600)),
    }
}

fn offer(platforms: &[String]) -> String {
    match platforms.is_empty() {
        true => "no platform".into(),
        false => platforms.join(", "),
    }
}

/// How one attempt failed, and whether another one may succeed.
#[derive(Debug)]
pub enum Failure {
    /// Another attempt would fail as well.
    Final(Error),
    /// Another attempt may succeed, after the pause that the registry named.
    Transient {
        error: Error,
        retry_after: Option<Duration>,
    },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Final(error)
    }
}

impl Failure {
    /// Another attempt may succeed; the registry named no pause.
    pub fn transient(error: Error) -> Failure {
        Failure::Transient {
            error,
            retry_after: None,
        }
    }
}

/// Makes what a server wrote fit for one line of a terminal: printable, at most 200 characters.
pub fn one_line(text: impl fmt::Display) -> String {
    const LONGEST: usize = 200;
    let text = text.to_string();
    let mut out = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| !invisible(*c)));
        if out.chars().count() > LONGEST {
            out = out.chars().take(LONGEST).collect();
            out.push('…');
            break;
        }
    }
    out
}

/// Characters that reorder or hide their neighbours on a terminal.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Error {
    /// The resume file of a blob cannot be read.
    pub fn resume_file(digest: Digest, error: &std::io::Error) -> Error {
        let cause = one_line(words(error));
        Error::ResumeFile { digest, cause }
    }

    /// No image of the index `object` is for the platform `wanted`.
    pub fn no_platform(object: &str, wanted: &Platform, offered: Vec<String>) -> Error {
        Error::NoPlatform {
            object: object.to_owned(),
            wanted: wanted.to_string(),
            offered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_server_is_one_short_printable_line() {
        assert_eq!(one_line("a\x1b[31m b\r\nc\u{202e}d"), "a [31m b cd");
        assert_eq!(one_line("x".repeat(500)).chars().count(), 201);
    }

    #[test]
    fn a_rate_limit_says_when_to_try_again() {
        let text = |retry_after: Option<u64>| {
            Error::TooManyRequests {
                registry: "docker.io".into(),
                retry_after: retry_after.map(Duration::from_secs),
            }
            .to_string()
        };
        assert_eq!(text(None), "too many requests to registry docker.io; try again later");
        assert_eq!(
            text(Some(30)),
            "too many requests to registry docker.io; it may be tried again in 30 s"
        );
        assert_eq!(
            text(Some(21_600)),
            "too many requests to registry docker.io; it may be tried again in 6 h"
        );
    }
}
