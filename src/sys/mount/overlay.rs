//! Overlayfs's on-disk marks (kernel: Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories").

/// Under which prefix overlayfs keeps its extended attributes: `trusted.` needs privilege in the initial user
/// namespace; `user.` is for mounts with `userxattr`, the only kind an ordinary user can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Trusted,
    User,
}

impl Flavour {
    /// What this process can use: `Trusted` for root of the initial user namespace, `User` for all others.
    pub fn of_this_process() -> Flavour {
        if rustix::process::geteuid().is_root() && crate::sys::ids::id_maps::in_initial_namespace() {
            Flavour::Trusted
        } else {
            Flavour::User
        }
    }

    /// The attribute that makes a directory opaque (value `y`).
    pub fn opaque(self) -> &'static str {
        match self {
            Flavour::Trusted => "trusted.overlay.opaque",
            Flavour::User => "user.overlay.opaque",
        }
    }

    /// The attribute of a directory that came from another layer, whose name is its value; an empty one is unknown.
    /// Overlayfs leaves whiteouts out of a listing only where the directory is merged with another or has this
    /// attribute (fs/overlayfs/inode.c, "Check for non-merge dir that may have whiteouts").
    pub fn origin(self) -> &'static str {
        match self {
            Flavour::Trusted => "trusted.overlay.origin",
            Flavour::User => "user.overlay.origin",
        }
    }

    /// The prefix of all attributes that are overlayfs's own, never an image's.
    pub fn prefix(self) -> &'static str {
        match self {
            Flavour::Trusted => "trusted.overlay.",
            Flavour::User => "user.overlay.",
        }
    }
}
