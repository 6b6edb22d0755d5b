//! Credentials, found where `podman login` and `docker login` keep them (containers-auth.json(5), docker's config.json).
//!
//! The first file that has something for the registry wins; one that is named by `REGISTRY_AUTH_FILE` is the only
//! one. What a key may look like and how an entry is read is `docker_credential`'s part. It would ask helpers as
//! well, but reads all that they say, and fails where one does not listen.

use crate::oci::reference::Reference;
use crate::registry::auth::helper::{Entry, Helper, TOKEN};
use crate::registry::config::dirs::{Environment, config_home};
use crate::registry::config::file;
use crate::registry::errors::plain;
use anyhow::Context;
use docker_credential::{CredentialRetrievalError, DockerCredential, get_credential_from_reader};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The key under which Docker keeps the credentials of its own registry.
pub const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// Who asks.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub proof: Proof,
    /// The file they were found in.
    pub source: String,
}

/// What is shown to prove it.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    Password {
        user: String,
        password: String,
    },
    /// A token service's refresh token, which `docker login` and helpers keep in place of a password. It is good for access tokens alone.
    IdentityToken(String),
}

impl Proof {
    pub fn password(user: &str, password: &str) -> Proof {
        Proof::Password {
            user: user.to_owned(),
            password: password.to_owned(),
        }
    }
}

/// Without what is secret: nothing that prints may print it.
impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.proof {
            Proof::Password { user, .. } => write!(f, "the credentials of {} from {}", plain(user), self.source),
            Proof::IdentityToken(_) => write!(f, "the identity token from {}", self.source),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is in a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    auths: Option<Map<String, Value>>,
    #[serde(default)]
    creds_store: Option<String>,
    #[serde(default)]
    cred_helpers: Option<Map<String, Value>>,
}

/// The credentials for a reference's registry, or none. What is there and cannot be used is told to `warn`, and the registry is asked without.
pub fn find(reference: &Reference, env: Environment<'_>, warn: &dyn Fn(&str)) -> Option<Credentials> {
    for file in files(env) {
        let text = match read(&file) {
            Ok(Some(text)) => text,
            Ok(None) => continue,
            Err(error) => {
                warn(&format!("{}: {error}", file.display()));
                continue;
            }
        };
        if let Some(found) = of_text(&text, &file, reference, warn) {
            return Some(found);
        }
    }
    None
}

/// Likewise, in this file alone, which has to be there.
pub fn find_in(file: &Path, reference: &Reference, warn: &dyn Fn(&str)) -> anyhow::Result<Option<Credentials>> {
    let text = file::text(file)?;
    let text = text.with_context(|| format!("{}: no such file of credentials", file.display()))?;
    Ok(of_text(&text, file, reference, warn))
}

fn of_text(text: &str, file: &Path, reference: &Reference, warn: &dyn Fn(&str)) -> Option<Credentials> {
    let found = in_file(text, reference).unwrap_or_else(|why| {
        warn(&format!(
            "credentials for {} in {} are not used: {why}",
            reference.registry(),
            file.display()
        ));
        None
    });
    let source = file.display().to_string();
    found.map(|proof| Credentials { proof, source })
}

/// A file's text; `None` where it is not there or not for this user to read.
fn read(path: &Path) -> io::Result<Option<String>> {
    match file::bytes(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        bytes => bytes?.map(String::from_utf8).transpose().map_err(io::Error::other),
    }
}

/// Where credentials are looked for, in this order.
pub fn files(env: Environment<'_>) -> Vec<PathBuf> {
    let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(file) = set("REGISTRY_AUTH_FILE") {
        return vec![file];
    }
    // Where there is no session, podman uses a directory per user below /run/containers.
    let runtime = set("XDG_RUNTIME_DIR").map_or_else(
        || PathBuf::from(format!("/run/containers/{}", rustix::process::getuid().as_raw())),
        |dir| dir.join("containers"),
    );
    let docker = set("DOCKER_CONFIG").or_else(|| set("HOME").map(|home| home.join(".docker")));
    let mut files = vec![runtime.join("auth.json")];
    files.extend(config_home(env).map(|home| home.join("containers/auth.json")));
    files.extend(docker.map(|dir| dir.join("config.json")));
    files
}

