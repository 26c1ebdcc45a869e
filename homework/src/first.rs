//! Exercise 1: mutual exclusion. At most one worker may be inside.

use std::sync::atomic::Ordering::{Acquire, Release};

use syncdemo::machine::{Machine, Needs, Program, Var};
use syncdemo::strategy::{About, Promise, Strategy};

/// Looks whether the lock is free, then takes it.
pub struct First;

/// 1 while a worker has the lock.
const TAKEN: Var = Var(0);

impl Strategy for First {
    // When the judge says yes, promise it: `Promise::MutualExclusion`.
    fn about(&self) -> About {
        About::new("first", Promise::Nothing, "looks, then takes; spins")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the lock is free", |m| Ok(m.load(TAKEN, Acquire)? == 0))?;
        m.store(TAKEN, 1, Release)
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TAKEN, 0, Release)
    }
}
