//! Which containers use which volumes or networks: those whose configurations name them.

use crate::store::Store;
use crate::store::objects::records::ContainerRecord;
use crate::text::error::chain;
use anyhow::{Error, Result, anyhow};
use std::collections::BTreeMap;

/// The users of volumes, or of networks.
#[derive(Debug, Default)]
pub struct Users {
    of_each: BTreeMap<String, Vec<ContainerRecord>>,
    unreadable: Vec<Error>,
}

impl Users {
    /// Reads all containers' records; `names` returns what one container uses.
    pub fn read(store: &Store, names: impl Fn(&ContainerRecord) -> Result<Vec<String>>) -> Result<Users> {
        let mut users = Users::default();
        for (_, record) in store.each_container()? {
            match record.and_then(|record| Ok((names(&record)?, record))) {
                Ok((names, record)) => {
                    for name in names {
                        users.of_each.entry(name).or_default().push(record.clone());
                    }
                }
                Err(error) => users.unreadable.push(error),
            }
        }
        Ok(users)
    }

    /// The containers that are known to use `name`.
    pub fn users_of(&self, name: &str) -> &[ContainerRecord] {
        self.of_each.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a container uses `name`, or may use it, because its record cannot be read.
    pub fn may_use(&self, name: &str) -> bool {
        !self.unreadable.is_empty() || self.of_each.contains_key(name)
    }

    /// Calls `left_out` for each container whose record cannot be read.
    pub fn tell(self, left_out: &mut dyn FnMut(Error)) {
        self.unreadable.into_iter().for_each(left_out);
    }

    /// An error where a container's record cannot be read.
    pub fn check(&self) -> Result<()> {
        match self.unreadable.first() {
            Some(error) => Err(anyhow!("it may be in use: {}", chain(error))),
            None => Ok(()),
        }
    }
}
