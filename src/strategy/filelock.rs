//! A lock on the shared file itself: it guards among all programs that open the file and ask for
//! the lock.

use crate::machine::{About, Lock, Machine, Needs, Program, Promise, Strategy};

/// Acquires and releases like a mutex; the system keeps the lock. When a worker dies, the system
/// releases it silently: the next worker is not told.
pub(super) struct FileLock;

const LOCK: Lock = Lock(0);

impl Strategy for FileLock {
    fn about(&self) -> About {
        About::new("filelock", Promise::MutualExclusion, "locks the file (--resource file)")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().file_lock("file")
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(LOCK)
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(LOCK)
    }
}
