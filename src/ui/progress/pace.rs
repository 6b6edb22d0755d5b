//! Limits how often the steps of a layer are shown: at once where the kind of step changes, and else after a pause.

use crate::progress::Step;
use std::mem::{Discriminant, discriminant};
use std::time::{Duration, Instant};

/// The time and kind of the step that was shown last.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Pace(Option<(Instant, Discriminant<Step>)>);

impl Pace {
    /// Whether to show this step. If so, it is recorded as shown.
    pub fn shows(&mut self, step: Step, pause: Duration) -> bool {
        let (now, kind) = (Instant::now(), discriminant(&step));
        let is_early = self.0.is_some_and(|(then, last)| last == kind && now - then < pause);
        if !is_early {
            self.0 = Some((now, kind));
        }
        !is_early
    }
}
