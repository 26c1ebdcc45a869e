//! What cannot be explored, or not wholly.

use std::ops::ControlFlow;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Release, SeqCst};

use super::{all, mine, program};
use crate::explore::{Bounds, Memory, explore};
use crate::machine::{About, Machine, Needs, Program, Strategy, Var};

/// A ticket lock that keeps a worker's number outside of the machine.
struct HiddenTicket;

static MINE: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];
const NEXT: Var = Var(0);
const SERVING: Var = Var(1);

impl Strategy for HiddenTicket {
    fn about(&self) -> About {
        mine("hidden-ticket")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("next", 0).var("serving", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let mine = &MINE[m.me()];
        mine.store(m.fetch_add(NEXT, 1, SeqCst)?, SeqCst);
        m.until("it is served", |m| Ok(m.load(SERVING, SeqCst)? == mine.load(SeqCst)))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let mine = MINE[m.me()].load(SeqCst);
        m.store(SERVING, mine + 1, SeqCst)
    }
}

#[test]
fn a_strategy_that_keeps_state_outside_of_the_machine_is_refused() {
    for iters in [1, 2] {
        let go_on = &mut |_| ControlFlow::Continue(());
        let bounds = Bounds::default();
        let found = explore(&HiddenTicket, &program(2, iters), Memory::Sc, bounds, go_on);
        assert!(found.is_err(), "{:?}", found.map(|found| (found.deadlocks, found.outcomes)));
    }
}

/// Peterson with release stores only, and more stores than a buffer holds.
struct Padded;

impl Strategy for Padded {
    fn about(&self) -> About {
        mine("padded").at_most(2, "ticket")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0).var("turn", 0).var("padding", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, other) = (m.me(), 1 - m.me());
        m.store(Var(me), 1, Release)?;
        m.store(Var(2), other as u64, Release)?;
        for padding in 0..8 {
            m.store(Var(3), padding, Release)?;
        }
        m.until("the other's flag is down, or it is this worker's turn", |m| {
            Ok(m.load(Var(other), SeqCst)? == 0 || m.load(Var(2), SeqCst)? == me as u64)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, Release)
    }
}

#[test]
fn nothing_is_proved_where_a_store_buffer_was_full() {
    let found = all(&Padded, &program(2, 1), Memory::Tso);
    assert!(!found.complete || !found.lossless());
}
