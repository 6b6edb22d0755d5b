//! `login` and `logout`: credentials are kept once the registry has taken them, where podman keeps its own.

use crate::env::Env;
use crate::fixtures::busybox;
use crate::registry::Auth;
use std::os::unix::fs::PermissionsExt;

fn demanding(env: &Env, bearer: bool) -> String {
    let (user, password) = ("me".to_owned(), "secret".to_owned());
    env.registry().demand(match bearer {
        true => Auth::Bearer { user, password },
        false => Auth::Basic { user, password },
    });
    env.registry().address()
}

#[test]
fn a_login_lets_pull_in_and_a_logout_ends_it() {
    for bearer in [false, true] {
        let env = Env::new();
        let name = env.serve("app:1", &busybox());
        let host = demanding(&env, bearer);
        let file = env.work().join("auth.json");
        let auth = ["--authfile", "auth.json"];
        env.lamel_with_input(
            b"secret\n",
            ["login", auth[0], auth[1], "-u", "me", "--password-stdin", &host],
        )
        .success()
        .stdout("Login Succeeded\n")
        .stderr("");
        let mode = std::fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let pull = format!("REGISTRY_AUTH_FILE=auth.json lamel pull -q {name}");
        env.shell(&pull).success();
        env.lamel(["logout", auth[0], auth[1], &host])
            .success()
            .stdout(&format!("Removing login credentials for {host}\n"));
        env.lamel(["logout", auth[0], auth[1], &host])
            .success()
            .stdout(&format!("Not logged in to {host}\n"));
        env.lamel(["rmi", &name]).success();
        env.shell(&pull).code(1);
    }
}

#[test]
fn what_the_registry_does_not_take_is_not_kept() {
    for bearer in [false, true] {
        let env = Env::new();
        let host = demanding(&env, bearer);
        let line = format!(
            "XDG_RUNTIME_DIR={}/run lamel login -u me -p wrong {host}",
            env.home().display()
        );
        env.shell(&line).fails(
            1,
            &format!(
                "WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n\
                 lamel: {host}: unauthorized: incorrect username or password\n"
            ),
        );
        assert!(!env.home().join("run/containers/auth.json").exists());
        let line = line.replace("wrong", "secret");
        env.shell(&line).success().stdout("Login Succeeded\n");
        let kept = std::fs::read_to_string(env.home().join("run/containers/auth.json")).expect("the file");
        assert!(kept.contains(&crate::registry::base64("me:secret")), "{kept}");
        let line = format!("XDG_RUNTIME_DIR={}/run lamel logout --all", env.home().display());
        env.shell(&line)
            .success()
            .stdout("Removed login credentials for all registries\n");
        let kept = std::fs::read_to_string(env.home().join("run/containers/auth.json")).expect("the file");
        assert!(!kept.contains(&host), "{kept}");
    }
}

#[test]
fn podman_knows_the_login() {
    let env = Env::new();
    let host = demanding(&env, false);
    env.lamel_with_input(
        b"secret",
        [
            "login",
            "--authfile",
            "auth.json",
            "-u",
            "me",
            "--password-stdin",
            &host,
        ],
    )
    .success();
    let out = env.shell(&format!("skopeo login --authfile auth.json --get-login {host}"));
    assert_eq!((out.code, out.text()), (0, "me"), "{}", out.stderr);
}

