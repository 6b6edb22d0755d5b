//! `short-name-mode` of `registries.conf`.

/// How to choose where a short name could be in several registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShortNameMode {
    /// No choice is made: several registries are an error.
    Enforcing,
    /// The first registry that has the image.
    Permissive,
    /// As `Permissive`. Podman would ask in permissive mode on a terminal, and not in this one.
    Disabled,
}

impl ShortNameMode {
    pub fn parse(name: &str) -> Option<ShortNameMode> {
        match name {
            "enforcing" => Some(ShortNameMode::Enforcing),
            "permissive" => Some(ShortNameMode::Permissive),
            "disabled" => Some(ShortNameMode::Disabled),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            ShortNameMode::Enforcing => "enforcing",
            ShortNameMode::Permissive => "permissive",
            ShortNameMode::Disabled => "disabled",
        }
    }
}
