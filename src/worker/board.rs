//! What all workers of a run look at: the gate, and the orders of the one who watches.
//!
//! Everything in it is zero at first, so that fresh shared memory is a board.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crossbeam_utils::CachePadded;

use super::{Gate, clock};

/// Go on.
const GO: u64 = 0;
/// Stop before the next update, or while spinning.
const STOP: u64 = 1;
/// One worker is to be killed inside: the others wait for it halfway.
const VIGIL: u64 = 2;

/// Shared by all workers of a run, and by the one who watches.
#[derive(Default)]
pub struct Board {
    /// Lets all start together.
    pub(crate) gate: Gate,
    /// When the gate was opened, by [`clock::now`]; 0 before.
    opened: AtomicU64,
    /// [`GO`], [`STOP`] or [`VIGIL`].
    order: AtomicU64,
    /// Whether the victim is where it is to be killed.
    doomed: AtomicU64,
    /// The copies of the resource that are taken, a bit each. All workers change it.
    pub(crate) taken: CachePadded<AtomicU64>,
    /// The steps of the schedule that have been taken, where there is one.
    pub(crate) steps: CachePadded<AtomicU64>,
}

/// What a worker is to do, beyond going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Nothing else.
    GoOn,
    /// Stop.
    Stop,
    /// Wait halfway until one has been doomed, or be the one.
    Vigil,
}

impl Board {
    /// Whether there is any order. It is looked at before each update.
    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        self.order.load(Relaxed) == GO
    }

    pub(crate) fn order(&self) -> Order {
        // Acquire pairs with `doom`: who goes on does so after the victim has come in.
        match self.order.load(Acquire) {
            GO => Order::GoOn,
            VIGIL => Order::Vigil,
            _ => Order::Stop,
        }
    }

    pub(crate) fn stop(&self) {
        self.order.store(STOP, Release);
    }

    pub(crate) fn hold_vigil(&self) {
        self.order.store(VIGIL, Release);
    }

    /// Says that the victim is inside and will not move, and lets the others go on.
    pub(crate) fn doom(&self) {
        self.doomed.store(1, Release);
        // An order to stop stays.
        let _ = self.order.compare_exchange(VIGIL, GO, Release, Relaxed);
    }

    pub(crate) fn is_doomed(&self) -> bool {
        self.doomed.load(Acquire) == 1
    }

    pub(crate) fn open(&self) {
        self.opened.store(clock::now(), Relaxed);
    }

    /// When the gate was opened, if it was.
    pub(crate) fn opened(&self) -> Option<u64> {
        Some(self.opened.load(Relaxed)).filter(|&time| time > 0)
    }
}
