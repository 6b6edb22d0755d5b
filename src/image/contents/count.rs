//! How many files and bytes a layer added, changed and deleted.

use std::ops::{AddAssign, SubAssign};

/// A number of entries other than directories, and their bytes, counted as a layer's size is: a symlink has the length
/// of its target, a hard link none.
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

/// What a layer changed in the layers below it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LayerChanges {
    pub added: Count,
    /// Entries that replaced another one; the bytes are the new ones.
    pub changed: Count,
    pub deleted: Count,
}
