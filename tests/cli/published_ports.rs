//! Published ports carry what is sent both ways, over each protocol, each address family, and each way that they are served.

use crate::env::{Env, Outcome, PATIENCE, eventually, finish};
use std::io::{Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// `run` of a container on `network`, which is the default then: ports are published even where it is none.
fn run(env: &Env, network: &str, options: &[&str], command: &[&str]) -> Outcome {
    let image = env.busybox();
    let words = ["run", "-d", "--name", "box"].iter().chain(options).copied();
    let words = words.chain([image.as_str()]).chain(command.iter().copied());
    let mut command = env.command(words);
    command.env("LAMEL_NETWORK", network).stdin(Stdio::null());
    let line = format!("{command:?}");
    finish(&mut command, line).success()
}

const NETWORKS: [&str; 2] = ["pasta", "none"];

fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Where a container's port is to be reached: the number that was chosen, at `address`.
fn place(env: &Env, port: &str, address: &str) -> SocketAddr {
    let shown = env.lamel(["port", "box", port]).success().stdout;
    let number = shown.trim().rsplit(':').next().expect("ADDRESS:PORT");
    let address: IpAddr = address.parse().expect("an address");
    SocketAddr::new(address, number.parse().expect("a number"))
}

/// The address of this machine's that others reach it by.
fn own_address() -> String {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    socket
        .connect("198.51.100.1:9")
        .expect("the machine has a route to others");
    socket.local_addr().expect("it is bound").ip().to_string()
}

/// Whether an IPv6 server can be reached over loopback on this machine.
fn has_v6() -> bool {
    TcpListener::bind("[::1]:0").is_ok()
}

/// Runs a Perl program (package perl-base, on every Debian) in the container's network: busybox has no server for datagrams.
fn in_network(env: &Env, program: &str) -> Serving {
    let pid = env.lamel(["inspect", "-f", "{{.State.Pid}}", "box"]).success().stdout;
    let mut command = Command::new("nsenter");
    command.args(["-t", pid.trim(), "--net"]);
    if !crate::env::is_root() {
        command.args(["--user", "--preserve-credentials"]);
    }
    command.args(["perl", "-MIO::Socket::INET", "-e", program]);
    Serving(command.stdin(Stdio::null()).spawn().expect("nsenter starts"))
}

/// A server of the test's own, ended with it.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn all_that_is_sent_comes_back_after_the_sender_has_ended() {
    for network in NETWORKS {
        let env = Env::new();
        run(
            &env,
            network,
            &["-p", "127.0.0.1::80"],
            &["nc", "-ll", "-p", "80", "-e", "cat"],
        );
        let address = place(&env, "80", "127.0.0.1");
        eventually("the server listens", || {
            let mut byte = [0];
            connect(address).is_ok_and(|mut stream| {
                stream.write_all(b"x").is_ok() && stream.read(&mut byte).is_ok_and(|count| count == 1)
            })
        });
        let sent: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
        let stream = connect(address).expect("a connection");
        let mut received = Vec::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                (&stream).write_all(&sent).expect("the server takes all");
                stream.shutdown(Shutdown::Write).expect("one way is closed");
            });
            (&stream).read_to_end(&mut received).expect("all comes back");
        });
        assert!(
            received == sent,
            "{network}: {} bytes of {}",
            received.len(),
            sent.len()
        );
    }
}

#[test]
fn a_server_that_speaks_first_is_heard_at_every_address() {
    for network in NETWORKS {
        let env = Env::new();
        let server = ["nc", "-ll", "-p", "80", "-e", "echo", "hello"];
        run(&env, network, &["-p", "80"], &server);
        let mut addresses = vec!["127.0.0.1".to_owned(), own_address()];
        addresses.extend(has_v6().then(|| "::1".to_owned()));
        for address in addresses {
            let address = place(&env, "80", &address);
            let mut text = String::new();
            eventually("the server answers", || {
                text.clear();
                connect(address).is_ok_and(|mut stream| stream.read_to_string(&mut text).is_ok()) && !text.is_empty()
            });
            assert_eq!(text, "hello\n", "{network} {address}");
        }
    }
}

