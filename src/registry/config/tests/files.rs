//! Which files are read, how they are merged, and what is wrong with them.

use crate::registry::config::registries_conf::Registries;
use crate::registry::config::tests::{ETC, Machine, USER, digest, etc};
use std::path::Path;

#[test]
fn the_users_file_replaces_the_systems_file_and_its_drop_ins() {
    let registry = |from: &str, to: &str| format!("[[registry]]\nprefix = '{from}'\nlocation = '{to}'\n");
    let place = |machine: &Machine, name: &str| machine.sources(name)[0].split('/').nth(2).unwrap().to_owned();
    let machine = etc(&[registry("a.io", "etc.io"), registry("b.io", "etc.io")].concat())
        .with(
            "etc/containers/registries.conf.d/10-x.conf",
            &registry("b.io", "etc-10.io"),
        )
        .with(
            "etc/containers/registries.conf.d/20-x.conf",
            &registry("c.io", "etc-20.io"),
        )
        .with(
            "etc/containers/registries.conf.d/05-x.conf",
            &registry("c.io", "etc-05.io"),
        )
        .with("etc/containers/registries.conf.d/99-x.conf.bak", "nonsense")
        .with(
            "user/containers/registries.conf.d/00-x.conf",
            &registry("d.io", "user-00.io"),
        )
        .with(
            "etc/containers/registries.conf.d/90-x.conf",
            &registry("d.io", "etc-90.io"),
        );
    for (name, at) in [
        ("a.io/x", "etc.io"),
        ("b.io/x", "etc-10.io"),
        ("c.io/x", "etc-20.io"),
        ("d.io/x", "user-00.io"),
    ] {
        assert_eq!(place(&machine, name), at);
    }
    let machine = machine.with(USER, &registry("a.io", "user.io"));
    for (name, at) in [
        ("a.io/x", "user.io"),
        ("b.io/x", "b.io"),
        ("c.io/x", "c.io"),
        ("d.io/x", "user-00.io"),
    ] {
        assert_eq!(place(&machine, name), at);
    }
    let mut machine = machine.with("only.conf", &registry("a.io", "only.io"));
    machine.only = Some("only.conf");
    for (name, at) in [("a.io/x", "only.io"), ("d.io/x", "d.io")] {
        assert_eq!(place(&machine, name), at);
    }
    machine.only = Some("none.conf");
    assert_eq!(
        machine.error("a.io/x"),
        "CONTAINERS_REGISTRIES_CONF names none.conf, which does not exist"
    );
}

