//! How often the steps of one layer are shown: at once where it is another kind of step, and else after a pause.

use crate::progress::Step;
use std::mem::{Discriminant, discriminant};
use std::time::{Duration, Instant};

/// The last step that was shown, and when.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Pace(Option<(Instant, Discriminant<Step>)>);

impl Pace {
    /// Whether this step is to be shown, which it is then taken to be.
    pub fn shows(&mut self, step: Step, pause: Duration) -> bool {
        let (now, kind) = (Instant::now(), discriminant(&step));
        let is_early = self.0.is_some_and(|(then, last)| last == kind && now - then < pause);
        if !is_early {
            self.0 = Some((now, kind));
        }
        !is_early
    }
}
