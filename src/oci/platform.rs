//! Which machine an image is for (image-spec, image-index.md: `platform`).

use oci_spec::image::{Arch, Os, PlatformBuilder};
use std::fmt;
use std::str::FromStr;

/// An operating system, an architecture in Go's words, and a variant: oci-spec's type with the text that people write,
/// `linux/arm64/v8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform(oci_spec::image::Platform);

impl Platform {
    pub fn new(os: Os, architecture: Arch, variant: Option<String>) -> Platform {
        let builder = PlatformBuilder::default().os(os).architecture(architecture);
        let mut platform = builder
            .build()
            .expect("a platform is an operating system and an architecture");
        platform.set_variant(variant);
        Platform(platform)
    }

    /// The platform of this machine.
    pub fn host() -> Platform {
        // `Arch::default()` has no word for 32-bit x86.
        let (architecture, variant) = match std::env::consts::ARCH {
            "x86" => (Arch::i386, None),
            "aarch64" => (Arch::ARM64, Some("v8")),
            "arm" => (Arch::ARM, Some("v7")),
            _ => (Arch::default(), None),
        };
        Platform::new(Os::Linux, architecture, variant.map(Into::into))
    }

    pub fn os(&self) -> &Os {
        self.0.os()
    }

    pub fn architecture(&self) -> &Arch {
        self.0.architecture()
    }

    pub fn variant(&self) -> Option<&str> {
        self.0.variant().as_deref()
    }

    /// The same platform with another variant.
    pub fn with_variant(&self, variant: &str) -> Platform {
        let mut platform = self.clone();
        platform.0.set_variant(Some(variant.to_owned()));
        platform
    }

    /// Whether what is for `other` serves this platform. Where either has no variant, any variant matches.
    pub fn accepts(&self, other: &Platform) -> bool {
        self.os() == other.os()
            && self.architecture() == other.architecture()
            && match (self.variant(), other.variant()) {
                (Some(wanted), Some(offered)) => wanted == offered,
                _ => true,
            }
    }
}

impl From<oci_spec::image::Platform> for Platform {
    fn from(platform: oci_spec::image::Platform) -> Platform {
        Platform(platform)
    }
}

impl From<Platform> for oci_spec::image::Platform {
    fn from(platform: Platform) -> oci_spec::image::Platform {
        platform.0
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os(), self.architecture())?;
        match self.variant() {
            Some(variant) => write!(f, "/{variant}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Platform {
    type Err = String;

    /// `os/arch[/variant]`, or `arch` alone for Linux.
    fn from_str(text: &str) -> Result<Platform, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (os, architecture, variant) = match parts[..] {
            [architecture] => ("linux", architecture, None),
            [os, architecture] => (os, architecture, None),
            [os, architecture, variant] => (os, architecture, Some(variant)),
            _ => return Err(format!("invalid platform {text:?}: expected OS/ARCH[/VARIANT]")),
        };
        if os.is_empty() || architecture.is_empty() || variant == Some("") {
            return Err(format!("invalid platform {text:?}: expected OS/ARCH[/VARIANT]"));
        }
        let architecture = match architecture {
            "x86_64" => Arch::Amd64,
            "aarch64" => Arch::ARM64,
            other => Arch::from(other),
        };
        Ok(Platform::new(Os::from(os), architecture, variant.map(Into::into)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(text: &str) -> Platform {
        text.parse().unwrap()
    }

    #[test]
    fn parses_and_prints() {
        assert_eq!(platform("linux/arm64/v8").to_string(), "linux/arm64/v8");
        assert_eq!(platform("x86_64").to_string(), "linux/amd64");
        for bad in ["", "a/", "/b", "a/b/c/d"] {
            assert!(bad.parse::<Platform>().is_err(), "{bad}");
        }
    }

    #[test]
    fn variants_match_where_one_side_has_none() {
        let v7 = platform("linux/arm/v7");
        assert!(v7.accepts(&platform("linux/arm/v7")));
        assert!(v7.accepts(&platform("linux/arm")));
        assert!(!v7.accepts(&platform("linux/arm/v6")));
        assert!(!v7.accepts(&platform("linux/amd64")));
    }
}
