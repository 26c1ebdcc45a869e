//! A monitor: a mutex, and a condition variable on which workers sleep while another is inside
//! (Hoare, 1974; that a worker looks again when it wakes: Lampson and Redell, 1980).

use std::sync::atomic::Ordering::Relaxed;

use crate::machine::{About, Condition, Lock, Machine, Needs, Program, Promise, Strategy, Var};

/// The mutex guards `busy`, and not the update: it is held for some steps only.
pub(super) struct Monitor;

const BUSY: Var = Var(0);
const LOCK: Lock = Lock(0);
const FREE: Condition = Condition(0);

impl Strategy for Monitor {
    fn about(&self) -> About {
        About::new("monitor", Promise::MutualExclusion, "mutex and condition variable")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("busy", 0).lock("lock").condition("free")
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(LOCK)?;
        m.wait_while(FREE, LOCK, "busy is 0", |m| Ok(m.load(BUSY, Relaxed)? == 1))?;
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
