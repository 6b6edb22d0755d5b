//! Where the streams of a container lead while it runs, and who is told that it does.

use crate::container::Container;
use crate::container::config::Config;
use crate::container::config::supervision::Notify;
use crate::container::config::supervision::log::Driver;
use crate::runtime::attach::protocol::Channel;
use crate::runtime::attach::server::AttachServer;
use crate::runtime::attach::streams::{Input, Io, Output};
use crate::runtime::create::stdio::inherited;
use crate::sys::ids::id_maps::IdMaps;
use anyhow::Result;
use rustix::termios::Winsize;

/// See the module.
pub struct Attachment {
    pub io: Io,
    pub clients: AttachServer,
    /// How many descriptors after the first three are the container's, too.
    pub preserved: u32,
    /// Whether the output is kept.
    pub logs: bool,
    /// Who tells the service manager that this process is ready.
    pub notify: Notify,
}

impl Attachment {
    /// Of a container that is supervised by what the user started, whose input it has if `input`.
    pub fn foreground(config: &Config, input: bool, preserved: u32) -> Result<Attachment> {
        let driver = config.host.supervision.log.driver;
        let logs = match driver {
            // With the container it goes, and nobody can ask for it later.
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

    /// Of a container that is supervised by a monitor. `client`: the attach client that is there from the start, in a terminal of the
    /// size `window`.
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
                    // As Docker's `StdinOnce`.
                    true => Input::Attached { once: config.attached },
                    false => Input::Null,
                },
                output: Output::Attached,
                window,
            },
            clients: client.map_or_else(AttachServer::default, AttachServer::with_client),
        }
    }
}
