//! The objects that the store holds, a file each: blobs, layers, images, tags, containers, names, volumes, networks, partial downloads.

pub mod blobs;
pub mod containers;
pub mod copies;
pub mod images;
pub mod layers;
pub mod names;
pub mod networks;
pub mod partials;
pub mod records;
pub mod tags;
pub mod volumes;
