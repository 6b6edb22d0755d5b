//! Making a user namespace for id-mapped mounts, without a process in it.

use crate::sys::ids::id_maps::IdMaps;
use crate::sys::process::fork;
use crate::sys::userns::enter;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;

/// Makes a user namespace with these ids. It is there as long as the descriptor, or a process that has entered it.
/// Takes the rights of root over the ids outside, and one thread.
pub fn with_maps(maps: &IdMaps) -> Result<OwnedFd> {
    // A child is in it until its ids are written.
    let (mut made, making) = io::pipe().context("making a pipe")?;
    let (mut held, hold) = io::pipe().context("making a pipe")?;
    let (mut making, mut hold) = (Some(making), Some(hold));
    let child = fork::spawn(|| {
        drop(hold.take());
        let told = match enter::unshare() {
            Ok(()) => String::new(),
            Err(error) => format!("{error:#}"),
        };
        // One byte more, so that saying nothing is not the same as having died.
        let _ = making
            .take()
            .map(|mut pipe| pipe.write_all(format!(".{told}").as_bytes()));
        let _ = held.read(&mut [0]);
        0
    })
    .context("forking")?;
    drop(making);
    let mut make = || -> Result<OwnedFd> {
        let mut told = String::new();
        made.read_to_string(&mut told)?;
        match told.as_str() {
            "." => {}
            "" => bail!("making a user namespace: the process for it was killed"),
            told => bail!("{}", &told[1..]),
        }
        let proc = format!("/proc/{}", child.pid());
        for (kind, runs) in [("uid", &maps.uids), ("gid", &maps.gids)] {
            let lines = runs
                .iter()
                .map(|run| format!("{} {} {}\n", run.inside, run.outside, run.count));
            // In one write, or the kernel takes it for two.
            fs::write(format!("{proc}/{kind}_map"), lines.collect::<String>())
                .with_context(|| format!("mapping the {kind}s of a user namespace"))?;
        }
        Ok(File::open(format!("{proc}/ns/user"))?.into())
    };
    let namespace = make().context("a user namespace of the container's own");
    drop(hold.take());
    child
        .wait()
        .context("waiting for the process in the new user namespace")?;
    namespace
}
