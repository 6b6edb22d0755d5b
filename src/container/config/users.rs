//! Which containers use which volumes, or networks, by what their configurations name.

use crate::store::Store;
use crate::store::objects::records::ContainerRecord;
use crate::text::error::chain;
use anyhow::{Error, Result, anyhow};
use std::collections::BTreeMap;

/// See the module.
#[derive(Debug, Default)]
pub struct Users {
    of_each: BTreeMap<String, Vec<ContainerRecord>>,
    unreadable: Vec<Error>,
}

impl Users {
    /// Looks at all containers; `names` are the things that one uses.
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

    /// Those that are known to use the thing of this name.
    pub fn of(&self, name: &str) -> &[ContainerRecord] {
        self.of_each.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a container uses the thing, or may do so.
    pub fn may_use(&self, name: &str) -> bool {
        !self.unreadable.is_empty() || self.of_each.contains_key(name)
    }

    /// Tells `left_out` why it is not known of some containers what they use.
    pub fn tell(self, left_out: &mut dyn FnMut(Error)) {
        self.unreadable.into_iter().for_each(left_out);
    }

    /// An error where it is not known of a container what it uses.
    pub fn check(&self) -> Result<()> {
        match self.unreadable.first() {
            Some(error) => Err(anyhow!("it may be in use: {}", chain(&error))),
            None => Ok(()),
        }
    }
}
