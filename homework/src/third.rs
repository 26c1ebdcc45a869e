//! Exercise 3: bounded waiting. The others may pass a waiting worker without bound.

use std::sync::atomic::Ordering::{Acquire, Release};

use syncdemo::machine::{Machine, Needs, Program, Var};
use syncdemo::strategy::{About, Promise, Strategy};

/// Test-and-set.
pub struct Third;

/// 1 while a worker has the lock.
const TAKEN: Var = Var(0);

impl Strategy for Third {
    // When the judge says yes, claim it: `About::new(..).bounded_waiting()`.
    fn about(&self) -> About {
        About::new("third", Promise::MutualExclusion, "test-and-set; spins")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("this worker has taken the lock", |m| Ok(m.swap(TAKEN, 1, Acquire)? == 0))
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TAKEN, 0, Release)
    }
}
