//! `--security-opt`: how far the process is confined.

use super::config::Security;
use crate::runtime::Seccomp;
use anyhow::{Context, Result, bail};
use std::io::Read;

/// A seccomp profile is not larger than this.
const MAX_PROFILE: u64 = 4 << 20;

/// Reads the options. What lamel does not do anyway (SELinux labels, AppArmor off) is accepted; what would promise a
/// confinement that is not there is an error.
pub fn read(options: &[String]) -> Result<Security> {
    let mut security = Security {
        seccomp: Seccomp::Default,
        no_new_privileges: false,
        options: options.to_vec(),
    };
    for option in options {
        // Docker also takes the old `KEY:VALUE`.
        let (key, value) = option.split_once(['=', ':']).unwrap_or((option, ""));
        match (key, value) {
            ("seccomp", "unconfined") => security.seccomp = Seccomp::Unconfined,
            ("seccomp", "builtin" | "default") => security.seccomp = Seccomp::Default,
            ("seccomp", path) if !path.is_empty() => security.seccomp = Seccomp::Profile(profile(path)?),
            ("no-new-privileges", "" | "true") => security.no_new_privileges = true,
            ("no-new-privileges", "false") => security.no_new_privileges = false,
            ("apparmor", "unconfined") => {}
            ("apparmor", _) => bail!("--security-opt {option}: AppArmor profiles are not supported"),
            // Nothing is ever labelled, so every label is as good as `disable`.
            ("label", _) => {}
            _ => bail!("--security-opt {option}: unknown option"),
        }
    }
    Ok(security)
}

/// The profile's text goes into the record, so that a later start does not depend on the file.
fn profile(path: &str) -> Result<String> {
    let what = || format!("seccomp profile {path}");
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(what)?;
    file.take(MAX_PROFILE + 1)
        .read_to_string(&mut text)
        .with_context(what)?;
    if text.len() as u64 > MAX_PROFILE {
        bail!("{}: larger than {} MiB", what(), MAX_PROFILE >> 20);
    }
    serde_json::from_str::<serde::de::IgnoredAny>(&text).with_context(what)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(options: &[&str]) -> Result<Security> {
        read(&options.iter().map(|s| s.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn harmless_options_pass_and_empty_promises_do_not() {
        let security = options(&[
            "seccomp=unconfined",
            "no-new-privileges",
            "label=disable",
            "apparmor=unconfined",
        ])
        .unwrap();
        assert_eq!(security.seccomp, Seccomp::Unconfined);
        assert!(security.no_new_privileges);
        assert!(!options(&["no-new-privileges:false"]).unwrap().no_new_privileges);
        for bad in ["apparmor=strict", "seccomp=", "seccomp=/no/such/file", "nonsense"] {
            assert!(options(&[bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_profile_is_read_into_the_record() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), r#"{"defaultAction":"SCMP_ACT_ALLOW"}"#).unwrap();
        let security = options(&[&format!("seccomp={}", file.path().display())]).unwrap();
        assert_eq!(
            security.seccomp,
            Seccomp::Profile(r#"{"defaultAction":"SCMP_ACT_ALLOW"}"#.into())
        );
        std::fs::write(file.path(), "not json").unwrap();
        assert!(options(&[&format!("seccomp={}", file.path().display())]).is_err());
    }
}
