//! The CLH lock: a queue in which each worker spins on the node of the one before it (Craig 1993;
//! Magnusson, Landin and Hagersten 1994).

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::machine::{About, Machine, Needs, Private, Program, Promise, Strategy, Var};

/// A worker marks its node as busy and makes it the tail of the queue in one step, which says whose
/// node it has to wait for. When it leaves, it takes that node for its next time: its own may still
/// be looked at.
pub(super) struct Clh;

const TAIL: Var = Var(0);
const MINE: Private = Private(0);
const BEFORE: Private = Private(1);

/// There is one node more than workers.
const fn busy(node: u64) -> Var {
    Var(1 + node as usize)
}

impl Strategy for Clh {
    fn about(&self) -> About {
        About::new("clh", Promise::MutualExclusion, "queue of spinning workers").bounded_waiting()
    }

    fn needs(&self, program: &Program) -> Needs {
        let busy = (0..=program.workers).map(|node| (format!("busy[{node}]"), 0));
        let own = (1..=program.workers).map(|worker| (format!("own[{worker}]"), worker as u64));
        let needs = Needs::default().var("tail", 0).private("mine").private("before");
        busy.chain(own).fold(needs, |needs, (name, first)| needs.var(name, first))
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let mine = m.load(Var(2 + m.workers() + m.me()), Relaxed)?;
        m.set(MINE, mine);
        m.store(busy(mine), 1, Relaxed)?;
        // Release: the worker behind this one sees its node busy. Acquire pairs with it.
        let before = m.swap(TAIL, mine, AcqRel)?;
        m.set(BEFORE, before);
        // Acquire pairs with the Release in `exit`.
        m.until("the node before is free", |m| Ok(m.load(busy(before), Acquire)? == 0))
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(busy(m.get(MINE)), 0, Release)?;
        m.store(Var(2 + m.workers() + m.me()), m.get(BEFORE), Relaxed)
    }
}
