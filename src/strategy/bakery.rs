//! Lamport's bakery (*A new solution of Dijkstra's concurrent programming problem*, 1974).

use std::sync::atomic::Ordering::SeqCst;

use crate::machine::{About, Machine, Needs, Program, Promise, Strategy, Var};

/// A worker takes a number above all that it sees, and waits for all workers with lower ones. Two
/// may take the same number: then the first in the order of workers goes first.
pub(super) struct Bakery;

impl Strategy for Bakery {
    fn about(&self) -> About {
        About::new("bakery", Promise::MutualExclusion, "numbers by loads and stores (1974)")
            .bounded_waiting()
    }

    fn needs(&self, program: &Program) -> Needs {
        (1..=program.workers).fold(Needs::default(), |needs, at| {
            needs.var(format!("choosing[{at}]"), 0).var(format!("number[{at}]"), 0)
        })
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        // Whether a worker is choosing a number, and the number.
        let (me, of) = (m.me(), |worker| [Var(2 * worker), Var(2 * worker + 1)]);
        let [choosing, number] = of(me);
        let others = (0..m.workers()).filter(|&other| other != me);
        // Sequentially consistent: each stores, and then loads what the others store.
        m.store(choosing, 1, SeqCst)?;
        let mut mine = 1;
        for [_, other] in others.clone().map(of) {
            mine = mine.max(m.load(other, SeqCst)? + 1);
        }
        m.store(number, mine, SeqCst)?;
        m.store(choosing, 0, SeqCst)?;
        for other in others {
            let [choosing, number] = of(other);
            m.until("the other has chosen", |m| Ok(m.load(choosing, SeqCst)? == 0))?;
            m.until("the other has no number, or a later one", |m| {
                let theirs = m.load(number, SeqCst)?;
                Ok(theirs == 0 || (theirs, other) > (mine, me))
            })?;
        }
        Ok(())
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(2 * m.me() + 1), 0, SeqCst)
    }
}
