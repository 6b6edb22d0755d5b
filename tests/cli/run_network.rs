//! Published ports, and namespaces that containers share.

use crate::env::{Env, eventually};
use std::io::Read;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

/// What answers `hello` to each connection.
const SERVER: &str = "while true; do echo hello | nc -l -p 80; done";

/// What a connection to `address` is told; empty where there is none.
fn ask(address: &str) -> String {
    let mut text = String::new();
    if let Ok(mut stream) = TcpStream::connect(address) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let _ = stream.read_to_string(&mut text);
    }
    text
}

/// A port that was free a moment ago.
fn free() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("it is bound").port()
}

#[test]
fn a_published_port_leads_into_the_container_and_is_listed() {
    let env = Env::new();
    let name = env.busybox();
    let port = free();
    let publish = format!("127.0.0.1:{port}:80");
    env.lamel([
        "run", "-d", "--name", "web", "-p", &publish, "--expose", "90", &name, "sh", "-c", SERVER,
    ])
    .success();
    let address = format!("127.0.0.1:{port}");
    eventually("the server answers", || ask(&address) == "hello\n");
    env.lamel(["ps", "--format", "{{.Ports}}"])
        .success()
        .stdout(&format!("90/tcp, 127.0.0.1:{port}->80/tcp\n"));
    let inspect = env.lamel(["inspect", "web"]).success().json();
    let binding = serde_json::json!([{"HostIp": "127.0.0.1", "HostPort": port.to_string()}]);
    assert_eq!(inspect[0]["HostConfig"]["PortBindings"]["80/tcp"], binding);
    assert_eq!(inspect[0]["NetworkSettings"]["Ports"]["80/tcp"], binding);
    assert_eq!(
        inspect[0]["NetworkSettings"]["Ports"]["90/tcp"],
        serde_json::Value::Null
    );
    assert_eq!(
        inspect[0]["Config"]["ExposedPorts"],
        serde_json::json!({"80/tcp": {}, "90/tcp": {}})
    );

    // Taken now: told before anything is made, and nothing is left of the attempt.
    env.lamel(["run", "--rm", "-p", &publish, &name, "true"]).fails(
        125,
        &format!("lamel: [..]publishing 127.0.0.1:{port}/tcp: port is already allocated\n"),
    );
    env.lamel(["ps", "-a", "--format", "{{.Names}}"])
        .success()
        .stdout("web\n");

    env.lamel(["rm", "-f", "web"]).success();
    eventually("the port is free again", || TcpListener::bind(&*address).is_ok());
}

#[test]
fn exposed_ports_are_published_at_free_ports() {
    let env = Env::new();
    let image = crate::fixtures::busybox().run("ExposedPorts", serde_json::json!({"80/tcp": {}}));
    let name = env.pulled("web:1", &image);
    for (option, all) in [("-P", true), ("-p=0:80", false)] {
        env.lamel(["run", "-d", "--name", "web", option, &name, "sh", "-c", SERVER])
            .success();
        let inspect = env.lamel(["inspect", "web"]).success().json();
        let place = &inspect[0]["NetworkSettings"]["Ports"]["80/tcp"][0];
        assert_eq!(place["HostIp"], "0.0.0.0");
        let address = format!("127.0.0.1:{}", place["HostPort"].as_str().expect("a port"));
        eventually("the server answers", || ask(&address) == "hello\n");
        env.lamel(["rm", "-f", "web"]).success();
        assert_eq!(inspect[0]["HostConfig"]["PublishAllPorts"], all);
    }
}

#[test]
fn a_range_of_udp_ports_is_published() {
    let env = Env::new();
    let name = env.busybox();
    let is_free = |port| UdpSocket::bind(("127.0.0.1", port)).is_ok();
    let any = || UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let first = loop {
        let first = any().expect("a free port").port();
        if first < 65535 && is_free(first + 1) {
            break first;
        }
    };
    let last = first + 1;
    let publish = format!("127.0.0.1:{first}-{last}:53-54/udp");
    env.lamel(["run", "-d", "--name", "dns", "-p", &publish, &name, "sleep", "60"])
        .success();
    env.lamel(["ps", "--format", "{{.Ports}}"])
        .success()
        .stdout(&format!("127.0.0.1:{first}->53/udp, 127.0.0.1:{last}->54/udp\n"));
    assert!(!is_free(first) && !is_free(last));
    env.lamel(["rm", "-f", "dns"]).success();
    eventually("the ports are free again", || is_free(first) && is_free(last));
}

