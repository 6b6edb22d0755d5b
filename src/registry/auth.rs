//! The registry's challenge and what answers it: a token from its token service, or name and password.
//!
//! `oci-client` speaks the token protocol (distribution's `spec/auth/token.md`).

use super::client::{USER_AGENT, cause, no_client};
use super::credentials::Credentials;
use super::endpoint::Endpoint;
use super::error::{Error, Failure, plain};
use super::settings::Settings;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, RegistryOperation};
use reqwest::header::HeaderValue;

/// What goes with a request.
#[derive(Clone)]
pub(super) enum Grant {
    /// The whole `Authorization`.
    Token(HeaderValue),
    Password(Credentials),
}

/// Whose access to what is asked for.
pub(super) struct Claim<'a> {
    pub(super) endpoint: &'a Endpoint,
    /// As people write it.
    pub(super) registry: &'a str,
    pub(super) repository: &'a str,
    pub(super) credentials: Option<&'a Credentials>,
}

impl Claim<'_> {
    /// What to send after a 401.
    pub(super) async fn settle(&self, settings: &Settings) -> Result<Grant, Failure> {
        let client = self.client(settings)?;
        let host = self.endpoint.host.clone();
        let image = oci_client::Reference::with_tag(host, self.repository.into(), "latest".into());
        let auth = match self.credentials {
            Some(known) => RegistryAuth::Basic(known.user.clone(), known.password.clone()),
            None => RegistryAuth::Anonymous,
        };
        let asked = client.auth(&image, &auth, RegistryOperation::Pull);
        let answer = match tokio::time::timeout(settings.stall, asked).await {
            Ok(answer) => answer,
            Err(_) => return Err(Failure::passing(self.unreachable("its token service does not answer"))),
        };
        match (answer, self.credentials) {
            (Ok(Some(token)), _) => {
                let value = HeaderValue::try_from(format!("Bearer {token}"));
                let mut value = value.map_err(|_| Failure::Final(self.refused()))?;
                value.set_sensitive(true);
                Ok(Grant::Token(value))
            }
            (Ok(None), Some(known)) => Ok(Grant::Password(known.clone())),
            (Ok(None), None) | (Err(OciDistributionError::AuthenticationFailure(_)), _) => Err(self.refused().into()),
            (Err(OciDistributionError::RequestError(error)), _) => {
                let cause = format!("its token service: {}", cause(&error));
                Err(Failure::passing(self.unreachable(&cause)))
            }
            (Err(error), _) => Err(Failure::Final(Error::Malformed {
                registry: self.registry.to_owned(),
                object: "an access token".into(),
                cause: plain(error),
            })),
        }
    }

    fn client(&self, settings: &Settings) -> Result<Client, Failure> {
        // `oci-client` panics where no client with the system's certificates can be made, so that is tried first.
        let roots = reqwest::Client::builder().build();
        roots.map_err(|error| no_client(self.registry, &error))?;
        let mut config = ClientConfig {
            protocol: match self.endpoint.plain_http {
                true => ClientProtocol::Http,
                false => ClientProtocol::Https,
            },
            connect_timeout: Some(settings.stall),
            read_timeout: Some(settings.stall),
            user_agent: USER_AGENT,
            ..ClientConfig::default()
        };
        if self.endpoint.loopback {
            // Its client takes the environment's proxies for everything, unless it is given proxies and exceptions.
            let proxy = |name| environment(name).or_else(|| environment("ALL_PROXY"));
            config.http_proxy = proxy("HTTP_PROXY");
            config.https_proxy = proxy("HTTPS_PROXY");
            let exceptions = environment("NO_PROXY").unwrap_or_default();
            config.no_proxy = Some(format!("{exceptions},localhost,127.0.0.0/8,::1"));
        }
        Client::try_from(config).map_err(|error| Failure::Final(self.unreachable(&plain(error))))
    }

    /// The registry said no.
    pub(super) fn refused(&self) -> Error {
        Error::Unauthorized {
            registry: self.registry.to_owned(),
            repository: self.repository.to_owned(),
            user: self.credentials.map(|known| (plain(&known.user), known.source.clone())),
        }
    }

    fn unreachable(&self, cause: &str) -> Error {
        Error::Unreachable {
            registry: self.registry.to_owned(),
            cause: cause.to_owned(),
            hint: "access has to be asked for there",
        }
    }
}

/// A variable that programs know in capitals and in small letters.
fn environment(name: &str) -> Option<String> {
    let value = std::env::var(name.to_lowercase()).or_else(|_| std::env::var(name));
    value.ok().filter(|value| !value.is_empty())
}
