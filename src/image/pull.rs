//! The pull walk.

use crate::oci::{ImageId, Platform, Reference};
use crate::progress::Progress;
use crate::store::Store;
use std::sync::Arc;

/// What a pull did.
pub struct Pulled {
    pub image: ImageId,
    /// The name in full, with its tag or digest.
    pub name: Reference,
    /// False where what the name names was held already.
    pub newer: bool,
}

/// Pulls an image and gives it its name.
pub fn pull(
    store: &Store,
    reference: &Reference,
    platform: &Platform,
    single_id: bool,
    progress: Arc<dyn Progress>,
) -> anyhow::Result<Pulled> {
    let _ = (store, reference, platform, single_id, progress);
    todo!()
}
