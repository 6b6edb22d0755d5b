//! Keeping credentials where `podman login` does (containers-auth.json(5)): with the helper that the file names, or else in the file itself.
//!
//! The file is replaced by rename, and is its owner's alone; what else is in it stays.

use crate::registry::auth::credentials::files;
use crate::registry::config::places::Environment;
use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The file in which credentials are kept.
pub struct Keyring {
    path: PathBuf,
    content: Map<String, Value>,
}

/// What is kept with a user's name.
#[derive(Clone, Copy)]
pub enum Secret<'a> {
    Password(&'a str),
    /// What the registry's token service gave in exchange for the password.
    IdentityToken(&'a str),
}

impl Keyring {
    /// Opens the file `named`, or `REGISTRY_AUTH_FILE`, or the user's own, in the session's directory where there is one.
    pub fn open(named: Option<&Path>) -> Result<Keyring> {
        Keyring::find(named, &|name| std::env::var_os(name))
    }

    fn find(named: Option<&Path>, env: Environment<'_>) -> Result<Keyring> {
        let mut places = match named {
            Some(path) => vec![path.to_owned()],
            None => files(env),
        };
        // Not Docker's own file, the last: it is read, not written.
        if places.len() > 2 {
            places.truncate(places.len() - 1);
        }
        // Where there is no session its directory cannot be made.
        let usable = places.iter().find(|path| made_parent(path).is_ok());
        let path = usable.or(places.first()).context("no place to keep credentials in")?;
        let content = match std::fs::read(path) {
            Ok(bytes) if bytes.trim_ascii().is_empty() => Map::new(),
            Ok(bytes) => {
                serde_json::from_slice(&bytes).with_context(|| format!("{} is no auth.json", path.display()))?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Map::new(),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        Ok(Keyring {
            path: path.clone(),
            content,
        })
    }

    /// Keeps credentials for a registry, as `docker login` writes them.
    pub fn put(&mut self, registry: &str, user: &str, secret: Secret<'_>) -> Result<()> {
        if let Some(helper) = self.helper(registry) {
            let (user, secret) = match secret {
                Secret::Password(password) => (user, password),
                Secret::IdentityToken(token) => ("<token>", token),
            };
            let entry = json!({ "ServerURL": registry, "Username": user, "Secret": secret });
            ask(&helper, "store", &entry.to_string())?;
            return Ok(());
        }
        let entry = match secret {
            Secret::Password(password) => json!({ "auth": STANDARD.encode(format!("{user}:{password}")) }),
            Secret::IdentityToken(token) => {
                json!({ "auth": STANDARD.encode(format!("{user}:")), "identitytoken": token })
            }
        };
        self.auths()?.insert(registry.to_owned(), entry);
        self.write()
    }

    /// Forgets those of a registry; false where there are none.
    pub fn remove(&mut self, registry: &str) -> Result<bool> {
        if let Some(helper) = self.helper(registry) {
            return ask(&helper, "erase", registry);
        }
        let mut gone = false;
        for key in keys(registry) {
            gone |= self.auths()?.shift_remove(key).is_some();
        }
        if gone {
            self.write()?;
        }
        Ok(gone)
    }

    /// Forgets all that are in the file, and those that its helpers for single registries keep.
    pub fn clear(&mut self) -> Result<()> {
        let helpers = self.content.get("credHelpers").and_then(Value::as_object).cloned();
        for registry in helpers.unwrap_or_default().keys() {
            self.remove(registry)?;
        }
        self.auths()?.clear();
        self.write()
    }

    fn auths(&mut self) -> Result<&mut Map<String, Value>> {
        let auths = self.content.entry("auths").or_insert_with(|| json!({}));
        let path = self.path.display();
        auths
            .as_object_mut()
            .with_context(|| format!("{path} is no auth.json: auths is no object"))
    }

    /// The program that keeps a registry's credentials.
    fn helper(&self, registry: &str) -> Option<String> {
        let own = self
            .content
            .get("credHelpers")
            .and_then(|helpers| helpers.get(registry));
        let name = own.or(self.content.get("credsStore"))?.as_str()?;
        // A name of a program, not a path.
        (!name.is_empty() && !name.contains('/')).then(|| format!("docker-credential-{name}"))
    }

    fn write(&self) -> Result<()> {
        let named = || format!("cannot write {}", self.path.display());
        // A link is written through, not replaced.
        let path = std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        made_parent(&path).with_context(named)?;
        let mut temporary = path.clone().into_os_string();
        temporary.push(format!(".{}", std::process::id()));
        let write = || {
            let mut file = File::options()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&temporary)?;
            let mut text = serde_json::to_string_pretty(&self.content)?;
            text.push('\n');
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&temporary, &path)
        };
        write()
            .inspect_err(|_| {
                // The first error is the one to tell.
                let _ = std::fs::remove_file(&temporary);
            })
            .with_context(named)
    }
}

/// The keys that stand for a registry in a file.
fn keys(registry: &str) -> Vec<&str> {
    match registry {
        "docker.io" => vec![
            "docker.io",
            "index.docker.io",
            crate::registry::auth::credentials::DOCKER_HUB,
        ],
        other => vec![other],
    }
}

fn made_parent(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(parent) if parent != Path::new("") => DirBuilder::new().recursive(true).mode(0o700).create(parent),
        _ => Ok(()),
    }
}

