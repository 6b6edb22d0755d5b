//! File locks as values (flock(2)): held while the value lives.

use std::fs::File;
use std::io;

/// An flock on an open file. Dropping it unlocks explicitly, because a child that was forked meanwhile and has
/// not called exec shares the lock.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Waits for a shared lock.
    pub fn shared(file: File) -> io::Result<Lock> {
        uninterrupted(|| file.lock_shared())?;
        Ok(Lock { file })
    }

    /// Waits for the exclusive lock.
    pub fn exclusive(file: File) -> io::Result<Lock> {
        uninterrupted(|| file.lock())?;
        Ok(Lock { file })
    }

    /// The exclusive lock if nobody holds one, else `None`.
    pub fn try_exclusive(file: File) -> io::Result<Option<Lock>> {
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { file })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// The locked file.
    pub fn file(&self) -> &File {
        &self.file
    }
}

/// Waits on where a signal's handler ended the waiting.
fn uninterrupted(mut wait: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    loop {
        match wait() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file unlocks it as well, unless a child shares it; there is nobody to tell.
        let _ = self.file.unlock();
    }
}
