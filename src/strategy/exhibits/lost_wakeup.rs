//! A lock whose waiting workers sleep on a semaphore until they are woken.

use std::sync::atomic::Ordering::SeqCst;

use crate::machine::{About, Machine, Needs, Program, Promise, Semaphore, Strategy, Var};

/// What one believes: a worker that finds the lock taken counts itself as a sleeper and sleeps; a
/// worker that leaves wakes as many as are counted.
///
/// Why it fails: between the look at the lock and the counting, the worker inside may leave. It
/// finds no worker counted and wakes none; then the other counts itself and sleeps for ever.
pub(in crate::strategy) struct LostWakeup;

const TAKEN: Var = Var(0);
const SLEEPERS: Var = Var(1);
const WAKE: Semaphore = Semaphore(0);

impl Strategy for LostWakeup {
    fn about(&self) -> About {
        About::new("lost-wakeup", Promise::MutualExclusion, "looks, counts itself, sleeps")
            .exhibit()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0).var("sleepers", 0).semaphore("wake", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the lock is free, and this worker has taken it", |m| {
            if m.swap(TAKEN, 1, SeqCst)? == 0 {
                return Ok(true);
            }
            m.fetch_add(SLEEPERS, 1, SeqCst)?;
            m.wait(WAKE)?;
            Ok(false)
        })
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TAKEN, 0, SeqCst)?;
        for _ in 0..m.swap(SLEEPERS, 0, SeqCst)? {
            m.signal(WAKE)?;
        }
        Ok(())
    }
}
