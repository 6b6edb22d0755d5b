//! Names are given to images.

use crate::oci::digest::ImageId;
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::Tag;
use crate::store::write::locks::UseLock;
use chrono::{SecondsFormat, Utc};

/// Gives the name, synced unless it is implied. `implied`: a digest that comes along with a tag, and that nobody asked
/// for. A name that the image has already stays as it is, with the time at which it was given.
pub fn give_name(store: &Store, lock: &UseLock, name: &Reference, image: ImageId, implied: bool) -> anyhow::Result<()> {
    let own = store.tag(name)?.filter(|tag| tag.image == image);
    if own.is_some_and(|tag| implied || !tag.implied) {
        return Ok(());
    }
    let tag = Tag {
        reference: name.clone(),
        image,
        tagged: Utc::now().to_rfc3339_opts(SecondsFormat::Nanos, true),
        implied,
    };
    store.put_tag(lock, &tag, !implied)?;
    Ok(())
}
