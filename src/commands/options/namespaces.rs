//! The options of `run` and `create` that say whose namespaces a container has, beside the network's.

use crate::container::config;
use crate::container::create::userns::UsernsMode;
use crate::runtime::model::isolation::Namespace;
use anyhow::{Result, bail};

/// See the module.
#[derive(Debug, clap::Args)]
pub struct NamespaceOptions {
    /// Whose processes the container sees: private, host, or container:NAME
    #[arg(long, value_name = "MODE")]
    pid: Option<String>,
    /// Whose System V IPC and message queues the container has: private, host, or container:NAME
    #[arg(long, value_name = "MODE")]
    ipc: Option<String>,
    /// Whose hostname the container has: private, host, or container:NAME
    #[arg(long, value_name = "MODE")]
    uts: Option<String>,
    /// Whose cgroup namespace the container has: private, host, or container:NAME
    #[arg(long, value_name = "MODE")]
    cgroupns: Option<String>,
    /// Whose users the container has: host, which are lamel's; keep-id[:uid=N,gid=N], in which you are who you are outside, and not root (for an
    /// ordinary user from Linux 6.16 on); as root also auto[:size=N], which are nobody else's, of those that /etc/subuid and /etc/subgid grant to
    /// "containers". No file of the image's is copied
    #[arg(long, value_name = "MODE")]
    userns: Option<String>,
    /// As root: users of the container, from the first one on, are the host's from another one on; may be repeated
    #[arg(long, value_name = "CONTAINER:HOST:SIZE")]
    uidmap: Vec<String>,
    /// Likewise for groups; unless given, they are mapped as users are
    #[arg(long, value_name = "CONTAINER:HOST:SIZE")]
    gidmap: Vec<String>,
}

impl NamespaceOptions {
    /// Those that may name a container.
    pub fn modes(&self) -> impl Iterator<Item = &String> {
        [&self.pid, &self.ipc, &self.uts, &self.cgroupns].into_iter().flatten()
    }

    pub fn namespaces(&self) -> Result<config::Namespaces> {
        Ok(config::Namespaces {
            pid: namespace("pid", self.pid.as_deref())?,
            ipc: namespace("ipc", self.ipc.as_deref())?,
            uts: namespace("uts", self.uts.as_deref())?,
            cgroup: namespace("cgroupns", self.cgroupns.as_deref())?,
        })
    }

    /// `is_root`: of the host's user namespace.
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
