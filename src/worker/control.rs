//! The orders of the supervisor to all workers of a run, and what they share beside the resource.
//!
//! Everything in it is zero at first, so that fresh shared memory can be used as it is.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crossbeam_utils::CachePadded;

use super::{Gate, clock};

/// Go on.
const GO: u64 = 0;
/// Stop before the next update, or while spinning.
const STOP: u64 = 1;
/// Wait halfway.
const HOLD: u64 = 2;

/// Shared by all workers of a run and their supervisor.
#[derive(Default)]
pub(super) struct RunControl {
    /// Lets all start together.
    pub(super) gate: Gate,
    /// When the gate was opened, by [`clock::now`]; 0 before.
    opened: AtomicU64,
    /// [`GO`], [`STOP`] or [`HOLD`].
    order: AtomicU64,
    /// Whether some worker has begun its last update.
    ending: AtomicU64,
    /// The copies of the resource that are taken, a bit each. All workers change it.
    pub(super) taken: CachePadded<AtomicU64>,
    /// The steps of the schedule that have been taken, where there is one.
    pub(super) steps: CachePadded<AtomicU64>,
}

impl RunControl {
    /// Looked at before each update.
    #[inline]
    pub(super) fn is_stopping(&self) -> bool {
        self.order.load(Relaxed) == STOP
    }

    pub(super) fn stop(&self) {
        self.order.store(STOP, Release);
    }

    #[cfg(linux)]
    pub(super) fn hold(&self) {
        self.order.store(HOLD, Release);
    }

    pub(super) fn is_holding(&self) -> bool {
        // Acquire pairs with the Release in `end_hold`: a worker that goes on sees what was done
        // before.
        self.order.load(Acquire) == HOLD
    }

    /// Lets the workers go on.
    pub(super) fn end_hold(&self) {
        // An order to stop stays.
        let _ = self.order.compare_exchange(HOLD, GO, Release, Relaxed);
    }

    /// Some worker begins its last update.
    pub(super) fn begin_ending(&self) {
        self.ending.store(1, Relaxed);
    }

    #[inline]
    pub(super) fn is_ending(&self) -> bool {
        self.ending.load(Relaxed) != 0
    }

    pub(super) fn open(&self) {
        self.opened.store(clock::now(), Relaxed);
    }

    /// When the gate was opened, if it was.
    pub(super) fn opened(&self) -> Option<u64> {
        Some(self.opened.load(Relaxed)).filter(|&time| time > 0)
    }
}
