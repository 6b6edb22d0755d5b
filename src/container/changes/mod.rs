//! A container's files: `diff`, `commit`, `export`, `cp`.

pub mod commit;
pub mod copy;
pub mod diff;
pub mod export;
pub mod instruction;
