//! The registries' configuration at work: mirrors, blocked and insecure registries, aliases, search.

use crate::env::{Env, Outcome};
use crate::fixtures::busybox;
use crate::machine::Machine;
use crate::registry::{ALWAYS, Auth, Fault, Image, Index, Layer, Registry};

/// A registry that nobody can reach: its port was just given back.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .to_string()
}

fn configure(env: &Env, conf: &str) {
    std::fs::write(env.registries_conf(), conf).expect("registries.conf");
}

/// A `[[registry]]` for `example.com`, and its mirrors.
fn with_mirrors(location: &str, mirrors: &[&str]) -> String {
    let mirrors = mirrors
        .iter()
        .map(|mirror| format!("[[registry.mirror]]\nlocation = '{mirror}'\n"));
    format!(
        "[[registry]]\nprefix = 'example.com'\nlocation = '{location}'\n{}",
        mirrors.collect::<String>()
    )
}

fn pull(env: &Env, name: &str) -> Outcome {
    env.lamel(["pull", "-q", name])
}

fn id(env: &Env) -> String {
    env.lamel(["images", "-q", "--no-trunc"]).text().to_owned()
}

#[test]
fn a_mirror_gives_the_image_and_the_name_stays_as_it_was_typed() {
    let env = Env::new();
    let mirror = Registry::start();
    mirror.push("proxy/tools/app", "1", &busybox());
    configure(&env, &with_mirrors(&env.registry().address(), &[&mirror.name("proxy")]));
    pull(&env, "example.com/tools/app:1")
        .success()
        .stdout("example.com/tools/app:1\n")
        .stderr("");
    assert_eq!(id(&env), busybox().id());
    assert!(env.registry().requests().is_empty());
    env.lamel(["run", "--rm", "example.com/tools/app:1", "true"]).success();
    // Up to date costs one request, to the mirror.
    mirror.forget_requests();
    pull(&env, "example.com/tools/app:1").success();
    assert_eq!(mirror.requests().len(), 1);
}

#[test]
fn a_mirror_that_is_down_or_lacks_the_image_is_passed_over() {
    let env = Env::new();
    let (down, empty, broken) = (nobody(), Registry::start(), Registry::start());
    broken.push("app", "1", &busybox());
    let replaced = Fault::Replace(b"{}".to_vec());
    broken.fault("1", replaced);
    env.registry().push("app", "1", &busybox());
    let mirrors = [&down[..], &empty.address(), &broken.address()];
    configure(&env, &with_mirrors(&env.registry().address(), &mirrors));
    let outcome = pull(&env, "example.com/app:1").success().stdout("example.com/app:1\n");
    let warnings: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(
        warnings[0].starts_with(&format!(
            "lamel: warning: a mirror is passed over: cannot reach registry {down}: connection refused"
        )),
        "{warnings:?}"
    );
    assert!(warnings[1].contains(&broken.address()), "{warnings:?}");
    assert_eq!(empty.count("1"), 1);
    assert_eq!(id(&env), busybox().id());
    assert_eq!(env.registry().blob_requests(), 2);
}

#[test]
fn a_mirror_whose_access_is_denied_does_not_get_the_registrys_credentials() {
    let env = Env::new();
    let mirror = Registry::start();
    let (user, password) = ("me".to_owned(), "secret".to_owned());
    mirror.demand(Auth::Basic {
        user: user.clone(),
        password: password.clone(),
    });
    env.registry().demand(Auth::Basic { user, password });
    env.registry().push("app", "1", &busybox());
    let auths = format!(
        r#"{{"auths":{{"{}":{{"auth":"{}"}}}}}}"#,
        env.registry().address(),
        crate::registry::base64("me:secret")
    );
    std::fs::create_dir(env.home().join(".docker")).expect("a directory");
    std::fs::write(env.home().join(".docker/config.json"), auths).expect("config.json");
    configure(&env, &with_mirrors(&env.registry().address(), &[&mirror.address()]));
    pull(&env, "example.com/app:1").success();
    assert!(
        mirror
            .requests()
            .iter()
            .all(|request| request.header("authorization").is_none())
    );
}

