//! Names of images: a name as typed becomes an image ([`resolve`]); names are given and removed ([`tag`]).

pub mod resolve;
pub mod tag;
