//! `--security-opt`: how far the process is confined.

use crate::runtime::create::spec::system_paths;
use crate::runtime::model::command::Seccomp;
use crate::text::glob::matches as path_matches;
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use std::io::Read;

/// `--security-opt`, parsed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Security {
    pub seccomp: Seccomp,
    pub no_new_privileges: bool,
    /// Paths that are masked besides the default ones; also in a privileged container.
    #[serde(default)]
    pub mask: Vec<String>,
    /// Patterns of default masked and read-only paths that are not protected.
    #[serde(default)]
    pub unmask: Vec<String>,
    /// As given, for `inspect`.
    pub options: Vec<String>,
}

/// `unmask=ALL`
const ALL: &str = "ALL";

/// The largest seccomp profile, in bytes.
const MAX_PROFILE: u64 = 4 << 20;

/// Parses the options. An option that turns off what lamel never does is accepted (`label=disable`,
/// `apparmor=unconfined`). An option that asks for a confinement that lamel does not offer is an error.
pub fn parse(options: &[String]) -> Result<Security> {
    let mut security = Security {
        seccomp: Seccomp::Default,
        no_new_privileges: false,
        mask: Vec::new(),
        unmask: Vec::new(),
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
            ("apparmor", _) => {
                bail!("--security-opt {option}: no AppArmor profile is ever applied, as apparmor=unconfined says")
            }
            ("mask", paths) if !paths.is_empty() => {
                for path in paths.split(':') {
                    ensure!(
                        path.starts_with('/'),
                        "--security-opt {option}: {path:?} is not an absolute path"
                    );
                    security.mask.push(path.into());
                }
            }
            // Podman's word, and below Docker's for all paths.
            ("unmask", paths) if !paths.is_empty() => security.unmask.extend(paths.split(':').map(String::from)),
            ("systempaths", "unconfined") => security.unmask.push(ALL.into()),
            // lamel sets no SELinux labels, so any label is the same as `disable`.
            ("label", _) => {}
            _ => bail!("--security-opt {option}: unknown option"),
        }
    }
    Ok(security)
}

/// The masked paths and the read-only paths. A path that the user masks is masked in a privileged container, too.
pub fn system_paths(security: &Security, privileged: bool) -> (Vec<String>, Vec<String>) {
    let is_open = |path: &str| {
        let mut patterns = security.unmask.iter();
        privileged || patterns.any(|pattern| pattern.eq_ignore_ascii_case(ALL) || path_matches(pattern, path))
    };
    let closed = |paths: &[&str]| -> Vec<String> {
        let closed = paths.iter().filter(|path| !is_open(path));
        closed.map(ToString::to_string).collect()
    };
    let mut masked = closed(&system_paths::MASKED);
    masked.extend(security.mask.iter().cloned());
    (masked, closed(&system_paths::READ_ONLY))
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
    use crate::runtime::create::spec::system_paths;

    fn options(options: &[&str]) -> Result<Security> {
        parse(&options.iter().map(|s| s.to_string()).collect::<Vec<_>>())
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
        for bad in [
            "apparmor=strict",
            "mask=",
            "mask=proc",
            "systempaths=x",
            "seccomp=",
            "seccomp=/no/such/file",
            "nonsense",
        ] {
            assert!(options(&[bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_are_masked_and_unmasked_by_name_and_pattern() {
        let paths = |given: &[&str], privileged| system_paths(&options(given).unwrap(), privileged);
        let (masked, read_only) = paths(&[], false);
        assert_eq!(
            (masked.len(), read_only.len()),
            (system_paths::MASKED.len(), system_paths::READ_ONLY.len())
        );
        let none = || (Vec::<String>::new(), Vec::<String>::new());
        for all in ["unmask=ALL", "unmask=all", "systempaths=unconfined"] {
            assert_eq!(paths(&[all], false), none(), "{all}");
        }
        assert_eq!(paths(&[], true), none());
        assert_eq!(paths(&["mask=/etc:/srv"], true).0, ["/etc", "/srv"]);
        let (masked, read_only) = paths(&["unmask=/proc/k*:/proc/sys", "mask=/x"], false);
        assert!(!masked.contains(&"/proc/keys".into()) && !masked.contains(&"/proc/kcore".into()));
        assert!(masked.contains(&"/proc/acpi".into()) && masked.contains(&"/x".into()));
        assert_eq!(read_only, ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sysrq-trigger"]);
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
