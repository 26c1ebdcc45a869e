//! A mutex lock: acquired before the critical section, released after it.

use crate::machine::{About, Lock, Machine, Needs, Program, Promise, Strategy};

/// A worker that finds the lock held sleeps until it is released.
///
/// Waiting is not bounded: a worker that comes back at once may take the lock again before one
/// that has just been woken.
pub(super) struct Mutex;

const LOCK: Lock = Lock(0);

impl Strategy for Mutex {
    fn about(&self) -> About {
        About::new("mutex", Promise::MutualExclusion, "acquire, release; waiting workers sleep")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock")
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(LOCK)
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(LOCK)
    }
}
