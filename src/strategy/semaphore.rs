//! A counting semaphore (Dijkstra, 1965): as many may enter as there are permits.

use crate::machine::{About, Machine, Needs, Program, Promise, Semaphore as Index, Strategy};

/// Waits for a permit before the update, gives it back after it.
pub(super) struct Semaphore;

const PERMITS: Index = Index(0);

impl Strategy for Semaphore {
    fn about(&self) -> About {
        About::new("semaphore", Promise::AtMostPermits, "wait, signal; P permits, 1 by default")
    }

    fn needs(&self, program: &Program) -> Needs {
        Needs::default().semaphore("permits", program.permits)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.wait(PERMITS)
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.signal(PERMITS)
    }
}
