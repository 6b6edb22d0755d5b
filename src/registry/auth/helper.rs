//! Credential helpers: programs that keep credentials (docker-credential-helpers' protocol).
//!
//! A helper may say anything, for as long as it likes: what it says is bounded, and it need not listen.

use crate::registry::errors::plain;
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;
use serde_json::json;
use std::io::{self, ErrorKind, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::Builder;

/// The longest answer that is read, in bytes. Credentials have some thousands.
const MAX_ANSWER: u64 = 1 << 20;
/// What every helper says where it has nothing (docker-credential-helpers, `credentials/error.go`).
const NOTHING: &str = "credentials not found";
/// The user name where the secret is an identity token.
pub const TOKEN: &str = "<token>";

/// A program that keeps credentials.
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
    /// The helper that a file names; `None` where the name is empty.
    pub fn named(name: &str) -> Result<Option<Helper>> {
        ensure!(
            !name.contains('/'),
            "{name:?} is no credential helper: its name has a slash"
        );
        let program = format!("docker-credential-{name}");
        Ok((!name.is_empty()).then_some(Helper { program }))
    }

    /// What it keeps for a registry.
    pub fn get(&self, registry: &str) -> Result<Option<Entry>> {
        let answer = self.ask("get", registry)?;
        if answer.status.success() {
            // Not the parser's words, which may repeat a part of the secret.
            let entry = serde_json::from_slice(&answer.stdout).ok();
            return Ok(Some(entry.with_context(|| {
                format!("{}: its answer is no user name and secret in JSON", self.program)
            })?));
        }
        if answer.says_nothing() {
            return Ok(None);
        }
        let [stdout, stderr] = [&answer.stdout, &answer.stderr].map(|text| String::from_utf8_lossy(text));
        bail!("{}: {}", self.program, plain(format!("{stdout} {stderr}")))
    }

    pub fn store(&self, registry: &str, username: &str, secret: &str) -> Result<()> {
        let entry = json!({ "ServerURL": registry, "Username": username, "Secret": secret });
        self.change("store", &entry.to_string()).map(drop)
    }

    /// False where it has nothing for the registry.
    pub fn erase(&self, registry: &str) -> Result<bool> {
        self.change("erase", registry)
    }

    fn change(&self, what: &str, input: &str) -> Result<bool> {
        let answer = self.ask(what, input)?;
        if answer.says_nothing() {
            return Ok(false);
        }
        // Its answer is not shown: a password may be in it.
        let status = answer.status;
        ensure!(status.success(), "{} {what} failed ({status})", self.program);
        Ok(true)
    }

    /// Runs it, gives it the input, and waits for its end.
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
            // All three at once: it may fill one pipe before it looks at another.
            Builder::new().spawn_scoped(scope, move || {
                // One that does not listen says why when it ends.
                let _ = stdin.as_mut().map(|stdin| stdin.write_all(input.as_bytes()));
            })?;
            let stderr = Builder::new().spawn_scoped(scope, move || bounded(stderr))?;
            let stdout = bounded(stdout);
            if !matches!(stdout, Ok(Some(_))) {
                // It would wait for somebody to read the rest.
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
    fn says_nothing(&self) -> bool {
        String::from_utf8_lossy(&self.stdout).contains(NOTHING)
    }
}

/// All that comes; `None` where that is too much, of which the rest is not read.
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

    /// A helper that is this script. It is installed by a process of its own: children of other tests would hold a file
    /// that is written here, and it could not be executed meanwhile.
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
    fn a_helper_need_not_listen() {
        let dir = tempfile::tempdir().unwrap();
        let helper = helper(&dir, &format!("exec <&-; {ENTRY}"));
        for _ in 0..50 {
            assert_eq!(helper.get("a.io").unwrap().unwrap().username, "me");
        }
        let large = "x".repeat(1 << 20);
        assert!(helper.store("a.io", "me", &large).is_ok());
    }

    #[test]
    fn an_answer_without_end_is_left() {
        let error = got("exec yes", "a.io").unwrap_err().to_string();
        assert!(
            error.ends_with("docker-credential-mock: its answer is larger than 1 MiB"),
            "{error}"
        );
        let found = got(&format!("yes >&2; {ENTRY}"), "a.io").unwrap();
        assert_eq!(found.as_deref(), Some("me x"));
    }

    /// Neither waits for the other.
    #[test]
    fn a_helper_may_talk_before_it_listens() {
        let script = format!("head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2; cat >/dev/null; {ENTRY}");
        let error = got(&script, &"x".repeat(1 << 20)).unwrap_err().to_string();
        assert!(
            error.ends_with("its answer is no user name and secret in JSON"),
            "{error}"
        );
    }

    #[test]
    fn what_a_helper_says_is_not_repeated_where_a_secret_may_be_in_it() {
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
    fn a_helper_that_has_nothing_or_is_not_there_is_told_apart() {
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
