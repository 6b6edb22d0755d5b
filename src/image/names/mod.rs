//! Names of images: from what a person typed to an image, and giving and taking names.

pub mod resolve;
pub mod tag;
