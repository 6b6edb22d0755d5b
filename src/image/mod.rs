//! An image's life: resolve, pull, list, tag, remove, history, archives.
//!
//! An image is a record in the store: a configuration, whose digest is its ID, a manifest, and an ordered list of
//! layers that it shares with other images. Nothing here holds a lock while it works: layers are fetched and unpacked
//! into staging under a lease, and `use` is taken for the moment in which something becomes visible.
//!
//! The walk of a pull: [`pull`](pull::pull) (what is named, what to record) → [`plan`] (what is missing; does it fit, [`space`]) → [`fetch`] (the missing
//! layers, in parallel) → [`unpack`] (one layer: inflate, hash, apply) → [`publish`] (blobs, record, and the names last).

mod archive;
mod catalog;
mod check;
mod contents;
mod difference;
mod fetch;
mod files;
mod filter;
mod glob;
mod hello;
mod history;
mod import;
mod inspect;
mod list;
mod load;
mod moment;
mod plan;
mod prune;
mod publish;
mod pull;
mod push;
mod remove;
mod resolve;
mod save;
mod shared;
mod space;
mod stack;
mod tag;
mod tree;
mod unpack;
mod usage;

pub use contents::{Count, LayerChanges};
pub use difference::{Difference, FieldChange, FileChange, difference};
pub use files::{ImageFile, files, layer_files};
pub use filter::Filter;
pub use glob::matches as path_matches;
pub use hello::{ensure_hello, is_hello};
pub use history::{Step, history, layer_changes};
pub use import::{Imported, import};
pub use inspect::{inspect, leave_out_empty};
pub use list::{Listed, Order, Selection, Shares, list, shares};
pub use load::load;
pub use moment::{duration, moment};
pub use prune::prune;
pub use publish::publish;
pub use pull::{PullOptions, pull, pull_all_tags};
pub use push::{Wanted, push};
pub use remove::{Removed, remove, remove_all};
pub use resolve::{Image, ResolveError, first_of, names_to_pull, parse_name, resolve};
pub use save::{Format, Save, Sink, save};
pub use stack::{stack, stand_in};
pub use tag::{tag, untag};
pub use tree::{Branch, Layering, Leaf, layering, tree};
pub use unpack::{Stored, store_layer};
pub use usage::{Usage, usage};

#[cfg(test)]
mod tests;
