//! The examples and references of the manual pages, by the page's command.
//!
//! The command tests run them: there is a container `web` that runs and a container `db` that does not, an image
//! `alpine`, a volume `data`, a network `front`, and in the current directory `page.html`, `variables.env` and
//! `rootfs.tar.gz`.

pub mod containers;
pub mod images;
pub mod resources;
pub mod system;

use crate::cli::generated::manual::examples::containers::CONTAINERS;
use crate::cli::generated::manual::examples::images::IMAGES;
use crate::cli::generated::manual::examples::resources::RESOURCES;
use crate::cli::generated::manual::examples::system::SYSTEM;
use crate::cli::generated::manual::page_examples::Examples;

/// The examples of all commands.
pub fn all() -> impl Iterator<Item = &'static Examples> {
    [SYSTEM, CONTAINERS, IMAGES, RESOURCES].into_iter().flatten()
}

/// What is known of a command.
pub fn find(command: &str) -> Option<&'static Examples> {
    all().find(|examples| examples.command == command)
}
