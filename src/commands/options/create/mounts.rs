//! The options of `create` and `run` on mounts.

use crate::container::config::storage::mounts::Mounts;
use anyhow::Result;

/// Volumes, bind mounts and tmpfs.
#[derive(Debug, clap::Args)]
pub struct MountOptions {
    /// Mount a volume, or a file or directory of the host
    #[arg(short, long, value_name = "[NAME|HOST:]CONTAINER[:OPTIONS]")]
    volume: Vec<String>,
    /// Attach a mount: type=bind|volume|tmpfs,source=…,target=…,readonly…
    #[arg(long, value_name = "KEY=VALUE,…")]
    mount: Vec<String>,
    /// Mount the volumes of another container
    #[arg(long, value_name = "CONTAINER[:ro|rw]")]
    pub volumes_from: Vec<String>,
    /// Mount a tmpfs
    #[arg(long, value_name = "CONTAINER[:OPTIONS]")]
    tmpfs: Vec<String>,
}

impl MountOptions {
    /// Parses the mounts and checks that their destinations differ.
    pub fn mounts(&self) -> Result<Mounts> {
        let mut all = Mounts::default();
        self.volume.iter().try_for_each(|text| all.volume(text))?;
        self.mount.iter().try_for_each(|text| all.mount(text))?;
        for text in &self.tmpfs {
            all.tmpfs.push(text.parse()?);
        }
        all.check()?;
        Ok(all)
    }
}
