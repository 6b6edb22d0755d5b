//! `--replace`: stops and removes the container of the same name, once the image of the new one is there.
//!
//! A process inside the user namespace cannot signal the processes of other containers. So a child is forked before
//! this process enters it, and stops the container when it is told to.

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

/// The container to replace, and the child that will stop it. Dropping this ends the child, and the container runs on.
#[derive(Debug)]
pub struct Replacement {
    old: Container,
    child: Child,
    /// A byte in this pipe tells the child to stop the container; its end tells the child to end.
    go_ahead: PipeWriter,
}

impl Replacement {
    /// Forks the child, if there is a container `name`. Called outside the user namespace.
    pub fn prepare(context: &Context, name: &str) -> Result<Option<Replacement>> {
        let store = context.store()?;
        let Some(record) = store.find_container(name)?.filter(|record| record.name == name) else {
            return Ok(None);
        };
        let old = Container::from_record(&store, record)?;
        let (mut reader, go_ahead) = std::io::pipe().context("making a pipe")?;
        let mut go_ahead = Some(go_ahead);
        let child = fork::spawn(|| {
            // The child's own copy would keep the pipe open when the parent ends.
            drop(go_ahead.take());
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
        Ok(go_ahead.map(|go_ahead| Replacement { old, child, go_ahead }))
    }

    /// Stops and removes the old container. Called inside the user namespace.
    pub fn replace(mut self, store: &Store) -> Result<()> {
        let name = &self.old.record.name;
        self.go_ahead
            .write_all(b"!")
            .with_context(|| format!("telling that container {name} is to be stopped"))?;
        drop(self.go_ahead);
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
