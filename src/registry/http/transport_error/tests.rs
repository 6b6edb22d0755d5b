//! Failures that really happen, of servers that are there for a moment.

use crate::registry::endpoint::Endpoint;
use crate::registry::http::connection::Connection;
use crate::registry::http::transport_error::*;
use crate::registry::http::worker::Worker;
use crate::registry::tls::certificates::Certificates;
use reqwest::Method;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

const STALL: Duration = Duration::from_millis(300);

/// What a request for `path` at `host` fails with.
fn failure(host: &str, insecure: bool, path: &'static str) -> reqwest::Error {
    let endpoint = Endpoint {
        host: host.to_owned(),
        insecure,
        loopback: true,
    };
    let connection = Connection::new(endpoint, &Certificates::default(), STALL).expect("a client");
    let worker = Worker::start().expect("a thread");
    let done = worker.wait(async move { connection.request(Method::GET, path, false).send().await.map(drop) });
    done.expect_err("nobody answers well there")
}

/// A server that does `with` to each that connects; its `HOST:PORT`.
fn server(with: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || listener.incoming().flatten().for_each(with));
    address.to_string()
}

/// As far as a request's first bytes.
fn hear(client: &mut TcpStream) {
    let _ = client.read(&mut [0; 1 << 14]);
}

#[test]
fn a_port_where_nobody_listens_refuses_whatever_is_asked_for() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let address = listener.local_addr().expect("it is bound").to_string();
    drop(listener);
    // Words of the libraries' own, in the place of a tag.
    for path in ["/CertificateRequired", "/InvalidContentType", "/dns%20error", "/a"] {
        let error = failure(&address, true, path);
        assert_eq!(of(&error), ("connection refused".to_owned(), Kind::Other), "{path}");
        assert!(is_of_nobody(&error));
    }
}

#[test]
fn a_server_that_closes_the_connection_may_do_better_next_time() {
    let address = server(|mut client| hear(&mut client));
    let error = failure(&address, true, "/");
    assert_eq!(of(&error).1, Kind::Other, "{error:?}");
    assert!(!is_of_nobody(&error), "{error:?}");
}

#[test]
fn a_server_that_resets_the_connection_is_told_in_the_kernels_words() {
    let address = server(|client| {
        // Closed while there is something to read.
        let _ = client.peek(&mut [0]);
    });
    let error = failure(&address, true, "/");
    assert_eq!(
        of(&error),
        ("connection reset by peer".to_owned(), Kind::Other),
        "{error:?}"
    );
}

#[test]
fn what_answers_without_tls_speaks_plain_http() {
    let address = server(|mut client| {
        hear(&mut client);
        let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        hear(&mut client);
    });
    let error = failure(&address, false, "/");
    assert_eq!(of(&error).1, Kind::Plain, "{error:?}");
    assert!(is_of_nobody(&error));
}

#[test]
fn a_handshake_that_the_server_refuses_is_not_tried_again() {
    // A record of TLS 1.2 with a fatal alert: handshake_failure (RFC 5246, 7.2).
    let address = server(|mut client| {
        hear(&mut client);
        let _ = client.write_all(&[21, 3, 3, 0, 2, 2, 40]);
        hear(&mut client);
    });
    let error = failure(&address, false, "/");
    assert_eq!(
        of(&error),
        ("received fatal alert: HandshakeFailure".to_owned(), Kind::Other),
        "{error:?}"
    );
    assert!(is_of_nobody(&error));
}

#[test]
fn a_name_that_nobody_has_cannot_be_resolved() {
    // Reserved for this (RFC 6761, 6.4).
    let error = failure("registry.invalid", true, "/");
    assert_eq!(
        of(&error),
        ("its name cannot be resolved".to_owned(), Kind::Name),
        "{error:?}"
    );
    assert!(is_of_nobody(&error));
}

#[test]
fn a_server_that_takes_no_connection_runs_into_the_time_limit() {
    // Its queue is full: what comes after that waits for an answer to its first packet.
    let socket =
        rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::STREAM, None).expect("a socket");
    let any: std::net::SocketAddr = ([127, 0, 0, 1], 0).into();
    rustix::net::bind(&socket, &any).expect("a free port on loopback");
    rustix::net::listen(&socket, 0).expect("it listens");
    let listener = TcpListener::from(socket);
    let address = listener.local_addr().expect("it is bound");
    let _first = TcpStream::connect(address).expect("there is room for one");
    let error = failure(&address.to_string(), true, "/");
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(of(&error).1, Kind::Other);
    assert!(is_of_nobody(&error));
}
