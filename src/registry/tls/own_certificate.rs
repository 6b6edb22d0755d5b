//! A registry's own certificate in `certs.d`, trusted for itself.
//!
//! The usual instructions for a registry make one certificate with `openssl req -x509`, which is both an authority's
//! and the server's, and copy it to `certs.d`. webpki rejects an authority's certificate as a server's
//! (`CaUsedAsEndEntity`). Go ends a chain at any certificate that it is told to trust, and so does this verifier: a
//! certificate that is, byte for byte, in the registry's directory is accepted from the registry's host, whoever signed
//! it. Its dates, its names and its extended key usage are checked, and the handshake's signature proves that the
//! server has the key. From other hosts, such as a token service or the target of a redirect, it is not accepted.

use crate::registry::tls::provider::provider;
use crate::registry::tls::x509::Validity;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;

/// Accepts the registry's own certificates from its host, and from every host what `authorities` accepts.
#[derive(Debug)]
pub struct Verifier {
    /// Verifies other certificates; `None` where there are no authorities to trust.
    pub authorities: Option<Arc<dyn ServerCertVerifier>>,
    /// The registry's host; `None` where it is nothing that a certificate can name.
    pub host: Option<ServerName<'static>>,
    /// The certificates in the registry's directory.
    pub certificates: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.host.as_ref() == Some(name) && self.certificates.contains(certificate) {
            verify(certificate, name, now)?;
            return Ok(ServerCertVerified::assertion());
        }
        match &self.authorities {
            Some(authorities) => authorities.verify_server_cert(certificate, intermediates, name, ocsp, now),
            None => Err(CertificateError::UnknownIssuer.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &provider().signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &provider().signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

/// Checks a trusted certificate: its dates, its purpose and its names.
fn verify(certificate: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> Result<(), Error> {
    // An error also where it has a critical extension that webpki does not know.
    let parsed = ParsedCertificate::try_from(certificate)?;
    let validity = Validity::parse(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let (not_before, not_after) = (at(validity.not_before), at(validity.not_after));
    if now < not_before {
        return Err(CertificateError::NotValidYetContext { time: now, not_before }.into());
    }
    if now > not_after {
        return Err(CertificateError::ExpiredContext { time: now, not_after }.into());
    }
    if !validity.for_servers {
        return Err(CertificateError::InvalidPurpose.into());
    }
    verify_server_name(&parsed, name)
}

fn at(since_1970: Duration) -> UnixTime {
    UnixTime::since_unix_epoch(since_1970)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::tls::samples::{CLIENT, PLAIN, SERVER_TOO, certificate};

    fn verified(pem: &[u8], name: &str, now: u64) -> Result<(), Error> {
        verify(
            &certificate(pem),
            &name.try_into().unwrap(),
            at(Duration::from_secs(now)),
        )
    }

    #[test]
    fn dates_names_and_uses_are_checked() {
        let (from, to) = (1796078323, 3524078323);
        for now in [from, to] {
            assert_eq!(verified(PLAIN, "registry.example", now), Ok(()));
        }
        assert_eq!(verified(SERVER_TOO, "registry.example", to), Ok(()));
        let refused = |pem, name, now| match verified(pem, name, now) {
            Err(Error::InvalidCertificate(error)) => error,
            other => panic!("{other:?}"),
        };
        assert!(matches!(
            refused(PLAIN, "registry.example", from - 1),
            CertificateError::NotValidYetContext { .. }
        ));
        assert!(matches!(
            refused(PLAIN, "registry.example", to + 1),
            CertificateError::ExpiredContext { .. }
        ));
        assert!(matches!(
            refused(PLAIN, "other.example", from),
            CertificateError::NotValidForNameContext { .. }
        ));
        assert_eq!(
            refused(CLIENT, "registry.example", to),
            CertificateError::InvalidPurpose
        );
    }

    /// Also where the certificate names other hosts beside the registry's.
    #[test]
    fn a_certificate_is_accepted_from_the_registrys_host_alone() {
        let accepted = |certificates: &[&[u8]], host: Option<&str>, name: &str| {
            let host = host.map(|host| ServerName::try_from(host.to_owned()).unwrap());
            let certificates = certificates.iter().map(|pem| certificate(pem)).collect();
            let verifier = Verifier {
                authorities: None,
                host,
                certificates,
            };
            let now = at(Duration::from_secs(1796078323 + 60));
            let shown = certificate(SERVER_TOO);
            verifier
                .verify_server_cert(&shown, &[], &name.try_into().unwrap(), &[], now)
                .is_ok()
        };
        let (host, other) = ("registry.example", "auth.example");
        assert!(accepted(&[PLAIN, SERVER_TOO], Some(host), host));
        assert!(accepted(&[SERVER_TOO], Some("Registry.Example"), host));
        assert!(accepted(&[SERVER_TOO], Some("::1"), "::1"));
        assert!(!accepted(&[SERVER_TOO], Some(host), other));
        assert!(!accepted(&[SERVER_TOO], Some(other), host));
        assert!(!accepted(&[SERVER_TOO], Some(host), "::1"));
        assert!(!accepted(&[SERVER_TOO], None, host));
        assert!(!accepted(&[PLAIN, CLIENT], Some(host), host));
        assert!(!accepted(&[], Some(host), host));
    }
}
