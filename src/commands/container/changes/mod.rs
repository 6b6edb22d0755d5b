//! Commands on a container's files: `diff`, `commit`, `cp`, `export`.

pub mod commit;
pub mod cp;
pub mod diff;
pub mod export;
