//! Whether a registry accepts credentials.

use crate::oci::reference::Reference;
use crate::registry::config::dirs::{ConfigDirs, process_environment};
use crate::registry::config::registry_config::RegistryConfig;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::access::Access;
use crate::registry::http::client::Client;
use crate::registry::http::retry::retry;
use crate::registry::http::worker::Worker;
use crate::registry::settings::TransferSettings;
use anyhow::{Context, Result, bail};
use reqwest::Method;
use std::sync::Arc;

/// Requests the base URL of the registry (`HOST[:PORT]`) with the credentials of `access` (distribution-spec,
/// "Determining Support"). A registry that demands none accepts any. Returns an identity token to keep instead of the
/// password, where the registry's token service issues one.
pub fn verify(registry: &str, access: &Access) -> Result<Option<String>> {
    let env = &process_environment;
    let dirs = ConfigDirs::from_env(env);
    let name: Reference = format!("{registry}/login").parse().context("the registry's name")?;
    let source = RegistryConfig::load(&dirs, env)?.sources(&name)?.pop();
    let source = source.expect("the registry itself is the last");
    let client = access.client(source, TransferSettings::load()?, &dirs, env, &|_| {})?;
    let client = Arc::new(client.for_login());
    let worker = Worker::start().context("starting the registry's thread")?;
    match worker.wait(async move { identity_token(&client).await }) {
        Err(Error::Unauthorized { .. }) => bail!("{registry}: unauthorized: incorrect username or password"),
        answer => Ok(answer?),
    }
}

async fn identity_token(client: &Client) -> Result<Option<String>, Error> {
    retry(client.settings(), || log_in(client)).await?;
    Ok(client.identity_token().await)
}

async fn log_in(client: &Client) -> Result<(), Failure> {
    let request = |tls| client.connection().request(Method::GET, "/v2/", tls);
    let response = client.send(&request, client.settings().stall_timeout).await?;
    match response.status().is_success() {
        true => Ok(()),
        false => Err(client.sending_error("a login", response).await),
    }
}
