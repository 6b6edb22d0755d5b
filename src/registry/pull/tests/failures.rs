//! Registries that cannot be reached, are busy or fail.

use crate::progress::Silent;
use crate::registry::endpoint::Endpoint;
use crate::registry::http::access::Access;
use crate::registry::http::client::Client;
use crate::registry::http::connection::Connection;
use crate::registry::mock::{ALWAYS, Auth, Fault};
use crate::registry::pull::session::PullSession;
use crate::registry::pull::tests::{error, fast_retries, fetch, host, large, read};
use crate::registry::settings::TransferSettings;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn a_refused_connection_is_not_retried() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let name = format!("127.0.0.1:{port}/a").parse().unwrap();
    let session =
        PullSession::with_settings(&name, &Access::default(), Arc::new(Silent), TransferSettings::default()).unwrap();
    let start = Instant::now();
    assert_eq!(
        error(session.resolve(&host())).to_string(),
        format!("cannot reach registry 127.0.0.1:{port}: connection refused (is the name right, and is it up?)")
    );
    assert!(start.elapsed() < Duration::from_millis(200));
}

#[test]
fn a_request_that_cannot_be_built_is_an_error() {
    let endpoint = Endpoint {
        host: "no host".into(),
        insecure: true,
        loopback: true,
    };
    let connection = Connection::new(endpoint, &Default::default(), fast_retries().stall_timeout).unwrap();
    let client = Client::new("a.io/b".parse().unwrap(), connection, None, fast_retries());
    let session = PullSession::with_clients(vec![Arc::new(client)], Arc::new(Silent)).unwrap();
    assert_eq!(
        error(session.resolve(&host())).to_string(),
        "cannot reach registry a.io: invalid international domain name (is the name right, and is it up?)"
    );
}

#[test]
fn a_silent_registry_times_out() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let name = format!("{}/a", listener.local_addr().unwrap()).parse().unwrap();
    let session = PullSession::with_settings(&name, &Access::default(), Arc::new(Silent), fast_retries()).unwrap();
    let message = error(session.resolve(&host())).to_string();
    assert!(message.ends_with("no answer within 0.4 s (is it up?)"), "{message}");
}

#[test]
fn localhost_is_resolved_without_a_name_server() {
    let (registry, layer) = large();
    let port = registry.address().rsplit_once(':').unwrap().1.to_owned();
    let name = format!("localhost:{port}/a/b").parse().unwrap();
    let session = PullSession::with_settings(&name, &Access::default(), Arc::new(Silent), fast_retries()).unwrap();
    let resolved = session.resolve(&host()).unwrap();
    assert_eq!(read(&session, &resolved, 0).unwrap(), layer.blob());
}

#[test]
fn retry_after_of_a_busy_registry_is_obeyed() {
    let (registry, layer) = large();
    let busy = |code, retry_after, times| Fault::Status {
        code,
        retry_after,
        times,
    };
    registry.fault("latest", busy(429, Some(1), 1));
    registry.fault(&layer.digest(), busy(503, Some(1), 1));
    let start = Instant::now();
    assert_eq!(fetch(&registry).unwrap(), layer.blob());
    assert!(start.elapsed() >= Duration::from_secs(2));
    assert_eq!((registry.count("latest"), registry.count(&layer.digest())), (2, 2));
    // Longer than `max_retry_delay`.
    registry.forget_requests();
    registry.fault("latest", busy(429, Some(3600), ALWAYS));
    assert_eq!(
        error(fetch(&registry)).to_string(),
        format!(
            "too many requests to registry {}; it may be tried again in 60 min",
            registry.address()
        )
    );
    assert_eq!(registry.count("latest"), 1);
}

#[test]
fn a_failing_registry_gets_the_configured_number_of_attempts() {
    let (registry, layer) = large();
    registry.fault(
        &layer.digest(),
        Fault::Status {
            code: 500,
            retry_after: None,
            times: ALWAYS,
        },
    );
    let message = error(fetch(&registry)).to_string();
    assert_eq!(
        message,
        format!(
            "registry {} answered 500 for {}: something is wrong",
            registry.address(),
            layer.digest()
        )
    );
    assert_eq!(registry.count(&layer.digest()), 3);
}

/// unshare(2) of a user namespace fails in a process with threads, so none may be left. Other tests have threads of
/// their own, so this test runs itself in a process of its own.
#[test]
fn a_session_leaves_no_thread_behind() {
    const INSIDE: &str = "LAMEL_TEST_THREADS";
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let Some(address) = std::env::var_os(INSIDE) else {
        let (registry, _) = large();
        registry.demand(Auth::Anonymous);
        let run = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "registry::pull::tests::failures::a_session_leaves_no_thread_behind",
            ])
            .env(INSIDE, registry.address())
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        assert!(registry.blob_requests() > 0);
        return;
    };
    let before = threads();
    let port = address.to_str().unwrap().rsplit_once(':').unwrap().1.to_owned();
    let name = format!("localhost:{port}/a/b").parse().unwrap();
    let session = PullSession::with_settings(&name, &Access::default(), Arc::new(Silent), fast_retries()).unwrap();
    let resolved = session.resolve(&host()).unwrap();
    read(&session, &resolved, 0).unwrap();
    let half = session.blob(&resolved.layers[0], 0, None).unwrap();
    assert_eq!(threads(), before + 1);
    drop(session);
    assert_eq!(threads(), before);
    drop(half);
}
