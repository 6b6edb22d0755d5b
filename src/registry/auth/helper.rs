//! Credential helpers: programs that keep credentials (the protocol of docker-credential-helpers).
//!
//! A helper is not trusted: its answer is read up to a limit, and it need not read its stdin.

use crate::registry::errors::one_line;
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;
use serde_json::json;
use std::io::{self, ErrorKind, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::Builder;

/// The longest answer that is read, in bytes. Credentials have some thousands.
const MAX_ANSWER: u64 = 1 << 20;
/// What every helper writes where it has no entry (docker-credential-helpers, `credentials/error.go`).
const NOT_FOUND: &str = "credentials not found";
/// The user name that marks the secret as an identity token.
pub const TOKEN_USER: &str = "<token>";

/// A credential helper.
pub struct Helper {
    program: String,
}

/// What a helper keeps for a registry.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    pub username: String,
    pub secret: String,
}

struct Answer {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Helper {
    /// Returns the helper that a file names; `None` where the name is empty.
    pub fn named(name: &str) -> Result<Option<Helper>> {
        ensure!(
            !name.contains('/'),
            "{name:?} is no credential helper: its name has a slash"
        );
        let program = format!("docker-credential-{name}");
        Ok((!name.is_empty()).then_some(Helper { program }))
    }

    /// Asks for a registry's entry; `None` where there is none.
    pub fn get(&self, registry: &str) -> Result<Option<Entry>> {
        let answer = self.ask("get", registry)?;
        if answer.status.success() {
            // Without the parser's words, which may quote a part of the secret.
            let entry = serde_json::from_slice(&answer.stdout).ok();
            return Ok(Some(entry.with_context(|| {
                format!("{}: its answer is no user name and secret in JSON", self.program)
            })?));
        }
        if answer.says_not_found() {
            return Ok(None);
        }
        let [stdout, stderr] = [&answer.stdout, &answer.stderr].map(|text| String::from_utf8_lossy(text));
        bail!("{}: {}", self.program, one_line(format!("{stdout} {stderr}")))
    }

    /// Keeps an entry for a registry.
    pub fn store(&self, registry: &str, username: &str, secret: &str) -> Result<()> {
        let entry = json!({ "ServerURL": registry, "Username": username, "Secret": secret });
        self.change("store", &entry.to_string()).map(drop)
    }

    /// Removes a registry's entry; false where there is none.
    pub fn erase(&self, registry: &str) -> Result<bool> {
        self.change("erase", registry)
    }

    fn change(&self, what: &str, input: &str) -> Result<bool> {
        let answer = self.ask(what, input)?;
        if answer.says_not_found() {
            return Ok(false);
        }
        // Without its answer, in which a password may be.
        let status = answer.status;
        ensure!(status.success(), "{} {what} failed ({status})", self.program);
        Ok(true)
    }

    /// Runs the helper with this input, and waits until it ends.
    fn ask(&self, what: &str, input: &str) -> Result<Answer> {
        let mut child = Command::new(&self.program)
            .arg(what)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => anyhow!("{}: there is no such program in PATH", self.program),
                _ => anyhow!(error).context(self.program.clone()),
            })?;
        let (mut stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let failed = || self.program.clone();
        let (stdout, stderr) = std::thread::scope(|scope| -> Result<_> {
            // All three pipes at once: the helper may fill one before it turns to another.
            Builder::new().spawn_scoped(scope, move || {
                // A helper that does not read its input says why when it ends.
                let _ = stdin.as_mut().map(|stdin| stdin.write_all(input.as_bytes()));
            })?;
            let stderr = Builder::new().spawn_scoped(scope, move || bounded(stderr))?;
            let stdout = bounded(stdout);
            if !matches!(stdout, Ok(Some(_))) {
                // Nobody reads the rest, so the helper would never end.
                let _ = child.kill();
            }
            let stderr = stderr
                .join()
                .map_err(|_| anyhow!("the reader of its errors panicked"))?;
            Ok((stdout?, stderr?.unwrap_or_default()))
        })
        .with_context(failed)?;
        let status = child.wait().with_context(failed)?;
        let stdout = stdout.with_context(|| format!("{}: its answer is larger than 1 MiB", self.program))?;
        Ok(Answer { status, stdout, stderr })
    }
}

