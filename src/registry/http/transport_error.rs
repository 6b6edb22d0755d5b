//! Why a request came to nothing, in words for people. What the libraries say is in layers, of which the outer ones
//! only say that a request failed. Of which kind a failure is, the types of its causes tell, never their words: these
//! have the request's URL in them, and so whatever an image is called.

#[cfg(test)]
mod tests;

use crate::registry::errors::{Error, plain};
use nix::errno::Errno;
use rustls::{AlertDescription, CertificateError, InvalidMessage, OtherError};
use std::error::Error as StdError;
use std::io;

/// Kinds of reasons, as far as there are different ways out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    /// No TLS is spoken there.
    Plain,
    /// A client's certificate is wanted.
    Client,
    /// The server's certificate is not believed.
    Certificate,
    /// Likewise, and it is an authority's, that is, in practice, its own.
    SelfSigned,
    Other,
}

impl Kind {
    /// The way out where it is a registry.
    pub fn hint(self) -> &'static str {
        match self {
            Kind::Plain => {
                "does it speak plain http? then it has to be called insecure in registries.conf or LAMEL_INSECURE_REGISTRIES"
            }
            Kind::Client => "a *.cert and its *.key belong into the registry's directory in /etc/containers/certs.d",
            Kind::Certificate => {
                "its certificate must be signed by one of the system's authorities, by one in the file SSL_CERT_FILE, or by a *.crt in the registry's directory in /etc/containers/certs.d"
            }
            Kind::SelfSigned => {
                "if it is the right one, it belongs as a *.crt into the registry's directory in /etc/containers/certs.d"
            }
            Kind::Name | Kind::Other => self.hint_elsewhere(),
        }
    }

    /// The way out where it is any server.
    pub fn hint_elsewhere(self) -> &'static str {
        match self {
            Kind::Name => "is the name right?",
            Kind::Plain => "does it speak plain http?",
            Kind::Client => "there is none for it",
            Kind::Certificate | Kind::SelfSigned => {
                "its certificate must be signed by one of the system's authorities, or by one in the file SSL_CERT_FILE"
            }
            Kind::Other => "is the name right, and is it up?",
        }
    }
}

/// The reason, and of which kind it is.
pub fn of(error: &reqwest::Error) -> (String, Kind) {
    if error.is_dns() {
        return ("its name cannot be resolved".to_owned(), Kind::Name);
    }
    match tls(error) {
        // The first bytes of its answer are no record of TLS.
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => (cause(error), Kind::Plain),
        Some(rustls::Error::AlertReceived(AlertDescription::CertificateRequired)) => {
            ("it wants a client's certificate".to_owned(), Kind::Client)
        }
        Some(rustls::Error::InvalidCertificate(CertificateError::Other(other))) if is_authority(other) => (
            "invalid peer certificate: it is self-signed".to_owned(),
            Kind::SelfSigned,
        ),
        Some(rustls::Error::InvalidCertificate(_)) => (cause(error), Kind::Certificate),
        _ => (cause(error), Kind::Other),
    }
}

/// Whether nobody answered who could do better next time.
pub fn is_of_nobody(error: &reqwest::Error) -> bool {
    // The other side may end the handshake; in TLS 1.3 that may come after the request.
    error.is_connect() || matches!(tls(error), Some(rustls::Error::AlertReceived(_)))
}

/// No client can be made: in practice, because there are no certificates.
pub fn no_client(registry: &str, error: &(dyn StdError + 'static)) -> Error {
    let cause = match tls(error) {
        Some(rustls::Error::General(words)) => plain(words),
        _ => cause(error),
    };
    Error::Unreachable {
        registry: registry.to_owned(),
        cause,
        hint: "install ca-certificates, or name a file of certificates in SSL_CERT_FILE",
    }
}

/// The innermost reason of an error.
pub fn cause(error: &(dyn StdError + 'static)) -> String {
    let Some(inner) = causes(error).last() else {
        return plain(error);
    };
    match inner.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
        // The kernel's words without Rust's number.
        Some(number) => Errno::from_raw(number).desc().to_lowercase(),
        None => plain(inner),
    }
}

/// Whether a server showed the certificate of an authority.
fn is_authority(error: &OtherError) -> bool {
    matches!(error.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// What TLS says of it.
fn tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The error and its causes, from the outside in. An `io::Error` that only carries another is one of them, and what it
/// carries, too, which `source` passes over.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        carried.map_or_else(|| error.source(), |carried| Some(carried))
    })
}
