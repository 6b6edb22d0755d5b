//! The options of `create` and `run` on namespaces, without the network's.

use crate::container::config::isolation::namespaces::Namespaces;
use crate::container::config::isolation::userns::UsernsMode;
use crate::runtime::model::isolation::Namespace;
use anyhow::{Result, bail};

/// Whose namespaces a container has.
#[derive(Debug, clap::Args)]
pub struct NamespaceOptions {
    /// PID namespace: private, host or container:NAME
    #[arg(long, value_name = "MODE")]
    pid: Option<String>,
    /// IPC namespace: private, host or container:NAME
    #[arg(long, value_name = "MODE")]
    ipc: Option<String>,
    /// UTS namespace (hostname): private, host or container:NAME
    #[arg(long, value_name = "MODE")]
    uts: Option<String>,
    /// Cgroup namespace: private, host or container:NAME
    #[arg(long, value_name = "MODE")]
    cgroupns: Option<String>,
    /// User namespace. host: the one of lamel itself. keep-id[:uid=N,gid=N]: your own uid inside the container (for an
    /// ordinary user from Linux 6.16 on). auto[:size=N], as root: ids of its own from the ranges of "containers" in
    /// /etc/subuid and /etc/subgid
    #[arg(long, value_name = "MODE")]
    userns: Option<String>,
    /// Map user ids of the container to the host, as root; may be repeated
    #[arg(long, value_name = "CONTAINER:HOST:SIZE")]
    uidmap: Vec<String>,
    /// Map group ids of the container to the host, as root (default: as --uidmap)
    #[arg(long, value_name = "CONTAINER:HOST:SIZE")]
    gidmap: Vec<String>,
}

impl NamespaceOptions {
    /// The values that may be `container:NAME`.
    pub fn modes(&self) -> impl Iterator<Item = &String> {
        [&self.pid, &self.ipc, &self.uts, &self.cgroupns].into_iter().flatten()
    }

    pub fn namespaces(&self) -> Result<Namespaces> {
        Ok(Namespaces {
            pid: namespace("pid", self.pid.as_deref())?,
            ipc: namespace("ipc", self.ipc.as_deref())?,
            uts: namespace("uts", self.uts.as_deref())?,
            cgroup: namespace("cgroupns", self.cgroupns.as_deref())?,
        })
    }

    /// `is_root`: whether this process is root in the host's user namespace.
    pub fn userns(&self, is_root: bool) -> Result<UsernsMode> {
        let mode = UsernsMode::read(self.userns.as_deref(), &self.uidmap, &self.gidmap)?;
        mode.check_rights(is_root)?;
        Ok(mode)
    }
}

fn namespace(option: &str, mode: Option<&str>) -> Result<Namespace> {
    Ok(match mode {
        None | Some("" | "private" | "shareable") => Namespace::Private,
        Some("host") => Namespace::Host,
        Some(other) => match other.strip_prefix("container:") {
            Some(name) => Namespace::Container(name.into()),
            None => bail!("invalid --{option} {other:?}: private, host and container:NAME are known"),
        },
    })
}
