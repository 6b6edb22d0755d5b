//! Removal, above everything else in the store: what references what, one removal under way, images and layers,
//! the sweep of what nothing references, and the reset of a whole store.

pub mod images;
pub mod layers;
pub mod leftovers;
pub mod references;
pub mod removal;
pub mod reset;
pub mod sweep;
