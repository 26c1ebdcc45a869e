//! A counting semaphore: one atomic operation where a permit is free.
//!
//! A Mutex and a Condvar alone would cost fifteen times as much. Here they are only the [`Bed`] of
//! those who find no permit; processes, who cannot share them, have a futex for a bed. Dijkstra's P and V (1965), with the fast path that futex-based
//! semaphores have (Drepper, *Futexes are tricky*, 2004).

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
pub trait Bed {
    /// What a worker holds from before it is counted as a sleeper until it sleeps, so that no bell
    /// rings unheard in between.
    type Place<'a>
    where
        Self: 'a;
    /// Before it is counted.
    fn approach(&self) -> Self::Place<'_>;
    /// After: sleeps until the bell rings, or has rung since `approach`. It may wake by itself.
    fn sleep<'a>(&'a self, place: Self::Place<'a>) -> Self::Place<'a>;
    /// Wakes one who has been counted.
    fn ring(&self);
}

/// The bed of threads, in safe code.
#[derive(Default)]
pub struct Bunk {
    lock: Mutex<()>,
    bell: Condvar,
}

impl Bed for Bunk {
    type Place<'a> = MutexGuard<'a, ()>;

    fn approach(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep<'a>(&'a self, place: MutexGuard<'a, ()>) -> MutexGuard<'a, ()> {
        self.bell.wait(place).unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        // Whoever was counted held the lock then, and lets go of it by waiting for the bell: once
        // the lock has been free, it hears the bell.
        drop(self.approach());
        self.bell.notify_one();
    }
}

/// A semaphore for threads.
pub type CountingSemaphore = Counting<Bunk>;

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
    /// permit back and who goes to bed can never miss each other.
    state: AtomicU64,
    bed: B,
}

impl<B: Bed + Default> Counting<B> {
    /// With so many permits.
    #[must_use]
    pub fn new(permits: u32) -> Self {
        Self { state: AtomicU64::new(permits.into()), bed: B::default() }
    }
}

impl<B: Bed> Counting<B> {
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
        let mut place = self.bed.approach();
        while !self.try_wait() {
            // Counted only if there still is no permit: who gives one back from now on sees us.
            if self.change(|state| (state & PERMITS == 0).then_some(state + SLEEPER)) {
                place = self.bed.sleep(place);
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
        // which costs a bell that nobody hears; none is ever counted too little.
        if self.change(|state| state.checked_sub(SLEEPER)) {
            self.bed.ring();
        }
    }

    /// Changes the state in one step to what `next` says, if it says anything.
    fn change(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        // Acquire pairs with the Release in `signal`.
        self.state.fetch_update(Acquire, Relaxed, next).is_ok()
    }
}
