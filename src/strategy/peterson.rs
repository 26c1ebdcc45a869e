//! Peterson's algorithm (1981): mutual exclusion of two workers by loads and stores alone.

use std::sync::atomic::Ordering::SeqCst;

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// Each raises its flag, then gives the turn to the other, and waits while the other's flag is up
/// and the turn is the other's.
pub(super) struct Peterson;

/// The flag of worker 1; that of worker 2 follows.
const FLAG: [Var; 2] = [Var(0), Var(1)];
const TURN: Var = Var(2);

impl Strategy for Peterson {
    fn about(&self) -> About {
        About::new("peterson", Promise::MutualExclusion, "two flags and a turn (1981); spins")
            .bounded_waiting()
            .at_most(2, "ticket")
    }

    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0).var("turn", 0)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let me = m.me();
        let other = 1 - me;
        // All sequentially consistent: the proof needs that of two workers, which each store their
        // own flag and then load the other's, at least one sees the other's up. No weaker order
        // forbids a load to overtake the store before it.
        m.store(FLAG[me], 1, SeqCst)?;
        m.store(TURN, number(other), SeqCst)?;
        m.until("the other's flag is down, or the turn is this worker's", |m| {
            // Both are looked at, whatever the first is, as the textbook has it.
            let down = m.load(FLAG[other], SeqCst)? == 0;
            Ok(m.load(TURN, SeqCst)? == number(me) || down)
        })
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(FLAG[m.me()], 0, SeqCst)
    }
}

/// Workers are numbered from 1 where people read it.
fn number(worker: usize) -> u64 {
    worker as u64 + 1
}
