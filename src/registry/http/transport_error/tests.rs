//! Real failures, of servers that each test starts.

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

/// The error of a request for `path` to `host`.
fn failure(host: &str, insecure: bool, path: &'static str) -> reqwest::Error {
    let endpoint = Endpoint {
        host: host.to_owned(),
        insecure,
        loopback: true,
    };
    let connection = Connection::new(endpoint, &Certificates::default(), STALL).expect("a client");
    let worker = Worker::start().expect("a thread");
    let done = worker.wait(async move { connection.request(Method::GET, path, false).send().await.map(drop) });
    done.expect_err("the request fails")
}

/// Starts a server that calls `with` for each connection; returns its `HOST:PORT`.
fn server(with: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || listener.incoming().flatten().for_each(with));
    address.to_string()
}

/// Reads the request's first bytes.
fn read_some(client: &mut TcpStream) {
    let _ = client.read(&mut [0; 1 << 14]);
}

#[test]
fn a_port_where_nothing_listens_refuses_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let address = listener.local_addr().expect("it is bound").to_string();
    drop(listener);
    // Words from the libraries' own error texts, where a tag would be.
    for path in ["/CertificateRequired", "/InvalidContentType", "/dns%20error", "/a"] {
        let error = failure(&address, true, path);
        assert_eq!(
            classify(&error),
            ("connection refused".to_owned(), Kind::Other),
            "{path}"
        );
        assert!(is_without_answer(&error));
    }
}

#[test]
fn a_server_that_closes_the_connection_may_be_tried_again() {
    let address = server(|mut client| read_some(&mut client));
    let error = failure(&address, true, "/");
    assert_eq!(classify(&error).1, Kind::Other, "{error:?}");
    assert!(!is_without_answer(&error), "{error:?}");
}

#[test]
fn a_reset_connection_is_told_in_the_kernels_words() {
    let address = server(|client| {
        // Closing a socket with unread bytes sends a reset.
        let _ = client.peek(&mut [0]);
    });
    let error = failure(&address, true, "/");
    assert_eq!(
        classify(&error),
        ("connection reset by peer".to_owned(), Kind::Other),
        "{error:?}"
    );
}

#[test]
fn an_answer_without_tls_means_plain_http() {
    let address = server(|mut client| {
        read_some(&mut client);
        let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        read_some(&mut client);
    });
    let error = failure(&address, false, "/");
    assert_eq!(classify(&error).1, Kind::PlainHttp, "{error:?}");
    assert!(is_without_answer(&error));
}

#[test]
fn a_handshake_that_the_server_refuses_is_not_tried_again() {
    // A record of TLS 1.2 with a fatal alert: handshake_failure (RFC 5246, 7.2).
    let address = server(|mut client| {
        read_some(&mut client);
        let _ = client.write_all(&[21, 3, 3, 0, 2, 2, 40]);
        read_some(&mut client);
    });
    let error = failure(&address, false, "/");
    assert_eq!(
        classify(&error),
        ("received fatal alert: HandshakeFailure".to_owned(), Kind::Other),
        "{error:?}"
    );
    assert!(is_without_answer(&error));
}

#[test]
fn an_unknown_host_name_cannot_be_resolved() {
    // Reserved for this (RFC 6761, 6.4).
    let error = failure("registry.invalid", true, "/");
    assert_eq!(
        classify(&error),
        ("its name cannot be resolved".to_owned(), Kind::Name),
        "{error:?}"
    );
    assert!(is_without_answer(&error));
}

#[test]
fn a_server_that_accepts_no_connection_times_out() {
    // Its accept queue is full, so the kernel does not answer the next SYN.
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
    assert_eq!(classify(&error).1, Kind::Other);
    assert!(is_without_answer(&error));
}
