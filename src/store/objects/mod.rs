//! The objects that the store holds, one kind a file, and how they are recorded. Removing what nothing references is
//! the work of [`crate::store::remove`].

pub mod blobs;
pub mod containers;
pub mod images;
pub mod layers;
pub mod names;
pub mod networks;
pub mod partials;
pub mod pushed_blobs;
pub mod records;
pub mod tags;
pub mod volumes;
