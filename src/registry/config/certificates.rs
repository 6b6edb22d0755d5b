//! The directories `certs.d`: whom to believe that they are a registry, and what to show them.
//!
//! As docker and podman have it (dockerd's certificates page, containers-certs.d(5)): `certs.d/HOST[:PORT]/` holds authorities in `*.crt` and a client's
//! certificate in `*.cert` with its key in `*.key`. The first directory there is for a host is the only one.

use super::file;
use super::places::Places;
use anyhow::{Context, anyhow, ensure};
use reqwest::{Certificate, Identity};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What is to be used with one registry, beside the system's authorities.
#[derive(Default)]
pub(in crate::registry) struct Certificates {
    pub(in crate::registry) authorities: Vec<Certificate>,
    pub(in crate::registry) client: Option<Identity>,
}

/// The directory for a registry, if there is one. One that this user may not look into is told to `warn` and passed over, as podman does: what is
/// in it may be meant for root's daemon alone.
pub(super) fn directory(places: &Places, registry: &str, warn: &dyn Fn(&str)) -> anyhow::Result<Option<PathBuf>> {
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
    pub(in crate::registry) fn find(
        places: &Places,
        registry: &str,
        warn: &dyn Fn(&str),
    ) -> anyhow::Result<Certificates> {
        match directory(places, registry, warn)? {
            Some(dir) => Certificates::read(&dir),
            None => Ok(Certificates::default()),
        }
    }

    /// What is in a directory. Half of a pair and what cannot be read are errors. Of several clients' certificates the first by name is shown.
    pub(in crate::registry) fn read(dir: &Path) -> anyhow::Result<Certificates> {
        let mut found = Certificates::default();
        for path in file::entries(dir, &["crt", "cert", "key"])? {
            let name = || path.display().to_string();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("crt") => found.authorities.extend(authorities(&path)?),
                Some("cert") => {
                    let key = path.with_extension("key");
                    let mut pair = read(&path)?;
                    pair.push(b'\n');
                    let key = file::bytes(&key)
                        .with_context(|| format!("reading {}", key.display()))?
                        .with_context(|| {
                            format!(
                                "{} has no key beside it (an authority's certificate is named *.crt)",
                                name()
                            )
                        })?;
                    pair.extend(key);
                    let identity = Identity::from_pem(&pair).map_err(|_| {
                        anyhow!("{} and its key are no pair of PEM certificate and private key", name())
                    })?;
                    found.client.get_or_insert(identity);
                }
                _ => ensure!(
                    path.with_extension("cert").exists(),
                    "{} has no certificate *.cert beside it",
                    name()
                ),
            }
        }
        Ok(found)
    }
}

fn authorities(path: &Path) -> anyhow::Result<Vec<Certificate>> {
    let wrong = || format!("{} is no PEM certificate", path.display());
    let found = Certificate::from_pem_bundle(&read(path)?).map_err(|_| anyhow!(wrong()))?;
    ensure!(!found.is_empty(), wrong());
    Ok(found)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let context = || format!("reading {}", path.display());
    // A dangling link is in the directory and is not there.
    let missing = || std::io::Error::from(ErrorKind::NotFound);
    file::bytes(path)
        .and_then(|bytes| bytes.ok_or_else(missing))
        .with_context(context)
}
