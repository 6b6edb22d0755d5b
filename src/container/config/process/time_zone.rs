//! `--tz`: the container's /etc/localtime, from the host's time zone database.

use anyhow::{Context, Result, bail, ensure};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The largest file that is read, in bytes; real ones are a few kilobytes.
const MAX: u64 = 1 << 20;

/// The file of the time zone `name` (`local`: the host's own), as it is in the database.
pub fn read(name: &str) -> Result<Vec<u8>> {
    let path = match name {
        "local" => PathBuf::from("/etc/localtime"),
        name => {
            let plain = Path::new(name)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            ensure!(plain && !name.is_empty(), "invalid time zone {name:?}");
            Path::new("/usr/share/zoneinfo").join(name)
        }
    };
    let unknown = || format!("time zone {name:?}: {}", path.display());
    let mut rules = Vec::new();
    let file = std::fs::File::open(&path).with_context(unknown)?;
    ensure!(
        file.metadata()?.is_file(),
        "time zone {name:?} is a directory of several"
    );
    file.take(MAX).read_to_end(&mut rules).with_context(unknown)?;
    // RFC 9636, "TZif Header".
    if !rules.starts_with(b"TZif") {
        bail!("time zone {name:?}: {} holds no rules", path.display());
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_database_are_taken() {
        for bad in [
            "",
            "..",
            "../../../etc/passwd",
            "/etc/localtime",
            "No/Where",
            "Europe",
            "tzdata.zi",
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
