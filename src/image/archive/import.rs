//! A tar of a file system becomes an image of one layer.

use crate::image::layers::unpack::store_layer;
use crate::image::publish::publish;
use crate::oci::config::ImageConfig;
use crate::oci::digest::ImageId;
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::text::time::rfc3339;
use anyhow::{Result, ensure};
use chrono::Utc;
use oci_spec::image::History;
use std::io::Read;

/// Makes an image of one layer from a tar (plain, gzip or zstd), which is read to its end while it is unpacked. It is
/// on disk when this returns. `config`: the image's configuration, but for the layer. `message`: the comment of the
/// step that made it.
pub fn import(
    store: &Store,
    tar: Box<dyn Read + Send + '_>,
    mut config: ImageConfig,
    message: String,
    name: Option<&Reference>,
    single_id: bool,
) -> Result<ImageId> {
    let stored = store_layer(store, tar, None, single_id, true)?;
    let info = &stored.layer.info;
    ensure!(info.tar_size > 0, "there is nothing to import: the tar is empty");
    let created = rfc3339(Utc::now());
    let mut step = History::default();
    step.set_created(Some(created.clone())).set_comment(Some(message));
    config.set_created(created);
    config.add_layer(info.diff_id, step);
    // `stored` holds the lease until the image is there.
    publish(store, &config, None, name)
}
