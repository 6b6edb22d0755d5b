//! `lamel network connect` and `disconnect`.

use crate::commands::context::Context;
use crate::commands::options::create::networks::AddressOptions;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::network::connect;
use crate::runtime::model::network::Endpoint;

/// The options of `network connect`.
#[derive(Debug, clap::Args)]
pub struct Connect {
    /// Additional DNS name of the container on the network
    #[arg(long, value_name = "NAME")]
    alias: Vec<String>,
    #[command(flatten)]
    address: AddressOptions,
    /// Name or ID of the network
    #[arg(value_name = "NETWORK")]
    network: String,
    /// Name or ID of the container
    #[arg(value_name = "CONTAINER")]
    container: String,
}

/// The options of `network disconnect`.
#[derive(Debug, clap::Args)]
pub struct Disconnect {
    /// Accepted for compatibility: confirmation is never asked for
    #[arg(short, long)]
    force: bool,
    /// Name or ID of the network
    #[arg(value_name = "NETWORK")]
    network: String,
    /// Name or ID of the container
    #[arg(value_name = "CONTAINER")]
    container: String,
}

/// Connects a container to a network, whether it runs or not.
pub fn connect(options: Connect, context: &Context) -> Outcome {
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    let endpoint = Endpoint {
        network: options.network,
        addresses: options.address.addresses(),
        mac: options.address.mac()?,
        aliases: options.alias,
    };
    connect::connect(&store, &container, endpoint)?;
    Ok(DONE)
}

/// Disconnects a container from a network, whether it runs or not.
pub fn disconnect(options: Disconnect, context: &Context) -> Outcome {
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    connect::disconnect(&store, &container, &options.network)?;
    Ok(DONE)
}
