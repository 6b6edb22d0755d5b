//! Finds credentials where `podman login` and `docker login` keep them (containers-auth.json(5), docker's config.json).
//!
//! The first file that has an entry for the registry wins; a file named by `REGISTRY_AUTH_FILE` is the only one. The
//! forms of keys and entries are `docker_credential`'s part. It would also run helpers, but it reads their answer
//! without a limit, and fails where one does not read its stdin.

use crate::oci::reference::Reference;
use crate::registry::auth::helper::{Entry, Helper, TOKEN_USER};
use crate::registry::config::dirs::{Environment, config_home, set};
use crate::registry::config::file;
use crate::registry::errors::one_line;
use crate::text::error::{chain, words};
use anyhow::Context;
use docker_credential::{CredentialRetrievalError, DockerCredential, get_credential_from_reader};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The key under which Docker keeps the credentials of its own registry.
pub const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// A credential, and where it was found.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundCredential {
    pub credential: Credential,
    /// The file, or `the command line`.
    pub origin: String,
}

/// What proves to a registry who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    Password {
        user: String,
        password: String,
    },
    /// A token service's refresh token, which `docker login` and helpers keep instead of a password. Only a token
    /// service accepts it.
    IdentityToken(String),
}

impl Credential {
    pub fn password(user: &str, password: &str) -> Credential {
        Credential::Password {
            user: user.to_owned(),
            password: password.to_owned(),
        }
    }
}

/// Without what is secret: nothing that prints may print it.
impl fmt::Display for FoundCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.credential {
            Credential::Password { user, .. } => {
                write!(f, "the credentials of {} from {}", one_line(user), self.origin)
            }
            Credential::IdentityToken(_) => write!(f, "the identity token from {}", self.origin),
        }
    }
}

impl fmt::Debug for FoundCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The parts of an auth.json or config.json that are used.
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

/// Finds the credentials for a reference's registry. Those that cannot be used are told to `warn`, and count as none.
pub fn find(reference: &Reference, env: Environment<'_>, warn: &dyn Fn(&str)) -> Option<FoundCredential> {
    for file in files(env) {
        let text = match read(&file) {
            Ok(Some(text)) => text,
            Ok(None) => continue,
            Err(error) => {
                warn(&format!("{}: {}", file.display(), words(&error)));
                continue;
            }
        };
        if let Some(found) = in_text(&text, &file, reference, warn) {
            return Some(found);
        }
    }
    None
}

/// As [`find`], in this file alone, which must exist.
pub fn find_in(file: &Path, reference: &Reference, warn: &dyn Fn(&str)) -> anyhow::Result<Option<FoundCredential>> {
    let text = file::text(file)?;
    let text = text.with_context(|| format!("{}: no such file of credentials", file.display()))?;
    Ok(in_text(&text, file, reference, warn))
}

fn in_text(text: &str, file: &Path, reference: &Reference, warn: &dyn Fn(&str)) -> Option<FoundCredential> {
    let found = in_file(text, reference).unwrap_or_else(|why| {
        warn(&format!(
            "credentials for {} in {} are not used: {why}",
            reference.registry(),
            file.display()
        ));
        None
    });
    let origin = file.display().to_string();
    found.map(|credential| FoundCredential { credential, origin })
}

/// Reads a file; `None` where it does not exist or this user may not read it.
fn read(path: &Path) -> io::Result<Option<String>> {
    match file::bytes(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        bytes => bytes?.map(String::from_utf8).transpose().map_err(io::Error::other),
    }
}

/// Lists the files in which credentials are looked for, in order.
pub fn files(env: Environment<'_>) -> Vec<PathBuf> {
    if let Some(file) = set(env, "REGISTRY_AUTH_FILE") {
        return vec![file];
    }
    // Without a login session, podman uses a directory per user below /run/containers.
    let runtime = set(env, "XDG_RUNTIME_DIR").map_or_else(
        || PathBuf::from(format!("/run/containers/{}", rustix::process::getuid().as_raw())),
        |dir| dir.join("containers"),
    );
    let docker = set(env, "DOCKER_CONFIG").or_else(|| set(env, "HOME").map(|home| home.join(".docker")));
    let mut files = vec![runtime.join("auth.json")];
    files.extend(config_home(env).map(|home| home.join("containers/auth.json")));
    files.extend(docker.map(|dir| dir.join("config.json")));
    files
}

