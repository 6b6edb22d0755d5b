//! Containers on bridges, which are root's, in a network namespace that stands for the host: nothing of the machine's own network is touched.
//! For an ordinary user each test sees that they are told so.

use crate::bridge_host::Host;
use crate::env::{Env, eventually};
use serde_json::json;

#[test]
fn containers_find_each_other_by_name_and_leave_nothing() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    let id = host
        .lamel(&["network", "create", "--label", "a=b", "net"])
        .success()
        .text()
        .to_owned();
    host.lamel(&["network", "create", "net"])
        .fails(1, "lamel: network with name net already exists\n");
    host.lamel(&["network", "ls"]).success().stdout(&format!(
        "NETWORK ID     NAME      DRIVER    SCOPE\n{}   net       bridge    local\n",
        &id[..12]
    ));
    host.lamel(&["network", "exists", "other"]).code(1);
    host.run(
        "one",
        &["--network", "net", "--network-alias", "eins", "--hostname", "first"],
    );
    host.run("two", &["--network", "net"]);
    for name in ["one", "eins", &host.inspect("one")["Id"].as_str().expect("an ID")[..12]] {
        host.lamel(&["exec", "two", "ping", "-c", "1", "-W", "5", name])
            .success();
    }
    host.lamel(&["exec", "two", "ping", "-c", "1", "nobody"]).code(1);
    let address = host.address("one", "net");
    let hosts = host.lamel(&["exec", "one", "cat", "/etc/hosts"]).success().stdout;
    assert!(hosts.contains(&format!("\n{address}\tfirst one\n")), "{hosts}");
    let settings = &host.inspect("one")["NetworkSettings"];
    assert_eq!(settings["IPAddress"], json!(address));
    assert_eq!(settings["Networks"]["net"]["NetworkID"], json!(id));
    assert_eq!(settings["Networks"]["net"]["Aliases"], json!(["eins"]));
    let network = host.lamel(&["network", "inspect", "net"]).success().json();
    let containers = network[0]["Containers"].as_object().expect("an object");
    let names: Vec<&str> = containers.values().filter_map(|place| place["Name"].as_str()).collect();
    assert!(
        names.len() == 2 && names.contains(&"one") && names.contains(&"two"),
        "{names:?}"
    );
    host.lamel(&["network", "rm", "net"])
        .code(1)
        .stderr("lamel: network net is used by containers: [..]\n");

    // The bridge keeps its hardware address (NET_ADDR_SET) when an interface goes, or nobody is reached for a while.
    let bridge = network[0]["NetworkInterface"].as_str().expect("a name");
    assert_eq!(
        host.shell(&format!("cat /sys/class/net/{bridge}/addr_assign_type")),
        "3\n"
    );
    host.lamel(&["stop", "-t", "0", "one"]).success();
    host.lamel(&["exec", "two", "ping", "-c", "1", "one"]).code(1);
    host.lamel(&["start", "one"]).success();
    // At once: the start waits until the name is known.
    host.lamel(&["exec", "two", "ping", "-c", "1", "-W", "5", "one"])
        .success();
    host.is_clean_without(&["one", "two"]);
    host.lamel(&["network", "prune", "-f"])
        .success()
        .stdout("Deleted Networks:\nnet\n\n");
    host.lamel(&["network", "inspect", "net"])
        .code(1)
        .stdout("[]\n")
        .stderr("lamel: network net not found\n");
}

/// Whose network belongs to its user namespace.
#[test]
fn a_container_with_users_of_its_own_is_on_a_bridge_as_any_other() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.lamel(&["network", "create", "net"]).success();
    host.run("one", &["--network", "net"]);
    host.run("two", &["--network", "net", "--uidmap=0:700000:65536"]);
    host.lamel(&["exec", "two", "ping", "-c", "1", "-W", "5", "one"])
        .success();
    host.lamel(&["exec", "one", "ping", "-c", "1", "-W", "5", "two"])
        .success();
    host.lamel(&["rm", "-f", "-t", "0", "one", "two"]).success();
    host.is_clean();
}

#[test]
fn a_published_port_leads_to_a_container_on_a_bridge() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.serve(&["--network", "bridge", "-p", "8080:80"]);
    let own = format!("{}:80", host.address("box", "bridge"));
    for place in ["127.0.0.1:8080", "[::1]:8080", &own] {
        host.is_served(place);
    }
    // Where it is taken is told before anything is made.
    host.lamel(&[
        "run",
        "--rm",
        "--network",
        "bridge",
        "-p",
        "8080:80",
        &host.image,
        "true",
    ])
    .fails(
        125,
        "lamel: [..]publishing 0.0.0.0:8080/tcp: port is already allocated\n",
    );
    host.is_clean_without(&["box"]);
}

