//! Mutexes and semaphores of real workers: the only place where threads and processes differ.

#[cfg(linux)]
mod file;
#[cfg(linux)]
mod processes;
#[cfg(linux)]
mod robust;
mod semaphore;
mod threads;

#[cfg(linux)]
pub(crate) use file::FileLocks;
#[cfg(linux)]
pub(crate) use processes::{FutexParker, ProcessLocks, SharedSemaphore};
#[cfg(linux)]
pub(crate) use robust::RobustMutex;
pub(crate) use semaphore::CountingSemaphore;
#[cfg(linux)]
pub(crate) use semaphore::{Counting, Parker};
pub(crate) use threads::ThreadLocks;

use crate::machine::{Lock, Semaphore};

/// One worker's hold on the mutexes and semaphores of a run.
///
/// The `try_` forms never sleep. A worker tries first, so that only a worker that has to wait
/// pays for publishing that it does.
pub(crate) trait Locks {
    /// Takes a mutex unless it is held.
    fn try_acquire(&mut self, lock: Lock) -> bool;
    /// Takes a mutex, and sleeps while it is held.
    fn acquire(&mut self, lock: Lock);
    /// Gives a mutex back.
    /// A strategy that does not hold it is stopped.
    fn release(&mut self, lock: Lock);
    /// Takes a permit if there is one.
    fn try_wait(&mut self, semaphore: Semaphore) -> bool;
    /// Takes a permit, and sleeps while there is none.
    fn wait(&mut self, semaphore: Semaphore);
    /// Gives a permit back.
    fn signal(&mut self, semaphore: Semaphore);
    /// The mutexes that this worker holds: bit i for `Lock(i)`, up to 63.
    fn held(&self) -> u64;
}

/// Where the kind of lock is chosen while the program runs, and speed is not the point.
impl Locks for Box<dyn Locks + '_> {
    fn try_acquire(&mut self, lock: Lock) -> bool {
        (**self).try_acquire(lock)
    }

    fn acquire(&mut self, lock: Lock) {
        (**self).acquire(lock);
    }

    fn release(&mut self, lock: Lock) {
        (**self).release(lock);
    }

    fn try_wait(&mut self, semaphore: Semaphore) -> bool {
        (**self).try_wait(semaphore)
    }

    fn wait(&mut self, semaphore: Semaphore) {
        (**self).wait(semaphore);
    }

    fn signal(&mut self, semaphore: Semaphore) {
        (**self).signal(semaphore);
    }

    fn held(&self) -> u64 {
        (**self).held()
    }
}
