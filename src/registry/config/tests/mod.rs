//! Every rule of precedence, on files of the test's own.

use crate::oci::reference::Reference;
use crate::registry::config::Config;
use crate::registry::config::dirs::{Environment, Places};
use std::ffi::OsString;
use std::path::Path;

/// An `/etc` and a `~/.config` with nothing else in them.
struct Machine {
    dir: tempfile::TempDir,
    insecure: &'static str,
    only: Option<&'static str>,
}

impl Machine {
    fn new() -> Machine {
        Machine {
            dir: tempfile::tempdir().unwrap(),
            insecure: "",
            only: None,
        }
    }

    /// With a file below `etc` or `user`.
    fn with(self, path: &str, text: &str) -> Machine {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.dir.path().join(path)
    }

    fn places(&self) -> Places {
        Places {
            system: self.path("etc"),
            user: Some(self.path("user")),
            registries_conf: self.only.map(|file| self.path(file)),
        }
    }

    fn ask<T>(&self, question: impl Fn(&Config<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let env: Environment<'_> = &|name| match name {
            "LAMEL_INSECURE_REGISTRIES" => Some(OsString::from(self.insecure)),
            _ => None,
        };
        let places = self.places();
        question(&Config::load(&places, env)?)
    }

    /// `BASE REPOSITORY[:TAG][@DIGEST]` of every source, in order.
    fn sources(&self, name: &str) -> Vec<String> {
        let name: Reference = name.parse().unwrap();
        let sources = self.ask(|config| config.sources(&name)).unwrap();
        let words = sources.iter().map(|source| {
            let name = source.reference.to_string();
            let rest = name.strip_prefix(source.reference.registry()).unwrap();
            format!("{}{rest}", source.endpoint.base(false))
        });
        words.collect()
    }

    /// The error of a name, in one line, without the directory's name.
    fn refusal(&self, name: &str) -> String {
        let name: Reference = name.parse().unwrap();
        self.short(self.ask(|config| config.sources(&name)).unwrap_err())
    }

    fn short(&self, error: anyhow::Error) -> String {
        let dir = format!("{}/", self.dir.path().display());
        let text = format!("{error:#}").replace(&dir, "");
        assert!(!text.contains('\n'), "{text}");
        text
    }

    fn meanings(&self, typed: &str) -> Vec<String> {
        let meanings = crate::registry::config::short_name::meanings(typed, &self.places()).unwrap();
        // Whether or not all of the configuration was understood for it.
        assert_eq!(self.ask(|config| config.registries.meanings(typed)).unwrap(), meanings);
        meanings.iter().map(Reference::to_string).collect()
    }

    fn meanings_to_pull(&self, typed: &str) -> Result<Vec<String>, String> {
        match self.ask(|config| config.meanings_to_pull(typed)) {
            Ok(meanings) => Ok(meanings.iter().map(Reference::to_string).collect()),
            Err(error) => Err(self.short(error)),
        }
    }
}

const ETC: &str = "etc/containers/registries.conf";
const USER: &str = "user/containers/registries.conf";

fn etc(text: &str) -> Machine {
    Machine::new().with(ETC, text)
}

fn digest() -> String {
    format!("sha256:{}", "a".repeat(64))
}

#[test]
fn what_is_said_of_other_names_is_not_understood_for_a_name() {
    let broken = "[aliases]\nother = 7\n# redis and unqualified-search-registries\n";
    let machine = Machine::new().with("etc/containers/registries.conf", broken);
    let meanings = |typed| crate::registry::config::short_name::meanings(typed, &machine.places());
    let docker: Reference = "docker.io/library/redis:7".parse().unwrap();
    assert_eq!(meanings("redis:7").unwrap(), [docker]);
    assert!(meanings("other").is_err());
    assert_eq!(meanings("quay.io/other").unwrap().len(), 1);
    for hidden in ["\"re\\u0064is\" = 'quay.io/redis'", "'redis' = 'quay.io/redis'"] {
        let machine = Machine::new().with("etc/containers/registries.conf", &format!("[aliases]\n{hidden}\n"));
        assert_eq!(machine.meanings("redis:7"), ["quay.io/redis:7"]);
    }
    let searched = Machine::new().with(
        "etc/containers/registries.conf",
        "registries.search.registries = ['quay.io']\n",
    );
    assert_eq!(searched.meanings("redis:7"), ["quay.io/redis:7"]);
}

#[test]
fn without_any_file_everything_is_where_its_name_says() {
    let machine = Machine::new();
    assert_eq!(
        machine.sources("redis:7"),
        ["https://registry-1.docker.io/library/redis:7"]
    );
    assert_eq!(machine.sources("quay.io/a/b"), ["https://quay.io/a/b"]);
    assert_eq!(machine.sources("localhost:5000/a"), ["http://localhost:5000/a"]);
    assert_eq!(machine.meanings("redis:7"), ["docker.io/library/redis:7"]);
}

