//! Whether credentials are good, asked of the registry itself.

use crate::oci::reference::Reference;
use crate::registry::config::Config;
use crate::registry::config::dirs::Places;
use crate::registry::errors::{Error, Failure};
use crate::registry::http::access::Access;
use crate::registry::http::client::{Client, Object};
use crate::registry::http::retry::{Attempts, Settings};
use crate::registry::http::worker::Worker;
use anyhow::{Context, Result, bail};
use reqwest::Method;
use std::sync::Arc;

/// Asks the registry (HOST[:PORT]) for its base URL with the credentials of `access` (distribution-spec, "Determining Support"). One that wants none
/// takes any. What comes back is an identity token to keep in place of the password, where the registry's token service gives one.
pub fn verify(registry: &str, access: &Access) -> Result<Option<String>> {
    let env = |name: &str| std::env::var_os(name);
    let places = Places::of(&env);
    let name: Reference = format!("{registry}/login").parse().context("the registry's name")?;
    let source = Config::load(&places, &env)?.sources(&name)?.pop();
    let source = source.expect("the registry itself is the last");
    let client = crate::registry::client(source, Settings::load()?, access, &places, &env, &|_| {})?;
    let client = Arc::new(client.logging_in());
    let worker = Worker::start().context("starting the registry's thread")?;
    match worker.wait(async move { ask(&client).await }) {
        Err(Error::Unauthorized { .. }) => bail!("{registry}: unauthorized: incorrect username or password"),
        answer => Ok(answer?),
    }
}

async fn ask(client: &Client) -> Result<Option<String>, Error> {
    let mut attempts = Attempts::new(client.settings());
    let request = |tls| client.connection().request(Method::GET, "/v2/", tls);
    loop {
        let failure: Failure = match client.authorized(&request, client.settings().stall).await {
            Ok(response) if response.status().is_success() => return Ok(client.identity().await),
            Ok(response) => client.refusal(&Object::Sent("a login"), response).await,
            Err(failure) => failure,
        };
        tokio::time::sleep(attempts.after(failure)?).await;
    }
}
