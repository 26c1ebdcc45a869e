//! A lock on the shared file itself: it guards among all who open the file and ask for the lock,
//! whether they know of one another or not.

use crate::machine::{About, Lock, Machine, Needs, Program, Promise, Strategy};

/// Acquires and releases like a mutex; who keeps the lock is the system. When a worker dies, the
/// system lets go of it silently: the next one is not told.
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
