//! TLS with a registry: which certificates are trusted, and which one the client shows.
//!
//! Trusted are the system's authorities and those in the registry's own directory in `certs.d`. A certificate in that
//! directory, an authority's or not, is also trusted for itself ([`own`]). [`p521`] adds the kind of key that other
//! clients verify and ring does not, [`x509`] reads what webpki does not tell.

pub mod certificates;
pub mod own_certificate;
pub mod p521;
#[cfg(test)]
mod samples;
pub mod x509;

use crate::registry::tls::certificates::Certificates;
use reqwest::Url;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use std::sync::{Arc, LazyLock};

/// The protocols that are offered (ALPN), preferred ones first.
const PROTOCOLS: [&str; 2] = ["h2", "http/1.1"];

/// ring's cryptography, and P-521.
pub fn provider() -> &'static Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| {
        let ring = ring::default_provider();
        Arc::new(CryptoProvider {
            signature_verification_algorithms: p521::added_to(ring.signature_verification_algorithms),
            ..ring
        })
    });
    &PROVIDER
}

/// Verifies the certificate of the registry at the URL `base`, and those of the hosts that it refers to. An error where
/// there is nothing to trust, unless the registry is `insecure`: plain http can be spoken without.
pub fn verified(certificates: &Certificates, base: &str, insecure: bool) -> Result<ClientConfig, Error> {
    // Of those that cannot be read rustls makes an error.
    let is_authority = |certificate: &&CertificateDer<'_>| x509::is_authority(certificate).unwrap_or(true);
    let own = certificates.trusted.iter().filter(is_authority).cloned();
    let authorities = match rustls_platform_verifier::Verifier::new_with_extra_roots(own, Arc::clone(provider())) {
        Ok(authorities) => Some(Arc::new(authorities) as Arc<dyn ServerCertVerifier>),
        Err(_) if insecure || !certificates.trusted.is_empty() => None,
        Err(error) => return Err(error),
    };
    let verifier = own_certificate::Verifier {
        authorities,
        host: host(base),
        certificates: certificates.trusted.clone(),
    };
    config(Arc::new(verifier), certificates)
}

/// Trusts every certificate: for an insecure registry.
pub fn unverified(certificates: &Certificates) -> Result<ClientConfig, Error> {
    config(Arc::new(Unverified), certificates)
}

/// The host of a URL as a certificate names it.
fn host(base: &str) -> Option<ServerName<'static>> {
    let url = Url::parse(base).ok()?;
    // An IPv6 address has its brackets in a URL alone.
    let host = url.host_str()?.trim_matches(['[', ']']);
    ServerName::try_from(host.to_owned()).ok()
}

fn config(verifier: Arc<dyn ServerCertVerifier>, certificates: &Certificates) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider()))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match &certificates.client {
        Some(client) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(client)))),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = PROTOCOLS.map(|protocol| protocol.as_bytes().to_vec()).to_vec();
    Ok(config)
}

/// Verifies nothing, neither the certificate nor the handshake's signature. So every kind of signature is offered.
#[derive(Debug)]
struct Unverified;

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![
            SignatureScheme::ECDSA_NISTP256_SHA256,
            SignatureScheme::ECDSA_NISTP384_SHA384,
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::ED25519,
            SignatureScheme::ED448,
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
            SignatureScheme::RSA_PKCS1_SHA1,
            SignatureScheme::ECDSA_SHA1_Legacy,
        ]
    }
}
