//! The cryptography that TLS uses: ring's, with P-521 added.

use crate::registry::tls::p521;
use rustls::crypto::{CryptoProvider, ring};
use std::sync::{Arc, LazyLock};

/// ring's cryptography, and signatures with keys on P-521. Made once per process.
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
