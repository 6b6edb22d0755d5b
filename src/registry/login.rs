//! Whether credentials are good, asked of the registry itself.

use super::client::{Client, Object};
use super::config::certificates::Certificates;
use super::config::{Config, Places};
use super::connection::Connection;
use super::credentials::Credentials;
use super::error::{Error, Failure};
use super::reason;
use super::settings::{Attempts, Settings};
use super::worker::Worker;
use crate::oci::Reference;
use anyhow::{Context, Result, bail};
use reqwest::Method;
use std::sync::Arc;

/// Asks the registry (HOST[:PORT]) for its base URL with these credentials (distribution-spec, "Determining Support"). One that wants none takes any.
pub fn verify(registry: &str, user: &str, password: &str) -> Result<()> {
    let env = |name: &str| std::env::var_os(name);
    let places = Places::of(&env);
    let name: Reference = format!("{registry}/login").parse().context("the registry's name")?;
    let source = Config::load(&places, &env)?.sources(&name)?.pop();
    let source = source.expect("the registry itself is the last");
    let settings = Settings::load()?;
    let certificates = Certificates::find(&places, source.reference.registry())?;
    let connection = Connection::new(source.endpoint, certificates, settings.stall)
        .map_err(|error| reason::no_client(registry, &error))?;
    let credentials = Credentials {
        user: user.to_owned(),
        password: password.to_owned(),
        source: "the command line".to_owned(),
    };
    let client = Client::new(source.reference, connection, Some(credentials), settings).logging_in();
    let client = Arc::new(client);
    let worker = Worker::start().context("starting the registry's thread")?;
    match worker.wait(async move { ask(&client).await }) {
        Err(Error::Unauthorized { .. }) => bail!("{registry}: unauthorized: incorrect username or password"),
        answer => Ok(answer?),
    }
}

async fn ask(client: &Client) -> Result<(), Error> {
    let mut attempts = Attempts::new(client.settings());
    let request = |tls| client.connection().request(Method::GET, "/v2/", tls);
    loop {
        let failure: Failure = match client.authorized(&request, client.settings().stall).await {
            Ok(response) if response.status().is_success() => return Ok(()),
            Ok(response) => client.refusal(&Object::Sent("a login"), response).await,
            Err(failure) => failure,
        };
        tokio::time::sleep(attempts.after(failure)?).await;
    }
}
