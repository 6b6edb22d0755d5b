//! What went wrong around a container that ran. It must not cost the container's exit code, so it is gathered and
//! reported at the end.

use crate::text::error::chain;
use anyhow::Result;

/// The number of different troubles that are reported: a container that restarts for ever may have another one each
/// time.
const MOST: usize = 20;

/// The troubles so far, over all runs.
#[derive(Debug, Default)]
pub struct Troubles {
    told: Vec<String>,
    more: usize,
}

impl Troubles {
    /// Notes an error, unless the same was noted before. Returns the value if there is no error.
    pub fn note<T>(&mut self, result: Result<T>) -> Option<T> {
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) => chain(&error),
        };
        if !self.told.contains(&error) {
            match self.told.len() < MOST {
                true => self.told.push(error),
                false => self.more += 1,
            }
        }
        None
    }

    /// As sentences, in the order in which they came.
    pub fn into_words(mut self) -> Vec<String> {
        if self.more > 0 {
            self.told.push(format!("{} more went wrong", self.more));
        }
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn what_goes_wrong_again_and_again_is_told_once_and_never_without_end() {
        let mut troubles = Troubles::default();
        assert_eq!(troubles.note(Ok(7)), Some(7));
        for number in 0..25 {
            assert_eq!(troubles.note::<()>(Err(anyhow!("busy").context("root"))), None);
            troubles.note::<()>(Err(anyhow!("file {number}")));
        }
        let words = troubles.into_words();
        assert_eq!(words.len(), MOST + 1);
        assert_eq!(
            (&*words[0], &*words[19], &*words[20]),
            ("root: busy", "file 18", "6 more went wrong")
        );
    }
}
