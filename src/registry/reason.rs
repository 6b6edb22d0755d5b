//! Why a request came to nothing, in words for people: what the library says is in layers, of which the outer ones only say that a request failed.

use super::error::{Error, plain};
use std::error::Error as _;

/// rustls's words where the other side ends the handshake, which in TLS 1.3 may come after the request.
const REFUSED_TLS: &str = "received fatal alert";

/// The reason, and the way out.
pub(super) fn of(error: &reqwest::Error) -> (String, &'static str) {
    let all = chain(error);
    if all.contains("dns error") {
        ("its name cannot be resolved".to_owned(), "is the name right?")
    } else if all.contains("InvalidContentType") {
        (
            cause(error),
            "does it speak plain http? then it has to be called insecure in registries.conf or LAMEL_INSECURE_REGISTRIES",
        )
    } else if all.contains("CertificateRequired") {
        (
            "it wants a client's certificate".to_owned(),
            "a *.cert and its *.key belong into the registry's directory in /etc/containers/certs.d",
        )
    } else if all.contains("invalid peer certificate") {
        (
            cause(error),
            "its certificate must be signed by one of the system's authorities, by one in the file SSL_CERT_FILE, or by a *.crt in the registry's directory in /etc/containers/certs.d",
        )
    } else {
        (cause(error), "is the name right, and is it up?")
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
