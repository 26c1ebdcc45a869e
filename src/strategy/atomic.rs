//! An atomic addition: read, compute and write in one step.

use crate::machine::{About, Delta, Machine, Promise, Strategy};

/// Adds in one step, so there is no section to be guarded.
pub(super) struct Atomic;

impl Strategy for Atomic {
    fn about(&self) -> About {
        About::new("atomic", Promise::NoLostUpdate, "adds in one step: no critical section")
            .bounded_waiting()
    }

    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        m.add(delta)
    }
}
