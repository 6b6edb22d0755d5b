//! `--replace`: the container that has the new one's name goes, once there is an image to make the new one of.
//!
//! It is stopped from outside of the user namespace, since from inside nothing of other containers can be signalled: by
//! a child that is made before this process enters it, and that waits to be told.

use crate::commands::context::Context;
use crate::container::Container;
use crate::container::control::{remove, stop};
use crate::container::volume;
use crate::store::Store;
use crate::sys::process::fork;
use crate::sys::process::fork::Child;
use crate::ui::print;
use anyhow::{Context as _, Result, ensure};
use std::io::{PipeWriter, Read, Write};

/// The child, which ends with this process where it has not been told anything.
#[derive(Debug)]
pub struct Replacement {
    old: Container,
    child: Child,
    word: PipeWriter,
}

impl Replacement {
    /// Where there is a container `name`. To be called outside of the user namespace.
    pub fn prepare(context: &Context, name: &str) -> Result<Option<Replacement>> {
        let store = context.store()?;
        let Some(record) = store.find_container(name)?.filter(|record| record.name == name) else {
            return Ok(None);
        };
        let old = Container::of(&store, record)?;
        let (mut reader, word) = std::io::pipe().context("making a pipe")?;
        let mut word = Some(word);
        let child = fork::spawn(|| {
            // Else the parent's end would not be the pipe's.
            drop(word.take());
            let told = reader.read(&mut [0]).is_ok_and(|read| read == 1);
            match told.then(|| stop(&old)).transpose() {
                Ok(_) => 0,
                Err(error) => {
                    print::error(&error);
                    1
                }
            }
        })
        .context("starting a process to stop the container that is replaced")?;
        Ok(word.map(|word| Replacement { old, child, word }))
    }

    /// Stops and removes the old container. Inside the user namespace.
    pub fn carry_out(mut self, store: &Store) -> Result<()> {
        let name = &self.old.record.name;
        self.word
            .write_all(b"!")
            .with_context(|| format!("telling that container {name} is to be stopped"))?;
        drop(self.word);
        let ended = self.child.wait().context("waiting for the old container's end")?;
        ensure!(ended.code() == 0, "container {name} could not be stopped");
        remove::remove(store, &self.old)?;
        volume::remove_own(store, &self.old.config).map(drop)
    }
}

fn stop(container: &Container) -> Result<()> {
    stop::stop(container, None, None)?;
    stop::kill_to_remove(container)
}
