//! The capabilities of a container's process: Docker's default set, and Docker's rules for changing it.

use crate::sys::process::capabilities;
use anyhow::{Result, bail};

/// The names in the order of the numbers (linux/capability.h).
pub const NAMES: [&str; 41] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
];

/// Docker's (moby, oci/caps/defaults.go).
const DEFAULT: [&str; 14] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FSETID",
    "CAP_FOWNER",
    "CAP_MKNOD",
    "CAP_NET_RAW",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETFCAP",
    "CAP_SETPCAP",
    "CAP_NET_BIND_SERVICE",
    "CAP_SYS_CHROOT",
    "CAP_KILL",
    "CAP_AUDIT_WRITE",
];

/// The default set (all capabilities if `privileged`) with `--cap-add` and `--cap-drop` applied. Names may have any
/// case and lack the prefix `CAP_`; `ALL` means every capability. An unknown name is an error.
pub fn capabilities(add: &[String], drop: &[String], privileged: bool) -> Result<Vec<String>> {
    let (add, drop) = (parse(add)?, parse(drop)?);
    let base = mask_of(&DEFAULT);
    // Docker's order of precedence: `--cap-add ALL` yields to single drops, `--cap-drop ALL` to single adds.
    let set = match (add.all, drop.all) {
        _ if privileged => u64::MAX,
        (true, _) => !drop.single,
        (false, true) => add.single,
        (false, false) => base & !drop.single | add.single,
    };
    Ok(names(set))
}

/// The names of the capabilities in `mask` that are in [`NAMES`] and that the kernel knows.
fn names(mask: u64) -> Vec<String> {
    let mask = mask & capabilities::known();
    (0..NAMES.len())
        .filter(|number| mask & (1 << number) != 0)
        .map(|number| NAMES[number].to_owned())
        .collect()
}

/// The bit mask of `names`. Unknown names are ignored.
pub fn mask_of<S: AsRef<str>>(names: &[S]) -> u64 {
    names
        .iter()
        .filter_map(|name| number(name.as_ref()))
        .fold(0, |mask, number| mask | 1 << number)
}

fn number(name: &str) -> Option<usize> {
    NAMES.iter().position(|known| *known == name)
}

/// The capabilities that an option names.
struct Named {
    all: bool,
    single: u64,
}

fn parse(names: &[String]) -> Result<Named> {
    let mut named = Named { all: false, single: 0 };
    for name in names {
        let upper = name.to_ascii_uppercase();
        if matches!(upper.as_str(), "ALL" | "CAP_ALL") {
            named.all = true;
            continue;
        }
        let full = if upper.starts_with("CAP_") {
            upper
        } else {
            format!("CAP_{upper}")
        };
        match number(&full) {
            Some(number) => named.single |= 1 << number,
            None => bail!("unknown capability {name:?}: see capabilities(7) for their names"),
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(add: &[&str], drop: &[&str]) -> u64 {
        let own = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        mask_of(&capabilities(&own(add), &own(drop), false).unwrap())
    }

    #[test]
    fn the_default_set_is_dockers() {
        assert_eq!(set(&[], &[]), 0x0000_0000_a804_25fb);
    }

    #[test]
    fn names_are_accepted_in_any_case_and_without_the_prefix() {
        let admin = 1 << 21;
        assert_eq!(set(&["sys_admin"], &[]) & admin, admin);
        assert_eq!(set(&["CAP_SYS_ADMIN"], &["all"]), admin);
        assert_eq!(set(&["Cap_Sys_Admin", "NET_RAW"], &["ALL"]), admin | 1 << 13);
    }

    #[test]
    fn all_is_applied_before_single_names() {
        assert_eq!(
            set(&["ALL"], &["MKNOD"]),
            capabilities::known() & mask_of(&NAMES) & !(1 << 27)
        );
        assert_eq!(set(&[], &["ALL"]), 0);
        assert_eq!(set(&[], &["CHOWN"]) & 1, 0);
    }

    #[test]
    fn privileged_is_everything() {
        assert_eq!(
            mask_of(&capabilities(&[], &["MKNOD".into()], true).unwrap()),
            capabilities::known() & mask_of(&NAMES)
        );
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let error = capabilities(&["SYS_ADMlN".into()], &[], false).unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown capability \"SYS_ADMlN\": see capabilities(7) for their names"
        );
    }
}
