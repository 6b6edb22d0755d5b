//! Sending blobs and manifests (distribution-spec, "Pushing"). From low to high: [`body`] is the stream of one upload,
//! [`upload`] the requests of one, [`session`] what callers use.

pub mod body;
pub mod session;
pub mod upload;
