//! The locks of processes: robust mutexes, and what sleeps on a futex.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};

use crossbeam_utils::CachePadded;
use rustix::thread::futex;

use super::robust::{RobustMutex, Taken};
use super::{ConditionVariable, Counting, Locks, Parker};
use crate::machine::{Lock, declared, not_held};
use crate::worker::WorkerStatus;

/// A semaphore for processes.
pub(crate) type SharedSemaphore = Counting<FutexParker>;

/// A condition variable for processes, and for threads as well.
pub(crate) type SharedCondition = ConditionVariable<FutexParker>;

/// For processes: a word that counts wake-ups, and on which the kernel lets them sleep.
#[derive(Default)]
pub(crate) struct FutexParker(AtomicU32);

impl Parker for FutexParker {
    type Token<'a> = u32;

    fn prepare_park(&self) -> u32 {
        // Acquire: it is read before the worker registers, see `park`.
        self.0.load(Acquire)
    }

    fn park(&self, seen: u32) -> u32 {
        // A waker increments the word after it has seen the waiter registered, so `futex_wait` sees
        // a changed value and returns at once. Whatever else ends the sleep, also a signal, leads
        // to one more try. No PRIVATE: processes share it.
        let _ = futex::wait(&self.0, futex::Flags::empty(), seen, None);
        self.prepare_park()
    }

    fn unpark_one(&self) {
        self.unpark(1);
    }

    fn unpark_all(&self) {
        self.unpark(i32::MAX.cast_unsigned());
    }
}

impl FutexParker {
    fn unpark(&self, most: u32) {
        self.0.fetch_add(1, Release);
        // The only possible error is an invalid address, which a reference rules out.
        let _ = futex::wake(&self.0, futex::Flags::empty(), most);
    }
}

/// What one process holds.
pub(crate) struct ProcessLocks<'a> {
    mutexes: &'a [CachePadded<RobustMutex>],
    /// Where it notes that it inherited a mutex.
    status: &'a WorkerStatus,
    held: u64,
}

impl<'a> ProcessLocks<'a> {
    /// Holds nothing yet.
    pub(crate) fn new(mutexes: &'a [CachePadded<RobustMutex>], status: &'a WorkerStatus) -> Self {
        Self { mutexes, status, held: 0 }
    }

    #[inline]
    fn mutex(&self, lock: Lock) -> &'a RobustMutex {
        declared("lock", self.mutexes, lock.0)
    }

    #[inline(always)]
    fn hold(&mut self, lock: Lock, taken: Taken) {
        self.held |= bit(lock);
        if taken == Taken::Inherited {
            self.status.inherit();
        }
    }
}

fn bit(lock: Lock) -> u64 {
    u32::try_from(lock.0).ok().and_then(|at| 1_u64.checked_shl(at)).unwrap_or(0)
}

impl Locks for ProcessLocks<'_> {
    #[inline(always)]
    fn try_acquire(&mut self, lock: Lock) -> bool {
        let taken = self.mutex(lock).try_lock();
        if let Some(taken) = taken {
            self.hold(lock, taken);
        }
        taken.is_some()
    }

    fn acquire(&mut self, lock: Lock) {
        let taken = self.mutex(lock).lock();
        self.hold(lock, taken);
    }

    #[inline(always)]
    fn release(&mut self, lock: Lock) {
        self.held &= !bit(lock);
        if !self.mutex(lock).unlock() {
            not_held("releases", lock.0);
        }
    }

    #[inline]
    fn held(&self) -> u64 {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::thread;

    use super::*;

    /// Checked with threads: the futex is the same.
    #[test]
    fn as_many_are_inside_as_there_are_permits_and_no_waiter_sleeps_for_ever() {
        let shared = Arc::new((SharedSemaphore::new(2), AtomicU64::new(0)));
        let workers: Vec<_> = (0..6)
            .map(|_| {
                let shared = shared.clone();
                thread::spawn(move || {
                    for _ in 0..20_000 {
                        shared.0.wait();
                        assert!(shared.1.fetch_add(1, Relaxed) < 2);
                        shared.1.fetch_sub(1, Relaxed);
                        shared.0.signal();
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().expect("never more than two are inside");
        }
    }
}
