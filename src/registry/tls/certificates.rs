//! The directories `certs.d`: whom to believe that they are a registry, and what to show them.
//!
//! As docker and podman have it (dockerd's certificates page, containers-certs.d(5)): `certs.d/HOST[:PORT]/` holds in
//! `*.crt` authorities, or the registry's own certificate, and in `*.cert` a client's certificate, its key in `*.key`.
//! Only the first directory that exists for a host is read.

use crate::registry::config::dirs::Places;
use crate::registry::config::file;
use crate::registry::tls;
use anyhow::{Context, anyhow, ensure};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is to be used with one registry, beside the system's authorities.
#[derive(Default)]
pub struct Certificates {
    /// Authorities, and the registry itself.
    pub trusted: Vec<CertificateDer<'static>>,
    pub client: Option<Arc<CertifiedKey>>,
}

/// The directory for a registry, if there is one. One that this user may not look into is told to `warn` and passed over, as podman does: what is
/// in it may be meant for root's daemon alone.
pub fn directory(places: &Places, registry: &str, warn: &dyn Fn(&str)) -> anyhow::Result<Option<PathBuf>> {
    let user = places.user.iter().map(|dir| dir.join("containers"));
    let dirs = user.chain(["containers", "docker"].map(|dir| places.system.join(dir)));
    for dir in dirs {
        let dir = dir.join("certs.d").join(registry);
        // Opened, not only looked at: it may be there and not for this user to read.
        match dir.read_dir() {
            Ok(_) => return Ok(Some(dir)),
            Err(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::NotADirectory => {}
                ErrorKind::PermissionDenied => warn(&format!(
                    "certificates for {registry} in {} are not used: this user may not read it",
                    dir.display()
                )),
                _ => return Err(error).with_context(|| format!("reading {}", dir.display())),
            },
        }
    }
    Ok(None)
}

impl Certificates {
    /// What there is for a registry.
    pub fn find(places: &Places, registry: &str, warn: &dyn Fn(&str)) -> anyhow::Result<Certificates> {
        match directory(places, registry, warn)? {
            Some(dir) => Certificates::read(&dir),
            None => Ok(Certificates::default()),
        }
    }

    /// What is in a directory. Half of a pair and what cannot be read are errors. Of several clients' certificates the first by name is shown.
    pub fn read(dir: &Path) -> anyhow::Result<Certificates> {
        let mut found = Certificates::default();
        for path in file::entries(dir, &["crt", "cert", "key"])? {
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("crt") => found.trusted.extend(trusted(&path)?),
                Some("cert") => {
                    let (chain, key) = pair(&path)?;
                    if found.client.is_none() {
                        let client = CertifiedKey::from_der(chain, key, tls::provider())
                            .with_context(|| format!("{} and its key cannot be used", path.display()))?;
                        found.client = Some(Arc::new(client));
                    }
                }
                _ => ensure!(
                    path.with_extension("cert").exists(),
                    "{} has no certificate *.cert beside it",
                    path.display()
                ),
            }
        }
        Ok(found)
    }
}

fn trusted(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let wrong = || anyhow!("{} is no PEM certificate", path.display());
    let found = chain(&read(path)?).ok_or_else(wrong)?;
    for certificate in &found {
        RootCertStore::empty().add(certificate.clone()).map_err(|_| wrong())?;
    }
    Ok(found)
}

/// A client's certificate, with those between it and its authority, and the key beside it.
fn pair(path: &Path) -> anyhow::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let certificates = read(path)?;
    let beside = path.with_extension("key");
    let key = file::bytes(&beside).with_context(|| format!("reading {}", beside.display()))?;
    let key = key.with_context(|| {
        format!(
            "{} has no key beside it (an authority's certificate is named *.crt)",
            path.display()
        )
    })?;
    let pair = chain(&certificates).zip(PrivateKeyDer::from_pem_slice(&key).ok());
    pair.with_context(|| {
        format!(
            "{} and its key are no pair of PEM certificate and private key",
            path.display()
        )
    })
}

/// All certificates in a file's bytes; `None` where there is none, or something else.
fn chain(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    found.ok().filter(|found| !found.is_empty())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let context = || format!("reading {}", path.display());
    // A dangling link is in the directory and is not there.
    let missing = || std::io::Error::from(ErrorKind::NotFound);
    file::bytes(path)
        .and_then(|bytes| bytes.ok_or_else(missing))
        .with_context(context)
}
