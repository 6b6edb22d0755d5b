//! Sending blobs and manifests (distribution-spec, "Pushing").

pub mod body;
pub mod session;
pub mod upload;
