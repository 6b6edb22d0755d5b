//! The prune commands: `prune`, and those of containers, images, networks and volumes.

pub mod container_prune;
pub mod image_prune;
pub mod network_prune;
pub mod report;
pub mod system_prune;
pub mod volume_prune;
