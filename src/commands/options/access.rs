//! The options of commands that access a registry, as in podman.

use crate::registry::http::access::Access;
use crate::ui::prompt;
use anyhow::{Result, ensure};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Credentials and TLS.
#[derive(Debug, clap::Args)]
pub struct AccessOptions {
    /// Read credentials only from this file
    #[arg(long, value_name = "FILE", env = "REGISTRY_AUTH_FILE", hide_env_values = true)]
    authfile: Option<PathBuf>,
    /// Credentials to use instead of stored ones; a missing password is asked for
    #[arg(long, value_name = "USER[:PASSWORD]")]
    creds: Option<String>,
    #[command(flatten)]
    tls: TlsOptions,
}

/// TLS alone, for `login`, which has its own options for credentials.
#[derive(Debug, clap::Args)]
pub struct TlsOptions {
    /// Require HTTPS with a verified certificate; false allows plain HTTP and any certificate
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    tls_verify: Option<bool>,
    /// Directory with the registry's certificates, instead of certs.d
    #[arg(long, value_name = "DIR")]
    cert_dir: Option<PathBuf>,
}

impl AccessOptions {
    /// Asks for the password if `--creds` has none.
    pub fn access(&self) -> Result<Access> {
        let credentials = self.creds.as_deref().map(credentials).transpose()?;
        Ok(Access {
            // An empty variable counts as not set.
            authfile: self.authfile.clone().filter(|file| !file.as_os_str().is_empty()),
            ..self.tls.access(credentials)
        })
    }
}

impl TlsOptions {
    pub fn access(&self, credentials: Option<(String, String)>) -> Access {
        Access {
            authfile: None,
            credentials,
            tls_verify: self.tls_verify,
            cert_dir: self.cert_dir.clone(),
        }
    }
}

fn credentials(given: &str) -> Result<(String, String)> {
    let (user, password) = match given.split_once(':') {
        Some((user, password)) => (user.to_owned(), password.to_owned()),
        None => {
            ensure!(
                std::io::stdin().is_terminal(),
                "--creds has no password, and there is no terminal to ask for it"
            );
            (given.to_owned(), prompt::ask_secret("Password: ")?)
        }
    };
    ensure!(!user.is_empty(), "--creds has no user");
    Ok((user, password))
}
