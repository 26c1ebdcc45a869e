//! Exercise 2: progress. A worker that does not want to enter must not keep the others out.

use std::sync::atomic::Ordering::{Acquire, Release};

use syncdemo::machine::{Machine, Needs, Program, Var};
use syncdemo::strategy::{About, Promise, Strategy};

/// Lets the workers in by turns.
pub struct Second;

/// Whose turn it is.
const TURN: Var = Var(0);

impl Strategy for Second {
    // When the judge says yes, claim it: remove `progress: false`. If it serves two workers only:
    // `About::new(..).at_most(2, "third")`.
    fn about(&self) -> About {
        let about = About::new("second", Promise::MutualExclusion, "workers enter by turns; spins");
        About { progress: false, ..about.bounded_waiting() }
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("turn", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("it is this worker's turn", |m| Ok(m.load(TURN, Acquire)? == m.me() as u64))
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TURN, (m.me() as u64 + 1) % m.workers() as u64, Release)
    }
}