impl Answer {
    fn says_not_found(&self) -> bool {
        String::from_utf8_lossy(&self.stdout).contains(NOT_FOUND)
    }
}

/// Reads to the end; `None`, without reading the rest, where there is more than [`MAX_ANSWER`].
fn bounded(from: Option<impl Read>) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        from.take(MAX_ANSWER + 1).read_to_end(&mut bytes)?;
    }
    Ok((bytes.len() as u64 <= MAX_ANSWER).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A helper that is this script. Another process writes the file: children of other tests would inherit a
    /// descriptor that is open here for writing, and executing it would fail with ETXTBSY.
    fn helper(dir: &tempfile::TempDir, script: &str) -> Helper {
        let path = dir.path().join("docker-credential-mock");
        let mut install = Command::new("install")
            .args(["-m", "755", "/dev/stdin"])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let script = format!("#!/bin/sh\n{script}\n");
        install.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(install.wait().unwrap().success());
        let program = path.to_str().unwrap().to_owned();
        Helper { program }
    }

    fn got(script: &str, registry: &str) -> Result<Option<String>> {
        let dir = tempfile::tempdir().unwrap();
        let entry = helper(&dir, script).get(registry)?;
        Ok(entry.map(|entry| format!("{} {}", entry.username, entry.secret)))
    }

    const ENTRY: &str = r#"echo '{"Username":"me","Secret":"x"}'"#;

    #[test]
    fn a_helper_need_not_read_its_input() {
        let dir = tempfile::tempdir().unwrap();
        let helper = helper(&dir, &format!("exec <&-; {ENTRY}"));
        for _ in 0..50 {
            assert_eq!(helper.get("a.io").unwrap().unwrap().username, "me");
        }
        let large = "x".repeat(1 << 20);
        assert!(helper.store("a.io", "me", &large).is_ok());
    }

    #[test]
    fn an_endless_answer_is_not_read_to_its_end() {
        let error = got("exec yes", "a.io").unwrap_err().to_string();
        assert!(
            error.ends_with("docker-credential-mock: its answer is larger than 1 MiB"),
            "{error}"
        );
        let found = got(&format!("yes >&2; {ENTRY}"), "a.io").unwrap();
        assert_eq!(found.as_deref(), Some("me x"));
    }

    #[test]
    fn a_helper_may_write_before_it_reads() {
        let script = format!("head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2; cat >/dev/null; {ENTRY}");
        let error = got(&script, &"x".repeat(1 << 20)).unwrap_err().to_string();
        assert!(
            error.ends_with("its answer is no user name and secret in JSON"),
            "{error}"
        );
    }

    #[test]
    fn errors_do_not_quote_an_answer_that_may_contain_a_secret() {
        for script in [
            r#"echo '{"Username":"me","Secret":7777}'"#,
            "echo 7777",
            "echo '\"7777\"'",
            "true",
        ] {
            let error = got(script, "a.io").unwrap_err().to_string();
            assert!(
                error.ends_with("its answer is no user name and secret in JSON"),
                "{error}"
            );
        }
        let dir = tempfile::tempdir().unwrap();
        let error = helper(&dir, "cat; exit 1").store("a.io", "me", "7777").unwrap_err();
        let error = error.to_string();
        assert!(
            error.ends_with("docker-credential-mock store failed (exit status: 1)"),
            "{error}"
        );
    }

    #[test]
    fn a_helper_without_an_entry_is_told_from_one_that_does_not_exist() {
        let nothing = "echo credentials not found in native keychain; exit 1";
        assert_eq!(got(nothing, "a.io").unwrap(), None);
        let dir = tempfile::tempdir().unwrap();
        assert!(!helper(&dir, nothing).erase("a.io").unwrap());
        assert!(helper(&dir, "cat >/dev/null").erase("a.io").unwrap());
        let helper = Helper::named("lamel-none").unwrap().unwrap();
        let error = helper.erase("a.io").unwrap_err().to_string();
        assert_eq!(error, "docker-credential-lamel-none: there is no such program in PATH");
        assert!(Helper::named("").unwrap().is_none());
        assert!(Helper::named("../x").is_err());
    }
}
