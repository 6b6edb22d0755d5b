//! Why a request got no answer, in words for people.
//!
//! The libraries' errors are nested, and the outer ones only say that a request failed. The kind of a failure is
//! decided by the types of its causes, never by their texts: these contain the request's URL, and so any word that an
//! image's name has.

#[cfg(test)]
mod tests;

use crate::registry::errors::{Error, one_line};
use crate::text::error::words_in_sentence;
use rustls::{AlertDescription, CertificateError, InvalidMessage, OtherError};
use std::error::Error as StdError;
use std::io;

/// Kinds of failures, as far as there are different hints for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The host name cannot be resolved.
    Name,
    /// The server does not speak TLS.
    PlainHttp,
    /// The server demands a client's certificate.
    ClientCertificate,
    /// The server's certificate is not trusted.
    Certificate,
    /// As `Certificate`, where the certificate is an authority's: in practice, a self-signed one.
    SelfSigned,
    Other,
}

impl Kind {
    /// What the user can do where the server is a registry.
    pub fn hint(self) -> &'static str {
        match self {
            Kind::PlainHttp => {
                "does it speak plain http? then mark it insecure in registries.conf or LAMEL_INSECURE_REGISTRIES"
            }
            Kind::ClientCertificate => {
                "a *.cert and its *.key belong into the registry's directory in /etc/containers/certs.d"
            }
            Kind::Certificate => {
                "its certificate must be signed by one of the system's authorities, by one in the file \
                 SSL_CERT_FILE, or by a *.crt in the registry's directory in /etc/containers/certs.d"
            }
            Kind::SelfSigned => {
                "if it is the right one, it belongs as a *.crt into the registry's directory in /etc/containers/certs.d"
            }
            Kind::Name | Kind::Other => self.hint_for_server(),
        }
    }

    /// What the user can do where it is any other server.
    pub fn hint_for_server(self) -> &'static str {
        match self {
            Kind::Name => "is the name right?",
            Kind::PlainHttp => "does it speak plain http?",
            Kind::ClientCertificate => "lamel has none for it",
            Kind::Certificate | Kind::SelfSigned => {
                "its certificate must be signed by one of the system's authorities, or by one in the file SSL_CERT_FILE"
            }
            Kind::Other => "is the name right, and is it up?",
        }
    }
}

/// Returns the cause of a failed request in words, and its kind.
pub fn classify(error: &reqwest::Error) -> (String, Kind) {
    if error.is_dns() {
        return ("its name cannot be resolved".to_owned(), Kind::Name);
    }
    match tls(error) {
        // The first bytes of the answer are no TLS record.
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => (cause(error), Kind::PlainHttp),
        Some(rustls::Error::AlertReceived(AlertDescription::CertificateRequired)) => {
            ("it wants a client's certificate".to_owned(), Kind::ClientCertificate)
        }
        Some(rustls::Error::InvalidCertificate(CertificateError::Other(other))) if is_authority(other) => (
            "invalid peer certificate: it is self-signed".to_owned(),
            Kind::SelfSigned,
        ),
        Some(rustls::Error::InvalidCertificate(_)) => (cause(error), Kind::Certificate),
        _ => (cause(error), Kind::Other),
    }
}

/// Whether the request failed before any answer, so that another attempt is no use where the server has never answered.
pub fn is_without_answer(error: &reqwest::Error) -> bool {
    // The server may end the handshake with an alert; in TLS 1.3 that can come after the request was sent.
    error.is_connect() || matches!(tls(error), Some(rustls::Error::AlertReceived(_)))
}

/// The error where no HTTP client can be built: in practice, because the system has no certificates.
pub fn no_client(registry: &str, error: &(dyn StdError + 'static)) -> Error {
    let cause = match tls(error) {
        Some(rustls::Error::General(words)) => one_line(words),
        _ => cause(error),
    };
    Error::Unreachable {
        registry: registry.to_owned(),
        cause,
        hint: "install ca-certificates, or name a file of certificates in SSL_CERT_FILE",
    }
}

/// Returns the innermost cause of an error in words.
pub fn cause(error: &(dyn StdError + 'static)) -> String {
    let Some(inner) = causes(error).last() else {
        return one_line(error);
    };
    match inner.downcast_ref::<io::Error>() {
        Some(error) if error.raw_os_error().is_some() => words_in_sentence(error),
        _ => one_line(inner),
    }
}

/// Whether the server's certificate is an authority's.
fn is_authority(error: &OtherError) -> bool {
    matches!(error.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// The TLS error among the causes.
fn tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The error and its causes, from the outside in. `source` of an `io::Error` skips the error that it wraps, so that is
/// listed by `get_ref`.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        carried.map_or_else(|| error.source(), |carried| Some(carried))
    })
}
