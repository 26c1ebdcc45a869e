//! Two mutexes, both of which are needed to enter.

use crate::machine::{About, Lock, Machine, Needs, Program, Promise, Strategy};

/// What one believes: two locks are safer than one, and a worker that holds both is the only one
/// inside.
///
/// Why it fails: workers take them in opposite orders. Each can get one of the two, and then both
/// wait for the other's for ever. Mutual exclusion holds; progress does not. (Dijkstra, 1965: the
/// deadly embrace. The remedy is one order for all.)
pub(in crate::strategy) struct TwoLocks;

const LOCKS: [Lock; 2] = [Lock(0), Lock(1)];

impl Strategy for TwoLocks {
    fn about(&self) -> About {
        About::new("two-locks", Promise::MutualExclusion, "two mutexes, both needed to enter")
            .exhibit()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("left").lock("right")
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let first = m.me() % 2;
        m.acquire(LOCKS[first])?;
        m.acquire(LOCKS[1 - first])
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let first = m.me() % 2;
        m.release(LOCKS[1 - first])?;
        m.release(LOCKS[first])
    }
}
