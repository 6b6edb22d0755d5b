//! TLS with a registry: which server certificates are trusted, and which client certificate is shown.
//!
//! Trusted are the system's authorities and those in the registry's own directory in `certs.d` ([`certificates`]). A
//! certificate in that directory, an authority's or not, is also trusted for itself ([`own_certificate`]). [`p521`]
//! adds the curve that Go and OpenSSL verify and ring does not, [`x509`] reads what webpki does not expose,
//! [`client_config`] puts all of it together for rustls.

pub mod certificates;
pub mod client_config;
pub mod own_certificate;
pub mod p521;
pub mod provider;
#[cfg(test)]
mod samples;
pub mod x509;