#[test]
fn when_all_fail_the_registrys_own_words_are_the_error() {
    let env = Env::new();
    let mirror = Registry::start();
    configure(&env, &with_mirrors(&env.registry().address(), &[&mirror.address()]));
    let address = env.registry().address();
    pull(&env, "example.com/app:1").fails(1, &format!("lamel: no such image app:1 in {address}\n"));
}

#[test]
fn a_mirror_for_digests_is_not_asked_for_tags() {
    let env = Env::new();
    let mirror = Registry::start();
    let image = busybox();
    let index = Index::new().image(image.clone());
    for registry in [&mirror, env.registry()] {
        registry.push_index("app", "1", &index);
    }
    let conf = with_mirrors(&env.registry().address(), &[&mirror.address()]);
    configure(&env, &format!("{conf}pull-from-mirror = 'digest-only'\n"));
    pull(&env, "example.com/app:1").success();
    assert!(mirror.requests().is_empty());
    env.lamel(["rmi", "-f", "example.com/app:1"]).success();
    env.registry().forget_requests();
    pull(&env, &format!("example.com/app@{}", index.digest())).success();
    assert!(env.registry().requests().is_empty());
    assert_eq!(id(&env), image.id());
}

#[test]
fn a_blob_that_a_mirror_lacks_or_breaks_comes_from_the_registry_from_where_it_broke() {
    let env = Env::new();
    let mirror = Registry::start();
    let image = busybox().layer(Layer::new().file("a", "a").gzip());
    for registry in [&mirror, env.registry()] {
        registry.push("app", "1", &image);
    }
    let [large, small] = [&image.layers()[0].digest(), &image.layers()[1].digest()];
    mirror.fault(
        small,
        Fault::Status {
            code: 404,
            retry_after: None,
            times: ALWAYS,
        },
    );
    // Too little comes of each attempt to count as progress.
    mirror.fault(
        large,
        Fault::Drop {
            after: 1000,
            times: ALWAYS,
        },
    );
    configure(&env, &with_mirrors(&env.registry().address(), &[&mirror.address()]));
    pull(&env, "example.com/app:1").success();
    assert_eq!(mirror.count(large), 2);
    assert_eq!(id(&env), image.id());
    let requests = env.registry().requests();
    let range = |digest: &str| {
        let request = requests
            .iter()
            .find(|request| request.is_for(digest))
            .expect("it was asked for");
        request.header("range").map(str::to_owned)
    };
    assert_eq!(range(large).as_deref(), Some("bytes=2000-"));
    assert_eq!(range(small), None);
    assert_eq!(requests.len(), 2);
}

#[test]
fn a_blocked_registry_is_not_asked() {
    let env = Env::new();
    let name = env.serve("app:1", &busybox());
    let address = env.registry().address();
    configure(&env, &format!("[[registry]]\nlocation = '{address}'\nblocked = true\n"));
    let conf = env.registries_conf().display().to_string();
    pull(&env, &name).fails(1, &format!("lamel: registry {address} is blocked in {conf}, line 1\n"));
    assert!(env.registry().requests().is_empty());
}

#[test]
fn a_broken_file_is_named_and_stops_nothing_else() {
    let env = Env::new();
    let name = env.busybox();
    configure(&env, "\n[[registry]]\n");
    let conf = env.registries_conf().display().to_string();
    let error = format!("lamel: {conf}, line 2: a [[registry]] without prefix and location\n");
    pull(&env, &name).fails(1, &error);
    env.lamel(["run", "--rm", "redis"]).fails(125, &error);
    let id = busybox().id();
    env.lamel(["tag", &id["sha256:".len()..][..12], "app:1"]).success();
    env.lamel(["images", "-q", "--no-trunc", "app"])
        .success()
        .stdout(&format!("{id}\n"));
}

