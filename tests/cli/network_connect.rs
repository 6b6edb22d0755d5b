//! Networks that are added to a container and taken away, while it runs and while it does not.

use crate::bridge_host::Host;
use crate::env::Env;
use serde_json::json;

/// Whether `from` reaches a name.
fn reaches(host: &Host, from: &str, name: &str) -> bool {
    let words = ["exec", from, "ping", "-c", "1", "-W", "5", name];
    host.lamel(&words).code == 0
}

fn exec(host: &Host, words: &[&str]) -> String {
    host.lamel(&[&["exec"], words].concat()).success().stdout
}

#[test]
fn a_running_container_joins_a_network_and_leaves_it() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    for (name, subnet) in [("front", "10.77.1.0/24"), ("back", "10.77.2.0/24")] {
        host.lamel(&["network", "create", "--subnet", subnet, name]).success();
    }
    host.run("web", &["--network", "front", "--hostname", "www"]);
    host.run("db", &["--network", "back"]);
    host.run("proxy", &["--network", "front"]);
    let before = exec(&host, &["web", "cat", "/etc/hosts", "/etc/resolv.conf"]);
    exec(&host, &["web", "sh", "-c", "echo 192.0.2.1 own >>/etc/hosts"]);
    assert!(!reaches(&host, "web", "db"));
    let words = [
        "network",
        "connect",
        "--alias",
        "site",
        "--ip",
        "10.77.2.9",
        "back",
        "web",
    ];
    host.lamel(&words).success().stdout("");
    for (from, name) in [
        ("web", "db"),
        ("db", "web"),
        ("db", "site"),
        ("proxy", "web"),
        ("web", "proxy"),
    ] {
        assert!(reaches(&host, from, name), "{from} {name}");
    }
    let interfaces = exec(&host, &["web", "ip", "addr"]);
    assert!(
        interfaces.contains("inet 10.77.2.9/24") && interfaces.contains("eth1"),
        "{interfaces}"
    );
    let hosts = exec(&host, &["web", "cat", "/etc/hosts"]);
    assert!(hosts.ends_with("\n192.0.2.1 own\n10.77.2.9\twww web\n"), "{hosts}");
    let networks = host.inspect("web")["NetworkSettings"]["Networks"].clone();
    assert_eq!(
        networks.as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["back", "front"]
    );
    assert_eq!(networks["back"]["IPAddress"], json!("10.77.2.9"));
    assert_eq!(networks["back"]["Aliases"], json!(["site"]));
    assert_eq!(
        host.inspect("web")["NetworkSettings"]["IPAddress"],
        networks["front"]["IPAddress"]
    );
    let of_back = host.lamel(&["network", "inspect", "back"]).success().json()[0]["Containers"].clone();
    assert_eq!(of_back.as_object().expect("an object").len(), 2);
    host.lamel(&["network", "connect", "back", "web"])
        .fails(1, "lamel: endpoint with name web already exists in network back\n");
    host.lamel(&["network", "rm", "back"])
        .fails(1, "lamel: network back is used by containers: [..]\n");

    // Off the first, where its default route led.
    host.lamel(&["network", "disconnect", "front", "web"])
        .success()
        .stdout("");
    assert!(!reaches(&host, "proxy", "web") && !reaches(&host, "web", "proxy"));
    assert!(reaches(&host, "db", "web") && reaches(&host, "web", "db"));
    let routes = exec(&host, &["web", "ip", "route"]);
    assert!(routes.starts_with("default via 10.77.2.1 dev eth1 "), "{routes}");
    host.lamel(&["network", "disconnect", "front", "web"])
        .fails(1, "lamel: container web is not connected to network front\n");
    host.lamel(&["network", "connect", "front", "web"]).success();
    host.lamel(&["network", "disconnect", "-f", "back", "web"]).success();
    let after = exec(&host, &["web", "cat", "/etc/hosts", "/etc/resolv.conf"]);
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&after), lines(&format!("{before}192.0.2.1 own\n")));
    // Nothing of the container is on the network any more, though others are.
    assert_eq!(host.shell("ls -d /sys/class/net/*/brif/* | wc -l"), "3\n");

    host.lamel(&["network", "disconnect", "front", "web"]).success();
    assert_eq!(exec(&host, &["web", "ls", "/sys/class/net"]), "lo\n");
    host.lamel(&["network", "connect", "back", "web"]).success();
    assert!(reaches(&host, "db", "web"));
    host.is_clean_without(&["web", "db", "proxy"]);
}

