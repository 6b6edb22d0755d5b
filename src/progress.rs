//! Progress of long operations: the operations report it through a trait, and do not know who shows it and how.

use std::time::Duration;

/// The state of one layer's transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is queued, or another command is fetching it.
    Waiting,
    /// The store holds it already: nothing is transferred.
    Exists,
    /// Compressed bytes so far, of the descriptor's size.
    Downloading { done: u64, total: u64 },
    /// All bytes have been received; digests are being compared.
    Verifying,
    /// Compressed bytes unpacked so far, of the descriptor's size.
    Extracting { done: u64, total: u64 },
    /// The transfer broke, and is repeated after this pause. `attempt` counts from 1.
    Retrying { attempt: u32, pause: Duration },
    /// It is in the store.
    Complete,
    /// The registry is being asked whether it has the layer.
    Preparing,
    /// The registry has the layer: nothing is sent.
    OnRegistry,
    /// Bytes of the layer's tar compressed and sent so far, of the tar's size.
    Pushing { done: u64, total: u64 },
    /// The registry has accepted the layer.
    Pushed,
}

/// Receives the progress of one operation. Called from several threads.
pub trait Progress: Send + Sync {
    /// Prints a line of the command's output (`latest: Pulling from library/redis`).
    fn line(&self, text: &str);
    /// Sets the layers of the operation, in the order in which they are shown, by their short names (12 digits).
    fn layers(&self, names: &[String]);
    /// Layer `index` is now at `step`.
    fn step(&self, index: usize, step: Step);
    /// Layer `index` was mounted from the repository `from` of the same registry. This is its last step.
    fn mounted(&self, index: usize, from: &str);
    /// Warns of something that is no failure.
    fn warn(&self, text: &str);
}

/// Shows nothing.
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
