//! Mutexes, semaphores and condition variables of real workers: the only place where threads and
//! processes differ.

mod condition;
#[cfg(linux)]
mod file;
#[cfg(linux)]
mod processes;
#[cfg(linux)]
mod robust;
mod semaphore;
mod threads;

#[cfg(any(linux, all(test, loom)))]
pub(crate) use condition::ConditionVariable;
#[cfg(not(linux))]
pub(crate) use condition::SharedCondition;
#[cfg(all(test, loom))]
pub(crate) use semaphore::CondvarParker;
pub(crate) use semaphore::{CountingSemaphore, Parker};
pub(crate) use threads::ThreadLocks;
#[cfg(linux)]
pub(crate) use {
    file::FileLocks,
    processes::{FutexParker, ProcessLocks, SharedCondition, SharedSemaphore},
    robust::RobustMutex,
    semaphore::Counting,
};

use crate::machine::{Lock, Semaphore};

/// The mutexes of a run, as one worker uses them.
///
/// A worker tries first, which never sleeps, and publishes that it waits only if it has to.
pub(crate) trait Locks {
    /// Takes a mutex unless it is held.
    fn try_acquire(&mut self, lock: Lock) -> bool;
    /// Takes a mutex, and sleeps while it is held.
    fn acquire(&mut self, lock: Lock);
    /// Gives a mutex back. Panics if this worker does not hold it.
    fn release(&mut self, lock: Lock);
    /// The mutexes that this worker holds: bit i for `Lock(i)`, up to 63.
    fn held(&self) -> u64;
}

/// The semaphores of a run, likewise.
pub(crate) trait Semaphores {
    /// Takes a permit if there is one.
    fn try_wait(&self, semaphore: Semaphore) -> bool;
    /// Takes a permit, and sleeps while there is none.
    fn wait(&self, semaphore: Semaphore);
    /// Gives a permit back.
    fn signal(&self, semaphore: Semaphore);
}

/// For a kind of lock that is chosen while the program runs. It is slower.
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

    fn held(&self) -> u64 {
        (**self).held()
    }
}

/// For a kind of semaphore that is chosen while the program runs. It is slower.
impl Semaphores for Box<dyn Semaphores + '_> {
    fn try_wait(&self, semaphore: Semaphore) -> bool {
        (**self).try_wait(semaphore)
    }

    fn wait(&self, semaphore: Semaphore) {
        (**self).wait(semaphore);
    }

    fn signal(&self, semaphore: Semaphore) {
        (**self).signal(semaphore);
    }
}
