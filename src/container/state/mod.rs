//! What a container is: the event journal that its supervisor writes, and the status computed from it.

pub mod journal;
pub mod status;