#[test]
fn a_container_that_does_not_run_starts_with_what_it_was_connected_to() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    for name in ["one", "two"] {
        host.lamel(&["network", "create", name]).success();
    }
    host.lamel(&[
        "create",
        "--name",
        "box",
        "--network",
        "one",
        &host.image,
        "sleep",
        "600",
    ])
    .success();
    host.lamel(&["network", "connect", "--alias", "other", "two", "box"])
        .success();
    let networks = host.inspect("box")["NetworkSettings"]["Networks"].clone();
    assert_eq!(networks["two"]["Aliases"], json!(["other"]));
    assert_eq!(networks["two"]["IPAddress"], json!(""));
    host.lamel(&["start", "box"]).success();
    host.run("peer", &["--network", "two"]);
    assert!(reaches(&host, "peer", "other"));
    host.lamel(&["stop", "-t", "0", "box"]).success();
    host.lamel(&["network", "disconnect", "one", "box"]).success();
    host.lamel(&["start", "box"]).success();
    assert_eq!(exec(&host, &["box", "ls", "/sys/class/net"]), "eth0\nlo\n");
    host.lamel(&["network", "rm", "one"]).success();
    host.is_clean_without(&["box", "peer"]);
}

#[test]
fn published_ports_follow_the_networks() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    for name in ["one", "two"] {
        host.lamel(&["network", "create", name]).success();
    }
    host.serve(&["--network", "one", "-p", "8080:80"]);
    for change in [&["connect", "two"][..], &["disconnect", "one"]] {
        host.lamel(&[&["network"], change, &["box"]].concat()).success();
        for place in ["127.0.0.1:8080", "[::1]:8080"] {
            host.is_served(place);
        }
    }
    host.is_clean_without(&["box"]);
    assert!(!host.shell("iptables-save").contains("8080"));
}

#[test]
fn a_network_that_a_killed_container_was_connected_to_is_left() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    for name in ["one", "two"] {
        host.lamel(&["network", "create", name]).success();
    }
    host.serve(&["--network", "one", "-p", "8080:80"]);
    host.lamel(&["network", "connect", "two", "box"]).success();
    host.lamel(&["network", "disconnect", "one", "box"]).success();
    host.kill("box");
    host.is_clean_without(&["box"]);
}

#[test]
fn many_changes_at_once_leave_what_was_asked_for_last() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    let names: Vec<String> = (0..4).map(|number| format!("net{number}")).collect();
    for name in &names {
        host.lamel(&["network", "create", name]).success();
    }
    // One that starts meanwhile.
    host.lamel(&[
        "create",
        "--name",
        "box",
        "--network",
        "net0",
        &host.image,
        "sleep",
        "600",
    ])
    .success();
    let change = |verb, name| vec!["network", verb, name, "box"];
    let connects = names[1..].iter().map(|name| change("connect", name));
    host.all_at_once(connects.chain([vec!["start", "box"]]));
    let interfaces = || exec(&host, &["box", "ls", "/sys/class/net"]);
    assert_eq!(interfaces(), "eth0\neth1\neth2\neth3\nlo\n");
    host.all_at_once(names[1..].iter().map(|name| change("disconnect", name)));
    assert_eq!(interfaces(), "eth0\nlo\n");
    host.is_clean_without(&["box"]);
}

#[test]
fn what_cannot_be_connected_is_told() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.lamel(&["network", "create", "--subnet", "10.77.1.0/24", "net"])
        .success();
    for mode in ["none", "host", "pasta", "net"] {
        host.lamel(&[
            "create",
            "--name",
            &format!("in-{mode}"),
            "--network",
            mode,
            &host.image,
            "true",
        ])
        .success();
    }
    let shared = "shares its network with another container or the host: it cannot be connected to any other network";
    for (words, told) in [
        (&["connect", "net", "in-host"][..], format!("container in-host {shared}")),
        (&["disconnect", "net", "in-host"], format!("container in-host {shared}")),
        (
            &["connect", "net", "in-none"],
            "container in-none is to be without a network (none): it cannot be connected to any".to_owned(),
        ),
        (
            &["connect", "net", "in-pasta"],
            "container in-pasta has pasta's network, which is no bridge: make it with --network bridge to connect it to others"
                .to_owned(),
        ),
        (&["connect", "nowhere", "in-net"], "network nowhere not found".to_owned()),
        (&["disconnect", "nowhere", "in-net"], "network nowhere not found".to_owned()),
        (&["connect", "net", "nobody"], "no such container: nobody".to_owned()),
        (
            &["connect", "--ip", "10.77.9.1", "net", "in-net"],
            "endpoint with name in-net already exists in network net".to_owned(),
        ),
    ] {
        let words = [&["network"], words].concat();
        host.lamel(&words).fails(1, &format!("lamel: {told}\n"));
    }
    // What cannot be had leaves all as it was.
    host.lamel(&["network", "create", "--subnet", "10.77.2.0/24", "other"])
        .success();
    host.run("box", &["--network", "other"]);
    let before = host.inspect("box");
    for (address, told) in [
        ("10.77.1.1", "address 10.77.1.1 of network net is in use"),
        (
            "10.77.9.1",
            "network net has no address 10.77.9.1: its subnets are 10.77.1.0/24",
        ),
    ] {
        host.lamel(&["network", "connect", "--ip", address, "net", "box"])
            .fails(1, &format!("lamel: {told}\n"));
    }
    assert_eq!(host.inspect("box"), before);
    host.is_clean_without(&["box"]);
}
