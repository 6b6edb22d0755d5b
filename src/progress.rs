//! How long work reports itself, without knowing who watches: the operations call, the terminal draws.

use std::time::Duration;

/// Where one layer's transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Queued, or another command is fetching it.
    Waiting,
    /// Held already: nothing is transferred.
    Exists,
    /// Compressed bytes so far, of the descriptor's size.
    Downloading { done: u64, total: u64 },
    /// All bytes are here; digests are being compared.
    Verifying,
    /// Compressed bytes unpacked so far, of the descriptor's size.
    Extracting { done: u64, total: u64 },
    /// The transfer broke and starts again after this pause; `attempt` counts from 1.
    Retrying { attempt: u32, pause: Duration },
    /// Published.
    Complete,
    /// The registry is asked whether it has it.
    Preparing,
    /// The registry has it: nothing is sent.
    OnRegistry,
    /// Bytes of the layer's tar that were compressed and sent so far.
    Pushing { done: u64, total: u64 },
    /// The registry has taken it.
    Pushed,
}

/// Receives the reports of one operation. Called from several threads.
pub trait Progress: Send + Sync {
    /// A stable line of the command's output (`latest: Pulling from library/redis`).
    fn line(&self, text: &str);
    /// The layers of the operation, in order, base first, by the names under which they are shown (12 digits).
    fn layers(&self, names: &[String]);
    /// Layer `index` has come to `step`.
    fn step(&self, index: usize, step: Step);
    /// Layer `index` was in this other repository of the registry and is now in ours too, which is its last step.
    fn mounted(&self, index: usize, from: &str);
    /// Something that a person should know, which is no failure.
    fn warn(&self, text: &str);
}

/// Nobody watches.
#[cfg(test)]
pub struct Silent;

#[cfg(test)]
impl Progress for Silent {
    fn line(&self, _: &str) {}
    fn layers(&self, _: &[String]) {}
    fn step(&self, _: usize, _: Step) {}
    fn mounted(&self, _: usize, _: &str) {}
    fn warn(&self, _: &str) {}
}
