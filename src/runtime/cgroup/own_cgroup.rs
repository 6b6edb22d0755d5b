//! The cgroups that this process is in.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

pub const ROOT: &str = "/sys/fs/cgroup";

/// The path of this process's cgroup in the first hierarchy in /proc/self/cgroup whose list of controllers is `wanted`
/// (cgroups(7)).
fn own(wanted: &dyn Fn(&str) -> bool) -> Result<String> {
    let text = fs::read_to_string("/proc/self/cgroup").context("/proc/self/cgroup")?;
    let mut lines = text.lines().filter_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        Some((fields.next()?, fields.next()?))
    });
    let found = lines.find(|(controllers, _)| wanted(controllers));
    let (_, path) = found.context("this process is in no such cgroup")?;
    Ok(path.trim_start_matches('/').to_owned())
}

/// The directory of this process's cgroup of v2.
pub fn own_version_2() -> Result<PathBuf> {
    Ok(Path::new(ROOT).join(own(&str::is_empty)?))
}

/// The directory of this process's cgroup in the hierarchy of a v1 controller.
pub fn own_version_1(controller: &str) -> Result<PathBuf> {
    let path = own(&|listed| listed.split(',').any(|one| one == controller))
        .with_context(|| format!("the kernel's cgroup v1 has no {controller} controller"))?;
    Ok(Path::new(ROOT).join(controller).join(path))
}
