//! The locks of threads: `std::sync::Mutex`.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use crossbeam_utils::CachePadded;

use super::Locks;
use crate::machine::{Lock, declared, not_held};

/// The guards that one thread holds. They are not `Send`: each worker makes its own.
pub(crate) struct ThreadLocks<'a> {
    mutexes: &'a [CachePadded<Mutex<()>>],
    /// Inline, since a list on the heap costs a sixth of a mutex's time.
    held: Option<Holding<'a>>,
    /// For the rare strategy that holds several at a time.
    more: Vec<Holding<'a>>,
}

struct Holding<'a> {
    lock: Lock,
    _guard: MutexGuard<'a, ()>,
}

impl<'a> ThreadLocks<'a> {
    /// Holds nothing yet.
    pub(crate) fn new(mutexes: &'a [CachePadded<Mutex<()>>]) -> Self {
        Self { mutexes, held: None, more: Vec::new() }
    }

    #[inline]
    fn mutex(&self, lock: Lock) -> &'a Mutex<()> {
        declared("lock", self.mutexes, lock.0)
    }

    #[inline(always)]
    fn hold(&mut self, lock: Lock, guard: MutexGuard<'a, ()>) {
        if self.held.is_none() {
            self.held = Some(Holding { lock, _guard: guard });
        } else {
            self.hold_more(Holding { lock, _guard: guard });
        }
    }

    // Cold, as the release of such a mutex is: so the loop of a plain mutex has no call in it.
    #[cold]
    #[inline(never)]
    fn hold_more(&mut self, holding: Holding<'a>) {
        self.more.push(holding);
    }

    #[cold]
    #[inline(never)]
    fn release_more(&mut self, lock: Lock) {
        match self.more.iter().position(|holding| holding.lock == lock) {
            Some(at) => drop(self.more.swap_remove(at)),
            None => not_held("releases", lock.0),
        }
    }
}

impl Drop for ThreadLocks<'_> {
    /// What a worker holds at its end stays held, as among processes: no other worker may go on.
    fn drop(&mut self) {
        self.held.take().into_iter().chain(self.more.drain(..)).for_each(std::mem::forget);
    }
}

// Always inline: the compiler would otherwise not inline into the loop of a plain mutex what is
// used through a `dyn` as well, which costs eight instructions an update.
impl Locks for ThreadLocks<'_> {
    #[inline(always)]
    fn try_acquire(&mut self, lock: Lock) -> bool {
        match self.mutex(lock).try_lock() {
            Ok(guard) => self.hold(lock, guard),
            // The mutex holds no data that a panic could have left half changed.
            Err(TryLockError::Poisoned(poisoned)) => self.hold(lock, poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => return false,
        }
        true
    }

    fn acquire(&mut self, lock: Lock) {
        let guard = self.mutex(lock).lock().unwrap_or_else(PoisonError::into_inner);
        self.hold(lock, guard);
    }

    #[inline(always)]
    fn release(&mut self, lock: Lock) {
        if self.held.as_ref().is_some_and(|holding| holding.lock == lock) {
            self.held = None;
        } else {
            self.release_more(lock);
        }
    }

    #[inline]
    fn held(&self) -> u64 {
        let all = self.held.iter().chain(&self.more);
        all.filter(|h| h.lock.0 < 64).fold(0, |bits, h| bits | 1 << h.lock.0)
    }
}