#[test]
fn the_longest_prefix_wins_and_its_place_is_taken_by_the_location() {
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
fn mirrors_come_first_in_their_order_with_their_own_trust() {
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
fn a_mirror_may_be_for_digests_or_for_tags_alone() {
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
fn the_users_file_stands_for_the_systems_and_its_drop_ins() {
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
        machine.refusal("a.io/x"),
        "CONTAINERS_REGISTRIES_CONF names none.conf, which does not exist"
    );
}

#[test]
fn a_later_file_replaces_a_rule_whole_and_lists_whole_and_adds_aliases() {
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
        assert_eq!(machine.meanings(typed), [meant], "{typed}");
    }
    let by_digest = format!("kept@{}", digest());
    assert_eq!(machine.meanings(&by_digest), [format!("one.io/kept@{}", digest())]);
}

#[test]
fn several_registries_are_searched_in_order_unless_the_choice_is_enforced() {
    let search = "unqualified-search-registries = ['quay.io', 'docker.io', 'host:5000']\n[aliases]\nx = 'y.io/x'\n";
    let all = ["quay.io/app:1", "docker.io/library/app:1", "host:5000/app:1"];
    for mode in ["", "short-name-mode = 'permissive'\n", "short-name-mode = 'disabled'\n"] {
        let machine = etc(&format!("{mode}{search}"));
        assert_eq!(machine.meanings_to_pull("app:1").unwrap(), all, "{mode}");
    }
    let machine = etc(&format!("short-name-mode = 'enforcing'\n{search}"));
    assert_eq!(machine.meanings("app:1"), all);
    assert_eq!(machine.meanings_to_pull("x").unwrap(), ["y.io/x"]);
    assert_eq!(
        machine.meanings_to_pull("app:1").unwrap_err(),
        "app:1 may mean quay.io/app:1 or docker.io/library/app:1 or host:5000/app:1: name it in full, or make it an \
         alias (short-name-mode is enforcing in etc/containers/registries.conf, line 1)"
    );
    let machine = etc("short-name-mode = 'enforcing'\nunqualified-search-registries = ['quay.io']");
    assert_eq!(machine.meanings_to_pull("app").unwrap(), ["quay.io/app"]);
    let machine = etc("unqualified-search-registries = []");
    assert_eq!(
        machine.meanings_to_pull("app").unwrap_err(),
        "app names no registry, and etc/containers/registries.conf, line 1 has none to look for it in: name it in full"
    );
    assert_eq!(
        machine.meanings_to_pull("docker.io/app").unwrap(),
        ["docker.io/library/app"]
    );
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
            .ask(|config| config.target(&name))
            .map_err(|error| machine.short(error))?;
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
fn a_blocked_registry_is_refused_and_so_is_nothing_beside_it() {
    let machine = etc(
        "[[registry]]\nlocation = 'evil.io'\nblocked = true\n[[registry]]\nprefix = 'evil.io/good'\nlocation = 'evil.io/good'\n",
    );
    assert_eq!(
        machine.refusal("evil.io/a"),
        "registry evil.io is blocked in etc/containers/registries.conf, line 1"
    );
    assert_eq!(machine.sources("evil.io/good"), ["https://evil.io/good"]);
}

#[test]
fn the_old_form_is_understood() {
    let machine = etc(r#"
        [registries.search]
        registries = ["quay.io"]
        [registries.insecure]
        registries = ["10.0.0.1:5000"]
        [registries.block]
        registries = ["evil.io"]
    "#);
    assert_eq!(machine.meanings("a"), ["quay.io/a"]);
    assert_eq!(machine.sources("10.0.0.1:5000/a"), ["http://10.0.0.1:5000/a"]);
    assert!(
        machine
            .refusal("evil.io/a")
            .starts_with("registry evil.io is blocked in ")
    );
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
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
            "[[registry]]\nlocation = 'a.io'\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = 'b.io'\npull-from-mirror = 'all'",
            "line 4: either mirror-by-digest-only for all mirrors or pull-from-mirror for each",
        ),
        (
            "[[registry]]\nprefix = 'a.io'\nlocation = 'c.io'\ninsecure = true\n[[registry]]\nprefix = 'b.io'\nlocation = 'c.io'",
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
        assert_eq!(etc(text).refusal("a.io/x"), format!("{ETC}, {error}"), "{text}");
    }
    let alias = etc("[aliases]\na = 'b'\nc = 'x.io/c:1'");
    for (typed, error) in [
        ("a", "line 2: the alias a stands for \"b\""),
        ("c", "line 3: the alias c stands for \"x.io/c:1\""),
    ] {
        assert_eq!(
            alias.meanings_to_pull(typed).unwrap_err(),
            format!("{ETC}, {error}: it has to be a repository with its registry, without tag or digest")
        );
    }
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let large = etc(&"#".repeat((1 << 20) + 1));
    assert_eq!(large.refusal("a.io/x"), format!("reading {ETC}: larger than 1 MiB"));
    let directory = Machine::new().with(&format!("{ETC}/x"), "");
    assert_eq!(
        directory.refusal("a.io/x"),
        format!("reading {ETC}: Is a directory (os error 21)")
    );
    let machine = etc("");
    std::fs::write(machine.path(ETC), b"\xff").unwrap();
    assert_eq!(machine.refusal("a.io/x"), format!("{ETC} is not text in UTF-8"));
}

#[test]
fn docker_is_asked_where_registries_conf_says_nothing() {
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
fn a_broken_daemon_json_is_named() {
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
        assert_eq!(machine.refusal("redis"), format!("etc/docker/daemon.json{error}"));
    }
}

#[test]
fn a_network_holds_its_addresses() {
    for (network, registry, insecure) in [
        ("0.0.0.0/0", "8.8.8.8", true),
        ("10.0.0.1/32", "10.0.0.1:1", true),
        ("10.0.0.1/32", "10.0.0.2:1", false),
        ("10.0.0.0/33", "10.0.0.1", false),
        ("::/0", "[::5]:1", true),
        ("::/0", "10.0.0.1", false),
        ("10.0.0.0/x", "10.0.0.1", false),
    ] {
        let daemon: crate::registry::config::daemon::Daemon =
            serde_json::from_str(&format!(r#"{{"insecure-registries":["{network}"]}}"#)).unwrap();
        assert_eq!(
            daemon.says_insecure(registry) == Some(true),
            insecure,
            "{network} {registry}"
        );
    }
}

fn unwarned(text: &str) {
    panic!("{text}");
}

#[test]
fn the_first_directory_of_certificates_is_the_only_one() {
    let machine = Machine::new()
        .with("etc/docker/certs.d/a.io/ca.crt", "")
        .with("etc/docker/certs.d/b.io:5000/ca.crt", "")
        .with("etc/containers/certs.d/b.io:5000/ca.crt", "")
        .with("user/containers/certs.d/c.io/ca.crt", "")
        .with("etc/containers/certs.d/c.io/ca.crt", "");
    let dir = |registry: &str| {
        let dir = crate::registry::tls::certificates::directory(&machine.places(), registry, &unwarned).unwrap()?;
        Some(dir.strip_prefix(machine.dir.path()).unwrap().to_owned())
    };
    for (registry, found) in [
        ("a.io", Some("etc/docker/certs.d/a.io")),
        ("a.io:443", None),
        ("b.io:5000", Some("etc/containers/certs.d/b.io:5000")),
        ("c.io", Some("user/containers/certs.d/c.io")),
        ("d.io", None),
    ] {
        assert_eq!(dir(registry).as_deref(), found.map(Path::new), "{registry}");
    }
}

#[test]
fn certificates_that_cannot_be_used_are_named() {
    let dir = "etc/containers/certs.d/a.io";
    for (files, error) in [
        (&["ca.crt"][..], format!("{dir}/ca.crt is no PEM certificate")),
        (&["me.key"], format!("{dir}/me.key has no certificate *.cert beside it")),
        (
            &["me.cert"],
            format!("{dir}/me.cert has no key beside it (an authority's certificate is named *.crt)"),
        ),
        (
            &["me.cert", "me.key"],
            format!("{dir}/me.cert and its key are no pair of PEM certificate and private key"),
        ),
    ] {
        let machine = files.iter().fold(Machine::new(), |machine, file| {
            machine.with(&format!("{dir}/{file}"), "x")
        });
        let found = crate::registry::tls::certificates::Certificates::find(&machine.places(), "a.io", &unwarned);
        assert_eq!(machine.short(found.err().unwrap()), error);
    }
    let machine = Machine::new().with(&format!("{dir}/notes.txt"), "x");
    assert!(crate::registry::tls::certificates::Certificates::find(&machine.places(), "a.io", &unwarned).is_ok());
}

/// The largest file that is read. Where each place in it is found by counting lines from the start, it takes minutes.
#[test]
fn a_file_of_many_registries_is_read_in_seconds() {
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
        crate::registry::config::registries_conf::Registries::default()
            .add(Path::new("registries.conf"), &text)
            .unwrap();
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