#[test]
fn a_later_file_replaces_rules_and_lists_as_a_whole_and_adds_aliases() {
    let machine = etc(r#"
        unqualified-search-registries = ["one.io", "two.io"]
        [[registry]]
        location = "a.io"
        insecure = true
        [[registry.mirror]]
        location = "mirror.io"
        [aliases]
        kept = "one.io/kept"
        moved = "one.io/moved"
        gone = "one.io/gone"
    "#)
    .with(
        "etc/containers/registries.conf.d/1.conf",
        r#"
        unqualified-search-registries = ["three.io"]
        [[registry]]
        location = "a.io"
        [aliases]
        moved = "two.io/moved"
        gone = ""
    "#,
    );
    assert_eq!(machine.sources("a.io/x"), ["https://a.io/x"]);
    for (typed, meant) in [
        ("kept:1", "one.io/kept:1"),
        ("moved", "two.io/moved"),
        ("gone", "three.io/gone"),
        ("me/app", "three.io/me/app"),
        ("docker.io/kept", "docker.io/library/kept"),
        ("localhost/kept", "localhost/kept"),
        ("quay.io/kept", "quay.io/kept"),
    ] {
        assert_eq!(machine.full_names(typed), [meant], "{typed}");
    }
    let by_digest = format!("kept@{}", digest());
    assert_eq!(machine.full_names(&by_digest), [format!("one.io/kept@{}", digest())]);
}

#[test]
fn the_format_of_version_1_is_parsed() {
    let machine = etc(r#"
        [registries.search]
        registries = ["quay.io"]
        [registries.insecure]
        registries = ["10.0.0.1:5000"]
        [registries.block]
        registries = ["evil.io"]
    "#);
    assert_eq!(machine.full_names("a"), ["quay.io/a"]);
    assert_eq!(machine.sources("10.0.0.1:5000/a"), ["http://10.0.0.1:5000/a"]);
    assert!(
        machine
            .error("evil.io/a")
            .starts_with("registry evil.io is blocked in ")
    );
}

#[test]
fn an_invalid_value_is_named_with_its_line() {
    for (text, error) in [
        (
            "a = 1\nregistry = 1",
            "line 2: invalid type: integer `1`, expected a sequence",
        ),
        ("\n\n[[registry]\n", "line 3: unclosed array table, expected `]`"),
        (
            "\n[[registry]]\ninsecure = true",
            "line 2: a [[registry]] without prefix and location",
        ),
        (
            "[[registry]]\nprefix = 'a.io'",
            "line 1: only a prefix such as *.example.com can be without a location",
        ),
        (
            "[[registry]]\nlocation = 'https://a.io'",
            "line 1: https://a.io: a location is given without http:// or https://",
        ),
        (
            "[[registry]]\nlocation = 'a.io'\n[[registry.mirror]]\ninsecure = true",
            "line 3: a [[registry.mirror]] without a location",
        ),
        (
            "[[registry]]\nlocation = 'a.io'\n[[registry.mirror]]\nlocation = 'b.io'\npull-from-mirror = 'never'",
            "line 3: pull-from-mirror \"never\" is not known",
        ),
        (
            "[[registry]]\nlocation = 'a.io'\npull-from-mirror = 'all'",
            "line 1: pull-from-mirror belongs into a [[registry.mirror]]",
        ),
        (
            "[[registry]]\nlocation = 'a.io'\nmirror-by-digest-only = true\n\
             [[registry.mirror]]\nlocation = 'b.io'\npull-from-mirror = 'all'",
            "line 4: either mirror-by-digest-only for all mirrors or pull-from-mirror for each",
        ),
        (
            "[[registry]]\nprefix = 'a.io'\nlocation = 'c.io'\ninsecure = true\n\
             [[registry]]\nprefix = 'b.io'\nlocation = 'c.io'",
            "line 5: c.io is said to be insecure or blocked here and otherwise above",
        ),
        (
            "short-name-mode = 'maybe'",
            "line 1: short-name-mode \"maybe\" is not known",
        ),
        (
            "unqualified-search-registries = ['']",
            "line 1: \"\" is no registry to look for names in",
        ),
        (
            "[[registry]]\nprefix = 'a.io'\nlocation = 'mirror'",
            "line 1: a.io/x is to be fetched as mirror/x: location \"mirror\" has no host with a dot or a port",
        ),
    ] {
        assert_eq!(etc(text).error("a.io/x"), format!("{ETC}, {error}"), "{text}");
    }
    let alias = etc("[aliases]\na = 'b'\nc = 'x.io/c:1'");
    for (typed, error) in [
        ("a", "line 2: the alias a stands for \"b\""),
        ("c", "line 3: the alias c stands for \"x.io/c:1\""),
    ] {
        assert_eq!(
            alias.full_names_to_pull(typed).unwrap_err(),
            format!("{ETC}, {error}: it has to be a repository with its registry, without tag or digest")
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let large = etc(&"#".repeat((1 << 20) + 1));
    assert_eq!(large.error("a.io/x"), format!("reading {ETC}: larger than 1 MiB"));
    let directory = Machine::new().with(&format!("{ETC}/x"), "");
    assert_eq!(directory.error("a.io/x"), format!("reading {ETC}: Is a directory"));
    let machine = etc("");
    std::fs::write(machine.path(ETC), b"\xff").unwrap();
    assert_eq!(machine.error("a.io/x"), format!("{ETC} is not text in UTF-8"));
}

/// The largest file that is read: locating each origin by counting lines from the start would take minutes.
#[test]
fn a_file_of_many_registries_is_parsed_in_seconds() {
    let fill = |line: &dyn Fn(usize) -> String| {
        let (mut text, mut number) = (String::new(), 0);
        while text.len() < 1_000_000 {
            text += &line(number);
            number += 1;
        }
        text
    };
    let registries = fill(&|n| format!("[[registry]]\nlocation='{n}.io'\n"));
    let aliases = format!("[aliases]\n{}", fill(&|n| format!("'{n}'='a.io/{n}'\n")));
    for text in [registries, aliases] {
        let started = std::time::Instant::now();
        Registries::default().add(Path::new("registries.conf"), &text).unwrap();
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