/// Has a helper do something (docker-credential-helpers' protocol). False where it says that it has nothing; its answer is not shown, since a
/// password may be in it.
fn ask(helper: &str, what: &str, input: &str) -> Result<bool> {
    let mut child = Command::new(helper)
        .arg(what)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| helper.to_owned())?;
    let mut stdin = child.stdin.take().context("the helper's input")?;
    // One that does not listen says why when it ends.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let done = child.wait_with_output().with_context(|| helper.to_owned())?;
    if String::from_utf8_lossy(&done.stdout).contains("credentials not found") {
        return Ok(false);
    }
    ensure!(done.status.success(), "{helper} {what} failed ({})", done.status);
    Ok(true)
}

/// The registry's name as it is kept, from what people type: a URL's scheme and path mean nothing.
pub fn registry_name(typed: &str) -> Result<String> {
    let rest = typed.strip_prefix("https://").or_else(|| typed.strip_prefix("http://"));
    let host = rest.unwrap_or(typed).split('/').next().unwrap_or_default();
    match host {
        "" => bail!("{typed:?} names no registry"),
        "docker.io" | "index.docker.io" | "registry-1.docker.io" => Ok("docker.io".into()),
        host => Ok(host.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_else_is_in_the_file_stays_and_the_file_is_its_owners() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sub/auth.json");
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        std::fs::write(&path, r#"{"currentContext":"x","auths":{"a.io":{"auth":"YTpi"}}}"#).unwrap();
        let mut keyring = Keyring::open(Some(&path)).unwrap();
        keyring.put("b.io:5000", "me", Secret::Password("pass:word")).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let content: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            content,
            json!({"currentContext": "x", "auths": {"a.io": {"auth": "YTpi"}, "b.io:5000": {"auth": "bWU6cGFzczp3b3Jk"}}})
        );
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(keyring.remove("a.io").unwrap());
        assert!(!keyring.remove("a.io").unwrap());
        keyring.clear().unwrap();
        assert_eq!(std::fs::read_dir(dir.path().join("sub")).unwrap().count(), 1);
    }

    #[test]
    fn the_sessions_directory_comes_before_the_home() {
        let dir = tempfile::tempdir().unwrap();
        let at = |session: Option<&str>| {
            let env = |name: &str| match name {
                "XDG_RUNTIME_DIR" => session.map(|session| dir.path().join(session).into()),
                "HOME" => Some(dir.path().join("home").into()),
                _ => None,
            };
            let found = Keyring::find(None, &env).unwrap().path;
            found.strip_prefix(dir.path()).unwrap().to_owned()
        };
        std::fs::write(dir.path().join("file"), "").unwrap();
        assert_eq!(at(Some("run")), Path::new("run/containers/auth.json"));
        assert_eq!(at(Some("file")), Path::new("home/.config/containers/auth.json"));
    }

    #[test]
    fn registries_are_known_by_their_host() {
        for (typed, name) in [
            ("https://index.docker.io/v1/", "docker.io"),
            ("docker.io", "docker.io"),
            ("http://localhost:5000/v2/", "localhost:5000"),
            ("quay.io", "quay.io"),
        ] {
            assert_eq!(registry_name(typed).unwrap(), name);
        }
        assert!(registry_name("https://").is_err());
    }
}
