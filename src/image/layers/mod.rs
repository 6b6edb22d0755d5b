//! An image's layers in the store: unpacked into it, proved against their diff_ids, stacked for a container.

pub mod stack;
pub mod unpack;
pub mod verify;