#[test]
fn addresses_are_given_once_and_as_they_were_asked_for() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    let subnet = [
        "--subnet",
        "10.77.0.0/24",
        "--ip-range",
        "10.77.0.8/29",
        "--subnet",
        "fd77::/64",
        "--gateway",
        "10.77.0.254",
    ];
    host.lamel(&[&["network", "create"], &subnet[..], &["a"]].concat())
        .success();
    host.lamel(&["network", "create", "--subnet", "10.77.0.0/16", "b"])
        .fails(
            1,
            "lamel: subnet 10.77.0.0/16 overlaps with 10.77.0.0/24, which is another network's\n",
        );
    host.lamel(&["network", "create", "--internal", "b"]).success();
    let asked = ["--network", "a:ip=10.77.0.77,mac=02:00:00:00:00:07", "--network", "b"];
    host.run("asked", &asked);
    host.run("first", &["--network", "a"]);
    host.run("second", &["--network", "a", "--ip6", "fd77::77"]);
    assert_eq!(host.address("asked", "a"), "10.77.0.77");
    assert_eq!(host.address("first", "a"), "10.77.0.9");
    assert_eq!(host.address("second", "a"), "10.77.0.10");
    let interfaces = host.lamel(&["exec", "asked", "ip", "addr"]).success().stdout;
    for part in ["02:00:00:00:00:07", "inet 10.77.0.77/24", "eth1"] {
        assert!(interfaces.contains(part), "{part} in {interfaces}");
    }
    let of_second = host.lamel(&["exec", "second", "ip", "addr"]).success().stdout;
    assert!(of_second.contains("inet6 fd77::77/64"), "{of_second}");
    host.lamel(&["exec", "first", "ping", "-c", "1", "-W", "5", "asked"])
        .success();
    let taken = [
        "run",
        "--rm",
        "--network",
        "a",
        "--ip",
        "10.77.0.77",
        &host.image,
        "true",
    ];
    host.lamel(&taken)
        .fails(125, "lamel: address 10.77.0.77 of network a is in use\n");
    let outside = [
        "run",
        "--rm",
        "--network",
        "a",
        "--ip",
        "10.78.0.1",
        &host.image,
        "true",
    ];
    host.lamel(&outside).fails(
        125,
        "lamel: network a has no address 10.78.0.1: its subnets are 10.77.0.0/24, fd77::/64\n",
    );
    let missing = ["run", "--rm", "--network", "none-such", &host.image, "true"];
    host.lamel(&missing).fails(125, "lamel: network none-such not found\n");
    // What is free again is given again.
    host.lamel(&["rm", "-f", "-t", "0", "first"]).success();
    host.run("third", &["--network", "a"]);
    assert_eq!(host.address("third", "a"), "10.77.0.9");
    host.is_clean_without(&["asked", "second", "third"]);
}

#[test]
fn many_that_start_at_once_all_get_an_address() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.lamel(&["network", "create", "net"]).success();
    let names: Vec<String> = (0..8).map(|number| format!("box{number}")).collect();
    let run = |name| {
        vec![
            "run",
            "-d",
            "--network",
            "net",
            "--name",
            name,
            &host.image,
            "sleep",
            "600",
        ]
    };
    host.all_at_once(names.iter().map(|name| run(name)));
    let mut addresses: Vec<String> = names.iter().map(|name| host.address(name, "net")).collect();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), names.len(), "{addresses:?}");
    for name in &names {
        host.lamel(&["exec", "box0", "ping", "-c", "1", "-W", "5", name])
            .success();
    }
    host.all_at_once(names.iter().map(|name| vec!["rm", "-f", "-t", "0", name]));
    host.is_clean();
}

#[test]
fn what_a_killed_supervisor_left_is_taken_back() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.lamel(&["network", "create", "net"]).success();
    // By its own removal, its own start, and the start of another.
    host.run("removed", &["--network", "net", "-p", "8080:80"]);
    host.kill("removed");
    host.lamel(&["rm", "removed"]).success();
    host.is_clean();
    host.run("again", &["--network", "net", "-p", "8080:80"]);
    let address = host.address("again", "net");
    host.kill("again");
    eventually("the port is free", || host.lamel(&["start", "again"]).code == 0);
    assert_eq!(host.address("again", "net"), address);
    host.kill("again");
    host.run("other", &["--network", "net"]);
    assert_eq!(host.address("other", "net"), address);
    let rules = host.shell("iptables-save");
    assert!(!rules.contains("8080"), "{rules}");
    host.is_clean_without(&["again", "other"]);
}

#[test]
fn a_reset_takes_the_networks_along() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.lamel(&["network", "create", "net"]).success();
    host.run("box", &["--network", "net", "-p", "8080:80"]);
    host.lamel(&["system", "reset", "-f"]).success();
    assert_eq!(host.shell("ls /sys/class/net"), "lo\n");
    assert!(!host.shell("iptables-save").contains("8080"));
    host.lamel(&["network", "ls", "-q"]).success().stdout("");
}
