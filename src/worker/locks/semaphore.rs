//! A counting semaphore: one atomic operation where a permit is free.
//!
//! A Mutex and a Condvar for every wait would cost fifteen times as much. Here they are only for
//! workers that find no permit and sleep; processes cannot share them, and use a futex. Dijkstra's
//! P and V (1965), with the fast path that futex-based semaphores have (Drepper, *Futexes are
//! tricky*, 2004).

#[cfg(loom)]
use loom::sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU64};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
#[cfg(not(loom))]
use std::sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU64};

use crossbeam_utils::CachePadded;

use super::Semaphores;
use crate::machine::{Semaphore, declared};

/// One more waiter, in [`Counting::state`].
const WAITER: u64 = 1 << 32;
/// The half of the state that counts permits.
const PERMITS: u64 = WAITER - 1;

/// Lets a worker sleep that finds no permit. The names are those of parking_lot_core.
pub(crate) trait Parker {
    /// A token taken before registering as a waiter, and given up by sleeping: it prevents a lost
    /// wake-up.
    type Token<'a>
    where
        Self: 'a;
    /// Called before the worker registers as a waiter.
    fn prepare_park(&self) -> Self::Token<'_>;
    /// Sleeps until a wake-up that comes, or has come since `prepare_park`. It may wake by itself.
    fn park<'a>(&'a self, token: Self::Token<'a>) -> Self::Token<'a>;
    /// Wakes one registered waiter.
    fn unpark_one(&self);
    /// Wakes all.
    fn unpark_all(&self);
}

/// For threads, in safe code.
#[derive(Default)]
pub(crate) struct CondvarParker {
    lock: Mutex<()>,
    condvar: Condvar,
}

impl Parker for CondvarParker {
    type Token<'a> = MutexGuard<'a, ()>;

    fn prepare_park(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn park<'a>(&'a self, token: MutexGuard<'a, ()>) -> MutexGuard<'a, ()> {
        self.condvar.wait(token).unwrap_or_else(PoisonError::into_inner)
    }

    fn unpark_one(&self) {
        // A waiter registers under `lock` and releases it only inside `Condvar::wait`. So once we
        // have had the lock, every registered waiter receives the notification.
        drop(self.prepare_park());
        self.condvar.notify_one();
    }

    fn unpark_all(&self) {
        // As above.
        drop(self.prepare_park());
        self.condvar.notify_all();
    }
}

/// A semaphore for threads.
pub(crate) type CountingSemaphore = Counting<CondvarParker>;

/// Permits that workers take (`wait`) and give back (`signal`).
///
/// A permit goes to the worker that takes it first, not to the worker that has waited longest:
/// handing permits over in order costs a context switch for each.
pub(crate) struct Counting<P> {
    /// Free permits in the low half, waiters in the high half: one word, so that a worker that
    /// gives a permit back and one that registers as a waiter can never miss each other.
    state: AtomicU64,
    parker: P,
}

impl<P: Parker + Default> Counting<P> {
    /// With so many permits.
    pub(crate) fn new(permits: u32) -> Self {
        Self { state: AtomicU64::new(permits.into()), parker: P::default() }
    }
}

impl<P: Parker> Counting<P> {
    /// Sets the permits of a semaphore that is not used yet.
    #[cfg(linux)]
    pub(crate) fn fill(&self, permits: u32) {
        self.state.store(permits.into(), Relaxed);
    }

    /// Takes a permit if there is one, and says whether it did.
    #[inline]
    pub(crate) fn try_wait(&self) -> bool {
        self.change(|state| (state & PERMITS > 0).then(|| state - 1))
    }

    /// Takes a permit, and sleeps while there is none.
    pub(crate) fn wait(&self) {
        if !self.try_wait() {
            self.wait_later();
        }
    }

    #[cold]
    fn wait_later(&self) {
        let mut token = self.parker.prepare_park();
        while !self.try_wait() {
            // Registered only if there still is no permit: a worker that gives one back from now on
            // sees this waiter.
            if self.change(|state| (state & PERMITS == 0).then_some(state + WAITER)) {
                token = self.parker.park(token);
            }
        }
    }

    /// Gives a permit back, and wakes one waiter if there are any.
    #[inline]
    pub(crate) fn signal(&self) {
        // Release pairs with the Acquire in `change`: a worker that takes this permit sees all that
        // was done under it.
        let before = self.state.fetch_add(1, Release);
        if before >= WAITER {
            self.wake();
        }
    }

