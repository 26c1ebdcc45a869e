//! A flag that says whether a worker is inside: tested, then set.

use std::sync::atomic::Ordering::{Acquire, Release};

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// What one believes: a worker that finds the flag down raises it, and all others then find it up.
///
/// Why it fails: the test and the raising are two steps. A worker that comes in between finds the
/// flag down as well, and both enter.
pub(in crate::strategy) struct Flag;

const FLAG: Var = Var(0);

impl Strategy for Flag {
    fn about(&self) -> About {
        About::new("flag", Promise::MutualExclusion, "waits for a flag to be down, raises it")
            .exhibit()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the flag is down", |m| Ok(m.load(FLAG, Acquire)? == 0))?;
        m.store(FLAG, 1, Release)
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(FLAG, 0, Release)
    }
}
