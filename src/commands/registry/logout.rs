//! `lamel logout`: removes the credentials of a registry.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::registry::auth::keyring;
use crate::registry::auth::keyring::Keyring;
use crate::ui::print;
use std::path::PathBuf;

/// The options of `logout`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Remove the credentials of all registries
    #[arg(short, long)]
    all: bool,
    /// File with the stored credentials
    #[arg(long, value_name = "FILE", env = "REGISTRY_AUTH_FILE", hide_env_values = true)]
    authfile: Option<PathBuf>,
    /// Registry to log out of
    #[arg(value_name = "REGISTRY", default_value = "docker.io", conflicts_with = "all")]
    registry: String,
}

/// Removes credentials and prints which. Missing credentials are no error.
pub fn run(options: Options, _: &Context) -> Outcome {
    let keyring = Keyring::open(options.authfile.as_deref())?;
    if options.all {
        keyring.clear()?;
        print::line("Removed login credentials for all registries")?;
        return Ok(DONE);
    }
    let registry = keyring::registry_name(&options.registry)?;
    match keyring.remove(&registry)? {
        true => print::line(format_args!("Removing login credentials for {registry}"))?,
        false => print::line(format_args!("Not logged in to {registry}"))?,
    }
    Ok(DONE)
}