    #[cold]
    fn wake(&self) {
        // The waiter is taken off the count here, so that permits given back until it runs cost no
        // system call. A waiter that woke by itself may be counted once too often, which costs a
        // wake-up without effect; none is ever counted too seldom.
        if self.change(|state| state.checked_sub(WAITER)) {
            self.parker.unpark_one();
        }
    }

    /// Changes the state in one step to what `next` returns, if anything.
    #[inline]
    fn change(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        // Acquire pairs with the Release in `signal`.
        self.state.fetch_update(Acquire, Relaxed, next).is_ok()
    }
}

impl<P: Parker> Semaphores for &[CachePadded<Counting<P>>] {
    #[inline]
    fn try_wait(&self, semaphore: Semaphore) -> bool {
        declared("semaphore", self, semaphore.0).try_wait()
    }

    fn wait(&self, semaphore: Semaphore) {
        declared("semaphore", self, semaphore.0).wait();
    }

    #[inline]
    fn signal(&self, semaphore: Semaphore) {
        declared("semaphore", self, semaphore.0).signal();
    }
}

/// loom tries the orders in which workers may take their steps, and panics where all are blocked: a
/// check that ends shows that no wake-up is lost.
#[cfg(all(test, loom))]
mod under_loom {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64 as Unseen;

    use loom::model::Builder;

    use super::*;

    /// What the semaphore guards.
    struct Room {
        semaphore: CountingSemaphore,
        /// Read and written in two relaxed steps: only what comes in order is counted.
        visits: AtomicU64,
        /// Not seen by loom, and so no help for the semaphore.
        inside: Unseen,
        peak: Unseen,
    }

    impl Room {
        fn new(permits: u32) -> Self {
            let semaphore = CountingSemaphore::new(permits);
            let (inside, peak) = (Unseen::new(0), Unseen::new(0));
            Self { semaphore, visits: AtomicU64::new(0), inside, peak }
        }

        fn visit(&self) {
            self.semaphore.wait();
            self.peak.fetch_max(self.inside.fetch_add(1, Relaxed) + 1, Relaxed);
            self.visits.store(self.visits.load(Relaxed) + 1, Relaxed);
            self.inside.fetch_sub(1, Relaxed);
            self.semaphore.signal();
        }
    }

    /// So many workers visit so often, in every order with at most so many preemptions; returns
    /// the fewest visits that were counted, and the most workers that were inside at once.
    fn visit(permits: u32, workers: u64, times: u64, preemptions: Option<usize>) -> (u64, u64) {
        let bounds = Arc::new((Unseen::new(u64::MAX), Unseen::new(0)));
        let mut builder = Builder::new();
        builder.preemption_bound = preemptions;
        let all = bounds.clone();
        builder.check(move || {
            let room = Arc::new(Room::new(permits));
            let visit = move |room: &Room| (0..times).for_each(|_| room.visit());
            let spawn = |room: Arc<Room>| loom::thread::spawn(move || visit(&room));
            let others: Vec<_> = (1..workers).map(|_| spawn(room.clone())).collect();
            visit(&room);
            others.into_iter().for_each(|other| other.join().expect("loom reports a panic"));
            let free = room.semaphore.state.load(Relaxed) & PERMITS;
            assert_eq!(free, u64::from(permits), "all permits are back");
            all.0.fetch_min(room.visits.load(Relaxed), Relaxed);
            all.1.fetch_max(room.peak.load(Relaxed), Relaxed);
        });
        (bounds.0.load(Relaxed), bounds.1.load(Relaxed))
    }

    #[test]
    fn one_permit_lets_one_of_two_in_and_wakes_all_waiters() {
        assert_eq!(visit(1, 2, 1, None), (2, 1));
        assert_eq!(visit(1, 2, 2, Some(3)), (4, 1));
    }

    #[test]
    fn one_permit_lets_one_of_three_in_and_wakes_all_waiters() {
        assert_eq!(visit(1, 3, 1, Some(3)), (3, 1));
    }

    #[test]
    fn two_permits_let_two_of_three_in_and_no_more_and_wake_all_waiters() {
        assert_eq!(visit(2, 3, 1, Some(3)), (1, 2));
    }
}
