//! A spinlock: one variable says whether the section is taken (test-and-test-and-set).

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// Looks until the lock seems free, and only then tries to take it, since the attempt takes the
/// variable's cache line away from all workers that look (Segall and Rudolph, 1984).
pub(super) struct Spinlock;

const TAKEN: Var = Var(0);

impl Strategy for Spinlock {
    fn about(&self) -> About {
        About::new("spinlock", Promise::MutualExclusion, "test-and-set; waiting workers spin")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the lock is free, and this worker has taken it", |m| {
            // Acquire pairs with the Release in `exit`: a worker that enters sees what was done
            // inside.
            Ok(m.load(TAKEN, Relaxed)? == 0 && m.swap(TAKEN, 1, Acquire)? == 0)
        })
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TAKEN, 0, Release)
    }
}
