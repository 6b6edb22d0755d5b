//! Docker's `daemon.json`.

use crate::registry::config::daemon::DaemonJson;
use crate::registry::config::tests::{ETC, Machine};

#[test]
fn daemon_json_applies_where_registries_conf_has_no_rule() {
    let daemon = r#"{
        "registry-mirrors": ["https://mirror.gcr.io", "http://10.1.2.3:5000/", "http://cache"],
        "insecure-registries": ["reg.corp:5000", "corp", "10.0.0.0/8", "fd00::/8", "http://old.corp"],
        "log-driver": "json-file"
    }"#;
    let machine = Machine::new().with("etc/docker/daemon.json", daemon);
    let expected = [
        "https://mirror.gcr.io/library/redis",
        "http://10.1.2.3:5000/library/redis",
        "http://cache:80/library/redis",
        "https://registry-1.docker.io/library/redis",
    ];
    assert_eq!(machine.sources("redis"), expected);
    for (name, place) in [
        ("reg.corp:5000/a", "http://reg.corp:5000/a"),
        ("reg.corp:5001/a", "https://reg.corp:5001/a"),
        ("corp:1/a", "http://corp:1/a"),
        ("old.corp/a", "http://old.corp/a"),
        ("10.200.0.1:5000/a", "http://10.200.0.1:5000/a"),
        ("11.0.0.1:5000/a", "https://11.0.0.1:5000/a"),
        ("[fd12::1]:5000/a", "http://[fd12::1]:5000/a"),
        ("[fe80::1]:5000/a", "https://[fe80::1]:5000/a"),
        ("quay.io/a", "https://quay.io/a"),
    ] {
        assert_eq!(machine.sources(name), [place], "{name}");
    }
    let machine = machine.with(
        ETC,
        "[[registry]]\nlocation = 'docker.io'\n[[registry]]\nlocation = '10.0.0.1:5000'\ninsecure = false",
    );
    assert_eq!(machine.sources("redis"), ["https://registry-1.docker.io/library/redis"]);
    assert_eq!(machine.sources("10.0.0.1:5000/a"), ["https://10.0.0.1:5000/a"]);
    assert_eq!(machine.sources("10.0.0.2:5000/a"), ["http://10.0.0.2:5000/a"]);
    let machine = machine.with("user/docker/daemon.json", "");
    assert_eq!(machine.sources("10.0.0.2:5000/a"), ["https://10.0.0.2:5000/a"]);
}

#[test]
fn an_invalid_daemon_json_is_named() {
    for (text, error) in [
        (
            "{\n  \"registry-mirrors\": [\n",
            ": EOF while parsing a list at line 3 column 0",
        ),
        (
            r#"{"registry-mirrors": "x"}"#,
            ": invalid type: string \"x\", expected a sequence at line 1 column 24",
        ),
        (
            r#"{"registry-mirrors": ["mirror.io"]}"#,
            ": registry-mirrors: mirror.io: relative URL without a base",
        ),
        (
            r#"{"registry-mirrors": ["https://mirror.io/path"]}"#,
            ": registry-mirrors: https://mirror.io/path: not http://HOST or https://HOST",
        ),
    ] {
        let machine = Machine::new().with("etc/docker/daemon.json", text);
        assert_eq!(machine.error("redis"), format!("etc/docker/daemon.json{error}"));
    }
}

#[test]
fn a_network_contains_its_addresses() {
    for (network, registry, insecure) in [
        ("0.0.0.0/0", "8.8.8.8", true),
        ("10.0.0.1/32", "10.0.0.1:1", true),
        ("10.0.0.1/32", "10.0.0.2:1", false),
        ("10.0.0.0/33", "10.0.0.1", false),
        ("::/0", "[::5]:1", true),
        ("::/0", "10.0.0.1", false),
        ("10.0.0.0/x", "10.0.0.1", false),
    ] {
        let daemon: DaemonJson = serde_json::from_str(&format!(r#"{{"insecure-registries":["{network}"]}}"#)).unwrap();
        assert_eq!(
            daemon.says_insecure(registry) == Some(true),
            insecure,
            "{network} {registry}"
        );
    }
}
