//! The directories `certs.d`: authorities to trust for a registry, and the client certificate to show to it.
//!
//! As docker and podman have it (dockerd's page on certificates, containers-certs.d(5)): `certs.d/HOST[:PORT]/`
//! contains authorities' certificates or the registry's own one in `*.crt`, and a client's certificate in `*.cert` with
//! its key in `*.key`. Only the first directory that exists for a host is read.

use crate::registry::config::dirs::ConfigDirs;
use crate::registry::config::file;
use crate::registry::tls::provider::provider;
use anyhow::{Context, anyhow, ensure};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Certificates for one registry, in addition to the system's authorities.
#[derive(Default)]
pub struct Certificates {
    /// Certificates of authorities, and of the registry itself.
    pub trusted: Vec<CertificateDer<'static>>,
    pub client: Option<Arc<CertifiedKey>>,
}

/// Finds the directory for a registry. One that this user may not read is passed over with a warning, as podman does:
/// its certificates may be meant for root's daemon alone.
pub fn directory(dirs: &ConfigDirs, registry: &str, warn: &dyn Fn(&str)) -> anyhow::Result<Option<PathBuf>> {
    let user = dirs.user.iter().map(|dir| dir.join("containers"));
    let parents = user.chain(["containers", "docker"].map(|dir| dirs.system.join(dir)));
    for parent in parents {
        let dir = parent.join("certs.d").join(registry);
        // Opened, since an existing directory may be unreadable for this user.
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
    /// Finds and reads the certificates for a registry; none where there is no directory.
    pub fn find(dirs: &ConfigDirs, registry: &str, warn: &dyn Fn(&str)) -> anyhow::Result<Certificates> {
        match directory(dirs, registry, warn)? {
            Some(dir) => Certificates::read(&dir),
            None => Ok(Certificates::default()),
        }
    }

    /// Reads a directory. Half of a pair of certificate and key is an error, and so is what cannot be read. Of several
    /// client certificates the first by name is shown.
    pub fn read(dir: &Path) -> anyhow::Result<Certificates> {
        let mut found = Certificates::default();
        for path in file::entries(dir, &["crt", "cert", "key"])? {
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("crt") => found.trusted.extend(trusted(&path)?),
                Some("cert") => {
                    let (chain, key) = pair(&path)?;
                    if found.client.is_none() {
                        let client = CertifiedKey::from_der(chain, key, provider())
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

/// Reads a client's certificate with its intermediates, and the key beside it.
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

/// All certificates in PEM; `None` where there are none, or where one cannot be decoded.
fn chain(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    found.ok().filter(|found| !found.is_empty())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let context = || format!("reading {}", path.display());
    // A dangling symlink is listed in the directory and cannot be opened.
    let missing = || std::io::Error::from(ErrorKind::NotFound);
    file::bytes(path)
        .and_then(|bytes| bytes.ok_or_else(missing))
        .with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with these files below `etc` and `user`, all with the content `x`.
    fn machine(files: &[&str]) -> (tempfile::TempDir, ConfigDirs) {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let dirs = ConfigDirs {
            system: dir.path().join("etc"),
            user: Some(dir.path().join("user")),
            registries_conf: None,
        };
        (dir, dirs)
    }

    fn no_warning(text: &str) {
        panic!("{text}");
    }

    #[test]
    fn only_the_first_directory_of_certificates_is_read() {
        let (dir, dirs) = machine(&[
            "etc/docker/certs.d/a.io/ca.crt",
            "etc/docker/certs.d/b.io:5000/ca.crt",
            "etc/containers/certs.d/b.io:5000/ca.crt",
            "user/containers/certs.d/c.io/ca.crt",
            "etc/containers/certs.d/c.io/ca.crt",
        ]);
        let found = |registry: &str| {
            let found = directory(&dirs, registry, &no_warning).unwrap()?;
            Some(found.strip_prefix(dir.path()).unwrap().to_owned())
        };
        for (registry, expected) in [
            ("a.io", Some("etc/docker/certs.d/a.io")),
            ("a.io:443", None),
            ("b.io:5000", Some("etc/containers/certs.d/b.io:5000")),
            ("c.io", Some("user/containers/certs.d/c.io")),
            ("d.io", None),
        ] {
            assert_eq!(found(registry).as_deref(), expected.map(Path::new), "{registry}");
        }
    }

    #[test]
    fn certificates_that_cannot_be_used_are_named() {
        let certs = "etc/containers/certs.d/a.io";
        let find = |files: &[&str]| {
            let files: Vec<String> = files.iter().map(|file| format!("{certs}/{file}")).collect();
            let (dir, dirs) = machine(&files.iter().map(String::as_str).collect::<Vec<_>>());
            let found = Certificates::find(&dirs, "a.io", &no_warning);
            found
                .map(drop)
                .map_err(|error| format!("{error:#}").replace(&format!("{}/", dir.path().display()), ""))
        };
        for (files, error) in [
            (&["ca.crt"][..], format!("{certs}/ca.crt is no PEM certificate")),
            (
                &["me.key"],
                format!("{certs}/me.key has no certificate *.cert beside it"),
            ),
            (
                &["me.cert"],
                format!("{certs}/me.cert has no key beside it (an authority's certificate is named *.crt)"),
            ),
            (
                &["me.cert", "me.key"],
                format!("{certs}/me.cert and its key are no pair of PEM certificate and private key"),
            ),
        ] {
            assert_eq!(find(files), Err(error));
        }
        assert_eq!(find(&["notes.txt"]), Ok(()));
    }
}
