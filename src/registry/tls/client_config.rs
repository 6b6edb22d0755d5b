//! rustls's configuration for one registry: verified, or unverified for an insecure one.

use crate::registry::tls::certificates::Certificates;
use crate::registry::tls::own_certificate::Verifier;
use crate::registry::tls::provider::provider;
use crate::registry::tls::x509;
use reqwest::Url;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use std::sync::Arc;

/// The protocols that are offered (ALPN), preferred ones first.
const PROTOCOLS: [&str; 2] = ["h2", "http/1.1"];

/// Configures TLS that verifies the certificate of the registry at the URL `base`, and those of the hosts to which it
/// refers.
///
/// # Errors
///
/// There is no certificate authority to trust. Not for an `insecure` registry, which can be spoken to in plain http.
pub fn verified(certificates: &Certificates, base: &str, insecure: bool) -> Result<ClientConfig, Error> {
    // A certificate that cannot be parsed is kept here, so that rustls reports it.
    let is_authority = |certificate: &&CertificateDer<'_>| x509::is_authority(certificate).unwrap_or(true);
    let extra_roots = certificates.trusted.iter().filter(is_authority).cloned();
    let authorities =
        match rustls_platform_verifier::Verifier::new_with_extra_roots(extra_roots, Arc::clone(provider())) {
            Ok(authorities) => Some(Arc::new(authorities) as Arc<dyn ServerCertVerifier>),
            Err(_) if insecure || !certificates.trusted.is_empty() => None,
            Err(error) => return Err(error),
        };
    let verifier = Verifier {
        authorities,
        host: host(base),
        certificates: certificates.trusted.clone(),
    };
    config(Arc::new(verifier), certificates)
}

/// Configures TLS that accepts every certificate, for an insecure registry.
pub fn unverified(certificates: &Certificates) -> Result<ClientConfig, Error> {
    config(Arc::new(Unverified), certificates)
}

/// Returns the host of a URL in the form in which certificates name it.
fn host(base: &str) -> Option<ServerName<'static>> {
    let url = Url::parse(base).ok()?;
    // Only URLs put brackets around an IPv6 address.
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

/// Verifies neither the certificate nor the handshake's signature, so it can offer every signature scheme.
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
