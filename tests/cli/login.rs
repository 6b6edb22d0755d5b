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

#[test]
fn a_helper_keeps_what_it_is_named_for() {
    let env = Env::new();
    let host = demanding(&env, false);
    let helper = env.work().join("docker-credential-mock");
    std::fs::write(&helper, "#!/bin/sh\necho \"$1 $(cat)\" >> ../work/asked\n").expect("a file");
    std::fs::set_permissions(&helper, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    std::fs::write(env.work().join("auth.json"), r#"{"credsStore":"mock"}"#).expect("a file");
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

#[test]
fn who_cannot_be_asked_is_told() {
    let env = Env::new();
    env.lamel(["login", "-u", "me", "a.io"])
        .fails(1, "lamel: cannot perform an interactive login from a non TTY device\n");
    env.lamel(["login", "--password-stdin", "a.io"])
        .fails(1, "lamel: must provide --username with --password-stdin\n");
}
