//! `--mount type=bind|volume|tmpfs,KEY=VALUE,…` (docker-run(1)).

use crate::container::config::storage::mounts::{Bind, Mounts, Tmpfs, VolumeMount, inside};
use anyhow::{Context, Result, bail, ensure};

impl Mounts {
    /// Adds the mount of `--mount TEXT`.
    pub fn mount(&mut self, text: &str) -> Result<()> {
        self.add(text).with_context(|| format!("invalid mount {text:?}"))
    }

    fn add(&mut self, text: &str) -> Result<()> {
        let mut kind = "volume";
        let (mut source, mut target) = (String::new(), None);
        let mut read_only = false;
        // Keys that only one type has, each with its value.
        let mut special = Vec::new();
        for field in text.split(',') {
            let (key, value) = field
                .split_once('=')
                .map_or((field, None), |(key, value)| (key, Some(value)));
            let needed = || value.with_context(|| format!("{key} needs a value"));
            match key {
                "type" => kind = needed()?,
                "source" | "src" => source = needed()?.to_owned(),
                "target" | "destination" | "dst" => target = Some(inside(needed()?)?),
                "readonly" | "ro" => read_only = boolean(key, value)?,
                "rw" => read_only = !boolean(key, value)?,
                "consistency" | "relabel" | "z" | "Z" => {}
                _ => special.push((key, value)),
            }
        }
        let destination = target.context("there is no target")?;
        match kind {
            "bind" => {
                ensure!(!source.is_empty(), "there is no source");
                let mut bind = Bind {
                    map_ids: false,
                    source: std::path::absolute(&source)?,
                    destination,
                    read_only,
                    recursive: true,
                    propagation: "rprivate".into(),
                    flags: Vec::new(),
                    mode: String::new(),
                    must_exist: true,
                };
                for (key, value) in special {
                    match (key, value) {
                        (
                            "bind-propagation",
                            Some(word @ ("private" | "rprivate" | "slave" | "rslave" | "shared" | "rshared")),
                        ) => bind.propagation = word.into(),
                        ("bind-propagation", _) => bail!("bind-propagation is none of private, slave, shared and r…"),
                        ("bind-nonrecursive", value) => bind.recursive = !boolean(key, value)?,
                        ("bind-recursive", Some("disabled")) => bind.recursive = false,
                        ("bind-recursive", Some("enabled" | "writable" | "readonly")) => {}
                        ("bind-create-src", value) => bind.must_exist = !boolean(key, value)?,
                        _ => bail!("unexpected key {key:?} of a bind mount"),
                    }
                }
                self.binds.push(bind);
            }
            "volume" => {
                let mut volume = VolumeMount {
                    name: source,
                    anonymous: false,
                    destination,
                    read_only,
                    no_copy: false,
                    flags: Vec::new(),
                    mode: if read_only { "ro".into() } else { String::new() },
                };
                ensure!(!volume.name.contains('/'), "{:?} is no volume's name", volume.name);
                for (key, value) in special {
                    match (key, value) {
                        ("volume-nocopy", value) => volume.no_copy = boolean(key, value)?,
                        ("volume-driver", Some("local")) => {}
                        _ => bail!("unexpected key {key:?} of a volume"),
                    }
                }
                self.volumes.push(volume);
            }
            "tmpfs" => {
                ensure!(source.is_empty(), "a tmpfs has no source");
                let mut options = Vec::new();
                for (key, value) in special {
                    match (key, value) {
                        ("tmpfs-size", Some(size)) => options.push(format!(
                            "size={}",
                            crate::container::config::process::ulimits::bytes(size)?
                        )),
                        ("tmpfs-mode", Some(mode)) => options.push(format!("mode={mode}")),
                        _ => bail!("unexpected key {key:?} of a tmpfs"),
                    }
                }
                if read_only {
                    options.push("ro".into());
                }
                let tmpfs: Tmpfs = format!("{}:{}", destination.display(), options.join(",")).parse()?;
                self.tmpfs.push(tmpfs);
            }
            other => bail!("unknown type {other:?}: bind, volume and tmpfs are known"),
        }
        Ok(())
    }
}

fn boolean(key: &str, value: Option<&str>) -> Result<bool> {
    match value {
        None | Some("true" | "1") => Ok(true),
        Some("false" | "0") => Ok(false),
        Some(other) => bail!("{key} is true or false, not {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read(text: &str) -> Mounts {
        let mut mounts = Mounts::default();
        mounts.mount(text).unwrap();
        mounts
    }

    #[test]
    fn each_type_is_read() {
        let bind = &read("type=bind,src=/a,dst=/b,readonly,bind-propagation=rslave").binds[0];
        assert_eq!(
            (bind.source.as_path(), bind.destination.as_path()),
            (Path::new("/a"), Path::new("/b"))
        );
        assert_eq!(
            (bind.read_only, bind.must_exist, bind.propagation.as_str()),
            (true, true, "rslave")
        );
        let volume = &read("source=data,target=/b,volume-nocopy=true").volumes[0];
        assert_eq!(
            (volume.name.as_str(), volume.no_copy, volume.read_only),
            ("data", true, false)
        );
        assert_eq!(read("type=volume,target=/b,ro=true").volumes[0].mode, "ro");
        let tmpfs = &read("type=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=1770").tmpfs[0];
        assert_eq!(tmpfs.options[3..], ["size=1048576", "mode=1770"]);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_reason() {
        let error = |text: &str| format!("{:#}", Mounts::default().mount(text).unwrap_err());
        assert_eq!(
            error("type=bind,src=/a"),
            "invalid mount \"type=bind,src=/a\": there is no target"
        );
        assert!(error("type=bind,dst=/a").ends_with("there is no source"));
        assert!(error("type=nfs,dst=/a").ends_with("unknown type \"nfs\": bind, volume and tmpfs are known"));
        assert!(error("type=tmpfs,dst=/a,volume-nocopy").ends_with("unexpected key \"volume-nocopy\" of a tmpfs"));
        assert!(error("src=../x,dst=/a").contains("no volume's name"));
        assert!(error("src=x,dst=/a,ro=maybe").contains("true or false"));
    }
}
