//! Strict alternation: workers enter in turn (Dijkstra, *Cooperating sequential processes*, EWD
//! 123, 1965, first solution).

use std::sync::atomic::Ordering::{Acquire, Release};

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// What one believes: only the worker whose turn it is enters, and then it is the next one's turn.
/// So two are never inside, and none is passed twice.
///
/// Why it fails: the turn of a worker that does not want to enter never ends. Where one makes more
/// updates than the others, it waits for ever.
pub(in crate::strategy) struct Turns;

const TURN: Var = Var(0);

impl Strategy for Turns {
    fn about(&self) -> About {
        About::new("turns", Promise::MutualExclusion, "strict alternation; spins")
            .bounded_waiting()
            .exhibit()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("turn", 1)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let mine = m.me() as u64 + 1;
        m.until("the turn is this worker's", |m| Ok(m.load(TURN, Acquire)? == mine))
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let next = (m.me() + 1) % m.workers();
        m.store(TURN, next as u64 + 1, Release)
    }
}
