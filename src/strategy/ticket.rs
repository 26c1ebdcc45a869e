//! A ticket lock: take a number, and wait until it is served (Mellor-Crummey and Scott, 1991).

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// Workers are served in the order in which they took a number, so none waits for ever. The price:
/// if the worker whose turn it is does not run, no other enters either.
pub(super) struct Ticket;

const NEXT: Var = Var(0);
const SERVING: Var = Var(1);

impl Strategy for Ticket {
    fn about(&self) -> About {
        About::new("ticket", Promise::MutualExclusion, "numbers, served in order; spins")
            .bounded_waiting()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("next", 0).var("serving", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        // Relaxed: the number alone matters; `serving` carries what was done inside.
        let mine = m.fetch_add(NEXT, 1, Relaxed)?;
        m.until("the number of this worker is served", |m| {
            // Acquire pairs with the Release in `exit`.
            Ok(m.load(SERVING, Acquire)? == mine)
        })
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        // Only the worker inside writes `serving`, so no number is skipped.
        let mine = m.load(SERVING, Relaxed)?;
        m.store(SERVING, mine + 1, Release)
    }
}
