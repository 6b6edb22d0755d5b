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
        if rustix::process::geteuid().is_root() && super::userns::is_initial() {
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

    /// The prefix of all attributes that are overlayfs's own, never an image's.
    pub fn prefix(self) -> &'static str {
        match self {
            Flavour::Trusted => "trusted.overlay.",
            Flavour::User => "user.overlay.",
        }
    }
}