/// Has `auth.json` name a helper, which is this script.
fn helper(env: &Env, script: &str) {
    // By a process of its own: children of other tests would hold a file that is written here, and it could not be
    // executed meanwhile.
    env.shell(&format!(
        "install -m 755 /dev/stdin docker-credential-mock <<'END'\n#!/bin/sh\n{script}\nEND"
    ))
    .success();
    std::fs::write(env.work().join("auth.json"), r#"{"credsStore":"mock"}"#).expect("a file");
}

#[test]
fn a_helper_keeps_what_it_is_named_for() {
    let env = Env::new();
    let host = demanding(&env, false);
    helper(&env, "echo \"$1 $(cat)\" >> ../work/asked");
    let lamel = crate::env::program();
    let line = format!(
        "PATH=$PWD:$PATH; echo secret | {0} login --authfile auth.json -u me --password-stdin {host} && {0} logout --authfile auth.json {host}",
        lamel.display()
    );
    env.shell(&line)
        .success()
        .stdout(&format!("Login Succeeded\nRemoving login credentials for {host}\n"));
    let asked = std::fs::read_to_string(env.work().join("asked")).expect("it was asked");
    assert_eq!(
        asked,
        format!("store {{\"ServerURL\":\"{host}\",\"Username\":\"me\",\"Secret\":\"secret\"}}\nerase {host}\n")
    );
}

/// Demands a token, or the identity token `kept` in its place.
fn demanding_identity(env: &Env) -> String {
    env.registry().demand(Auth::Identity {
        user: "me".into(),
        password: "secret".into(),
        identity: "kept".into(),
    });
    env.registry().address()
}

/// Logs `me` in with a password on standard input, into auth.json of the working directory.
fn login_words(host: &str) -> [&str; 7] {
    ["login", "--authfile", "auth.json", "-u", "me", "--password-stdin", host]
}

#[test]
fn an_identity_token_is_kept_in_place_of_the_password_where_one_is_given() {
    let env = Env::new();
    let name = env.serve("app:1", &busybox());
    let host = demanding_identity(&env);
    let login = login_words(&host);
    env.lamel_with_input(b"secret\n", login)
        .success()
        .stdout("Login Succeeded\n");
    let kept = std::fs::read_to_string(env.work().join("auth.json")).expect("the file");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    let entry = serde_json::json!({ "auth": crate::registry::base64("me:"), "identitytoken": "kept" });
    assert_eq!(kept["auths"][&host], entry);
    env.registry().forget_requests();
    env.lamel(["pull", "-q", "--authfile", "auth.json", &name]).success();
    assert_eq!(env.registry().count_method("POST"), 1);
    env.lamel(["tag", &name, &env.registry().name("mine/app:2")]).success();
    let push = [
        "push",
        "-q",
        "--authfile",
        "auth.json",
        &env.registry().name("mine/app:2"),
    ];
    env.lamel(push).success();
    // Another password is another matter.
    env.lamel_with_input(b"wrong\n", login).fails(
        1,
        &format!("lamel: {host}: unauthorized: incorrect username or password\n"),
    );
    env.registry().demand(Auth::Identity {
        user: "me".into(),
        password: "secret".into(),
        identity: "another".into(),
    });
    env.lamel(["pull", "-q", "--authfile", "auth.json", &name]).fails(
        1,
        &format!("lamel: registry {host} does not give access to app with the identity token from auth.json\n"),
    );
    // It is no password.
    env.registry().demand(Auth::Basic {
        user: "me".into(),
        password: "kept".into(),
    });
    let refused = env.lamel(["pull", "-q", "--authfile", "auth.json", &name]).code(1);
    assert!(
        refused.stderr.ends_with(" with the identity token from auth.json\n"),
        "{}",
        refused.stderr
    );
}

/// Other logins are in the same file, which is not read where it has more than a megabyte.
#[test]
fn an_identity_token_that_is_too_large_to_be_kept_is_refused() {
    let env = Env::new();
    env.registry().demand(Auth::Identity {
        user: "me".into(),
        password: "secret".into(),
        identity: "x".repeat(900_000),
    });
    let host = env.registry().address();
    let login = login_words(&host);
    env.lamel_with_input(b"secret\n", login).fails(
        1,
        &format!(
            "lamel: an access token from {host} cannot be read: the identity token beside it is larger than \
             65536 bytes\n"
        ),
    );
    assert!(!env.work().join("auth.json").exists());
}

#[test]
fn a_helper_keeps_and_gives_an_identity_token() {
    let env = Env::new();
    let name = env.serve("app:1", &busybox());
    let host = demanding_identity(&env);
    helper(
        &env,
        "case $1 in store) cat > kept;; get) cat >asked; cat kept;; erase) cat >asked; rm kept;; esac",
    );
    let lamel = crate::env::program();
    let line = format!(
        "PATH=$PWD:$PATH; export REGISTRY_AUTH_FILE=auth.json
         echo secret | {0} login -u me --password-stdin {host} && {0} pull -q {name} && cat kept",
        lamel.display()
    );
    let kept = format!("{{\"ServerURL\":\"{host}\",\"Username\":\"<token>\",\"Secret\":\"kept\"}}");
    env.shell(&line)
        .success()
        .stdout(&format!("Login Succeeded\n{name}\n{kept}"));
}

#[test]
fn credentials_of_the_command_line_and_of_a_named_file_go_before_those_that_are_kept() {
    let env = Env::new();
    let name = env.serve("app:1", &busybox());
    let host = demanding(&env, true);
    let auth = |who: &str| {
        format!(
            r#"{{"auths":{{"{host}":{{"auth":"{}"}}}}}}"#,
            crate::registry::base64(who)
        )
    };
    let config = env.home().join(".config/containers");
    std::fs::create_dir_all(&config).expect("a directory");
    std::fs::write(config.join("auth.json"), auth("me:wrong")).expect("a file");
    std::fs::write(env.work().join("right.json"), auth("me:secret")).expect("a file");
    let kept = config.join("auth.json").display().to_string();
    let refused =
        |by: &str| format!("lamel: registry {host} does not give access to app with the credentials of me from {by}\n");
    env.lamel(["pull", "-q", &name]).fails(1, &refused(&kept));
    env.lamel(["pull", "-q", "--creds", "me:other", &name])
        .fails(1, &refused("the command line"));
    for access in [["--creds", "me:secret"], ["--authfile", "right.json"]] {
        env.lamel(["pull", "-q", access[0], access[1], &name]).success();
        let other = env.registry().name("mine/app:2");
        env.lamel(["push", "-q", access[0], access[1], &name, &other]).success();
        env.lamel(["rmi", "-f", &name]).success();
        env.lamel(["run", "-q", "--rm", access[0], access[1], &name, "echo", "there"])
            .success()
            .stdout("there\n");
        env.lamel(["rmi", "-f", &name]).success();
    }
    env.lamel(["pull", "-q", "--authfile", "none.json", &name])
        .fails(1, "lamel: none.json: no such file of credentials\n");
    env.lamel(["pull", "-q", "--creds", "me", &name]).fails(
        1,
        "lamel: --creds has no password, and there is no terminal to ask for it\n",
    );
}

#[test]
fn who_cannot_be_asked_is_told() {
    let env = Env::new();
    env.lamel(["login", "-u", "me", "a.io"])
        .fails(1, "lamel: cannot perform an interactive login from a non TTY device\n");
    env.lamel(["login", "--password-stdin", "a.io"])
        .fails(1, "lamel: must provide --username with --password-stdin\n");
}
