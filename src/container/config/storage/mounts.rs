//! `-v` and `--tmpfs`; `--mount` is in [`crate::container::config::storage::mount_flag`].

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

/// A bind mount of a host directory or file: `-v HOST:CONTAINER[:OPTIONS]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bind {
    pub source: PathBuf,
    pub destination: PathBuf,
    pub read_only: bool,
    /// Whether mounts below the source are included (`rbind`, the default).
    pub recursive: bool,
    /// The mount propagation: `private`, `rslave`, …
    pub propagation: String,
    /// `noexec`, `nosuid`, `nodev`.
    pub flags: Vec<String>,
    /// The options as they were given, for `inspect`.
    pub mode: String,
    /// Whether a missing source is an error; else it is made.
    #[serde(default)]
    pub must_exist: bool,
    /// Whether the mount maps ids (`idmap`), for a container with its own user namespace.
    #[serde(default)]
    pub map_ids: bool,
}

/// A volume: `-v [NAME:]CONTAINER[:OPTIONS]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeMount {
    /// Empty for an anonymous volume, until the container is made.
    pub name: String,
    /// Whether it is anonymous: then `rm -v` and `--rm` remove it with the container.
    pub anonymous: bool,
    pub destination: PathBuf,
    pub read_only: bool,
    /// Whether an empty volume is not filled from the image (`nocopy`).
    pub no_copy: bool,
    /// `noexec`, `nosuid`, `nodev`.
    pub flags: Vec<String>,
    /// The options as they were given, for `inspect`.
    pub mode: String,
}

/// All mounts that the user asks for.
#[derive(Debug, Clone, Default)]
pub struct Mounts {
    pub binds: Vec<Bind>,
    pub volumes: Vec<VolumeMount>,
    pub tmpfs: Vec<Tmpfs>,
}

impl Mounts {
    /// Adds the mount of `-v TEXT`.
    pub fn volume(&mut self, text: &str) -> Result<()> {
        let source = text.split(':').next().unwrap_or_default();
        if text.contains(':') && source.starts_with(['/', '.']) {
            self.binds.push(text.parse()?);
        } else {
            self.volumes.push(text.parse()?);
        }
        Ok(())
    }

    /// An error where two mounts have the same destination.
    pub fn check(&self) -> Result<()> {
        let mut places = std::collections::BTreeSet::new();
        match self.destinations().find(|place| !places.insert(*place)) {
            Some(place) => bail!("duplicate mount point: {}", place.display()),
            None => Ok(()),
        }
    }

    /// The destinations of all mounts.
    pub fn destinations(&self) -> impl Iterator<Item = &Path> {
        let binds = self.binds.iter().map(|bind| &bind.destination);
        let volumes = self.volumes.iter().map(|volume| &volume.destination);
        let tmpfs = self.tmpfs.iter().map(|tmpfs| &tmpfs.destination);
        binds.chain(volumes).chain(tmpfs).map(PathBuf::as_path)
    }
}

impl FromStr for VolumeMount {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<VolumeMount> {
        let expected = || format!("invalid volume {text:?}: expected [NAME:]CONTAINER[:OPTIONS]");
        let parts: Vec<&str> = text.split(':').collect();
        let (name, destination, mode) = match parts[..] {
            [destination] => ("", destination, ""),
            [name, destination] => (name, destination, ""),
            [name, destination, mode] => (name, destination, mode),
            _ => bail!(expected()),
        };
        if destination.is_empty() || (parts.len() > 1 && name.is_empty()) {
            bail!(expected());
        }
        if name.contains('/') {
            bail!("invalid volume {text:?}: {name:?} is no volume's name; write ./{name} for a directory");
        }
        let mut volume = VolumeMount {
            name: name.into(),
            anonymous: false,
            destination: inside(destination).with_context(|| format!("invalid volume {text:?}"))?,
            read_only: false,
            no_copy: false,
            flags: Vec::new(),
            mode: mode.into(),
        };
        for option in mode.split(',').filter(|option| !option.is_empty()) {
            match option {
                "ro" | "readonly" => volume.read_only = true,
                "rw" => volume.read_only = false,
                "nocopy" => volume.no_copy = true,
                // The default of volumes.
                "idmap" => {}
                // SELinux labels: nothing to do here.
                "z" | "Z" | "copy" | "exec" | "suid" | "dev" => {}
                "noexec" | "nosuid" | "nodev" => volume.flags.push(option.into()),
                _ => bail!("invalid volume {text:?}: unknown option {option:?}"),
            }
        }
        Ok(volume)
    }
}

