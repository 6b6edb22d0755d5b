//! A container's files: what differs from its image (`diff`), as a new layer (`commit`), as a tar (`export`), in and
//! out (`cp`).

pub mod commit;
pub mod copy;
pub mod diff;
pub mod export;
pub mod instruction;
