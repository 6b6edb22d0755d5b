//! Where an image is fetched and pushed.

use crate::oci::reference::Reference;
use crate::registry::config::tests::{Machine, digest, etc};

#[test]
fn without_any_file_an_image_is_where_its_name_says() {
    let machine = Machine::new();
    assert_eq!(
        machine.sources("redis:7"),
        ["https://registry-1.docker.io/library/redis:7"]
    );
    assert_eq!(machine.sources("quay.io/a/b"), ["https://quay.io/a/b"]);
    assert_eq!(machine.sources("localhost:5000/a"), ["http://localhost:5000/a"]);
    assert_eq!(machine.full_names("redis:7"), ["docker.io/library/redis:7"]);
}

#[test]
fn the_longest_prefix_wins_and_is_replaced_by_the_location() {
    let machine = etc(r#"
        [[registry]]
        prefix = "example.com"
        location = "one.io"
        [[registry]]
        prefix = "example.com/team/"
        location = "two.io/mirror/team"
        [[registry]]
        prefix = "example.com/team/app"
        location = "three.io:5000/app"
        [[registry]]
        prefix = "*.internal"
        location = "proxy.io/all"
        [[registry]]
        prefix = "*.kept"
        insecure = true
    "#);
    for (name, place) in [
        ("example.com/x:1", "https://one.io/x:1"),
        ("example.com/teams/x", "https://one.io/teams/x"),
        ("example.com/team/x", "https://two.io/mirror/team/x"),
        ("example.com/team/app", "https://three.io:5000/app"),
        ("example.com/team/app:2", "https://three.io:5000/app:2"),
        ("example.com/team/app/deep", "https://three.io:5000/app/deep"),
        ("example.com/team/apple", "https://two.io/mirror/team/apple"),
        ("example.community/x", "https://example.community/x"),
        ("a.internal/x", "https://proxy.io/all/x"),
        ("a.b.internal/x/y", "https://proxy.io/all/x/y"),
        ("internal.io/a.internal/x", "https://internal.io/a.internal/x"),
        ("a.b.kept:80/a", "http://a.b.kept:80/a"),
    ] {
        assert_eq!(machine.sources(name), [place], "{name}");
    }
    let by_digest = format!("example.com/team/app@{}", digest());
    assert_eq!(
        machine.sources(&by_digest),
        [format!("https://three.io:5000/app@{}", digest())]
    );
}

#[test]
fn mirrors_come_first_in_order_each_with_its_own_insecure() {
    let machine = etc(r#"
        [[registry]]
        location = "docker.io"
        [[registry.mirror]]
        location = "mirror.io/proxy"
        [[registry.mirror]]
        location = "10.0.0.1:5000"
        insecure = true
        [[registry]]
        location = "old.io"
        insecure = true
        [[registry.mirror]]
        location = "safe.io"
    "#);
    let expected = [
        "https://mirror.io/proxy/library/redis:7",
        "http://10.0.0.1:5000/library/redis:7",
        "https://registry-1.docker.io/library/redis:7",
    ];
    assert_eq!(machine.sources("redis:7"), expected);
    assert_eq!(machine.sources("old.io/a"), ["https://safe.io/a", "http://old.io/a"]);
}

#[test]
fn a_mirror_may_serve_only_digests_or_only_tags() {
    let machine = etc(r#"
        [[registry]]
        location = "a.io"
        [[registry.mirror]]
        location = "all.io"
        pull-from-mirror = "all"
        [[registry.mirror]]
        location = "digests.io"
        pull-from-mirror = "digest-only"
        [[registry.mirror]]
        location = "tags.io"
        pull-from-mirror = "tag-only"
        [[registry]]
        location = "b.io"
        mirror-by-digest-only = true
        [[registry.mirror]]
        location = "digests.io"
    "#);
    let hosts = |name: &str| -> Vec<String> {
        let sources = machine.sources(name);
        let host = |source: &String| source.split('/').nth(2).unwrap().to_owned();
        sources.iter().map(host).collect()
    };
    assert_eq!(hosts("a.io/x:1"), ["all.io", "tags.io", "a.io"]);
    assert_eq!(hosts("a.io/x"), ["all.io", "tags.io", "a.io"]);
    assert_eq!(hosts(&format!("a.io/x@{}", digest())), ["all.io", "digests.io", "a.io"]);
    assert_eq!(hosts("b.io/x:1"), ["b.io"]);
    assert_eq!(hosts(&format!("b.io/x:1@{}", digest())), ["digests.io", "b.io"]);
}

#[test]
fn the_environment_adds_insecure_registries() {
    let mut machine = etc("[[registry]]\nlocation = 'localhost:5001'\ninsecure = false\n");
    machine.insecure = "listed, other:5000";
    for (name, place) in [
        ("localhost:5000/a", "http://localhost:5000/a"),
        ("localhost:5001/a", "https://localhost:5001/a"),
        ("listed:5000/a", "http://listed:5000/a"),
        ("other:5000/a", "http://other:5000/a"),
        ("other:5001/a", "https://other:5001/a"),
    ] {
        assert_eq!(machine.sources(name), [place], "{name}");
    }
}

#[test]
fn a_push_goes_to_the_registry_that_is_named() {
    let machine = etc(
        "[[registry]]\nprefix = 'a.io'\nlocation = 'b.io'\ninsecure = true\n[[registry.mirror]]\nlocation = 'c.io'\n\
         [[registry]]\nlocation = 'evil.io'\nblocked = true\n",
    )
    .with(
        "etc/docker/daemon.json",
        r#"{"insecure-registries":["d.io"],"registry-mirrors":["https://m.io"]}"#,
    );
    let target = |name: &str| {
        let name: Reference = name.parse().unwrap();
        let target = machine
            .config()
            .and_then(|config| config.target(&name))
            .map_err(|error| machine.one_line(error))?;
        assert_eq!(target.reference, name);
        Ok::<_, String>(target.endpoint.base(false))
    };
    for (name, base) in [
        ("a.io/x", "http://a.io"),
        ("d.io/x", "http://d.io"),
        ("me/x", "https://registry-1.docker.io"),
    ] {
        assert_eq!(target(name).unwrap(), base);
    }
    assert!(
        target("evil.io/x")
            .unwrap_err()
            .starts_with("registry evil.io is blocked in ")
    );
}

#[test]
fn a_blocked_registry_is_an_error_but_not_for_a_longer_prefix() {
    let machine = etc("[[registry]]\nlocation = 'evil.io'\nblocked = true\n\
         [[registry]]\nprefix = 'evil.io/good'\nlocation = 'evil.io/good'\n");
    assert_eq!(
        machine.error("evil.io/a"),
        "registry evil.io is blocked in etc/containers/registries.conf, line 1"
    );
    assert_eq!(machine.sources("evil.io/good"), ["https://evil.io/good"]);
}
