//! A mutex around nothing but the write.

use crate::machine::{About, Delta, Lock, Machine, Needs, Program, Promise, Strategy};

/// What one believes: only writing changes the resource, so only writing has to be guarded.
///
/// Why it fails: what is written was computed from what was read, and that is outdated as soon as
/// another worker has written in between. Read, compute and write belong together.
pub(in crate::strategy) struct HalfLock;

const LOCK: Lock = Lock(0);

impl Strategy for HalfLock {
    fn about(&self) -> About {
        About::new("half-lock", Promise::MutualExclusion, "a mutex around the write").exhibit()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock")
    }

    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        let seen = m.read()?;
        m.acquire(LOCK)?;
        m.write(seen + delta)?;
        m.release(LOCK)
    }
}
