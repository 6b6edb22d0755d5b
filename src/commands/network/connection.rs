//! `lamel network connect` and `disconnect`.

use crate::commands::options::networks::AddressOptions;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::network::connect;
use crate::runtime::model::isolation::Endpoint;
use crate::store::Store;

/// The options of `network connect`.
#[derive(Debug, clap::Args)]
pub struct Connect {
    /// A further name by which others on the network find it
    #[arg(long, value_name = "NAME")]
    alias: Vec<String>,
    #[command(flatten)]
    address: AddressOptions,
    /// The network
    network: String,
    /// The container, whether it runs or not
    container: String,
}

/// The options of `network disconnect`.
#[derive(Debug, clap::Args)]
pub struct Disconnect {
    /// Accepted: nothing has to be asked first
    #[arg(short, long)]
    force: bool,
    /// The network
    network: String,
    /// The container, whether it runs or not
    container: String,
}

pub fn connect(options: Connect, store: &Store) -> Outcome {
    let container = Container::find(store, &options.container)?;
    let endpoint = Endpoint {
        network: options.network,
        addresses: options.address.addresses(),
        mac: options.address.mac()?,
        aliases: options.alias,
    };
    connect::connect(store, &container, endpoint)?;
    Ok(DONE)
}

pub fn disconnect(options: Disconnect, store: &Store) -> Outcome {
    let container = Container::find(store, &options.container)?;
    connect::disconnect(store, &container, &options.network)?;
    Ok(DONE)
}
