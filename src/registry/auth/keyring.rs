//! Keeps credentials where `podman login` does (containers-auth.json(5)): with the helper that the file names, or else
//! in the file itself ([`auth_file`]). The rest of the file's content stays.

use crate::registry::auth::auth_file;
use crate::registry::auth::auth_file::made_parent;
use crate::registry::auth::credentials::{DOCKER_HUB, files};
use crate::registry::auth::helper::{Helper, TOKEN_USER};
use crate::registry::config::dirs::Environment;
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// The file in which credentials are kept.
pub struct Keyring {
    path: PathBuf,
}

/// The secret that is kept with a user's name.
#[derive(Clone, Copy)]
pub enum Secret<'a> {
    Password(&'a str),
    /// From the registry's token service, in exchange for the password.
    IdentityToken(&'a str),
}

impl Keyring {
    /// Chooses the file `named`, or `REGISTRY_AUTH_FILE`, or the user's own: in the session's runtime directory where
    /// there is one. An error where the file is no auth.json.
    pub fn open(named: Option<&Path>) -> Result<Keyring> {
        Keyring::find(named, &|name| std::env::var_os(name))
    }

    fn find(named: Option<&Path>, env: Environment<'_>) -> Result<Keyring> {
        let mut paths = match named {
            Some(path) => vec![path.to_owned()],
            None => files(env),
        };
        // Docker's own file, the last, is only read.
        if paths.len() > 2 {
            paths.truncate(paths.len() - 1);
        }
        // Without a session, its directory cannot be made.
        let usable = paths.iter().find(|path| made_parent(path).is_ok());
        let path = usable.or(paths.first()).context("no place to keep credentials in")?;
        auth_file::read(path)?;
        // Now, since asking the registry may fail. Why a draft cannot be removed is reported when the file is changed.
        let _ = auth_file::clear_draft(path);
        Ok(Keyring { path: path.clone() })
    }

    /// Keeps a registry's credentials, in the form that `docker login` writes.
    pub fn put(&self, registry: &str, user: &str, secret: Secret<'_>) -> Result<()> {
        if let Some(helper) = helper(&auth_file::read(&self.path)?, registry)? {
            return match secret {
                Secret::Password(password) => helper.store(registry, user, password),
                Secret::IdentityToken(token) => helper.store(registry, TOKEN_USER, token),
            };
        }
        let entry = match secret {
            Secret::Password(password) => json!({ "auth": STANDARD.encode(format!("{user}:{password}")) }),
            Secret::IdentityToken(token) => {
                json!({ "auth": STANDARD.encode(format!("{user}:")), "identitytoken": token })
            }
        };
        auth_file::change(&self.path, |content| {
            self.auths(content)?.insert(registry.to_owned(), entry.clone());
            Ok(true)
        })?;
        Ok(())
    }

    /// Removes a registry's credentials; false where there are none.
    pub fn remove(&self, registry: &str) -> Result<bool> {
        if let Some(helper) = helper(&auth_file::read(&self.path)?, registry)? {
            return helper.erase(registry);
        }
        let remove = |content: &mut Map<String, Value>| {
            let auths = self.auths(content)?;
            let removed = keys(registry).into_iter().filter_map(|key| auths.shift_remove(key));
            Ok(removed.count() > 0)
        };
        // Where there is nothing to remove, the file need not be writable.
        Ok(remove(&mut auth_file::read(&self.path)?)? && auth_file::change(&self.path, remove)?)
    }

    /// Removes all credentials in the file, and those that its helpers for single registries (`credHelpers`) keep.
    pub fn clear(&self) -> Result<()> {
        let content = auth_file::read(&self.path)?;
        let helpers = content.get("credHelpers").and_then(Value::as_object);
        for registry in helpers.into_iter().flat_map(Map::keys) {
            self.remove(registry)?;
        }
        auth_file::change(&self.path, |content| {
            self.auths(content)?.clear();
            Ok(true)
        })?;
        Ok(())
    }

    fn auths<'a>(&self, content: &'a mut Map<String, Value>) -> Result<&'a mut Map<String, Value>> {
        let auths = content.entry("auths").or_insert_with(|| json!({}));
        let path = self.path.display();
        auths
            .as_object_mut()
            .with_context(|| format!("{path} is no auth.json: auths is no object"))
    }
}

/// The helper that keeps a registry's credentials.
fn helper(content: &Map<String, Value>, registry: &str) -> Result<Option<Helper>> {
    let own = content.get("credHelpers").and_then(|helpers| helpers.get(registry));
    let name = own.or(content.get("credsStore")).and_then(Value::as_str);
    Helper::named(name.unwrap_or_default())
}

/// The keys of a registry in a file.
fn keys(registry: &str) -> Vec<&str> {
    match registry {
        "docker.io" => vec!["docker.io", "index.docker.io", DOCKER_HUB],
        other => vec![other],
    }
}

/// Returns the registry's name as a key, from what people type: scheme and path of a URL are ignored.
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
    fn other_content_stays_and_only_the_owner_may_read_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sub/auth.json");
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        std::fs::write(&path, r#"{"currentContext":"x","auths":{"a.io":{"auth":"YTpi"}}}"#).unwrap();
        let keyring = Keyring::open(Some(&path)).unwrap();
        keyring.put("b.io:5000", "me", Secret::Password("pass:word")).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let content: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            content,
            json!({
                "currentContext": "x",
                "auths": {"a.io": {"auth": "YTpi"}, "b.io:5000": {"auth": "bWU6cGFzczp3b3Jk"}},
            })
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
    fn a_registry_is_named_by_its_host() {
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
