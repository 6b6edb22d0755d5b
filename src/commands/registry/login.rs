//! `lamel login`: keeps credentials for a registry, once the registry has taken them.

use crate::commands::context::Context;
use crate::commands::options::access::TlsOptions;
use crate::commands::{DONE, Outcome};
use crate::registry::auth::keyring;
use crate::registry::auth::keyring::{Keyring, Secret};
use crate::registry::login;
use crate::ui::{print, prompt};
use anyhow::{Context as _, Result, bail, ensure};
use std::io::{IsTerminal, Read};
use std::path::PathBuf;

/// The longest password, bytes. Some registries use keys as passwords.
const MAX_PASSWORD: u64 = 1 << 20;

/// The options of `login`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// User name
    #[arg(short, long, value_name = "USER")]
    username: Option<String>,
    /// Password; visible to other users of this host, prefer --password-stdin
    #[arg(short, long, conflicts_with = "password_stdin", value_name = "PASSWORD")]
    password: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// File to store the credentials in
    #[arg(long, value_name = "FILE", env = "REGISTRY_AUTH_FILE", hide_env_values = true)]
    authfile: Option<PathBuf>,
    #[command(flatten)]
    tls: TlsOptions,
    /// Registry to log in to
    #[arg(value_name = "REGISTRY", default_value = "docker.io")]
    registry: String,
}

/// Logs in: credentials are stored only after the registry accepted them. If its token service returns an identity
/// token, that is stored in place of the password.
pub fn run(options: Options, _: &Context) -> Outcome {
    let registry = keyring::registry_name(&options.registry)?;
    if options.password.is_some() {
        print::note("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
    }
    let (user, password) = credentials(&options)?;
    ensure!(
        !user.is_empty() && !password.is_empty(),
        "username and password are required"
    );
    ensure!(!user.contains(':'), "a username has no colon");
    let keyring = Keyring::open(options.authfile.as_deref())?;
    let access = options.tls.access(Some((user.clone(), password.clone())));
    let secret = login::verify(&registry, &access)?;
    let secret = secret
        .as_deref()
        .map_or(Secret::Password(&password), Secret::IdentityToken);
    keyring.put(&registry, &user, secret)?;
    print::line("Login Succeeded")?;
    Ok(DONE)
}

fn credentials(options: &Options) -> Result<(String, String)> {
    let terminal = std::io::stdin().is_terminal();
    if options.password_stdin {
        let Some(user) = options.username.clone() else {
            bail!("must provide --username with --password-stdin");
        };
        let mut password = String::new();
        std::io::stdin()
            .take(MAX_PASSWORD)
            .read_to_string(&mut password)
            .context("reading the password")?;
        return Ok((user, password.trim_end_matches(['\n', '\r']).to_owned()));
    }
    let interactive = options.username.is_none() || options.password.is_none();
    ensure!(
        !interactive || terminal,
        "cannot perform an interactive login from a non TTY device"
    );
    let user = match &options.username {
        Some(user) => user.clone(),
        None => prompt::ask("Username: ")?,
    };
    let password = match &options.password {
        Some(password) => password.clone(),
        None => prompt::ask_secret("Password: ")?,
    };
    Ok((user, password))
}
