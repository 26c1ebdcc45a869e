//! A lock on the shared file itself, as `flock` does it: the system keeps it, for processes and
//! threads alike, and releases it silently when its owner dies.

use std::fs::{File, TryLockError};
use std::io;

use super::Locks;
use crate::machine::{Lock, not_held};

/// One worker's lock on the file.
///
/// The lock belongs to the opening of the file, so each worker opens it for itself: a worker
/// that used the opening of another would not be kept out.
pub(crate) struct FileLocks {
    file: File,
    held: bool,
}

impl FileLocks {
    /// Locks `file`, an opening that no other worker uses.
    pub(crate) fn new(file: File) -> Self {
        Self { file, held: false }
    }
}

impl Locks for FileLocks {
    fn try_acquire(&mut self, _: Lock) -> bool {
        // To take it twice from the same opening would succeed. A worker that does so waits for
        // itself, as with any mutex.
        if self.held {
            return false;
        }
        self.held = match self.file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => fail(&error),
        };
        self.held
    }

    fn acquire(&mut self, _: Lock) {
        if self.held {
            loop {
                std::thread::park();
            }
        }
        while let Err(error) = self.file.lock() {
            if error.kind() != io::ErrorKind::Interrupted {
                fail(&error);
            }
        }
        self.held = true;
    }

    fn release(&mut self, _: Lock) {
        if !self.held {
            not_held("releases", 0);
        }
        self.held = false;
        if let Err(error) = self.file.unlock() {
            fail(&error);
        }
    }

    fn held(&self) -> u64 {
        self.held.into()
    }
}

fn fail(error: &io::Error) -> ! {
    panic!("the file cannot be locked: {error}")
}