/// What one file's text has for a reference.
fn in_file(text: &str, reference: &Reference) -> Result<Option<Proof>, String> {
    // Of what is wrong with a value the parser's words could repeat a password.
    let content: Content = serde_json::from_str(text).map_err(|error| match error.is_data() {
        true => "it is no auth.json".to_owned(),
        false => plain(error),
    })?;
    let auths = content
        .auths
        .as_ref()
        .map(|auths| json!({ "auths": auths }).to_string());
    for key in names(reference) {
        // Keys below the registry (`quay.io/team`) are podman's; no helper for all knows them.
        let whole = !key.contains('/') || key == DOCKER_HUB;
        let own = content.cred_helpers.as_ref().and_then(|helpers| helpers.get(&key));
        let own = own.and_then(Value::as_str).unwrap_or_default();
        if let Some(helper) = Helper::named(own).map_err(plain)? {
            match helped(&helper, &key)? {
                None => continue,
                found => return Ok(found),
            }
        }
        let listed = content.auths.as_ref().is_some_and(|auths| auths.contains_key(&key));
        if let Some(auths) = auths.as_deref().filter(|_| listed || whole) {
            match get_credential_from_reader(auths.as_bytes(), &key).map(usable) {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) | Err(CredentialRetrievalError::NoCredentialConfigured) => {}
                // `docker login` with a helper leaves an empty entry in `auths`.
                Err(CredentialRetrievalError::CredentialDecodingError) if listed && content.creds_store.is_some() => {}
                Err(error) => return Err(plain(error)),
            }
        }
        if let Some(store) = content.creds_store.as_ref().filter(|_| listed || whole) {
            let helper = Helper::named(store).map_err(plain)?;
            if let Some(found) = helper.map(|helper| helped(&helper, &key)).transpose()?.flatten() {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// What a helper keeps under a key.
fn helped(helper: &Helper, key: &str) -> Result<Option<Proof>, String> {
    let entry = helper.get(key).map_err(|error| plain(format!("{error:#}")))?;
    Ok(entry.and_then(|Entry { username, secret }| match username == TOKEN {
        true => usable(DockerCredential::IdentityToken(secret)),
        false => usable(DockerCredential::UsernamePassword(username, secret)),
    }))
}

/// An empty name or token is none.
fn usable(found: DockerCredential) -> Option<Proof> {
    match found {
        DockerCredential::UsernamePassword(user, password) if !user.is_empty() => {
            Some(Proof::Password { user, password })
        }
        DockerCredential::IdentityToken(token) if !token.is_empty() => Some(Proof::IdentityToken(token)),
        _ => None,
    }
}

/// The keys that may hold the credentials, the most particular first.
fn names(reference: &Reference) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = format!("{}/{}", reference.registry(), reference.repository());
    loop {
        names.push(name.clone());
        match name.rfind('/') {
            Some(slash) => name.truncate(slash),
            None => break,
        }
    }
    if reference.registry() == "docker.io" {
        names.push(DOCKER_HUB.into());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::mock::base64;
    use std::ffi::OsString;
    use std::io::Write as _;

    fn auths(entries: &[(&str, &str)]) -> String {
        let entries: Vec<String> = entries
            .iter()
            .map(|(key, who)| format!(r#""{key}":{{"auth":"{}"}}"#, base64(who)))
            .collect();
        format!(r#"{{"auths":{{{}}}}}"#, entries.join(","))
    }

    fn user(text: &str, name: &str) -> Option<String> {
        in_file(text, &name.parse().unwrap()).unwrap().map(who)
    }

    /// The user, or the token.
    fn who(proof: Proof) -> String {
        match proof {
            Proof::Password { user, .. } => user,
            Proof::IdentityToken(token) => format!("token {token}"),
        }
    }

    #[test]
    fn the_most_particular_key_wins() {
        let text = auths(&[
            ("quay.io", "all:x"),
            ("quay.io/team", "team:x"),
            ("quay.io/team/app", "app:x"),
        ]);
        assert_eq!(user(&text, "quay.io/team/app:1").unwrap(), "app");
        assert_eq!(user(&text, "quay.io/team/other").unwrap(), "team");
        assert_eq!(user(&text, "quay.io/teams").unwrap(), "all");
        assert_eq!(user(&text, "ghcr.io/team/app"), None);
    }

    #[test]
    fn docker_hub_is_found_under_all_its_names() {
        for key in [DOCKER_HUB, "docker.io", "index.docker.io", "registry-1.docker.io"] {
            assert_eq!(user(&auths(&[(key, "me:x")]), "redis").as_deref(), Some("me"), "{key}");
        }
    }

    #[test]
    fn passwords_keep_their_colons_and_are_not_printed() {
        let text = auths(&[("h:5000", "me:a:b")]);
        let proof = in_file(&text, &"h:5000/a".parse().unwrap()).unwrap().unwrap();
        assert!(proof == Proof::password("me", "a:b"));
        let source = "f".to_owned();
        assert_eq!(
            format!("{:?}", Credentials { proof, source }),
            "the credentials of me from f"
        );
    }

    #[test]
    fn an_identity_token_goes_before_the_name_beside_it() {
        let entry = |token: &str| {
            format!(
                r#"{{"auths":{{"a.io":{{"auth":"{}","identitytoken":"{token}"}}}}}}"#,
                base64("me:")
            )
        };
        assert_eq!(user(&entry("abc"), "a.io/x").as_deref(), Some("token abc"));
        assert_eq!(user(&entry(""), "a.io/x"), None);
    }

    #[test]
    fn the_first_file_that_knows_the_registry_wins() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let look = |name: &str, only: Option<&str>| {
            let env = |variable: &str| -> Option<OsString> {
                match variable {
                    "REGISTRY_AUTH_FILE" => only.map(|file| dir.path().join(file).into()),
                    "XDG_RUNTIME_DIR" => Some(dir.path().join("run").into()),
                    "HOME" => Some(dir.path().join("home").into()),
                    _ => None,
                }
            };
            find(&name.parse().unwrap(), &env, &|warning| panic!("{warning}")).map(|found| {
                (
                    who(found.proof),
                    Path::new(&found.source).strip_prefix(dir.path()).unwrap().to_owned(),
                )
            })
        };
        write("run/containers/auth.json", &auths(&[("a.io", "run:x")]));
        write(
            "home/.config/containers/auth.json",
            &auths(&[("a.io", "config:x"), ("b.io", "config:x")]),
        );
        write(
            "home/.docker/config.json",
            &auths(&[("b.io", "docker:x"), ("c.io", "docker:x")]),
        );
        write("only.json", &auths(&[("d.io", "only:x")]));
        assert_eq!(
            look("a.io/x", None),
            Some(("run".into(), "run/containers/auth.json".into()))
        );
        assert_eq!(
            look("b.io/x", None),
            Some(("config".into(), "home/.config/containers/auth.json".into()))
        );
        assert_eq!(
            look("c.io/x", None),
            Some(("docker".into(), "home/.docker/config.json".into()))
        );
        assert_eq!(look("a.io/x", Some("only.json")), None);
        assert_eq!(
            look("d.io/x", Some("only.json")),
            Some(("only".into(), "only.json".into()))
        );
    }

    /// Helpers are found through PATH, which only a process of its own can have changed.
    #[test]
    fn a_helper_is_asked_and_its_failure_is_a_warning() {
        const INSIDE: &str = "LAMEL_TEST_HELPER";
        let text = r#"{"credsStore":"mock","auths":{"good.io":{}}}"#;
        if std::env::var_os(INSIDE).is_some() {
            assert_eq!(user(text, "good.io/a").as_deref(), Some("helped"));
            assert_eq!(user(text, "token.io/a").as_deref(), Some("token x"));
            assert_eq!(user(text, "other.io/a"), None);
            let error = in_file(text, &"bad.io/a".parse().unwrap()).err();
            assert_eq!(error.as_deref(), Some("docker-credential-mock: no keychain"));
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let script = r#"#!/bin/sh
            read -r server
            case $server in
                good.io) echo '{"Username":"helped","Secret":"x"}' ;;
                token.io) echo '{"Username":"<token>","Secret":"x"}' ;;
                bad.io) echo 'no keychain'; exit 1 ;;
                *) echo 'credentials not found in native keychain'; exit 1 ;;
            esac"#;
        // By a process of its own: children of other tests would hold a file that is written here, and it could not be executed.
        let mut install = std::process::Command::new("install")
            .args(["-m", "755", "/dev/stdin"])
            .arg(dir.path().join("docker-credential-mock"))
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        install.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(install.wait().unwrap().success());
        let name = "registry::credentials::tests::a_helper_is_asked_and_its_failure_is_a_warning";
        let path = format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap_or_default());
        let test = std::env::current_exe().unwrap();
        let run = std::process::Command::new(test)
            .args(["--exact", name])
            .env(INSIDE, "1")
            .env("PATH", path)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    }
}
