//! Where a container's ports are reached.

use crate::container::Container;
use crate::runtime::model::port::Port;
use crate::runtime::network::ports;
use crate::store::Store;
use anyhow::Result;

impl Container {
    /// Its published ports while it runs, else none.
    pub fn ports(&self, store: &Store) -> Result<Vec<Port>> {
        Ok(match self.state()?.is_active() {
            true => ports::published(&self.run_dir(store)),
            false => Vec::new(),
        })
    }
}
