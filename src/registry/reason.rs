//! Why a request came to nothing, in words for people: what the library says is in layers, of which the outer ones only say that a request failed.

use super::error::{Error, plain};
use std::error::Error as _;

/// rustls's words where the other side ends the handshake, which in TLS 1.3 may come after the request.
const REFUSED_TLS: &str = "received fatal alert";

/// Kinds of reasons, as far as there are different ways out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    /// No TLS is spoken there.
    Plain,
    /// A client's certificate is wanted.
    Client,
    /// The server's certificate is not believed.
    Certificate,
    Other,
}

impl Kind {
    /// The way out where it is a registry.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Kind::Plain => {
                "does it speak plain http? then it has to be called insecure in registries.conf or LAMEL_INSECURE_REGISTRIES"
            }
            Kind::Client => "a *.cert and its *.key belong into the registry's directory in /etc/containers/certs.d",
            Kind::Certificate => {
                "its certificate must be signed by one of the system's authorities, by one in the file SSL_CERT_FILE, or by a *.crt in the registry's directory in /etc/containers/certs.d"
            }
            Kind::Name | Kind::Other => self.hint_elsewhere(),
        }
    }

    /// The way out where it is any server.
    pub(super) fn hint_elsewhere(self) -> &'static str {
        match self {
            Kind::Name => "is the name right?",
            Kind::Plain => "does it speak plain http?",
            Kind::Client => "there is none for it",
            Kind::Certificate => {
                "its certificate must be signed by one of the system's authorities, or by one in the file SSL_CERT_FILE"
            }
            Kind::Other => "is the name right, and is it up?",
        }
    }
}

/// The reason, and of which kind it is.
pub(super) fn of(error: &reqwest::Error) -> (String, Kind) {
    let all = chain(error);
    if all.contains("dns error") {
        ("its name cannot be resolved".to_owned(), Kind::Name)
    } else if all.contains("InvalidContentType") {
        (cause(error), Kind::Plain)
    } else if all.contains("CertificateRequired") {
        ("it wants a client's certificate".to_owned(), Kind::Client)
    } else if all.contains("invalid peer certificate") {
        (cause(error), Kind::Certificate)
    } else {
        (cause(error), Kind::Other)
    }
}

/// Whether nobody answered who could do better next time.
pub(super) fn is_of_nobody(error: &reqwest::Error) -> bool {
    error.is_connect() || chain(error).contains(REFUSED_TLS)
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

/// The innermost reason of an error.
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