#[test]
fn ports_need_a_network_of_the_containers_own() {
    let env = Env::new();
    let name = env.busybox();
    for (network, has) in [("none", "no network"), ("host", "the host's network[..]")] {
        env.lamel(["create", "-p", "80", "--name", network, "--network", network, &name])
            .success()
            .stderr(&format!(
                "lamel: warning: published ports are discarded: the container has {has}\n"
            ));
        env.lamel(["inspect", "-f", "{{json .HostConfig.PortBindings}}", network])
            .success()
            .stdout("{}\n");
    }
    env.lamel(["create", "-p", "x", &name])
        .fails(125, "lamel: invalid publish \"x\": \"x\" is no port\n");
}

#[test]
fn a_container_joins_the_namespaces_of_another() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel([
        "run",
        "-d",
        "--name",
        "first",
        "--network",
        "none",
        &name,
        "sh",
        "-c",
        SERVER,
    ])
    .success();
    let second = |options: &[&str], script: &str| {
        let words = ["run", "--rm"].iter().chain(options).copied();
        env.lamel(words.chain([name.as_str(), "sh", "-c", script]))
    };
    eventually("the other's port answers", || {
        second(&["--network", "container:first"], "nc 127.0.0.1 80 </dev/null").stdout == "hello\n"
    });
    let first = env.lamel(["exec", "first", "hostname"]).success();
    second(&["--uts", "container:first"], "hostname")
        .success()
        .stdout(&first.stdout);
    let outcome = second(&["--pid", "container:first"], "ps").success();
    assert!(outcome.stdout.contains("while true"), "{}", outcome.stdout);
    for kind in ["ipc", "net"] {
        let own = env
            .lamel(["exec", "first", "readlink", &format!("/proc/self/ns/{kind}")])
            .success();
        let option = if kind == "net" { "--network" } else { "--ipc" };
        second(&[option, "container:first"], &format!("readlink /proc/self/ns/{kind}"))
            .success()
            .stdout(&own.stdout);
    }
    // What was joined is there still.
    env.lamel(["exec", "first", "true"]).success();
    env.lamel(["rm", "-f", "first"]).success();
    env.lamel(["run", "--rm", "--network", "container:first", &name, "true"])
        .fails(125, "lamel: no such container: first\n");
}

#[test]
fn a_container_has_the_hosts_namespaces_where_asked() {
    let env = Env::new();
    let name = env.busybox();
    let link = |kind: &str| std::fs::read_link(format!("/proc/self/ns/{kind}")).expect("a namespace");
    for (option, kind) in [("--pid", "pid"), ("--ipc", "ipc"), ("--uts", "uts")] {
        env.lamel([
            "run",
            "--rm",
            option,
            "host",
            &name,
            "readlink",
            &format!("/proc/self/ns/{kind}"),
        ])
        .success()
        .stdout(&format!("{}\n", link(kind).display()));
    }
    env.lamel(["run", "--rm", "--pid", "elsewhere", &name, "true"])
        .fails(125, "lamel: invalid --pid \"elsewhere\"[..]\n");
}

#[test]
fn a_device_works_and_a_parameter_is_set() {
    let env = Env::new();
    let name = env.busybox();
    let script = "echo x >/dev/nothing && stat -c %F /dev/nothing && cat /proc/sys/net/ipv4/ip_default_ttl";
    let options = [
        "--device",
        "/dev/null:/dev/nothing",
        "--sysctl",
        "net.ipv4.ip_default_ttl=77",
    ];
    let words = ["run", "--rm", "--network", "none"].iter().chain(&options).copied();
    env.lamel(words.chain([name.as_str(), "sh", "-c", script]))
        .success()
        .stdout("character special file\n77\n");
    env.lamel(["create", "--sysctl", "kernel.core_pattern=x", &name])
        .fails(125, "lamel: sysctl \"kernel.core_pattern\" is not allowed: [..]\n");
    // The host's network may be meant by a setting alone.
    let mut host = env.command(["create", "--sysctl", "net.ipv4.ip_default_ttl=77", &name]);
    crate::env::finish(host.env("LAMEL_NETWORK", "host"), "create".into())
        .fails(125, "lamel: sysctl \"net.ipv4.ip_default_ttl\" is not allowed: [..]\n");
    env.lamel(["create", "--name", "box", "--annotation", "a=b", &name])
        .success();
    env.lamel(["inspect", "-f", "{{.HostConfig.Annotations.a}}", "box"])
        .success()
        .stdout("b\n");
}
