//! A mutex for each worker.

use crate::machine::{About, Lock, Machine, Needs, Program, Promise, Strategy};

/// What one believes: every access is between acquire and release, so it is guarded.
///
/// Why it fails: a mutex keeps out only the workers that acquire the same mutex. Here each acquires
/// its own, which no other worker ever holds. (The same mistake: a lock made inside the function
/// that is to be guarded, or one for each instance of a class.)
pub(in crate::strategy) struct OwnLock;

impl Strategy for OwnLock {
    fn about(&self) -> About {
        About::new("own-lock", Promise::MutualExclusion, "a mutex for each worker").exhibit()
    }

    fn needs(&self, program: &Program) -> Needs {
        let name = |worker| format!("lock[{worker}]");
        (1..=program.workers).fold(Needs::default(), |needs, worker| needs.lock(name(worker)))
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(m.me()))
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(m.me()))
    }
}
