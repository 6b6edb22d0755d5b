//! A tar of a file system becomes an image of one layer.

use crate::image::layers::unpack::store_layer;
use crate::image::publish::publish;
use crate::oci::config::{History, ImageConfig, RootFs, RunConfig};
use crate::oci::digest::ImageId;
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::text::time::rfc3339;
use anyhow::{Result, ensure};
use chrono::Utc;
use std::io::Read;

/// What an imported image says of itself.
#[derive(Debug)]
pub struct Imported {
    pub run: RunConfig,
    pub platform: Platform,
    /// The comment of its only step.
    pub message: String,
}

/// Makes an image of one layer from a tar (plain, gzip or zstd), which is read to its end while it is unpacked. It is on disk when this returns.
pub fn import(
    store: &Store,
    tar: Box<dyn Read + Send + '_>,
    about: Imported,
    name: Option<&Reference>,
    single_id: bool,
) -> Result<ImageId> {
    let stored = store_layer(store, tar, None, single_id, true)?;
    let info = &stored.layer.info;
    ensure!(info.tar_size > 0, "there is nothing to import: the tar is empty");
    let created = Some(rfc3339(Utc::now()));
    let config = ImageConfig {
        created: created.clone(),
        architecture: about.platform.architecture,
        variant: about.platform.variant,
        os: about.platform.os,
        config: about.run,
        rootfs: RootFs {
            diff_ids: vec![info.diff_id],
            ..RootFs::default()
        },
        history: vec![History {
            created,
            comment: Some(about.message),
            ..History::default()
        }],
        ..ImageConfig::default()
    };
    // `stored` holds the lease until the image is there.
    publish(store, &config, None, name)
}
