//! The container's network: a namespace, and what connects it.
//!
//! `bridge` is [`netavark`]'s. `none` and `host` are namespaces alone. [`pasta`] is a program of the host's that copies between the namespace and ordinary
//! sockets of the host's. The [`relay`] serves published ports where pasta does not: there is none, or it is too old to do it well.
//!
//! A namespace that is made here is mounted on a file in the container's run directory, in the mount namespace of its supervisor.
//! Whoever unlinks the file ends pasta, and waits for that, so that the host's ports are free; the relay ends with the container's first process.

pub mod names;
pub mod netavark;
pub mod pasta;
pub mod ports;
pub mod relay;

use crate::runtime::model::port::Port;
use crate::runtime::network::netavark::turn;
use crate::runtime::network::pasta::find_pasta;

use crate::runtime::model::isolation::Isolation;
use crate::runtime::model::network::Network;
use crate::runtime::model::run_dir::{NETWORK_NAMESPACE, PORTS, RELAY};
use crate::runtime::network::relay::Relay;
use crate::runtime::rootfs::userns::UserNamespace;
use crate::sys::process::fork;
use crate::sys::process::identity::Process;
use crate::sys::{mount, net};
use anyhow::{Context, Result};
use rustix::thread::UnshareFlags;
use std::fs::{self, File, Permissions};
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The address of a container without a network, where its published ports are served. Not the loopback's, since a program
/// may trust who comes from there, and may not mean to be published when it listens there (CVE-2021-20199).
pub const ALONE: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 100);

/// A network that was made for a container.
#[derive(Default)]
pub struct Made {
    /// The namespace; none where it is to be a new and empty one, or is another's.
    namespace: Option<PathBuf>,
    relay: Option<Relay>,
}

/// Makes what the container needs of a network, with the host listening for its ports. This process must have a mount namespace
/// of its own. The network belongs to `userns`, else to this process's user namespace. What was made is taken back by [`stop`], after an error too.
pub fn make(run_dir: &Path, isolation: &Isolation, userns: Option<&UserNamespace>) -> Result<Made> {
    let ports = &isolation.ports;
    match isolation.network {
        Network::Pasta => {
            let pasta = find_pasta()?;
            // Before anything is made.
            let bound = ports::bind(ports)?;
            ports::keep(run_dir, &bound)?;
            let namespace = hold_namespace(run_dir, userns, &net::loopback_up)?;
            let relay = if bound.is_empty() || pasta::serves_ports(&pasta) {
                pasta::attach(&pasta, &namespace, &ports::release(bound), isolation.host_gateway)?;
                None
            } else {
                pasta::attach(&pasta, &namespace, &[], isolation.host_gateway)?;
                Some(Relay::new(bound))
            };
            let namespace = Some(namespace);
            Ok(Made { namespace, relay })
        }
        Network::None if !ports.is_empty() => {
            let bound = ports::bind(ports)?;
            ports::keep(run_dir, &bound)?;
            let namespace = hold_namespace(run_dir, userns, &|| {
                net::loopback_up()?;
                net::add_loopback_address(ALONE)
            })?;
            Ok(Made {
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
            ports::keep(run_dir, &bound)?;
            let namespace = hold_namespace(run_dir, userns, &net::loopback_up)?;
            let ports: Vec<Port> = bound.iter().map(|bound| bound.port.clone()).collect();
            netavark::setup(&turn(&bridges.state)?, bridges, &ports, run_dir, &namespace)?;
            // Rules of the firewall lead to the ports, and keep who comes. What no rule catches comes to the relay, which also keeps
            // others from taking the ports: the loopback of IPv6 where the bridge has none.
            let relay = (!bound.is_empty()).then(|| Relay::new(bound));
            let namespace = Some(namespace);
            Ok(Made { namespace, relay })
        }
        Network::None | Network::Host | Network::Container(_) => Ok(Made::default()),
    }
}

impl Made {
    pub fn namespace(&self) -> Option<&PathBuf> {
        self.namespace.as_ref()
    }

    /// Serves the container's ports from now on until the process behind `init` ends, where nobody else does.
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

/// Ends the network that [`make`] made, if it did.
pub fn stop(run_dir: &Path) -> Result<()> {
    stop_relay(run_dir);
    let file = run_dir.join(NETWORK_NAMESPACE);
    let pasta = file.exists().then(|| pasta::of(&file)).flatten();
    // It is a mount in the process that made it, and an empty file in every other.
    let _ = mount::detach(&file);
    [file, run_dir.join(PORTS), run_dir.join(RELAY)]
        .iter()
        .try_for_each(|file| match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", file.display()))
            }
            _ => Ok(()),
        })?;
    // Empty by now; what is not there is no error.
    let _ = run_dir.join(NETWORK_NAMESPACE).parent().map(fs::remove_dir);
    if let Some(pasta) = pasta {
        pasta::end(&pasta);
    }
    Ok(())
}

/// The relay ends by itself with the container. Here it is made sure that the ports are free when this returns.
fn stop_relay(run_dir: &Path) {
    let process = fs::read(run_dir.join(RELAY)).ok();
    let process: Option<Process> = process.and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(process) = process
        // Not allowed from another user namespace, where it is gone long since.
        && process.signal(libc::SIGKILL).is_ok()
    {
        // Not a child of every process that comes here.
        let _ = fork::wait(process.pid);
    }
}

/// A child makes the namespace, since an ordinary user could not return to the host's, and prepares it. It is mounted on its file.
fn hold_namespace(
    run_dir: &Path,
    userns: Option<&UserNamespace>,
    prepare: &dyn Fn() -> io::Result<()>,
) -> Result<PathBuf> {
    let file = run_dir.join(NETWORK_NAMESPACE);
    let dir = file.parent().context("the namespace's file is in a directory")?;
    fs::create_dir(dir).with_context(|| format!("making {}", dir.display()))?;
    // Also to the first process of a container with a user namespace of its own.
    fs::set_permissions(dir, Permissions::from_mode(0o711)).with_context(|| dir.display().to_string())?;
    fs::write(&file, "").with_context(|| format!("making {}", file.display()))?;
    let namespace = fork::descriptor(|| {
        if let Some(userns) = userns {
            mount::enter_namespace(userns.namespace(), libc::CLONE_NEWUSER)?;
        }
        mount::unshare(UnshareFlags::NEWNET)?;
        prepare()?;
        Ok(File::open("/proc/self/ns/net")?.into())
    });
    let namespace = namespace.context("making a network namespace")?;
    let path = format!("/proc/self/fd/{}", namespace.as_raw_fd());
    mount::bind(Path::new(&path), &file).with_context(|| format!("mounting {}", file.display()))?;
    Ok(file)
}
