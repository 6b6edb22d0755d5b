//! From a container's configuration to what the runtime is given: isolation, mounts, command. Nothing is read from the
//! host here.

use crate::container::config::Config;
use crate::container::config::isolation::security;
use crate::container::config::process::environment;
use crate::container::config::process::ulimits::Ulimit;
use crate::container::config::storage::devices::DeviceNode;
use crate::container::config::storage::mounts::{Bind, Tmpfs};
use crate::runtime::model::command::{Command, Rlimit, Seccomp};
use crate::runtime::model::isolation::Isolation;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::security::capabilities;
use crate::runtime::security::users::User;
use crate::sys::process::identity::Process;
use anyhow::Result;
use std::collections::BTreeMap;

/// The surroundings of the container's processes. `etc`: the mounts of its own files in /etc; `shared_namespaces`: the
/// first processes of the containers that it shares namespaces with.
pub fn isolation(
    id: &str,
    config: &Config,
    etc: Vec<Mount>,
    shared_namespaces: BTreeMap<String, Process>,
) -> Isolation {
    let host = &config.host;
    let mut mounts = etc;
    mounts.extend(host.tmpfs.iter().map(tmpfs));
    mounts.extend(host.binds.iter().map(bind));
    mounts.extend(host.devices.iter().map(device));
    // A mount below another one must come after it.
    mounts.sort_by_key(|mount| mount.destination.components().count());
    let (masked, read_only_paths) = security::system_paths(&host.security, host.privileged);
    Isolation {
        id: id.into(),
        hostname: config.hostname.clone(),
        read_only: host.read_only,
        privileged: host.privileged,
        masked,
        read_only_paths,
        init: host.init,
        mounts,
        network: host.network.clone(),
        bridges: None,
        host_gateway: config.names_host(),
        ports: host.ports.clone(),
        pid: host.namespaces.pid.clone(),
        ipc: host.namespaces.ipc.clone(),
        uts: host.namespaces.uts.clone(),
        cgroup: host.namespaces.cgroup.clone(),
        shared_namespaces,
        shm_size: host.shm_size,
        limits: host.limits.clone(),
        sysctls: host.sysctls.clone(),
        annotations: host.annotations.clone(),
    }
}

fn bind(bind: &Bind) -> Mount {
    Mount {
        kind: MountKind::Bind {
            source: bind.source.clone(),
            recursive: bind.recursive,
            propagation: Some(bind.propagation.clone()),
            map_ids: bind.map_ids,
        },
        destination: bind.destination.clone(),
        read_only: bind.read_only,
        options: bind.flags.clone(),
    }
}

fn device(device: &DeviceNode) -> Mount {
    Mount {
        kind: MountKind::Device {
            source: device.source.clone(),
        },
        destination: device.destination.clone(),
        read_only: false,
        options: Vec::new(),
    }
}

fn tmpfs(tmpfs: &Tmpfs) -> Mount {
    Mount {
        kind: MountKind::Tmpfs,
        destination: tmpfs.destination.clone(),
        read_only: tmpfs.options.iter().any(|option| option == "ro"),
        options: tmpfs
            .options
            .iter()
            .filter(|option| *option != "ro" && *option != "rw")
            .cloned()
            .collect(),
    }
}

/// The container's first process.
pub fn command(config: &Config, user: &User) -> Result<Command> {
    let command = process(
        config,
        config.args(),
        environment(config, &[], config.tty, user),
        &config.working_dir,
        user,
        config.tty,
    )?;
    Ok(Command {
        oom_score_adj: config.host.oom_score_adj,
        ..command
    })
}

/// What `exec` asks for.
pub struct Exec<'a> {
    pub args: Vec<String>,
    /// Added to the container's variables; a bare name removes one.
    pub env: &'a [String],
    /// Empty: the container's.
    pub working_dir: &'a str,
    pub user: &'a User,
    pub tty: bool,
    pub privileged: bool,
}

