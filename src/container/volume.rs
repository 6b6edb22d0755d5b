//! What is mounted into a container at the user's wish: `-v` and `--tmpfs`.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

/// A host directory or file that is seen in the container: `-v HOST:CONTAINER[:OPTIONS]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bind {
    pub source: PathBuf,
    pub destination: PathBuf,
    pub read_only: bool,
    /// With what is mounted below it (`rbind`, the default).
    pub recursive: bool,
    /// `private`, `rslave`, …
    pub propagation: String,
    /// `noexec`, `nosuid`, `nodev`.
    pub flags: Vec<String>,
    /// The options as they were given, for `inspect`.
    pub mode: String,
}

impl FromStr for Bind {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Bind> {
        let parts: Vec<&str> = text.split(':').collect();
        let (source, destination, mode) = match parts[..] {
            [source, destination] => (source, destination, ""),
            [source, destination, mode] => (source, destination, mode),
            [_] => bail!(
                "invalid volume {text:?}: expected HOST:CONTAINER[:OPTIONS]; anonymous volumes are not supported yet"
            ),
            _ => bail!("invalid volume {text:?}: expected HOST:CONTAINER[:OPTIONS]"),
        };
        if source.is_empty() || destination.is_empty() {
            bail!("invalid volume {text:?}: expected HOST:CONTAINER[:OPTIONS]");
        }
        if !source.starts_with(['/', '.']) {
            bail!("invalid volume {text:?}: named volumes are not supported yet; write ./{source} for a directory");
        }
        let mut bind = Bind {
            source: std::path::absolute(source).with_context(|| format!("volume {text:?}"))?,
            destination: inside(destination).with_context(|| format!("invalid volume {text:?}"))?,
            read_only: false,
            recursive: true,
            propagation: "rprivate".into(),
            flags: Vec::new(),
            mode: mode.into(),
        };
        for option in mode.split(',').filter(|option| !option.is_empty()) {
            match option {
                "ro" | "readonly" => bind.read_only = true,
                "rw" => bind.read_only = false,
                "bind" => bind.recursive = false,
                "rbind" => bind.recursive = true,
                // SELinux labels and hints for other systems' file sharing: nothing to do here.
                "z" | "Z" | "nocopy" | "consistent" | "cached" | "delegated" => {}
                "private" | "rprivate" | "slave" | "rslave" | "shared" | "rshared" => bind.propagation = option.into(),
                "noexec" | "nosuid" | "nodev" => bind.flags.push(option.into()),
                "exec" | "suid" | "dev" => {}
                _ => bail!("invalid volume {text:?}: unknown option {option:?}"),
            }
        }
        Ok(bind)
    }
}

/// A fresh tmpfs in the container: `--tmpfs CONTAINER[:OPTIONS]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tmpfs {
    pub destination: PathBuf,
    /// mount(8)'s options, after the defaults.
    pub options: Vec<String>,
    /// The options as they were given, for `inspect`.
    pub mode: String,
}

impl FromStr for Tmpfs {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Tmpfs> {
        let (destination, mode) = text.split_once(':').unwrap_or((text, ""));
        let mut options: Vec<String> = ["noexec", "nosuid", "nodev"].map(String::from).to_vec();
        for option in mode.split(',').filter(|option| !option.is_empty()) {
            let key = option.split('=').next().unwrap_or(option);
            match key {
                // The opposite of a default takes its place.
                "exec" | "suid" | "dev" => options.retain(|have| have != &format!("no{key}")),
                "noexec" | "nosuid" | "nodev" => continue,
                "rw" | "ro" | "size" | "mode" | "uid" | "gid" | "nr_inodes" | "nr_blocks" | "noatime" | "relatime" => {}
                _ => bail!("invalid tmpfs {text:?}: unknown option {option:?}"),
            }
            options.push(option.into());
        }
        Ok(Tmpfs {
            destination: inside(destination).with_context(|| format!("invalid tmpfs {text:?}"))?,
            options,
            mode: mode.into(),
        })
    }
}

/// A path inside the container, cleaned of `.` and `..`; not the root itself.
fn inside(path: &str) -> Result<PathBuf> {
    if !path.starts_with('/') {
        bail!("{path:?} is not an absolute path");
    }
    let mut clean = PathBuf::from("/");
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) => clean.push(name),
            Component::ParentDir => drop(clean.pop()),
            _ => {}
        }
    }
    if clean == Path::new("/") {
        bail!("nothing can be mounted on the container's root");
    }
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        format!("{:#}", text.parse::<Bind>().unwrap_err())
    }

    #[test]
    fn a_bind_is_recursive_private_and_writable_unless_told() {
        let bind: Bind = "/srv/data:/data/../data/./x/".parse().unwrap();
        assert_eq!(bind.source, Path::new("/srv/data"));
        assert_eq!(bind.destination, Path::new("/data/x"));
        assert_eq!(
            (bind.read_only, bind.recursive, bind.propagation.as_str()),
            (false, true, "rprivate")
        );
    }

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let bind: Bind = "/a:/b:ro,Z,bind,rslave,noexec".parse().unwrap();
        assert_eq!(
            (bind.read_only, bind.recursive, bind.propagation.as_str()),
            (true, false, "rslave")
        );
        assert_eq!(bind.flags, ["noexec"]);
        assert_eq!(error("/a:/b:rx"), "invalid volume \"/a:/b:rx\": unknown option \"rx\"");
    }

    #[test]
    fn what_is_not_a_bind_is_refused_with_the_reason() {
        assert_eq!(error("/a:b"), "invalid volume \"/a:b\": \"b\" is not an absolute path");
        assert_eq!(
            error("/a:/"),
            "invalid volume \"/a:/\": nothing can be mounted on the container's root"
        );
        assert!(error("data:/b").contains("named volumes are not supported yet"));
        assert!(error("/data").contains("anonymous volumes are not supported yet"));
        assert!(error("/a:/b:ro:x").contains("expected HOST:CONTAINER"));
    }

    #[test]
    fn a_relative_host_path_is_made_absolute() {
        let bind: Bind = "./x:/x".parse().unwrap();
        assert_eq!(bind.source, std::env::current_dir().unwrap().join("x"));
    }

    #[test]
    fn tmpfs_defaults_can_be_lifted() {
        let tmpfs: Tmpfs = "/run".parse().unwrap();
        assert_eq!(tmpfs.options, ["noexec", "nosuid", "nodev"]);
        let tmpfs: Tmpfs = "/run:exec,size=1m,mode=1777".parse().unwrap();
        assert_eq!(tmpfs.options, ["nosuid", "nodev", "exec", "size=1m", "mode=1777"]);
        assert!("/run:loop".parse::<Tmpfs>().is_err());
        assert!("run".parse::<Tmpfs>().is_err());
    }
}
