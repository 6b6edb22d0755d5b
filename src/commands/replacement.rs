//! `--replace`: the container that has the new one's name goes, once there is an image to make the new one of.
//!
//! It is stopped from outside of the user namespace, since from inside nothing of other containers can be signalled: by a child that is
//! made before this process enters it, and that waits to be told.

use super::Context;
use crate::container::{self, Container};
use crate::store::Store;
use crate::sys::fork::{self, Child};
use crate::ui::print;
use anyhow::{Context as _, Result, ensure};
use std::io::{PipeWriter, Read, Write};

/// The child, which ends with this process where it has not been told anything.
#[derive(Debug)]
pub(super) struct Replacement {
    old: Container,
    child: Child,
    word: PipeWriter,
}

impl Replacement {
    /// Where there is a container `name`. To be called outside of the user namespace.
    pub(super) fn prepare(context: &Context, name: &str) -> Result<Option<Replacement>> {
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
    pub(super) fn carry_out(mut self, store: &Store) -> Result<()> {
        let name = &self.old.record.name;
        self.word
            .write_all(b"!")
            .with_context(|| format!("telling that container {name} is to be stopped"))?;
        drop(self.word);
        let ended = self.child.wait().context("waiting for the old container's end")?;
        ensure!(ended.code() == 0, "container {name} could not be stopped");
        container::remove(store, &self.old)?;
        container::volume::remove_own(store, &self.old.config).map(drop)
    }
}

fn stop(container: &Container) -> Result<()> {
    container::stop(container, None, None)?;
    container::kill_to_remove(container)
}
