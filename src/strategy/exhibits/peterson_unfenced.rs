//! Peterson's algorithm, with the orders that are right for a lock's own variable.

use std::sync::atomic::Ordering::{Acquire, Release};

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// What one believes: locks are made of acquire and release, so these orders are enough here.
///
/// Why it fails: they order a load before what follows and a store after what precedes, but let a
/// load overtake an earlier store to another variable. Each worker may then read the other's flag
/// before its own has reached the memory, and both enter. On x86 that is the only reordering there
/// is; `explore --memory tso` does it, `--memory sc` does not.
pub(in crate::strategy) struct PetersonUnfenced;

/// The flag of worker 1; that of worker 2 follows.
const FLAG: [Var; 2] = [Var(0), Var(1)];
const TURN: Var = Var(2);

impl Strategy for PetersonUnfenced {
    fn about(&self) -> About {
        About::new("peterson-unfenced", Promise::MutualExclusion, "peterson by acquire and release")
            .bounded_waiting()
            .at_most(2, "ticket")
            .exhibit()
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0).var("turn", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let me = m.me();
        let other = 1 - me;
        m.store(FLAG[me], 1, Release)?;
        m.store(TURN, number(other), Release)?;
        m.until("the other's flag is down, or the turn is this worker's", |m| {
            Ok(m.load(FLAG[other], Acquire)? == 0 || m.load(TURN, Acquire)? == number(me))
        })
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(FLAG[m.me()], 0, Release)
    }
}

/// Workers are numbered from 1 where people read it.
fn number(worker: usize) -> u64 {
    worker as u64 + 1
}
