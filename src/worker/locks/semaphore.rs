//! A counting semaphore: one atomic operation where a permit is free.
//!
//! A Mutex and a Condvar alone would cost fifteen times as much. Here they are only the [`Parker`] of
//! those who find no permit; processes, who cannot share them, have a futex for a parker. Dijkstra's
//! P and V (1965), with the fast path that futex-based semaphores have (Drepper, *Futexes are
//! tricky*, 2004).

#[cfg(loom)]
use loom::sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU64};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
#[cfg(not(loom))]
use std::sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU64};

/// One sleeper more, in [`CountingSemaphore::state`].
const SLEEPER: u64 = 1 << 32;
/// The half of the state that counts permits.
const PERMITS: u64 = SLEEPER - 1;

/// Where those sleep who find no permit.
pub trait Parker {
    /// What a worker holds from before it is counted as a sleeper until it sleeps, so that no condvar
    /// rings unheard in between.
    type Place<'a>
    where
        Self: 'a;
    /// Before it is counted.
    fn prepare_park(&self) -> Self::Place<'_>;
    /// After: sleeps until the condvar rings, or has rung since `prepare_park`. It may wake by itself.
    fn sleep<'a>(&'a self, place: Self::Place<'a>) -> Self::Place<'a>;
    /// Wakes one who has been counted.
    fn unpark_one(&self);
}

/// The parker of threads, in safe code.
#[derive(Default)]
pub struct CondvarParker {
    lock: Mutex<()>,
    condvar: Condvar,
}

impl Parker for CondvarParker {
    type Place<'a> = MutexGuard<'a, ()>;

    fn prepare_park(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep<'a>(&'a self, place: MutexGuard<'a, ()>) -> MutexGuard<'a, ()> {
        self.condvar.wait(place).unwrap_or_else(PoisonError::into_inner)
    }

    fn unpark_one(&self) {
        // Whoever was counted held the lock then, and lets go of it by waiting for the condvar: once
        // the lock has been free, it hears the condvar.
        drop(self.prepare_park());
        self.condvar.notify_one();
    }
}

/// A semaphore for threads.
pub type CountingSemaphore = Counting<CondvarParker>;

/// Permits that workers take (`wait`) and give back (`signal`).
///
/// A permit goes to whoever takes it first, not to who has waited longest: handing them over in
/// order costs a context switch for each.
///
/// ```
/// use syncdemo::worker::CountingSemaphore;
/// let semaphore = CountingSemaphore::new(1);
/// semaphore.wait();
/// assert!(!semaphore.try_wait());
/// semaphore.signal();
/// assert!(semaphore.try_wait());
/// ```
pub struct Counting<B> {
    /// Free permits in the low half, sleepers in the high half: one word, so that who gives a
    /// permit back and who goes to parker can never miss each other.
    state: AtomicU64,
    parker: B,
}

impl<B: Parker + Default> Counting<B> {
    /// With so many permits.
    #[must_use]
    pub fn new(permits: u32) -> Self {
        Self { state: AtomicU64::new(permits.into()), parker: B::default() }
    }
}

impl<B: Parker> Counting<B> {
    /// Puts so many permits into one that nobody uses yet.
    #[cfg(target_os = "linux")]
    pub(crate) fn fill(&self, permits: u32) {
        self.state.store(permits.into(), Relaxed);
    }

    /// Takes a permit if there is one, and says whether it did.
    pub fn try_wait(&self) -> bool {
        self.change(|state| (state & PERMITS > 0).then(|| state - 1))
    }

    /// Takes a permit, and sleeps while there is none.
    pub fn wait(&self) {
        if !self.try_wait() {
            self.sleep();
        }
    }

    #[cold]
    fn sleep(&self) {
        let mut place = self.parker.prepare_park();
        while !self.try_wait() {
            // Counted only if there still is no permit: who gives one back from now on sees us.
            if self.change(|state| (state & PERMITS == 0).then_some(state + SLEEPER)) {
                place = self.parker.sleep(place);
            }
        }
    }

    /// Gives a permit back, and wakes one sleeper if there are any.
    pub fn signal(&self) {
        // Release pairs with the Acquire in `change`: who takes this permit sees all that was
        // done under it.
        let before = self.state.fetch_add(1, Release);
        if before >= SLEEPER {
            self.wake();
        }
    }

    #[cold]
    fn wake(&self) {
        // Who wakes a sleeper takes it off the count, so that the permits given back until it
        // runs cost no system call. A sleeper who woke by itself may be counted once too often,
        // which costs a condvar that nobody hears; none is ever counted too little.
        if self.change(|state| state.checked_sub(SLEEPER)) {
            self.parker.unpark_one();
        }
    }

    /// Changes the state in one step to what `next` says, if it says anything.
    fn change(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        // Acquire pairs with the Release in `signal`.
        self.state.fetch_update(Acquire, Relaxed, next).is_ok()
    }
}

/// loom tries the orders in which workers may take their steps, and panics where all are blocked:
/// so that a check ends says that no wake-up is lost.
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
    fn one_permit_lets_one_of_two_in_and_wakes_whoever_sleeps() {
        assert_eq!(visit(1, 2, 1, None), (2, 1));
        assert_eq!(visit(1, 2, 2, Some(3)), (4, 1));
    }

    #[test]
    fn one_permit_lets_one_of_three_in_and_wakes_whoever_sleeps() {
        assert_eq!(visit(1, 3, 1, Some(3)), (3, 1));
    }

    #[test]
    fn two_permits_let_two_of_three_in_and_no_more_and_wake_whoever_sleeps() {
        assert_eq!(visit(2, 3, 1, Some(3)), (1, 2));
    }
}
