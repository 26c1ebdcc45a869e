//! Whether a strategy may take a step: it declared what it uses, and the access can have the order.

use std::sync::atomic::Ordering;

use super::misuse::{undeclared, wrong_order};
use super::{Needs, Step};

/// Panics if a load cannot have this order.
#[inline(always)]
pub(crate) fn check_load(order: Ordering) {
    if let Ordering::Release | Ordering::AcqRel = order {
        wrong_order("load", order);
    }
}

/// Panics if a store cannot have this order.
#[inline(always)]
pub(crate) fn check_store(order: Ordering) {
    if let Ordering::Acquire | Ordering::AcqRel = order {
        wrong_order("store", order);
    }
}

/// Panics if a fence cannot have this order.
#[inline(always)]
pub(crate) fn check_fence(order: Ordering) {
    if order == Ordering::Relaxed {
        wrong_order("fence", order);
    }
}

/// The strongest order of the load that is left of a compare-and-exchange of this order where it
/// does not write.
#[inline(always)]
pub(crate) fn on_failure(order: Ordering) -> Ordering {
    match order {
        Ordering::Release => Ordering::Relaxed,
        Ordering::AcqRel => Ordering::Acquire,
        same => same,
    }
}

impl Needs {
    /// Panics if a strategy that declared this cannot take `step`: for the machines on which it
    /// would go unnoticed otherwise.
    pub(crate) fn check<V>(&self, step: &Step<V>) {
        let (kind, index, declared) = match *step {
            Step::Load(var, order) => {
                check_load(order);
                ("variable", var.0, self.vars.len())
            }
            Step::Store(var, _, order) => {
                check_store(order);
                ("variable", var.0, self.vars.len())
            }
            Step::Swap(var, ..) | Step::FetchAdd(var, ..) | Step::CompareExchange { var, .. } => {
                ("variable", var.0, self.vars.len())
            }
            Step::Fence(order) => return check_fence(order),
            Step::Acquire(lock) | Step::TryAcquire(lock) | Step::Release(lock) => {
                ("lock", lock.0, self.locks.len())
            }
            Step::Wait(semaphore) | Step::TryWait(semaphore) | Step::Signal(semaphore) => {
                ("semaphore", semaphore.0, self.semaphores.len())
            }
            Step::Sleep(condition, lock) | Step::Wake(condition, lock) => {
                self.check(&Step::<V>::Release(lock));
                ("condition", condition.0, self.conditions.len())
            }
            Step::NotifyOne(condition) | Step::NotifyAll(condition) => {
                ("condition", condition.0, self.conditions.len())
            }
            Step::Read
            | Step::Write(_)
            | Step::Add(_)
            | Step::Replace { .. }
            | Step::Claim
            | Step::GiveBack => return,
        };
        if index >= declared {
            undeclared(kind, index, declared);
        }
    }
}
