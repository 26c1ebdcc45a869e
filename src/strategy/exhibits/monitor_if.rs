//! A monitor in which a worker that wakes does not look again.

use std::sync::atomic::Ordering::Relaxed;

use crate::machine::{About, Condition, Lock, Machine, Needs, Program, Promise, Strategy, Var};

/// What one believes: a worker is woken because nobody is inside any more, so it may enter.
///
/// Why it fails: between the notification and the waking another worker can take the mutex, find
/// nobody inside and enter. `if` has to be `while`. (Lampson and Redell, 1980: a notification is a
/// hint.)
pub(in crate::strategy) struct MonitorIf;

const BUSY: Var = Var(0);
const LOCK: Lock = Lock(0);
const FREE: Condition = Condition(0);

impl Strategy for MonitorIf {
    fn about(&self) -> About {
        About::new("monitor-if", Promise::MutualExclusion, "a monitor with if instead of while")
            .exhibit()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("busy", 0).lock("lock").condition("free")
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(LOCK)?;
        if m.load(BUSY, Relaxed)? == 1 {
            m.wait_on(FREE, LOCK)?;
        }
        m.store(BUSY, 1, Relaxed)?;
        m.release(LOCK)
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(LOCK)?;
        m.store(BUSY, 0, Relaxed)?;
        m.notify_one(FREE)?;
        m.release(LOCK)
    }
}
