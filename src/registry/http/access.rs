//! How one command's options say that registries are spoken to. Options take precedence over configured certificates
//! and stored credentials.

use crate::oci::reference::Reference;
use crate::registry::auth::credentials;
use crate::registry::auth::credentials::{Credential, FoundCredential};
use crate::registry::config::dirs::{ConfigDirs, Environment};
use crate::registry::endpoint::{Endpoint, ImageSource};
use crate::registry::http::client::Client;
use crate::registry::http::connection::Connection;
use crate::registry::http::transport_error;
use crate::registry::settings::TransferSettings;
use crate::registry::tls::certificates::Certificates;
use anyhow::bail;
use std::fmt;
use std::path::PathBuf;

/// What a command's options say about registries; nothing by default.
#[derive(Clone, Default)]
pub struct Access {
    /// The only file in which credentials are looked for. It must exist.
    pub authfile: Option<PathBuf>,
    /// User and password instead of stored credentials; for the registry itself, not for its mirrors.
    pub credentials: Option<(String, String)>,
    /// Whether registries must speak https with a certificate that is verified.
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
    /// Makes the client for one source, with the host's certificates and credentials. Those that are configured and
    /// cannot be used are told to `warn`. Nothing is sent yet.
    pub fn client(
        &self,
        source: ImageSource,
        settings: TransferSettings,
        dirs: &ConfigDirs,
        env: Environment<'_>,
        warn: &dyn Fn(&str),
    ) -> anyhow::Result<Client> {
        let ImageSource { reference, endpoint } = source;
        let certificates = self.certificates(dirs, reference.registry(), warn)?;
        let connection = Connection::new(self.endpoint(endpoint), &certificates, settings.stall_timeout)
            .map_err(|error| transport_error::no_client(reference.registry(), &*error))?;
        let credential = self.credential(&reference, env, warn)?;
        Ok(Client::new(reference, connection, credential, settings))
    }

    /// The same access for mirrors, which must not see the registry's password.
    pub fn for_mirrors(&self) -> Access {
        Access {
            credentials: None,
            ..self.clone()
        }
    }

    fn endpoint(&self, endpoint: Endpoint) -> Endpoint {
        let insecure = self.tls_verify.map_or(endpoint.insecure, |verify| !verify);
        Endpoint { insecure, ..endpoint }
    }

    fn certificates(&self, dirs: &ConfigDirs, registry: &str, warn: &dyn Fn(&str)) -> anyhow::Result<Certificates> {
        match &self.cert_dir {
            Some(dir) if !dir.is_dir() => bail!("{}: no such directory of certificates", dir.display()),
            Some(dir) => Certificates::read(dir),
            None => Certificates::find(dirs, registry, warn),
        }
    }

    fn credential(
        &self,
        reference: &Reference,
        env: Environment<'_>,
        warn: &dyn Fn(&str),
    ) -> anyhow::Result<Option<FoundCredential>> {
        if let Some((user, password)) = &self.credentials {
            return Ok(Some(FoundCredential {
                credential: Credential::password(user, password),
                origin: "the command line".to_owned(),
            }));
        }
        match &self.authfile {
            Some(file) => credentials::find_in(file, reference, warn),
            None => Ok(credentials::find(reference, env, warn)),
        }
    }
}
