//! What a container's /etc/hosts and /etc/resolv.conf say, and whether it is so.

use crate::env::Env;
use std::io::Write;
use std::net::TcpListener;

fn cat(env: &Env, options: &[&str], file: &str) -> String {
    let image = env.busybox();
    let words = [&["run", "--rm"], options, &[&image, "cat", file]].concat();
    env.lamel(words).success().stdout
}

#[test]
fn resolvers_are_those_that_were_asked_for() {
    let env = Env::new();
    let options = [
        "--dns",
        "192.0.2.53",
        "--dns",
        "2001:db8::53",
        "--dns-search",
        "a.example",
        "--dns-option",
        "ndots:3",
        "--dns-option",
        "rotate",
    ];
    for network in ["none", "pasta", "host"] {
        let words = [&options[..], &["--network", network]].concat();
        assert_eq!(
            cat(&env, &words, "/etc/resolv.conf"),
            "search a.example\nnameserver 192.0.2.53\nnameserver 2001:db8::53\noptions ndots:3 rotate\n",
            "{network}"
        );
    }
    let none = cat(&env, &["--network", "none"], "/etc/resolv.conf");
    assert!(!none.contains("nameserver"), "{none}");
    // No server of the host's loopback, which is another inside.
    let pasta = cat(&env, &["--network", "pasta"], "/etc/resolv.conf");
    assert!(
        pasta.contains("nameserver ") && !pasta.contains("nameserver 127."),
        "{pasta}"
    );
}

#[test]
fn the_host_is_reached_by_the_name_it_was_given() {
    let env = Env::new();
    let image = env.busybox();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port().to_string();
    let server = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().expect("a connection");
            stream.write_all(b"the host\n").expect("it is heard");
        }
    });
    // Its input stays open for a while: with pasta of 2023, one that ended at once was seen to hear nothing.
    let script = format!("sleep 2 | nc machine {port}");
    for network in ["pasta", "host"] {
        let options = [
            "run",
            "--rm",
            "--network",
            network,
            "--add-host",
            "machine:host-gateway",
        ];
        let words = [&options[..], &[&image, "sh", "-c", &script]].concat();
        env.lamel(words).success().stdout("the host\n");
    }
    server.join().expect("both were served");
    env.lamel([
        "run",
        "--rm",
        "--network",
        "none",
        "--add-host",
        "machine:host-gateway",
        &image,
        "true",
    ])
    .fails(
        125,
        "lamel: host \"machine:host-gateway\": the host is not to be reached from this network\n",
    );
}

#[test]
fn a_container_in_anothers_network_has_its_names() {
    let env = Env::new();
    let image = env.busybox();
    env.lamel([
        "run",
        "-d",
        "--name",
        "first",
        "--network",
        "none",
        "--add-host",
        "db:192.0.2.7",
        "--dns",
        "192.0.2.53",
        &image,
        "sleep",
        "100",
    ])
    .success();
    for file in ["/etc/hosts", "/etc/resolv.conf"] {
        let own = env.lamel(["exec", "first", "cat", file]).success().stdout;
        assert!(own.contains("192.0.2."), "{own}");
        assert_eq!(cat(&env, &["--network", "container:first"], file), own);
    }
}

#[test]
fn the_images_own_hosts_can_be_left() {
    let env = Env::new();
    let image = crate::fixtures::busybox().layer(
        crate::registry::Layer::new()
            .file("etc/hosts", "192.0.2.9 of-image\n")
            .gzip(),
    );
    let name = env.pulled("hosts:1", &image);
    env.lamel(["run", "--rm", "--no-hosts", &name, "cat", "/etc/hosts"])
        .success()
        .stdout("192.0.2.9 of-image\n");
    let ours = env
        .lamel(["run", "--rm", "--hostname", "box", &name, "cat", "/etc/hosts"])
        .success()
        .stdout;
    assert!(
        ours.starts_with("127.0.0.1\tlocalhost\n") && ours.ends_with("\tbox\n"),
        "{ours}"
    );
}
