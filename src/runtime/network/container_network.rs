//! Making a container's network, and removing it.
//!
//! A network namespace that is made here is mounted on a file in the container's run directory, in the mount namespace
//! of its supervisor. Unlinking the file ends pasta; [`stop`] waits for that, so that the host's ports are free. The
//! relay ends with the container's first process.

use crate::runtime::model::isolation::Isolation;
use crate::runtime::model::network::{NO_NETWORK_ADDRESS, Network};
use crate::runtime::model::port::Port;
use crate::runtime::model::run_dir::{NETWORK_NAMESPACE, PORTS, RELAY};
use crate::runtime::network::netavark::lock;
use crate::runtime::network::pasta::find_pasta;
use crate::runtime::network::relay::server::Relay;
use crate::runtime::network::{netavark, pasta, ports};
use crate::runtime::rootfs::userns::UserNamespace;
use crate::sys::mount::tree;
use crate::sys::net;
use crate::sys::process::fork;
use crate::sys::process::identity::Process;
use crate::sys::process::own_namespaces;
use anyhow::{Context, Result};
use rustix::thread::UnshareFlags;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The network that was made for a container.
#[derive(Default)]
pub struct ContainerNetwork {
    /// The namespace; none if libcontainer makes an empty one, or if it is the host's or another container's.
    namespace: Option<PathBuf>,
    relay: Option<Relay>,
}

/// Makes the container's network, with the host listening on its published ports. The namespace belongs to the user
/// namespace `userns`, or else to this process's. This process must have a mount namespace of its own. [`stop`] removes
/// the network, after an error too.
pub fn make(run_dir: &Path, isolation: &Isolation, userns: Option<&UserNamespace>) -> Result<ContainerNetwork> {
    let ports = &isolation.ports;
    match isolation.network {
        Network::Pasta => {
            let pasta = find_pasta()?;
            // First, since it fails most often.
            let bound = ports::bind(ports)?;
            ports::record(run_dir, &bound)?;
            let namespace = make_namespace(run_dir, userns, &net::loopback_up)?;
            let relay = if bound.is_empty() || pasta::serves_ports(&pasta) {
                pasta::attach(&pasta, &namespace, &ports::release(bound), isolation.host_gateway)?;
                None
            } else {
                pasta::attach(&pasta, &namespace, &[], isolation.host_gateway)?;
                Some(Relay::new(bound))
            };
            let namespace = Some(namespace);
            Ok(ContainerNetwork { namespace, relay })
        }
        Network::None if !ports.is_empty() => {
            let bound = ports::bind(ports)?;
            ports::record(run_dir, &bound)?;
            let namespace = make_namespace(run_dir, userns, &|| {
                net::loopback_up()?;
                net::add_loopback_address(NO_NETWORK_ADDRESS)
            })?;
            Ok(ContainerNetwork {
                namespace: Some(namespace),
                relay: Some(Relay::new(bound)),
            })
        }
        Network::Bridge(_) => {
            let bridges = isolation
                .bridges
                .as_ref()
                .context("the container was given no addresses")?;
            let bound = ports::bind(ports)?;
            ports::record(run_dir, &bound)?;
            let namespace = make_namespace(run_dir, userns, &net::loopback_up)?;
            let ports: Vec<Port> = bound.iter().map(|bound| bound.port.clone()).collect();
            netavark::setup(&lock(&bridges.state)?, bridges, &ports, run_dir, &namespace)?;
            // netavark's firewall rules lead to the ports and preserve the client's address. The relay serves what no
            // rule catches (the IPv6 loopback address, if the bridge has no IPv6), and keeps other programs from
            // binding the ports.
            let relay = (!bound.is_empty()).then(|| Relay::new(bound));
            let namespace = Some(namespace);
            Ok(ContainerNetwork { namespace, relay })
        }
        Network::None | Network::Host | Network::Container(_) => Ok(ContainerNetwork::default()),
    }
}

impl ContainerNetwork {
    /// The file that the namespace is mounted on.
    pub fn namespace(&self) -> Option<&PathBuf> {
        self.namespace.as_ref()
    }

    /// Starts the relay, if the network needs one. It serves the ports until the process with the pidfd `init` ends.
    pub fn serve(self, run_dir: &Path, init: &OwnedFd) -> Result<()> {
        let (Some(namespace), Some(relay)) = (self.namespace, self.relay) else {
            return Ok(());
        };
        let child = relay.start(&namespace, init).context("serving published ports")?;
        let process = Process::find(child.pid()).context("the relay of published ports has ended")?;
        let path = run_dir.join(RELAY);
        fs::write(&path, serde_json::to_vec(&process)?).with_context(|| format!("writing {}", path.display()))
    }
}

/// Removes the network that [`make`] made, if there is one.
pub fn stop(run_dir: &Path) -> Result<()> {
    stop_relay(run_dir);
    let file = run_dir.join(NETWORK_NAMESPACE);
    let pasta = file.exists().then(|| pasta::find_process(&file)).flatten();
    // It is mounted in the process that made it only.
    let _ = tree::detach(&file);
    [file, run_dir.join(PORTS), run_dir.join(RELAY)]
        .iter()
        .try_for_each(|file| match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", file.display()))
            }
            _ => Ok(()),
        })?;
    // The directory is empty by now, or does not exist.
    let _ = run_dir.join(NETWORK_NAMESPACE).parent().map(fs::remove_dir);
    if let Some(pasta) = pasta {
        pasta::kill(&pasta);
    }
    Ok(())
}

/// Kills the relay, so that the ports are free when this returns. It would also end by itself with the container.
fn stop_relay(run_dir: &Path) {
    let process = fs::read(run_dir.join(RELAY)).ok();
    let process: Option<Process> = process.and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(process) = process
        // EPERM from another user namespace, in which case the relay has long ended.
        && process.signal(libc::SIGKILL).is_ok()
    {
        // An error if it is not a child of this process.
        let _ = fork::wait(process.pid);
    }
}

/// Makes the network namespace, calls `prepare` in it, and mounts it on its file. A child makes it, since an ordinary
/// user could not return to the host's namespace.
fn make_namespace(
    run_dir: &Path,
    userns: Option<&UserNamespace>,
    prepare: &dyn Fn() -> io::Result<()>,
) -> Result<PathBuf> {
    let file = run_dir.join(NETWORK_NAMESPACE);
    let dir = file.parent().context("the namespace's file is in a directory")?;
    fs::create_dir(dir).with_context(|| format!("making {}", dir.display()))?;
    // The first process of a container with a user namespace of its own must be able to pass.
    fs::set_permissions(dir, Permissions::from_mode(0o711)).with_context(|| dir.display().to_string())?;
    fs::write(&file, "").with_context(|| format!("making {}", file.display()))?;
    let namespace = fork::descriptor(|| {
        if let Some(userns) = userns {
            own_namespaces::enter(userns.namespace(), libc::CLONE_NEWUSER)?;
        }
        own_namespaces::unshare(UnshareFlags::NEWNET)?;
        prepare()?;
        Ok(File::open("/proc/self/ns/net")?.into())
    });
    let namespace = namespace.context("making a network namespace")?;
    let path = format!("/proc/self/fd/{}", namespace.as_raw_fd());
    tree::bind(Path::new(&path), &file).with_context(|| format!("mounting {}", file.display()))?;
    Ok(file)
}
