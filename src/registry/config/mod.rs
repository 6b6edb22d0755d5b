//! What this machine's files say about registries: where an image is fetched, how the host is spoken to, and what a
//! short name means.
//!
//! From low to high: [`dirs`] says where files are looked for, [`mod@file`] reads one. [`conf_files`] finds the
//! `registries.conf` files (containers-registries.conf(5)), which podman, buildah, skopeo and CRI-O share;
//! [`registries_conf`] parses and merges them, into a [`rule`] for each `[[registry]]`. [`daemon`] is Docker's
//! `daemon.json`, which is asked where `registries.conf` has no rule. [`short_name`] lists what is tried for a name
//! without a registry. [`registry_config`] answers where an image is fetched and pushed, [`summary`] shows all of it.
//!
//! A file that does not exist counts as empty. One that cannot be read or parsed is an error with its name and line and
//! is never passed over: it may be the one that blocks a registry or sends its traffic elsewhere.

pub mod conf_files;
pub mod daemon;
pub mod dirs;
pub mod file;
pub mod registries_conf;
pub mod registry_config;
pub mod rule;
pub mod short_name;
pub mod short_name_mode;
pub mod summary;
#[cfg(test)]
mod tests;