#[test]
fn an_alias_stands_for_its_repository_in_pull_and_run() {
    let env = Env::new();
    env.registry().push("tools/box", "1", &busybox());
    configure(
        &env,
        &format!("[aliases]\nbox = '{}'\n", env.registry().name("tools/box")),
    );
    let name = env.registry().name("tools/box:1");
    env.lamel(["run", "-q", "--rm", "box:1", "echo", "hi"])
        .success()
        .stdout("hi\n");
    pull(&env, "box:1").success().stdout(&format!("{name}\n"));
    env.lamel(["rmi", "box:1"]).success();
    assert_eq!(id(&env), "");
}

#[test]
fn registries_are_searched_in_order_for_a_name_without_one() {
    let env = Env::new();
    let (first, second) = (Registry::start(), env.registry());
    second.push("app", "1", &busybox());
    second.push("lib", "1", &busybox());
    first.push("lib", "1", &Image::new().layer(Layer::new().file("first", "").gzip()));
    let search = format!(
        "unqualified-search-registries = ['{}', '{}']\n",
        first.address(),
        second.address()
    );
    configure(&env, &search);
    pull(&env, "app:1")
        .success()
        .stdout(&format!("{}\n", second.name("app:1")));
    pull(&env, "lib:1")
        .success()
        .stdout(&format!("{}\n", first.name("lib:1")));
    env.lamel(["run", "--rm", "app:1", "echo", "held"])
        .success()
        .stdout("held\n");
    let none = format!(
        "lamel: no such image none:1 in {}; no such image none:1 in {}\n",
        first.address(),
        second.address()
    );
    pull(&env, "none:1").fails(1, &none);
    configure(&env, &format!("short-name-mode = 'enforcing'\n{search}"));
    let choices = format!(
        "lamel: none:1 may mean {} or {}: name it in full, or make it an alias (short-name-mode is enforcing in {}, line 1)\n",
        first.name("none:1"),
        second.name("none:1"),
        env.registries_conf().display()
    );
    pull(&env, "none:1").fails(1, &choices);
    env.lamel(["run", "--rm", "app:1", "echo", "held"])
        .success()
        .stdout("held\n");
}

#[test]
fn a_name_that_was_given_without_a_registry_is_found_whatever_is_searched() {
    let env = Env::new();
    let name = env.busybox();
    env.lamel(["tag", &name, "mine"]).success();
    configure(
        &env,
        "unqualified-search-registries = ['quay.io']\n[aliases]\nmine = 'quay.io/mine'\n",
    );
    env.lamel(["run", "--rm", "mine", "echo", "found"])
        .success()
        .stdout("found\n");
    env.lamel(["rmi", "mine"]).success().stdout("Untagged: mine:latest\n");
}

