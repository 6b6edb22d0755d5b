//! Names of the world outside, from each kind of network: a name server of the test's own is asked, in a network namespace that stands for the host.
//! All its answers are loopback addresses, so that whoever connects there is refused at once, and tells which one it was.

use crate::bridge_host::Host;
use crate::env::{Env, is_root};

/// What the host's own resolvers and the others answer of themselves.
const SERVERS: &str = "127.0.0.53=127.0.1.53 10.55.0.1=127.0.1.55 10.56.0.1=127.0.1.56";

/// A host whose /etc/resolv.conf names `server`, which is one of [`SERVERS`].
fn host<'a>(env: &'a Env, server: &str) -> Host<'a> {
    std::fs::write(env.work().join("server.pl"), include_str!("name_server.pl")).expect("a file");
    let line = format!(
        "ip link add out0 type veth peer name out1 && ip link set out0 up && ip link set out1 up && \
         ip addr add 10.55.0.1/24 dev out0 && ip route add default via 10.55.0.254 && ip addr add 10.56.0.1/24 dev out1 && \
         printf 'nameserver {server}\\nsearch corp.example\\n' >resolv.conf && mount --bind resolv.conf /etc/resolv.conf && \
         if [ -d /run/systemd/resolve ]; then mount -t tmpfs none /run/systemd/resolve; fi && \
         exec perl server.pl {SERVERS}"
    );
    Host::running(env, &line)
}

/// A script that tells the addresses of names.
fn script(names: &[&str]) -> String {
    let ask = |name: &&str| {
        format!("wget -q -O - http://{name}/ 2>&1 | sed 's/.*(\\(.*\\)):.*/\\1/;s/.*bad address.*/none/';")
    };
    names.iter().map(ask).collect()
}

/// What each of `names` is in a container with these options.
fn addresses(host: &Host, options: &[&str], names: &[&str]) -> Vec<String> {
    let script = script(names);
    let words = [&["run", "--rm"], options, &[&host.image, "sh", "-c", &script]].concat();
    let stdout = host.lamel(&words).success().stdout;
    stdout.lines().map(str::to_owned).collect()
}

/// Names are found: one that is known, one of the search list, one that takes TCP, and not one that nobody knows.
#[track_caller]
fn are_found(host: &Host, network: &str) {
    let mut names = vec!["known.example", "box", "nobody.example"];
    let mut expected = vec!["127.80.0.1", "127.80.0.3", "none"];
    // pasta of 2023 and aardvark-dns of that time know only UDP.
    if ["host", "plain"].contains(&network) {
        names.push("long.example");
        expected.push("127.80.0.2");
    }
    assert_eq!(addresses(host, &["--network", network], &names), expected, "{network}");
}

/// The networks with a way out.
fn networks(host: &Host) -> Vec<&'static str> {
    let mut networks = vec!["host", "pasta", "container:peer"];
    host.lamel(&[
        "run",
        "-d",
        "--name",
        "peer",
        "--network",
        "pasta",
        &host.image,
        "sleep",
        "600",
    ])
    .success();
    if is_root() {
        host.lamel(&["network", "create", "named"]).success();
        host.lamel(&["network", "create", "--disable-dns", "plain"]).success();
        networks.extend(["bridge", "named", "plain"]);
    }
    networks
}

#[test]
fn names_are_found_where_the_hosts_server_is_on_its_loopback() {
    let env = Env::new();
    let host = host(&env, "127.0.0.53");
    // Without names of its own, a bridge leads to no server of the host's loopback.
    let networks = networks(&host).into_iter().filter(|network| *network != "plain");
    for network in networks {
        are_found(&host, network);
    }
}

#[test]
fn names_are_found_where_the_hosts_server_has_an_address_of_the_hosts() {
    for server in ["10.55.0.1", "10.56.0.1"] {
        let env = Env::new();
        let host = host(&env, server);
        for network in networks(&host) {
            are_found(&host, network);
        }
    }
}

#[test]
fn a_server_that_is_asked_for_is_asked() {
    let env = Env::new();
    let host = host(&env, "127.0.0.53");
    let networks = networks(&host);
    for network in networks.into_iter().filter(|network| *network != "container:peer") {
        let of = |options: &[&str]| {
            addresses(
                &host,
                &[&["--network", network], options].concat(),
                &["who.example", "box"],
            )
        };
        assert_eq!(of(&["--dns", "10.56.0.1"]), ["127.0.1.56", "127.80.0.3"], "{network}");
        let options = ["--dns", "10.56.0.1", "--dns-search", "elsewhere.example"];
        assert_eq!(of(&options), ["127.0.1.56", "none"], "{network}");
        // A name with a dot is taken for a whole one before it is looked for elsewhere: not with three.
        let options = ["--dns=10.56.0.1", "--dns-search=example", "--dns-option=ndots:3"];
        let found = addresses(
            &host,
            &[&["--network", network], &options[..]].concat(),
            &["box.corp", "known"],
        );
        assert_eq!(found, ["127.80.0.3", "127.80.0.1"], "{network}");
    }
}

#[test]
fn without_a_network_there_is_nobody_to_ask() {
    let env = Env::new();
    let host = host(&env, "10.55.0.1");
    assert_eq!(addresses(&host, &["--network", "none"], &["known.example"]), ["none"]);
    // As where published ports alone are served.
    let options = ["--network", "none", "--dns", "10.56.0.1"];
    assert_eq!(addresses(&host, &options, &["known.example"]), ["none"]);
}