/// Finds the credentials for a reference in one file's text.
fn in_file(text: &str, reference: &Reference) -> Result<Option<Credential>, String> {
    // Without the parser's words about a value, which could quote a password.
    let content: Content = serde_json::from_str(text).map_err(|error| match error.is_data() {
        true => "it is no auth.json".to_owned(),
        false => one_line(error),
    })?;
    let auths = content
        .auths
        .as_ref()
        .map(|auths| json!({ "auths": auths }).to_string());
    for key in keys(reference) {
        // Only podman has keys below the registry (`quay.io/team`); a `credsStore` does not know them.
        let is_registry = !key.contains('/') || key == DOCKER_HUB;
        let own = content.cred_helpers.as_ref().and_then(|helpers| helpers.get(&key));
        let own = own.and_then(Value::as_str).unwrap_or_default();
        if let Some(helper) = Helper::named(own).map_err(one_line)? {
            match helped(&helper, &key)? {
                None => continue,
                found => return Ok(found),
            }
        }
        let listed = content.auths.as_ref().is_some_and(|auths| auths.contains_key(&key));
        if let Some(auths) = auths.as_deref().filter(|_| listed || is_registry) {
            match get_credential_from_reader(auths.as_bytes(), &key).map(usable) {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) | Err(CredentialRetrievalError::NoCredentialConfigured) => {}
                // `docker login` with a helper leaves an empty entry in `auths`.
                Err(CredentialRetrievalError::CredentialDecodingError) if listed && content.creds_store.is_some() => {}
                Err(error) => return Err(one_line(error)),
            }
        }
        if let Some(store) = content.creds_store.as_ref().filter(|_| listed || is_registry) {
            let helper = Helper::named(store).map_err(one_line)?;
            if let Some(found) = helper.map(|helper| helped(&helper, &key)).transpose()?.flatten() {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// Asks a helper for the credentials under a key.
fn helped(helper: &Helper, key: &str) -> Result<Option<Credential>, String> {
    let entry = helper.get(key).map_err(|error| one_line(chain(&error)))?;
    Ok(
        entry.and_then(|Entry { username, secret }| match username == TOKEN_USER {
            true => usable(DockerCredential::IdentityToken(secret)),
            false => usable(DockerCredential::UsernamePassword(username, secret)),
        }),
    )
}

/// An empty name or token counts as none.
fn usable(found: DockerCredential) -> Option<Credential> {
    match found {
        DockerCredential::UsernamePassword(user, password) if !user.is_empty() => {
            Some(Credential::Password { user, password })
        }
        DockerCredential::IdentityToken(token) if !token.is_empty() => Some(Credential::IdentityToken(token)),
        _ => None,
    }
}

/// Lists the keys that may hold the credentials, the most specific first.
fn keys(reference: &Reference) -> Vec<String> {
    let mut keys = Vec::new();
    let mut name = format!("{}/{}", reference.registry(), reference.repository());
    loop {
        keys.push(name.clone());
        match name.rfind('/') {
            Some(slash) => name.truncate(slash),
            None => break,
        }
    }
    if reference.registry() == "docker.io" {
        keys.push(DOCKER_HUB.into());
    }
    keys
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
    fn who(credential: Credential) -> String {
        match credential {
            Credential::Password { user, .. } => user,
            Credential::IdentityToken(token) => format!("token {token}"),
        }
    }

    #[test]
    fn the_most_specific_key_wins() {
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
        let credential = in_file(&text, &"h:5000/a".parse().unwrap()).unwrap().unwrap();
        assert!(credential == Credential::password("me", "a:b"));
        let origin = "f".to_owned();
        assert_eq!(
            format!("{:?}", FoundCredential { credential, origin }),
            "the credentials of me from f"
        );
    }

    #[test]
    fn an_identity_token_is_preferred_to_the_name_beside_it() {
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
                    who(found.credential),
                    Path::new(&found.origin).strip_prefix(dir.path()).unwrap().to_owned(),
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

    /// Helpers are found through PATH, so the test runs itself in a process with another PATH.
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
        // Written by another process: children of other tests would inherit a descriptor that is open here for writing,
        // and executing the file would fail with ETXTBSY.
        let mut install = std::process::Command::new("install")
            .args(["-m", "755", "/dev/stdin"])
            .arg(dir.path().join("docker-credential-mock"))
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        install.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(install.wait().unwrap().success());
        let name = "registry::auth::credentials::tests::a_helper_is_asked_and_its_failure_is_a_warning";
        let path = format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap_or_default());
        let test = std::env::current_exe().unwrap();
        let run = std::process::Command::new(test)
            .args(["--exact", name])
            .env(INSIDE, "1")
            .env("PATH", path)
            .output()
            .unwrap();
        let stdout = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && stdout.contains("1 passed"), "{stdout}");
    }
}