impl FromStr for Bind {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Bind> {
        let parts: Vec<&str> = text.split(':').collect();
        let (source, destination, mode) = match parts[..] {
            [source, destination] => (source, destination, ""),
            [source, destination, mode] => (source, destination, mode),
            _ => bail!("invalid volume {text:?}: expected HOST:CONTAINER[:OPTIONS]"),
        };
        if source.is_empty() || destination.is_empty() {
            bail!("invalid volume {text:?}: expected HOST:CONTAINER[:OPTIONS]");
        }
        let mut bind = Bind {
            source: std::path::absolute(source).with_context(|| format!("volume {text:?}"))?,
            destination: inside(destination).with_context(|| format!("invalid volume {text:?}"))?,
            read_only: false,
            recursive: true,
            propagation: "rprivate".into(),
            flags: Vec::new(),
            mode: mode.into(),
            must_exist: false,
            map_ids: false,
        };
        for option in mode.split(',').filter(|option| !option.is_empty()) {
            match option {
                "ro" | "readonly" => bind.read_only = true,
                "rw" => bind.read_only = false,
                "bind" => bind.recursive = false,
                "rbind" => bind.recursive = true,
                "idmap" => bind.map_ids = true,
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

/// A new tmpfs: `--tmpfs CONTAINER[:OPTIONS]`.
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
                // An option that is the opposite of a default replaces it.
                "exec" | "suid" | "dev" => options.retain(|have| have != &format!("no{key}")),
                "noexec" | "nosuid" | "nodev" => continue,
                "size" | "mode" | "uid" | "gid" | "nr_inodes" | "nr_blocks" if !is_value(option) => {
                    bail!("invalid tmpfs {text:?}: {option:?} has no value that tmpfs(5) knows")
                }
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

/// Whether the value of `KEY=` is a number that the kernel accepts (tmpfs(5)).
fn is_value(option: &str) -> bool {
    let (key, value) = option.split_once('=').unwrap_or((option, ""));
    match key {
        "mode" => u32::from_str_radix(value, 8).is_ok_and(|mode| mode <= 0o7777),
        "uid" | "gid" => value.parse::<u32>().is_ok(),
        _ => {
            let number = value.trim_end_matches(|unit: char| "kKmMgG%".contains(unit));
            value.len() - number.len() <= 1 && number.parse::<u64>().is_ok()
        }
    }
}

/// Parses a destination: an absolute path in the container, without `.` and `..`, and not the root itself.
pub fn inside(path: &str) -> Result<PathBuf> {
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
        assert!(error("/a:/b:ro:x").contains("expected HOST:CONTAINER"));
    }

    #[test]
    fn a_source_that_is_no_path_is_a_volume() {
        let mut mounts = Mounts::default();
        for text in ["data:/a:ro,nocopy", "/b", "/host:/c"] {
            mounts.volume(text).unwrap();
        }
        let [named, own] = &mounts.volumes[..] else { panic!() };
        assert_eq!(
            (named.name.as_str(), named.read_only, named.no_copy),
            ("data", true, true)
        );
        assert_eq!((own.name.as_str(), own.destination.as_path()), ("", Path::new("/b")));
        assert_eq!(mounts.binds[0].source, Path::new("/host"));
        mounts.check().unwrap();
        mounts.volume("x:/b/").unwrap();
        assert_eq!(mounts.check().unwrap_err().to_string(), "duplicate mount point: /b");
        assert!(mounts.volume("a/b:/c").unwrap_err().to_string().contains("write ./a/b"));
        assert!(mounts.volume("a:/c:loop").is_err() && mounts.volume("").is_err() && mounts.volume("a:").is_err());
    }

    #[test]
    fn a_relative_host_path_is_made_absolute() {
        let bind: Bind = "./x:/x".parse().unwrap();
        assert_eq!(bind.source, std::env::current_dir().unwrap().join("x"));
    }

    #[test]
    fn tmpfs_defaults_can_be_lifted() {
        for wrong in ["size=x", "size=1kk", "size", "mode=9", "uid=root"] {
            assert!(format!("/run:{wrong}").parse::<Tmpfs>().is_err(), "{wrong}");
        }
        assert!("/run:size=50%,mode=1777,uid=0,nr_inodes=1k".parse::<Tmpfs>().is_ok());
        let tmpfs: Tmpfs = "/run".parse().unwrap();
        assert_eq!(tmpfs.options, ["noexec", "nosuid", "nodev"]);
        let tmpfs: Tmpfs = "/run:exec,size=1m,mode=1777".parse().unwrap();
        assert_eq!(tmpfs.options, ["nosuid", "nodev", "exec", "size=1m", "mode=1777"]);
        assert!("/run:loop".parse::<Tmpfs>().is_err());
        assert!("run".parse::<Tmpfs>().is_err());
    }
}
