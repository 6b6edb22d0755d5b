//! How much a layer did.

use std::ops::{AddAssign, SubAssign};

/// So many things that are no directories, and their bytes, counted as those of a layer are: a symlink has its target's
/// length, a hard link none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub files: u64,
    pub bytes: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.files += other.files;
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl SubAssign for Count {
    fn sub_assign(&mut self, other: Count) {
        self.files = self.files.saturating_sub(other.files);
        self.bytes = self.bytes.saturating_sub(other.bytes);
    }
}

/// What a layer did to the ones below it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LayerChanges {
    pub added: Count,
    /// Put in the place of another; the bytes are the new ones.
    pub changed: Count,
    pub deleted: Count,
}
