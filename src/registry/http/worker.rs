//! The one thread on which everything asynchronous happens, for callers that are not.

use std::future::Future;
use std::thread::JoinHandle;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// A runtime on a thread of its own. Dropping it cancels what still runs and ends the thread: afterwards the process
/// has as many threads as before, so it can fork and enter namespaces.
pub struct Worker {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start() -> std::io::Result<Worker> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let run = move || {
            // Ends with a message or with the sender; either way it is over.
            let _ = runtime.block_on(stopped);
        };
        let thread = std::thread::Builder::new().name("registry".into()).spawn(run)?;
        Ok(Worker {
            handle,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Runs `future` on the worker's thread and waits for what comes of it.
    pub fn wait<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        let (send, receive) = std::sync::mpsc::sync_channel(1);
        self.handle.spawn(async move {
            let _ = send.send(future.await);
        });
        receive
            .recv()
            .expect("the worker outlives its callers, and its tasks do not panic")
    }

    /// Runs `future` on the worker's thread, and does not wait.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.handle.spawn(future).abort_handle()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed already, and there is nothing left to save.
            let _ = thread.join();
        }
    }
}
