//! Where the standard streams of a container lead while it runs, and who tells the service manager.

use crate::container::Container;
use crate::container::config::Config;
use crate::container::config::supervision::Notify;
use crate::container::config::supervision::log::Driver;
use crate::container::log::write::Writer;
use crate::runtime::attach::protocol::Channel;
use crate::runtime::attach::server::AttachServer;
use crate::runtime::attach::streams::{Input, Io, Output};
use crate::runtime::create::stdio::inherited;
use crate::sys::ids::id_maps::IdMaps;
use anyhow::Result;
use rustix::termios::Winsize;
use std::path::Path;

/// The streams, the clients and the log of one container.
pub struct Attachment {
    pub io: Io,
    pub clients: AttachServer,
    /// How many descriptors after the first three the container inherits.
    pub preserved: u32,
    /// Whether the output goes to the log.
    pub logs: bool,
    /// Who tells the service manager that this process is ready.
    pub notify: Notify,
}

/// The name of the socket in a container's run directory at which clients attach.
pub const SOCKET: &str = "attach";

impl Attachment {
    /// For a container that the user's own command supervises. It has that command's input if `input`.
    pub fn foreground(config: &Config, input: bool, preserved: u32) -> Result<Attachment> {
        let driver = config.host.supervision.log.driver;
        let logs = match driver {
            // The log is removed with the container, so nobody could read it later.
            Driver::JsonFile | Driver::K8sFile => !config.host.auto_remove,
            Driver::Journald => true,
            Driver::None | Driver::Passthrough => false,
        };
        let userns = config.host.userns.as_ref();
        let ids = userns.map_or_else(IdMaps::identity, |userns| userns.maps.clone());
        let (io, clients) = inherited::stdio(input, logs, driver == Driver::Passthrough, &ids)?;
        Ok(Attachment {
            io,
            clients,
            preserved,
            logs,
            notify: config.host.supervision.notify,
        })
    }

    /// For a container that a monitor supervises. `client`: the client that is attached from the start, in a terminal
    /// of the size `window`.
    pub fn detached(container: &Container, client: Option<Channel>, window: Option<Winsize>) -> Attachment {
        let config = &container.config;
        Attachment {
            preserved: 0,
            logs: true,
            notify: match client {
                Some(_) => Notify::Ignore,
                None => config.host.supervision.notify,
            },
            io: Io {
                input: match config.open_stdin {
                    // Docker's `StdinOnce`.
                    true => Input::Attached { once: config.attached },
                    false => Input::Null,
                },
                output: Output::Attached,
                window,
            },
            clients: client.map_or_else(AttachServer::default, AttachServer::with_client),
        }
    }

    /// Opens the log and the socket for clients, where the output passes through this process. `run_dir`: the
    /// container's.
    pub fn open(&mut self, container: &Container, run_dir: &Path) -> Result<Option<Writer>> {
        if self.io.output != Output::Attached {
            return Ok(None);
        }
        let log = match self.logs {
            true => Writer::open(container)?,
            false => None,
        };
        self.clients.open(&run_dir.join(SOCKET))?;
        Ok(log)
    }
}
