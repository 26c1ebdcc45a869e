//! A condition variable whose two halves are two steps: to fall asleep, and to wake.
//!
//! A worker that falls asleep looks how many notifications there have been, while it holds the
//! mutex; then it gives the mutex back. It wakes as soon as there have been more. So it misses no
//! notification of a worker that takes the mutex after it. The condition variables of POSIX and of
//! Rust give the mutex back and sleep in one call, and in POSIX, a process that is killed while it
//! sleeps may stop the others.

#[cfg(loom)]
use loom::sync::atomic::AtomicU64;
#[cfg(not(loom))]
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};

use super::Parker;

/// For threads.
#[cfg(not(linux))]
pub(crate) type SharedCondition = ConditionVariable<super::semaphore::CondvarParker>;

/// Notifications, and the workers that sleep until the next one.
#[derive(Default)]
pub(crate) struct ConditionVariable<P> {
    /// How many notifications there have been.
    sent: AtomicU64,
    parker: P,
}

impl<P: Parker> ConditionVariable<P> {
    /// How many notifications there have been. The worker holds the mutex.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Acquire)
    }

    /// Sleeps until there have been more than `seen`.
    ///
    /// It may also return by itself. It must not sleep again then: another worker's notification
    /// may have woken this one instead of one that has slept longer.
    pub(crate) fn wait(&self, seen: u64) {
        let token = self.parker.prepare_park();
        // Acquire pairs with the Release in `notify`.
        if self.sent.load(Acquire) == seen {
            drop(self.parker.park(token));
        }
    }

    /// Wakes one worker, if any sleeps. A few more may wake that had not quite fallen asleep.
    pub(crate) fn notify_one(&self) {
        self.sent.fetch_add(1, Release);
        self.parker.unpark_one();
    }

    /// Wakes all workers that sleep.
    pub(crate) fn notify_all(&self) {
        self.sent.fetch_add(1, Release);
        self.parker.unpark_all();
    }
}
