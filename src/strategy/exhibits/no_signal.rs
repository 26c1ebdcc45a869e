//! A semaphore that is signalled only if another worker waits for it.

use std::sync::atomic::Ordering::SeqCst;

use crate::machine::{About, Machine, Needs, Program, Promise, Semaphore, Strategy, Var};

/// What one believes: a signal wakes a waiting worker, so if none waits, no signal is needed.
///
/// Why it fails: a semaphore counts permits; it does not only wake. A worker that leaves without a
/// signal has taken its permit away for good, and the next worker that comes waits for ever.
pub(in crate::strategy) struct NoSignal;

const WAITING: Var = Var(0);
const PERMITS: Semaphore = Semaphore(0);
/// Added to a number, it takes one away.
const LESS_ONE: u64 = u64::MAX;

impl Strategy for NoSignal {
    fn about(&self) -> About {
        About::new("no-signal", Promise::AtMostPermits, "a semaphore; signals if a worker waits")
            .exhibit()
    }

    fn needs(&self, program: &Program) -> Needs {
        Needs::default().var("waiting", 0).semaphore("permits", program.permits)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.fetch_add(WAITING, 1, SeqCst)?;
        m.wait(PERMITS)?;
        m.fetch_add(WAITING, LESS_ONE, SeqCst)?;
        Ok(())
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        if m.load(WAITING, SeqCst)? > 0 { m.signal(PERMITS) } else { Ok(()) }
    }
}