#[test]
fn dockers_mirrors_are_for_docker_io_where_registries_conf_says_nothing() {
    let env = Env::new();
    env.registry().push("library/app", "1", &busybox());
    let dir = env.home().join(".config/docker");
    std::fs::create_dir_all(&dir).expect("a directory");
    let daemon = format!(r#"{{"registry-mirrors":["http://{}"]}}"#, env.registry().address());
    std::fs::write(dir.join("daemon.json"), daemon).expect("daemon.json");
    pull(&env, "app:1")
        .success()
        .stdout("docker.io/library/app:1\n")
        .stderr("");
    assert_eq!(id(&env), busybox().id());
    std::fs::write(dir.join("daemon.json"), "{").expect("daemon.json");
    let file = dir.join("daemon.json").display().to_string();
    pull(&env, "app:1").fails(
        1,
        &format!("lamel: {file}: EOF while parsing an object at line 1 column 1\n"),
    );
}

/// A name that is not loopback's, which nobody takes for insecure by itself.
fn far_away(machine: &Machine, env: &Env) -> String {
    std::fs::write(machine.etc("hosts"), "127.0.0.1 localhost far.test\n").expect("hosts");
    env.registry().address().replace("127.0.0.1", "far.test")
}

#[test]
fn the_machines_docker_daemon_says_which_registries_are_insecure() {
    let env = Env::new();
    let machine = Machine::new(&env);
    env.registry().push("app", "1", &busybox());
    let host = far_away(&machine, &env);
    let name = format!("{host}/app:1");
    let refused = machine.lamel(&["pull", "-q", &name]).code(1);
    assert!(refused.stderr.contains("tls handshake eof"), "{}", refused.stderr);
    let daemon = machine.etc("docker/daemon.json");
    std::fs::write(&daemon, format!(r#"{{"insecure-registries":["{host}"]}}"#)).expect("daemon.json");
    machine
        .lamel(&["pull", "-q", &name])
        .success()
        .stdout(&format!("{name}\n"));
    // As soon as registries.conf says something of it, Docker's word is not asked for.
    configure(&env, &format!("[[registry]]\nlocation = '{host}'\n"));
    let refused = machine.lamel(&["pull", "-q", &name]).code(1);
    assert!(refused.stderr.contains("tls handshake eof"), "{}", refused.stderr);
}

#[test]
fn the_machines_docker_daemon_names_mirrors_of_docker_io() {
    let env = Env::new();
    let machine = Machine::new(&env);
    env.registry().push("library/app", "1", &busybox());
    let host = far_away(&machine, &env);
    let daemon = machine.etc("docker/daemon.json");
    std::fs::write(&daemon, format!(r#"{{"registry-mirrors":["http://{host}"]}}"#)).expect("daemon.json");
    machine
        .lamel(&["pull", "-q", "app:1"])
        .success()
        .stdout("docker.io/library/app:1\n")
        .stderr("");
    assert_eq!(env.registry().blob_requests(), 2);
}

/// What skopeo asks, for the same names and the same file, is what lamel asks: which registries, in which order, for which manifest.
#[test]
fn names_are_resolved_as_skopeo_resolves_them() {
    let env = Env::new();
    let registries = [Registry::start(), Registry::start(), Registry::start()];
    let [a, b, c] = [0, 1, 2].map(|n: usize| registries[n].address());
    let insecure = |text: String| text.replace("LOCATION ", "insecure = true\nlocation = ");
    let conf = insecure(format!(
        "[[registry]]\nprefix = 'example.com'\nLOCATION '{c}'\n\
         [[registry.mirror]]\nLOCATION '{a}/one'\n[[registry.mirror]]\nLOCATION '{b}'\npull-from-mirror = 'digest-only'\n\
         [[registry]]\nprefix = 'example.com/team'\nLOCATION '{b}/other/team'\nmirror-by-digest-only = true\n\
         [[registry.mirror]]\nLOCATION '{a}'\n\
         [[registry]]\nprefix = '*.wild.io'\nLOCATION '{a}/wild'\n\
         [[registry.mirror]]\nLOCATION '{b}'\npull-from-mirror = 'tag-only'\n\
         [[registry]]\nprefix = 'example.com/blocked'\nLOCATION 'nowhere.io'\nblocked = true\n"
    ));
    configure(&env, &conf);
    let digest = busybox().digest();
    let asked = |command: &mut std::process::Command| {
        registries.iter().for_each(Registry::forget_requests);
        let done = command.output().expect("it runs");
        assert!(!done.status.success(), "nothing is there");
        let paths = registries.iter().map(|registry| {
            let requests = registry.requests();
            let manifests = requests.iter().filter(|request| request.path.contains("/manifests/"));
            manifests.map(|request| request.path.clone()).collect::<Vec<_>>()
        });
        paths.collect::<Vec<_>>()
    };
    for name in [
        "example.com/app:1",
        &format!("example.com/app@{digest}"),
        "example.com/team:2",
        "example.com/team/app:2",
        &format!("example.com/team/app@{digest}"),
        "example.com/teams/app",
        "x.wild.io/app:3",
        &format!("x.y.wild.io/app@{digest}"),
        "example.com/blocked/app",
    ] {
        let ours = asked(&mut env.command(["pull", "-q", name]));
        let mut skopeo = std::process::Command::new("skopeo");
        skopeo.arg("--registries-conf").arg(env.registries_conf());
        let theirs = asked(skopeo.args(["inspect", "--raw", &format!("docker://{name}")]));
        assert_eq!(ours, theirs, "{name}");
        assert_eq!(ours.concat().is_empty(), name.contains("blocked"), "{name}");
    }
}