/// A further process in the container, confined as its first one.
pub fn exec(config: &Config, exec: Exec<'_>) -> Result<Command> {
    let env = environment(config, exec.env, exec.tty, exec.user);
    let working_dir = match exec.working_dir {
        "" => &config.working_dir,
        given => given,
    };
    let command = process(config, exec.args, env, working_dir, exec.user, exec.tty)?;
    Ok(Command {
        // `exec --privileged` only adds capabilities, as in Docker.
        capabilities: match exec.privileged {
            true => capabilities::capabilities(&[], &[], true)?,
            false => command.capabilities,
        },
        ..command
    })
}

fn process(
    config: &Config,
    args: Vec<String>,
    env: Vec<String>,
    working_dir: &str,
    user: &User,
    terminal: bool,
) -> Result<Command> {
    let host = &config.host;
    let capabilities = capabilities::capabilities(&host.cap_add, &host.cap_drop, host.privileged)?;
    Ok(Command {
        args,
        env,
        cwd: if working_dir.is_empty() {
            "/".into()
        } else {
            working_dir.into()
        },
        user: user.ids.clone(),
        terminal,
        container_capabilities: capabilities.clone(),
        capabilities,
        no_new_privileges: host.security.no_new_privileges,
        rlimits: host.ulimits.iter().map(rlimit).collect(),
        seccomp: match &host.security.seccomp {
            // A privileged container is not confined, except by a seccomp profile that the user names.
            Seccomp::Default if host.privileged => Seccomp::Unconfined,
            asked => asked.clone(),
        },
        umask: host.umask.unwrap_or(0o022),
        oom_score_adj: None,
    })
}

fn rlimit(limit: &Ulimit) -> Rlimit {
    Rlimit {
        kind: format!("RLIMIT_{}", limit.name.to_ascii_uppercase()),
        soft: limit.soft,
        hard: limit.hard,
    }
}

/// Docker's base (PATH, HOSTNAME, TERM), the container's variables, `more`, and HOME last where none is set.
fn environment(config: &Config, more: &[String], tty: bool, user: &User) -> Vec<String> {
    let mut base = vec![
        environment::DEFAULT_PATH.to_owned(),
        format!("HOSTNAME={}", config.hostname),
    ];
    if tty {
        base.push("TERM=xterm".into());
    }
    let mut env = environment::merge(&environment::merge(&base, &config.env), more);
    if !environment::has(&env, "HOME") {
        env.push(format!("HOME={}", user.home));
    }
    env
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::config::tests::plain;
    use crate::runtime::model::command::UserIds;

    fn root() -> User {
        User {
            ids: UserIds::default(),
            home: "/root".into(),
        }
    }

    #[test]
    fn the_environment_has_dockers_order() {
        let mut config = plain();
        config.env = vec!["A=1".into(), "PATH=/x".into()];
        let env = environment(&config, &["A".into(), "B=2".into()], true, &root());
        assert_eq!(env, ["PATH=/x", "HOSTNAME=host", "TERM=xterm", "B=2", "HOME=/root"]);
    }

    #[test]
    fn mounts_below_others_come_after_them() {
        let mut config = plain();
        config.host.binds = vec!["/h:/a/b/c".parse().unwrap(), "/h:/a:ro".parse().unwrap()];
        config.host.tmpfs = vec!["/a/b:ro,size=1m".parse().unwrap()];
        let isolation = isolation("id", &config, Vec::new(), BTreeMap::new());
        let order: Vec<_> = isolation
            .mounts
            .iter()
            .map(|mount| mount.destination.to_str().unwrap())
            .collect();
        assert_eq!(order, ["/a", "/a/b", "/a/b/c"]);
        assert!(isolation.mounts[0].read_only && isolation.mounts[1].read_only && !isolation.mounts[2].read_only);
        assert_eq!(isolation.mounts[1].options, ["noexec", "nosuid", "nodev", "size=1m"]);
    }
}
