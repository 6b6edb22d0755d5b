//! Tokens and credentials.

use crate::progress::Silent;
use crate::registry::auth::credentials::{Credential, FoundCredential};
use crate::registry::endpoint::Endpoint;
use crate::registry::http::client::Client;
use crate::registry::http::connection::Connection;
use crate::registry::mock::{Auth, Fault, Registry};
use crate::registry::pull::session::PullSession;
use crate::registry::pull::tests::{error, fast_retries, fetch, host, large, read, session};
use std::sync::Arc;

#[test]
fn a_token_is_fetched_once_and_again_when_it_expires() {
    let (registry, layer) = large();
    registry.demand(Auth::Anonymous);
    let session = session(&registry, "a/b");
    let resolved = session.resolve(&host()).unwrap();
    let tokens = || {
        let requests = registry.requests();
        let tokens = requests.iter().filter(|request| request.path.starts_with("/token"));
        tokens.map(|request| request.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(tokens(), ["/token?scope=repository%3Aa%2Fb%3Apull&service=mock"]);
    registry.expire_tokens();
    assert_eq!(read(&session, &resolved, 0).unwrap(), layer.blob());
    assert_eq!(tokens().len(), 2);
}

#[test]
fn without_credentials_the_error_names_login() {
    let (registry, _) = large();
    let (user, password) = ("me".to_owned(), "secret".to_owned());
    let basic = Auth::Basic {
        user: user.clone(),
        password: password.clone(),
    };
    for auth in [basic, Auth::Bearer { user, password }] {
        registry.demand(auth);
        let host = registry.address();
        assert_eq!(
            error(fetch(&registry)).to_string(),
            format!(
                "registry {host} does not give access to a/b: it does not exist, or needs credentials \
                 (`lamel login {host}` keeps them)"
            )
        );
    }
}

#[test]
fn credentials_are_used_where_they_are_demanded() {
    let (registry, layer) = large();
    let credential = |password: &str| FoundCredential {
        credential: Credential::password("me", password),
        origin: "auth.json".into(),
    };
    let session = |password: &str| {
        let reference = registry.name("a/b").parse().unwrap();
        let endpoint = Endpoint::new(&registry.address(), None);
        let connection = Connection::new(endpoint, &Default::default(), fast_retries().stall_timeout).unwrap();
        let client = Client::new(reference, connection, Some(credential(password)), fast_retries());
        PullSession::with_clients(vec![Arc::new(client)], Arc::new(Silent)).unwrap()
    };
    let (user, password) = ("me".to_owned(), "secret".to_owned());
    let basic = Auth::Basic {
        user: user.clone(),
        password: password.clone(),
    };
    for auth in [basic, Auth::Bearer { user, password }] {
        registry.demand(auth);
        let right = session("secret");
        let resolved = right.resolve(&host()).unwrap();
        assert_eq!(read(&right, &resolved, 0).unwrap(), layer.blob());
        assert_eq!(
            error(session("wrong").resolve(&host())).to_string(),
            format!(
                "registry {} does not give access to a/b with the credentials of me from auth.json",
                registry.address()
            )
        );
    }
}

#[test]
fn credentials_are_not_sent_to_the_host_of_a_redirect() {
    let (registry, layer) = large();
    let elsewhere = Registry::start();
    elsewhere.put_blob(layer.blob());
    registry.demand(Auth::Anonymous);
    let to = format!("http://{}/v2/x/blobs/{}", elsewhere.address(), layer.digest());
    registry.fault(&layer.digest(), Fault::Redirect(to));
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert_eq!(elsewhere.requests()[0].header("authorization"), None);
}
