//! How one command wants its registries to be spoken to: what its options say goes before what is configured and what is kept.

use crate::oci::reference::Reference;
use crate::registry::auth::credentials;
use crate::registry::auth::credentials::{Credentials, Proof};
use crate::registry::config::dirs::{Environment, Places};
use crate::registry::endpoint::Endpoint;
use crate::registry::tls::certificates::Certificates;
use anyhow::bail;
use std::fmt;
use std::path::PathBuf;

/// What a command's options say of registries; the default is that they say nothing.
#[derive(Clone, Default)]
pub struct Access {
    /// The only file in which credentials are looked for. It has to be there.
    pub authfile: Option<PathBuf>,
    /// User and password, instead of what is kept; for the registry itself, not for its mirrors.
    pub credentials: Option<(String, String)>,
    /// Whether registries have to speak https with a certificate that is verified.
    pub tls_verify: Option<bool>,
    /// The directory of certificates, instead of the registry's own in `certs.d`.
    pub cert_dir: Option<PathBuf>,
}

/// Without the password: nothing that prints may print it.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("authfile", &self.authfile)
            .field("user", &self.credentials.as_ref().map(|(user, _)| user))
            .field("tls_verify", &self.tls_verify)
            .field("cert_dir", &self.cert_dir)
            .finish()
    }
}

impl Access {
    /// The same for mirrors, whom the registry's password is nothing to.
    pub fn to_mirrors(&self) -> Access {
        Access {
            credentials: None,
            ..self.clone()
        }
    }

    pub fn endpoint(&self, endpoint: Endpoint) -> Endpoint {
        let insecure = self.tls_verify.map_or(endpoint.insecure, |verify| !verify);
        Endpoint { insecure, ..endpoint }
    }

    /// What cannot be used of the configured ones is told to `warn`.
    pub fn certificates(&self, places: &Places, registry: &str, warn: &dyn Fn(&str)) -> anyhow::Result<Certificates> {
        match &self.cert_dir {
            Some(dir) if !dir.is_dir() => bail!("{}: no such directory of certificates", dir.display()),
            Some(dir) => Certificates::read(dir),
            None => Certificates::find(places, registry, warn),
        }
    }

    /// What cannot be used of the kept ones is told to `warn`.
    pub fn credentials(
        &self,
        reference: &Reference,
        env: Environment<'_>,
        warn: &dyn Fn(&str),
    ) -> anyhow::Result<Option<Credentials>> {
        if let Some((user, password)) = &self.credentials {
            return Ok(Some(Credentials {
                proof: Proof::password(user, password),
                source: "the command line".to_owned(),
            }));
        }
        match &self.authfile {
            Some(file) => credentials::find_in(file, reference, warn),
            None => Ok(credentials::find(reference, env, warn)),
        }
    }
}