#[test]
fn datagrams_are_answered_at_every_address() {
    let server = "$s = IO::Socket::INET->new(LocalAddr => '0.0.0.0:53', Proto => 'udp') or die; \
                  $s->send(\"echo $b\") while defined $s->recv($b, 9000);";
    for network in NETWORKS {
        let env = Env::new();
        run(&env, network, &["-p", "53/udp"], &["sleep", "100"]);
        let _serving = in_network(&env, server);
        let mut addresses = vec![("127.0.0.1".to_owned(), "127.0.0.1:0"), (own_address(), "0.0.0.0:0")];
        addresses.extend(has_v6().then(|| ("::1".to_owned(), "[::1]:0")));
        for (address, from) in addresses {
            let client = UdpSocket::bind(from).expect("a socket");
            client.connect(place(&env, "53/udp", &address)).expect("an address");
            client
                .set_read_timeout(Some(Duration::from_millis(200)))
                .expect("a timeout");
            let mut answer = vec![0; 9000];
            let mut count = 0;
            eventually("the server answers", || {
                let _ = client.send(b"x");
                count = client.recv(&mut answer).unwrap_or(0);
                count > 0
            });
            assert_eq!(&answer[..count], b"echo x", "{network} {address}");
            // None of the earlier ones' answers are still to come.
            while client.recv(&mut answer).is_ok() {}
            let large = vec![b'y'; 5000];
            client.send(&large).expect("sent");
            client.set_read_timeout(Some(PATIENCE)).expect("a timeout");
            let count = client.recv(&mut answer).expect("an answer");
            assert!(
                answer[..count] == [b"echo ".as_slice(), &large].concat(),
                "{network} {address}: {count} bytes"
            );
        }
    }
}

#[test]
fn what_listens_on_the_containers_loopback_is_not_published() {
    let env = Env::new();
    run(&env, "none", &["-p", "80-81"], &["sleep", "100"]);
    let program = |address: &str, word: &str| {
        format!(
            "$s = IO::Socket::INET->new(LocalAddr => '{address}', Listen => 9) or die; \
             while ($c = $s->accept) {{ print $c '{word}'; close $c }}"
        )
    };
    let _own = in_network(&env, &program("127.0.0.1:80", "own"));
    let _all = in_network(&env, &program("0.0.0.0:81", "all"));
    let ask = |port| {
        let mut text = String::new();
        let _ = connect(place(&env, port, "127.0.0.1")).and_then(|mut stream| stream.read_to_string(&mut text));
        text
    };
    eventually("the other server answers", || ask("81") == "all");
    env.lamel(["exec", "box", "nc", "127.0.0.1", "80"])
        .success()
        .stdout("own");
    assert_eq!(ask("80"), "");
}

#[test]
fn nothing_serves_a_port_when_the_container_has_ended_however_it_does() {
    for network in NETWORKS {
        let env = Env::new();
        run(&env, network, &["-p", "80"], &["sleep", "100"]);
        let address = place(&env, "80", "0.0.0.0");
        let init = env.lamel(["inspect", "-f", "{{.State.Pid}}", "box"]).success().stdout;
        let init: i32 = init.trim().parse().expect("a pid");
        let monitor = parent(init);
        assert!(TcpListener::bind(address).is_err(), "{network}: {address} is taken");
        for pid in [monitor, init] {
            let pid = rustix::process::Pid::from_raw(pid).expect("a pid");
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it is ours");
        }
        env.lamel(["rm", "-f", "box"]).success();
        eventually("the port is free", || TcpListener::bind(address).is_ok());
        let run = env.run_root();
        eventually("no process of the container's is left", || {
            !processes().any(|line| line.contains(&*run.to_string_lossy()))
        });
    }
}

fn parent(pid: i32) -> i32 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"));
    line.expect("a parent").trim().parse().expect("a pid")
}

/// The command lines of all processes.
fn processes() -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir("/proc").expect("/proc").flatten();
    entries.filter_map(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    })
}
